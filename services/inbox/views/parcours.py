"""The parcours of one's organisation, and the page of one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.answering import offers
from services.inbox.deps import Inbox
from services.inbox.identity.access import require_person
from services.inbox.identity.people import SignedIn
from services.inbox.parcours import diagram, papers, past, plans, register, story, waiting
from services.inbox.parcours.weeks import week_of
from services.inbox.sources import ServiceDown
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import NotFound
from shared.forms.french import clean_line, read_date
from shared.identity import TRANSFERRING_ROLES, replaced_by

EARLIEST = date(2000, 1, 1)
"""A day before is a slip of the pen."""


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("parcours", __name__)

    @blueprint.get("/parcours")
    @require_person
    def list_parcours(who: SignedIn) -> ResponseReturnValue:
        found = register.read_page(inbox, who, request.args.get("suite"))
        return render_template("parcours_list.html", found=found, text="")

    @blueprint.post("/parcours")
    @require_person
    def search(who: SignedIn) -> ResponseReturnValue:
        text = request.form.get("texte", "").strip()
        after = request.form.get("suite") or None
        found = register.search(inbox, who, text, after) if text else register.read_page(inbox, who, None)
        return render_template("parcours_list.html", found=found, text=text)

    @blueprint.get("/parcours/<uuid:parcours_id>")
    @require_person
    def show(who: SignedIn, parcours_id: UUID) -> ResponseReturnValue:
        now = story.of_parcours(inbox, who, str(parcours_id))
        if not now.parts:
            raise ServiceDown(now.down[0]) if now.down else NotFound
        titles = offers.titles(inbox.sources, who, now.variables_told)
        documents, files = papers.told(inbox, who, str(parcours_id))
        now = replace(now, names={**now.names, **titles, **files})
        today = local_date(inbox.business_clock.now())
        typed, chosen = request.args.get("le", ""), request.args.get("schema")
        on, fault = _past_day(typed, today)
        parcours = past.at(inbox, who, now, on) if on else now
        page = render_template(
            "parcours.html", parcours=parcours, label=now.label, today=today, may_replace=replaced_by(who.actor),
            may_give_links=_follows(now, who),
            may_transfer=bool(who.actor.roles & TRANSFERRING_ROLES),
            week=() if on else week_of(inbox, who, str(parcours_id), today),
            plan=plans.of_parcours(inbox, who, str(parcours_id), today, on), waiting=waiting.messages_waiting(parcours),
            papers=past.papers(documents, on),
            on=on, at_typed=typed, at_error=fault, chosen=chosen,
            diagram=diagram.of_parcours(inbox, who, parcours, chosen, on),
            diagram_address=partial(url_for, "parcours.show", parcours_id=parcours_id, le=on and on.isoformat()),
            people=_People(past.followed_by(now, parcours, on), past.acted(parcours)) if on else None,
        )  # fmt: skip
        return page, 422 if fault else 200

    return blueprint


class _People(NamedTuple):
    followed_by: Mapping[str, str]
    acted: Sequence[past.Acted]


def _follows(parcours: story.Parcours, who: SignedIn) -> bool:
    """Whether the person is its référent or its conseiller; enrolment, which decides, says the same."""
    part = parcours.parts.get("enrolment")
    told = {each["name"]: each["value"] for each in part["variables"]} if part else {}
    return who.actor.has_place_of(told.get("referent"), told.get("conseiller"))


def _past_day(typed: str, today: date) -> tuple[date | None, str | None]:
    """(the day that is asked for, what is wrong with what was typed); neither for today and for nothing typed."""
    if not typed.strip():
        return None, None
    day = read_date(typed)
    if day is None or day < EARLIEST:
        return None, sentence("schema.at_unread", text=clean_line(typed)[:40])
    if day > today:
        return None, sentence("schema.at_future", day=day, today=today)
    return (day if day < today else None), None
