"""How a personal link reaches its person: by e-mail, by SMS, or on paper from the hand of who gives it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from services.inbox.deps import Inbox
from services.inbox.family import links
from services.inbox.notifications import contacts
from services.inbox.notifications.outgoing import EMAIL, SMS, Mail
from shared.clock import PARIS


@dataclass(frozen=True)
class Relative:
    """The pupil, or a responsable légal. ``first_name``: the pupil's; ``until``: a parent's first day without one.

    ``person``: the mark by which enrolment knows her or him.
    """

    signer: str
    name: str
    first_name: str
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    until: date | None
    person: str | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """By which a link can be brought; paper is always one."""
        reached = {links.EMAIL: self.email, links.SMS: self.phone}
        return (*(way for way, contact in reached.items() if contact), links.PAPER)


def relative(told: Mapping[str, Any], first_name: str, *, email: bool, sms: bool) -> Relative:
    """From what enrolment says. ``email``, ``sms``: whether these leave at all; contact data that are none are not
    written to."""
    address, phone = told["email"] or "", contacts.normal_phone(told["phone"] or "")
    return Relative(
        told["as"], told["name"], first_name, address if email and contacts.EMAIL.fullmatch(address) else None,
        phone if sms else None, date.fromisoformat(told["until"]) if told["until"] else None, told.get("person"),
    )  # fmt: skip


def deliver(
    tx: Connection, inbox: Inbox, given: links.Given, to: Relative, address: str, expires_at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    """Put the e-mail or SMS into the post, in the transaction of the link; nothing for paper."""
    said = {
        "signer": given.signer, "first_name": to.first_name, "address": address,
        "until": f"{expires_at.astimezone(PARIS):%d/%m/%Y}",
    }  # fmt: skip
    about: dict[str, Any] = {"parcours_id": given.parcours_id, "is_urgent": True, "is_secret": True}
    if given.given == links.EMAIL and to.email:
        subject, body = inbox.letters.family_link(said)
        inbox.post.put(tx, Mail(EMAIL, to.email, subject, body, **about), now)
    elif given.given == links.SMS and to.phone:
        inbox.post.put(tx, Mail(SMS, to.phone, "", inbox.letters.family_link_sms(said), **about), now)
