"""What one person is to be told: written once, told or dropped once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select

from services.inbox.identity.people import people_of
from services.inbox.notifications import choices
from services.inbox.notifications.hours import NEVER, Hours
from services.inbox.notifications.tables import notice
from services.inbox.tables import membership
from services.inbox.team.standing_in import places_of, stand_ins
from shared.database.upsert import keep_first
from shared.identity.actor import ASSIGNING_ROLES
from shared.ids import Ids


@dataclass(frozen=True)
class Matter:
    """``about``: a task's id, or another key; ``is_urgent``: at the next opening it would come too late.

    ``is_sms_off``: the campagne of what it is about sends no SMS.
    """

    kind: str
    about: str
    parcours_id: str
    is_urgent: bool = False
    is_sms_off: bool = False


@dataclass(frozen=True)
class Telling:
    """Writes notices on the caller's transaction."""

    hours: Hours
    ids: Ids

    def tell(
        self, tx: Connection, people: Iterable[str], matter: Matter, now: datetime, *, but: str | None = None
    ) -> None:
        """A notice for each of ``people`` but ``but``, in the rhythm that each has chosen; never twice the same."""
        for person_id in dict.fromkeys(people):
            rhythm = choices.rhythm_of(tx, person_id, matter.kind)
            if person_id != but and rhythm != NEVER:
                due_at = now if matter.is_urgent else self.hours.told_at(rhythm, now)
                self._write(tx, person_id, matter, due_at)

    def drop(self, tx: Connection, parcours_id: str, about: str) -> None:
        """What was to be told of a task is nobody's any more: others have it.

        Nor is it known any longer that it was handed over: whoever has it back is told so again.
        """
        gone = or_(notice.c.state != "told", notice.c.kind == choices.HANDOVER)
        tx.execute(delete(notice).where(notice.c.parcours_id == parcours_id, notice.c.about == about, gone))

    def _write(self, tx: Connection, person_id: str, matter: Matter, due_at: datetime) -> None:
        row = {
            "id": self.ids(), "person_id": person_id, "kind": matter.kind, "about": matter.about,
            "parcours_id": matter.parcours_id, "state": "pending", "due_at": due_at,
            "is_urgent": matter.is_urgent, "is_sms_off": matter.is_sms_off,
        }  # fmt: skip
        keep_first(tx, notice, row)


def concerned(
    tx: Connection, organisation_id: str | None, role: str | None, assignee: str | None, now: datetime
) -> list[str]:
    """Whose a task is: its holder, else everybody of the organisation with the role; and their stand-ins there."""
    people = [assignee] if assignee is not None else []
    if assignee is None and organisation_id is not None:
        people = [person.id for person in people_of(tx, organisation_id, role=role)]
    return [*people, *stand_ins(tx, organisation_id, people, now)]


def responsible(tx: Connection, organisation_id: str | None) -> list[str]:
    """Who answers for an organisation's tasks (R45)."""
    query = select(membership.c.person_id).where(
        membership.c.organisation_id == organisation_id, membership.c.role.in_(ASSIGNING_ROLES)
    )
    return sorted(set(tx.execute(query).scalars()))


@dataclass(frozen=True)
class Reader:
    """Who is about to be written to: the two questions above, asked again, for roles and absences end meanwhile.

    ``places``: as ``standing_in.places_of`` tells them.
    """

    person_id: str
    places: frozenset[tuple[str, str, str]]

    @classmethod
    def of(cls, tx: Connection, person_id: str, now: datetime) -> "Reader":
        return cls(person_id, places_of(tx, person_id, now))

    def is_concerned(self, task: Row[Any]) -> bool:
        """``task``: its organisation_id, role and assignee. Who has left the organisation holds nothing there."""
        here = [(whose, role) for where, whose, role in self.places if where == task.organisation_id]
        if task.assignee is not None:
            return any(whose == task.assignee for whose, _ in here)
        return any(task.role in (None, role) for _, role in here)

    def is_responsible(self, organisation_id: str) -> bool:
        return any((organisation_id, self.person_id, role) in self.places for role in ASSIGNING_ROLES)
