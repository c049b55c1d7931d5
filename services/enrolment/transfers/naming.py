"""A form of the parcours names who follows it after somebody was replaced: that is a replacement as well (R11).

Without a row of its own the form would be forgotten as the next étape catches up with who was decided last.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from shared.catalogue import sentence
from shared.clock import local_date
from shared.messaging import outbox
from shared.messaging.envelope import Envelope
from shared.process import record
from shared.process.processes import Processes
from shared.process.replacing.following import FOLLOWERS, changes_of
from shared.process.replacing.replace import REPLACED, record_decision

NAMING = frozenset({"referent", "conseiller", "conseiller_connu"})
"""The fields in which forms of étapes 2 and 3 ask for a person who follows the parcours."""


@dataclass(frozen=True)
class NamingRecorder:
    """``processes``: those of the service, without this recorder."""

    processes: Processes

    def __call__(
        self, tx: Connection, moved: record.Moved, _values: Callable[[str | None], Mapping[str, Any]]
    ) -> None:
        if moved.definition.process_id == "enrolment" and NAMING & moved.outputs.keys():
            changes = changes_of(tx, moved.parcours_id)
            for kind, role in FOLLOWERS.items():
                if role in changes:
                    self._record(tx, moved, role, changes[role][-1].after, _is_going(changes, kind, moved))

    def _record(self, tx: Connection, moved: record.Moved, role: str, last: str, is_going: bool) -> None:
        """``is_going``: another organisation has taken the parcours over, and its person stays the one."""
        named = moved.progress.values.get(role)
        if not named or named == last:
            return
        before, after = (named, last) if is_going else (last, named)
        data = {
            "role": role, "before": before, "after": after, "after_name": None,
            "from_on": local_date(moved.now).isoformat(), "reason": sentence("process.named_in_parcours"),
            "actor_id": moved.actor.person_id, "actor_name": moved.actor.name,
        }  # fmt: skip
        decision = moved.ids()
        record_decision(tx, self.processes, moved.parcours_id, decision, data, moved.actor)
        told = Envelope(
            id=decision, type=REPLACED, source=moved.service, subject=moved.parcours_id, time=moved.now,
            data=data,
        )  # fmt: skip
        outbox.put(tx, told, moved.queued_at)


def _is_going(changes: Mapping[str, Sequence[Row[Any]]], kind: str, moved: record.Moved) -> bool:
    """Whether a transfer is decided that this instance has not heard of yet."""
    return kind in changes and changes[kind][-1].before == moved.progress.values.get(kind)
