"""A definition as read from its diagram: immutable facts, without a trace of XML or of the engine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

TYPES = (
    "string", "number", "boolean", "date", "time", "dateTime", "duration", "yearsMonthsDuration", "list", "context",
)  # fmt: skip
SIDES = ("lycee", "ml", "both")
RETENTIONS = ("parcours", "etape")
ASKING, ASKED = "demandeur", "destinataire"
GUESTS = frozenset((ASKING, ASKED))
"""Lanes of who hands a parcours over and who is asked to take it: having a task there gives no part in the parcours."""
ORGANISATIONS = ("lycee", "mission_locale", "operateur", ASKING, ASKED)
PARTS = {each: f"{each}_sorte" for each in ("operateur", ASKING, ASKED)}
"""Lanes whose organisation may be of several kinds, and the variable that says which (R31)."""
THROWING = ("intermediateThrowEvent", "endEvent", "sendTask")
PASSATIONS = ("preparee", "envoyee", "recue", "relancee", "prise_en_charge", "refusee", "retournee", "close")
REFUSAL = "refus"  # error code of the boundary event that a refused user task takes


@dataclass(frozen=True)
class Variable:
    """``type`` is one of TYPES; ``side`` says who may see it; ``retention``: kept with the parcours or the étape."""

    name: str
    type: str
    side: str
    retention: str
    label: str


@dataclass(frozen=True)
class MessageField:
    """``optional``: an earlier release did not send it; who receives reads null then."""

    name: str
    type: str
    variable: str
    optional: bool = False


@dataclass(frozen=True)
class MessageType:
    """``id``: of its declaration in one file; two files that mean the same message may each have their own.

    ``former``: what an earlier release sent too: taken when it comes, thrown no more.
    """

    name: str
    fields: tuple[MessageField, ...]
    id: str = field(default="", compare=False)
    former: tuple[MessageField, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Trigger:
    """An event definition. ``name``: message, signal, link, error code or escalation code ('' catches any); of a
    compensation that is thrown, the id of the activity ('' is all of the scope).

    ``timer``: (date | duration | cycle, text); ``condition``: FEEL, of a conditional event.
    """

    kind: str = "none"
    name: str = ""
    timer: tuple[str, str] = ("", "")
    condition: str = ""


@dataclass(frozen=True)
class Mapped:
    """A call activity's input or output: ``variable`` receives the value of ``expression``."""

    variable: str
    expression: str


@dataclass(frozen=True)
class MultiInstance:
    sequential: bool
    collection: str = ""
    item: str = ""
    results: str = ""
    result: str = ""
    cardinality: str = ""
    completion: str = ""
    variables: Mapping[str, Variable] = field(default_factory=dict)


@dataclass(frozen=True)
class StandardLoop:
    """One turn after the other while ``condition`` is true ('' always is), at most ``maximum`` of them.

    ``test_before``: the condition is asked before each turn, not after it.
    """

    test_before: bool
    maximum: int | None = None
    condition: str = ""


@dataclass(frozen=True)
class Flow:
    id: str
    name: str
    source: str
    target: str
    condition: str = ""


@dataclass(frozen=True)
class Node:
    """A flow node. ``type`` is its BPMN tag; attributes that its type does not have are empty.

    ``event_subprocess``: a subprocess that no flow enters: its start event waits while the scope around it lives;
    ``interrupting``: of a boundary event, and of the start event of an event subprocess;
    ``for_compensation``: a handler, which runs only to undo (``Scope.handlers``);
    ``jalon``: the milestone of the parcours that is reached when this is done, happens or is thrown; ``valeur``: FEEL,
    what is kept with it;
    ``passation``: what this does to the hand-over between organisations (PASSATIONS); ``motif``: the variable that says
    why;
    ``objet``: FEEL, of a task: which of several alike it is;
    ``data_read``, ``data_written``: the data objects that are drawn as its inputs and outputs.
    """

    id: str
    name: str
    type: str
    trigger: Trigger = Trigger()
    attached_to: str = ""
    interrupting: bool = True
    event_subprocess: bool = False
    default: str = ""
    side: str = "both"
    etape: int | None = None
    jalon: str = ""
    valeur: str = ""
    passation: str = ""
    motif: str = ""
    lane: str = ""
    organisation: str = ""
    role: str = ""
    form: str = ""
    due: str = ""
    assignee: str = ""
    objet: str = ""
    operation: str = ""
    decision: str = ""
    result: str = ""
    script: tuple[Mapped, ...] = ()
    called: str = ""
    inputs: tuple[Mapped, ...] = ()
    outputs: tuple[Mapped, ...] = ()
    multi: MultiInstance | None = None
    loop: StandardLoop | None = None
    for_compensation: bool = False
    data_read: tuple[str, ...] = ()
    data_written: tuple[str, ...] = ()
    body: "Scope | None" = None

    @property
    def repeats(self) -> bool:
        """Multi-instance or looped: a scope for each item or turn."""
        return self.multi is not None or self.loop is not None

    @property
    def undoes(self) -> bool:
        """A compensation event on an activity: it names the handler, no token ever waits at it."""
        return self.type == "boundaryEvent" and self.trigger.kind == "compensate"

    @property
    def is_beside(self) -> bool:
        """No token of the flow ever comes here: compensation events on activities, and handlers."""
        return self.undoes or self.for_compensation


@dataclass(frozen=True)
class Scope:
    """A process or an embedded subprocess: variables, and a graph of nodes in document order.

    ``flows``: a link is one, ``(link)id`` from the event that throws it to the one that catches it;
    ``handlers``: activity id → id of the node that undoes it.
    """

    id: str
    name: str
    variables: Mapping[str, Variable]
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    handlers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Flow, ...]]:
        """Node id → its outgoing flows, in document order: layout never decides."""
        return {node: tuple(flow for flow in self.flows if flow.source == node) for node in self.nodes}

    @cached_property
    def incoming(self) -> Mapping[str, tuple[Flow, ...]]:
        return {node: tuple(flow for flow in self.flows if flow.target == node) for node in self.nodes}

    @cached_property
    def boundaries(self) -> Mapping[str, tuple[Node, ...]]:
        """Activity id → the boundary events attached to it that a token may wait at."""
        attached = [node for node in self.nodes.values() if node.type == "boundaryEvent" and not node.undoes]
        return {host: tuple(node for node in attached if node.attached_to == host) for host in self.nodes}

    @cached_property
    def event_subprocesses(self) -> tuple[Node, ...]:
        """In document order."""
        return tuple(node for node in self.nodes.values() if node.event_subprocess)

    def starts(self) -> list[Node]:
        return [node for node in self.nodes.values() if node.type == "startEvent"]

    def everything(self) -> Iterator[tuple["Scope", Node]]:
        """Every node of this scope and of the subprocesses in it, with the scope it is in."""
        todo = [self]
        while todo:
            scope = todo.pop()
            for node in scope.nodes.values():
                yield scope, node
                if node.body is not None:
                    todo.append(node.body)


@dataclass(frozen=True)
class MessageFlows:
    """Ids of the elements that a message flow leaves, and of those that one enters (BPMN 2.0.2, section 9.4)."""

    leave: frozenset[str]
    enter: frozenset[str]


@dataclass(frozen=True)
class Process:
    """One executable process of one file. ``messages``: every message type that the file declares, by name.

    ``drawn``: None when the file draws no other pool.
    """

    id: str
    name: str
    file: str
    label: str
    etape: int | None
    scope: Scope
    messages: Mapping[str, MessageType]
    drawn: MessageFlows | None = None

    def declarations(self) -> Iterator[tuple[str, Variable]]:
        """Every variable that it declares: (id of the holder, variable)."""
        for variable in self.scope.variables.values():
            yield self.id, variable
        for _, node in self.scope.everything():
            for held in (
                node.body.variables if node.body else {},
                node.multi.variables if node.multi else {},
            ):
                for variable in held.values():
                    yield node.id, variable
