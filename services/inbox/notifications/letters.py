"""What e-mails and SMS say: plain French, short, no personal data beyond the first name; the rest behind sign-in.

The templates are ``services/inbox/templates/courriels/*.txt``: the first line of each is the subject.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.inbox.notifications import choices
from shared.catalogue import sentence
from shared.clock import PARIS
from shared.french import hour, long_day
from shared.notifications import as_moment

FOLDER = Path(__file__).parents[1] / "templates" / "courriels"
ORDER = (choices.INCIDENT, choices.LATE, choices.NEAR, choices.HANDOVER, choices.TASK)
"""What stands first in an e-mail."""
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@dataclass(frozen=True)
class Line:
    """One thing that an e-mail tells. ``due``: a whole day or an instant, ISO text.

    ``take``: the path of a link by which its reader takes it in charge, and nobody else.
    """

    kind: str
    name: str
    first_name: str | None
    due: str | None
    path: str
    take: str | None = None


class Letters:
    """``address``: of the inbox, https://…, for links."""

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/")
        self._pages = Environment(  # noqa: S701 — plain text: there is nothing to escape for
            loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._pages.filters["quand"] = when
        self._pages.globals.update(phrase=sentence, address=self._address)

    def summary(self, lines: Sequence[Line]) -> tuple[str, str]:
        """(subject, text) of what one person is told at once."""
        parts = [(kind, found) for kind in ORDER if (found := [line for line in lines if line.kind == kind])]
        return self._render("resume.txt", parts=parts, number=len(lines), counted=_counted(parts))

    def summary_sms(self, lines: Sequence[Line]) -> str:
        return sentence("notifications.sms_summary", number=len(lines), address=self._address)

    def appointment(self, kind: str, said: Mapping[str, Any], first_name: str | None) -> tuple[str, str]:
        """(subject, text). ``kind``: fixe, deplace, annule, rappel."""
        return self._render("rendez_vous.txt", kind=kind, said=said, first_name=first_name or "")

    def appointment_sms(self, kind: str, said: Mapping[str, Any], first_name: str | None) -> str:
        place = sentence("notifications.sms_place", place=said["place"]) if said["place"] else ""
        return sentence(
            f"notifications.sms_{kind}", title=said["title"], when=when(said["starts"]), place=place,
            first_name=first_name or "",
        )  # fmt: skip

    def invitation(self, name: str, organisation: str, until: date) -> tuple[str, str]:
        """(subject, text). ``name``: of who invites; ``until``: the last day on which it can be taken up."""
        return self._render("invitation.txt", name=name, organisation=organisation, until=_day(until))

    def standing_in(self, kind: str, giver: str, scope: str, first: date, last: date) -> tuple[str, str]:
        """(subject, text) to who is named for an absence or a delegation; ``scope``: its words, of a delegation."""
        return self._render(
            "suppleance.txt", kind=kind, giver=giver, scope=scope, first=_day(first), last=_day(last)
        )

    def absence(self, by: str, taker: str, first: date, last: date) -> tuple[str, str]:
        """(subject, text) to whose absence somebody else has said; ``by``: who has, ``taker``: who stands in."""
        return self._render("absence.txt", by=by, taker=taker, first=_day(first), last=_day(last))

    def address_changed(
        self, by: str, organisation: str, contact: str, *, is_removed: bool
    ) -> tuple[str, str]:
        """(subject, text) to the address of before, which knows nothing of the one that comes after it.

        ``contact``: an e-mail address where it can be said that this was not wanted; empty: none is known.
        """
        what = "removed" if is_removed else "changed"
        return self._render(
            "adresse_changee.txt", what=what, by=by, organisation=organisation, contact=contact
        )

    def family_link(self, what: Mapping[str, Any]) -> tuple[str, str]:
        """(subject, text) that bring a personal link. ``what``: signer, first_name of the pupil, address, until."""
        return self._render("lien_personnel.txt", **what)

    def family_link_sms(self, what: Mapping[str, Any]) -> str:
        return sentence("family.sms", **what)

    def _render(self, template: str, **values: Any) -> tuple[str, str]:
        text = self._pages.get_template(template).render(**values)
        subject, _, body = text.partition("\n")
        return " ".join(subject.split()), body.strip() + "\n"


def when(text: str) -> str:
    """« mardi 8 septembre 2026 », « mardi 8 septembre 2026 à 14 h », in Europe/Paris."""
    moment = as_moment(text)
    if isinstance(moment, datetime):
        local = moment.astimezone(PARIS)
        return f"{_day(local)} à {hour(local)}"
    assert moment is not None  # noqa: S101 — only what has a time is written of
    return _day(moment)


def _day(on: date) -> str:
    return f"{DAYS[on.weekday()]} {long_day(on)}"


def _counted(parts: Sequence[tuple[str, Sequence[Line]]]) -> str:
    """« 2 nouvelles tâches, 1 échéance proche »."""
    return ", ".join(
        sentence(
            f"notifications.count_{kind}" if len(found) > 1 else f"notifications.one_{kind}", n=len(found)
        )
        for kind, found in parts
    )
