"""The operations that ``accompaniment.bpmn`` may name on a service task."""

from collections.abc import Mapping
from typing import Any

from services.accompaniment import pacea
from services.accompaniment.ateliers import work as ateliers
from services.accompaniment.offre import work as offre
from services.accompaniment.periods import work as periods
from shared.bpmn import Operation, OperationCall
from shared.process.operations import CHECK_PLAN, READ_CAMPAGNE


def _both(first: Operation, second: Operation) -> Operation:
    """One operation that does two: what ends for the supervision ends for the local offer too."""

    def call(asked: OperationCall) -> Mapping[str, Any]:
        return {**first.call(asked), **second.call(asked)}

    return Operation(first.reads | second.reads, first.writes | second.writes, call)


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
