"""One act of one person on one cycle: the cycle is locked first, and the diagram goes on by itself where it may.

People work on the cycle's pages; its tasks say what is next. An act that does what an open task asks for completes
that task in the same transaction, so nobody has to say twice that it is done.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from services.accompaniment.ateliers import access, cycles, sessions, state, terms
from services.accompaniment.ateliers.access import Part, part_of
from services.accompaniment.ateliers.refusals import CycleEnded, NoConvention
from services.accompaniment.ateliers.rules import Hours, Year
from shared.bpmn import store
from shared.errors import NotFound
from shared.identity import Actor
from shared.process.processes import Processes
from shared.process.service import ProcessService
from shared.tasks import tasks_of

PROCESS = "avenirpro"
MOST_TASKS = 20  # done by one act: those of every workshop, and those around them


@dataclass(frozen=True)
class Desk:
    """What an act on a cycle has before it. ``today`` and ``now`` are the business clock's."""

    tx: Connection
    processes: Processes
    actor: Actor
    part: Part
    now: datetime
    today: date

    @property
    def cycle_id(self) -> str:
        return str(self.part.row.id)

    @property
    def hours(self) -> Hours:
        """When the lycée can be come to (R29)."""
        return cycles.hours_of(self.part.agreement)

    def require_convention(self) -> None:
        """NoConvention before the lycée has chosen the lead operator (R31)."""
        if self.part.agreement is None:
            raise NoConvention()

    @property
    def year(self) -> Year:
        return terms.year_at(self.tx, self.part.row.campagne, self.part.row.uai)

    def session(self, session_id: str) -> Any:
        """A session of this cycle, for who animates it; NotFound for another's."""
        access.require_animator(self.part)
        row = sessions.get_session(self.tx, session_id)
        if row.cycle_id != self.cycle_id:
            raise NotFound()
        return row


@contextmanager
def at_cycle(service: ProcessService, actor: Actor, cycle_id: str) -> Iterator[Desk]:
    """One transaction: the act, then what it finishes of the diagram. NotFound, CycleEnded."""
    with service.database.begin() as tx:
        part = part_of(tx, actor, cycle_id)
        row = store.lock(tx, part.row.instance_id)  # all acts on a cycle come one after the other
        if row is None or row.status == "ended":
            raise CycleEnded()
        desk = Desk(
            tx,
            service.processes,
            actor,
            part_of(tx, actor, cycle_id),
            service.clock.now(),
            service.clock.today(),
        )
        yield desk
        _go_on(desk)


def _go_on(desk: Desk) -> None:
    """Complete the tasks that ask for what is done by now. An instance held by an incident stays where it is."""
    for _ in range(MOST_TASKS):
        row = store.lock(desk.tx, desk.part.row.instance_id)
        if row is None or row.status != "running":
            return
        done = [
            task
            for task in tasks_of(desk.tx, desk.cycle_id)
            if task.status == "open" and _is_done(desk, row, task)
        ]
        if not done:
            return
        desk.processes.complete(desk.tx, row, done[0].id, {}, desk.actor, desk.now)


def _is_done(desk: Desk, row: store.InstanceRow, task: Any) -> bool:
    tx, cycle_id = desk.tx, desk.cycle_id
    match task.element_id:
        case "inscrire_eleves":
            return cycles.count_pupils(tx, cycle_id) > 0
        case "planifier_atelier" | "tenir_atelier":
            number = int(desk.processes.variables(tx, row, task.id)["atelier_numero"])
            waits_for = state.TO_PLAN if task.element_id == "planifier_atelier" else state.TO_HOLD
            return state.workshop_state(tx, cycle_id, number).state != waits_for
        case "recueillir_intentions":
            return state.missing_intentions(tx, cycle_id) == 0
    return False
