"""The operations that ``bilan.bpmn`` may name on a service task: none, its thresholds are decision tables."""

from collections.abc import Mapping

from shared.bpmn import Operation

OPERATIONS: Mapping[str, Operation] = {}
