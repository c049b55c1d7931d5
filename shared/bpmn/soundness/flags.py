"""The variables of a scope that are followed: what writes them, and which way a gateway then goes.

A variable is followed only where everything that writes it can be seen: in the scope that declares it, not in one
inside it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from shared.bpmn.model import Flow, Node, Process, Scope
from shared.bpmn.soundness.graph import Data, Values
from shared.bpmn.soundness.values import ANYTHING, NULL, Known, learnt, tree_of, truth, value_of

CATCHING = ("boundaryEvent", "intermediateCatchEvent", "receiveTask")


@dataclass(frozen=True)
class Flags:
    """``names``: the variables that are followed, in the order of their values in a state."""

    scope: Scope
    names: tuple[str, ...]
    writes: Mapping[str, frozenset[str]]

    @property
    def writing(self) -> set[str]:
        """The nodes that stay in the graph because they write."""
        return {
            node.attached_to or node.id for node in self.scope.nodes.values()
            if self.writes[node.id] & set(self.names)
        }  # fmt: skip

    @property
    def deciding(self) -> set[str]:
        return {
            node.id for node in self.scope.nodes.values()
            if node.type == "exclusiveGateway" and self._asks(node)
        }  # fmt: skip

    def _asks(self, gateway: Node) -> bool:
        flows = self.scope.outgoing[gateway.id]
        return len(flows) > 1 and any(name in flow.condition for flow in flows for name in self.names)

    def known(self, values: Values) -> dict[str, Known]:
        return dict(zip(self.names, values, strict=True))

    def values(self, known: Mapping[str, Known]) -> Values:
        return tuple(known[name] for name in self.names)

    def nothing_written(self) -> Values:
        return (NULL,) * len(self.names)

    def anything(self) -> Values:
        return (ANYTHING,) * len(self.names)

    def after_write(self, node: Node) -> Data | None:
        """What is known after a node has done its work; None when it writes nothing that is followed."""
        if not self.writes[node.id] & set(self.names):
            return None
        names = frozenset(self.scope.variables)
        lines = [(line.variable, tree_of(line.expression, names)) for line in node.script]

        def write(values: Values) -> Values:
            known = self.known(values)
            known |= {name: ANYTHING for name in self.writes[node.id] if not lines}
            for name, tree in lines:
                known[name] = value_of(tree, known)
            return self.values(known)

        return write

    def after_choice(self, gateway: Node, flow: Flow) -> Data:
        """What is known once a gateway was left by a flow; none when it cannot be."""
        flows = self.scope.outgoing[gateway.id]
        names = frozenset(self.scope.variables)
        asked = [each for each in flows if each.id != gateway.default]
        before = asked if flow.id == gateway.default else asked[: asked.index(flow)]
        false = [tree_of(each.condition, names) for each in before]
        true = [] if flow.id == gateway.default else [tree_of(flow.condition, names)]

        def choose(values: Values) -> Values | None:
            known = self.known(values)
            for trees, wanted in ((false, False), (true, True)):
                for tree in trees:
                    if truth(tree, known) is (not wanted):
                        return None
                    known |= {
                        name: value for name, value in learnt(tree, wanted, known).items() if name in known
                    }
            return self.values(known)

        return choose


@dataclass(frozen=True)
class Writing:
    """What forms (by key) and operations (by name) write. What starts a process wrote before it began."""

    forms: Mapping[str, Collection[str]]
    operations: Mapping[str, Collection[str]]

    def by(self, node: Node, process: Process) -> Iterator[str]:
        """The variables that a node may write: all of them, where that is not known."""
        yield from (line.variable for line in node.script)
        yield from (output.variable for output in node.outputs)
        yield from (name for name in (node.result, node.multi.results if node.multi else "") if name)
        if node.type == "userTask":
            yield from self.forms.get(node.form, process.scope.variables)
        if node.type == "serviceTask":
            yield from self.operations.get(node.operation, process.scope.variables)
        if node.trigger.kind == "message" and node.type in CATCHING:
            yield from (field.variable for field in process.messages[node.trigger.name].fields)


def flags_of(process: Process, writing: Writing, wanted: Collection[str]) -> Flags:
    """Follow those of the ``wanted`` variables that can be followed."""
    scope = process.scope
    writes = {node.id: frozenset(writing.by(node, process)) for _, node in scope.everything()}
    hidden = {name for node, found in writes.items() if node not in scope.nodes for name in found}
    names = tuple(sorted(name for name in wanted if name in scope.variables and name not in hidden))
    return Flags(scope, names, {node: writes[node] for node in scope.nodes})


def asked_by(scope: Scope) -> set[str]:
    """The variables that decide at the exclusive gateways of a scope."""
    found = set[str]()
    for flow in scope.flows:
        if flow.condition and scope.nodes[flow.source].type == "exclusiveGateway":
            found |= {name for name in scope.variables if name in flow.condition}
    return found
