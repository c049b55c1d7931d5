"""The variables of a scope that are followed: what writes them, and which way a gateway then goes.

A variable is followed only where everything that writes it can be seen: in the scope that is played, not in one
around it or inside it, and not by an activity that is done several times.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from shared.bpmn.model import Flow, Node, Process, Scope
from shared.bpmn.soundness.graph import Data, Values
from shared.bpmn.soundness.values import ANYTHING, NULL, Known, learnt, names_in, tree_of, truth, value_of
from shared.feel.tree import Comparison, Name

_MOVING = {"today", "now"}
CATCHING = ("boundaryEvent", "intermediateCatchEvent", "receiveTask")


@dataclass(frozen=True)
class Flags:
    """``names``: the variables that are followed, in the order of their values in a state; and whole conditions that
    are asked more than once. ``writes``: element → those that it writes."""

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
        trees = [tree_of(flow.condition) for flow in self.scope.outgoing[gateway.id] if flow.condition]
        return any({repr(tree), *names_in(tree)} & set(self.names) for tree in trees)

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
        lines = [(line.variable, tree_of(line.expression)) for line in node.script]

        def write(values: Values) -> Values:
            known = self.known(values)
            known |= dict.fromkeys(self.writes[node.id] - {name for name, _ in lines}, ANYTHING)
            for name, tree in lines:
                known[name] = value_of(tree, known)
            return self.values(known)

        return write

    def after_choice(self, gateway: Node, flow: Flow) -> Data:
        """What is known once a gateway was left by a flow; none when it cannot be."""
        flows = self.scope.outgoing[gateway.id]
        asked = [each for each in flows if each.id != gateway.default]
        before = asked if flow.id == gateway.default else asked[: asked.index(flow)]
        false = [tree_of(each.condition) for each in before]
        true = [] if flow.id == gateway.default else [tree_of(flow.condition)]

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
        names = {variable.name for _, variable in process.declarations()}
        yield from (line.variable for line in node.script)
        yield from (output.variable for output in node.outputs)
        yield from (name for name in (node.result, node.multi.results if node.multi else "") if name)
        if node.type == "userTask":
            yield from self.forms.get(node.form, names)
        if node.type == "serviceTask":
            yield from self.operations.get(node.operation, names)
        starts_handler = node.type == "startEvent" and node.id not in process.scope.nodes
        if node.trigger.kind == "message" and (node.type in CATCHING or starts_handler):
            yield from (field.variable for field in process.messages[node.trigger.name].fields)


def flags_of(process: Process, scope: Scope, writing: Writing, wanted: Collection[str] = ()) -> Flags:
    """Follow those of the ``wanted`` variables, and of those that decide in the scope, that can be followed."""
    writes = {node.id: frozenset(writing.by(node, process)) for _, node in process.scope.everything()}
    unseen = {
        name for _, node in process.scope.everything() for name in writes[node.id]
        if node.id not in scope.nodes or node.is_beside or node.multi or node.loop
    }  # fmt: skip
    asked, conditions = _asked(scope)
    names = {name for name in asked | set(wanted) if name not in unseen and name not in _MOVING}
    whole = {text: names_ for text, names_ in conditions.items() if not names_ & (unseen | _MOVING)}
    known = {
        node: writes[node] | {text for text, names_ in whole.items() if names_ & writes[node]}
        for node in scope.nodes
    }
    return Flags(scope, tuple(sorted(names | set(whole))), known)


def _asked(scope: Scope) -> tuple[set[str], dict[str, set[str]]]:
    """The names in the conditions of exclusive gateways; and the conditions asked more than once, with their names."""
    asked, texts = set[str](), list[str]()
    trees = [
        tree_of(flow.condition) for flow in scope.flows
        if flow.condition and scope.nodes[flow.source].type == "exclusiveGateway"
    ]  # fmt: skip
    for tree in trees:
        asked |= names_in(tree)
        texts += (
            []
            if isinstance(tree, Comparison | Name) and learnt(tree, True, {}).keys() <= asked
            else [repr(tree)]
        )
    several = {text for text in texts if texts.count(text) > 1}
    return asked, {repr(tree): names_in(tree) for tree in trees if repr(tree) in several}
