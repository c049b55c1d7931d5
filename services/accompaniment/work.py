"""The operations that ``accompaniment.bpmn`` may name on a service task."""

from collections.abc import Mapping

from shared.bpmn import Operation
from shared.process.operations import CHECK_PLAN

OPERATIONS: Mapping[str, Operation] = {"check_plan": CHECK_PLAN}
