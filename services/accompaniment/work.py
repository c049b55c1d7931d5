"""The operations that ``accompaniment.bpmn`` may name on a service task."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.accompaniment import pacea
from services.accompaniment.ateliers import work as ateliers
from services.accompaniment.offre import work as offre
from services.accompaniment.periods import work as periods
from shared.bpmn import Operation, OperationCall
from shared.bpmn.store import InstanceRow
from shared.process.operations import CHECK_PLAN, READ_CAMPAGNE


def _both(first: Operation, second: Operation) -> Operation:
    """One operation that does two: what ends for the supervision ends for the local offer too."""

    def call(asked: OperationCall) -> Mapping[str, Any]:
        return {**first.call(asked), **second.call(asked)}

    return Operation(first.reads | second.reads, first.writes | second.writes, call)


def let_go(tx: Connection, row: InstanceRow, now: datetime) -> None:
    """A follow-up that is cancelled holds no seat and counts for no teacher and tutor, as one that has ended (R18)."""
    if row.process_id == "accompaniment":
        offre.let_go(tx, row.parcours_id, now)
        periods.let_go(tx, row.parcours_id, now)


OPERATIONS: Mapping[str, Operation] = {
    "read_campagne": READ_CAMPAGNE,
    "check_plan": CHECK_PLAN,
    "check_solutions": offre.CHECK,
    "take_seats": offre.TAKE,
    **ateliers.OPERATIONS,
    **periods.OPERATIONS,
    "release_supervision": _both(periods.OPERATIONS["release_supervision"], offre.GIVE_BACK_ONE),
    "end_supervision": _both(periods.OPERATIONS["end_supervision"], offre.GIVE_BACK_ALL),
    **pacea.OPERATIONS,
}
