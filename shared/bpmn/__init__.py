"""BPMN processes, executed: SpiffWorkflow behind one door. It never commits, has no clock and knows no table of tasks.

``check`` and ``load`` read definitions, ``Runtime`` runs instances given and returned as bytes, ``Catalog`` keeps
the definitions of a service in its database.
"""

from shared.bpmn.definition import Definition, Element, check, load, load_all
from shared.bpmn.engine.state import without_values as state_without_values
from shared.bpmn.errors import (
    BusinessError,
    DefinitionRefused,
    NotAwaited,
    NotDue,
    PayloadRefused,
    ProcessFailure,
    StateRefused,
    UnknownDefinition,
    UnknownTask,
)
from shared.bpmn.findings import Finding
from shared.bpmn.model import ASKED, ASKING, GUESTS, PARTS, MessageField, MessageType, Variable
from shared.bpmn.progress import (
    AwaitedMessage,
    ClosedTask,
    OpenedTask,
    Progress,
    ThrownMessage,
    Timer,
    TraceEntry,
)
from shared.bpmn.repairs import OpenScope
from shared.bpmn.repairs.errors import RepairRefused
from shared.bpmn.runtime import Runtime
from shared.bpmn.vocabulary import (
    DefinitionFiles,
    FormFacts,
    FormRefused,
    Operation,
    OperationCall,
    Vocabulary,
)

__all__ = [
    "ASKED",
    "ASKING",
    "GUESTS",
    "PARTS",
    "AwaitedMessage",
    "BusinessError",
    "ClosedTask",
    "Definition",
    "DefinitionFiles",
    "DefinitionRefused",
    "Element",
    "Finding",
    "FormFacts",
    "FormRefused",
    "MessageField",
    "MessageType",
    "NotAwaited",
    "NotDue",
    "OpenScope",
    "OpenedTask",
    "Operation",
    "OperationCall",
    "PayloadRefused",
    "ProcessFailure",
    "Progress",
    "RepairRefused",
    "Runtime",
    "StateRefused",
    "ThrownMessage",
    "Timer",
    "TraceEntry",
    "UnknownDefinition",
    "UnknownTask",
    "Variable",
    "Vocabulary",
    "check",
    "load",
    "load_all",
    "state_without_values",
]
