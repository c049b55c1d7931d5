"""Everything that we use of SpiffWorkflow 3.2.0, imported here and nowhere else.

We keep its task tree, its workflows and subworkflows, its specifications and its schema validator. Prediction,
data inheritance, gateways, events, multi-instance and serialisation are ours: tests/bpmn/README.md says why.
"""

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

__all__ = [
    "BpmnProcessSpec",
    "BpmnSubWorkflow",
    "BpmnTaskSpec",
    "BpmnValidator",
    "BpmnWorkflow",
    "Task",
    "TaskState",
    "ValidationException",
]
