"""The operations that ``accompaniment.bpmn`` may name on a service task."""

from collections.abc import Mapping

from shared.bpmn import Operation
from shared.process.operations import CHECK_PLAN, READ_CAMPAGNE

OPERATIONS: Mapping[str, Operation] = {"read_campagne": READ_CAMPAGNE, "check_plan": CHECK_PLAN}
