"""The operations that ``bilan.bpmn`` may name on a service task."""

from collections.abc import Mapping

from shared.bpmn import Operation
from shared.process.operations import READ_CAMPAGNE

OPERATIONS: Mapping[str, Operation] = {"read_campagne": READ_CAMPAGNE}
