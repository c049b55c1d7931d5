"""The operations that ``accompaniment.bpmn`` may name on a service task."""

from collections.abc import Mapping

from services.accompaniment.ateliers import work as ateliers
from services.accompaniment.periods import work as periods
from shared.bpmn import Operation
from shared.process.operations import CHECK_PLAN, CHECK_SOLUTIONS, READ_CAMPAGNE

OPERATIONS: Mapping[str, Operation] = {
    "read_campagne": READ_CAMPAGNE,
    "check_plan": CHECK_PLAN,
    "check_solutions": CHECK_SOLUTIONS,
    **ateliers.OPERATIONS,
    **periods.OPERATIONS,
}
