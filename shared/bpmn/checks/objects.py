"""Data objects as they are drawn: an arrow says what is true, or it is refused."""

from collections.abc import Collection, Iterator

from shared.bpmn.expressions import free_names
from shared.bpmn.findings import Findings
from shared.bpmn.model import THROWING, Node, Process
from shared.bpmn.reading.library import Library
from shared.bpmn.vocabulary import Vocabulary


def check_objects(process: Process, library: Library, vocabulary: Vocabulary, findings: Findings) -> None:
    uses = _Uses(process, library, vocabulary)
    for _, node in process.scope.everything():
        for name in sorted(set(node.data_read) - uses.read(node)):
            findings.add("data_not_read", node.id, node.name, variable=name)
        for name in sorted(set(node.data_written) - uses.written(node)):
            findings.add("data_not_written", node.id, node.name, variable=name)


class _Uses:
    """What nodes read and write, those in a frame counted for the frame. Names are known to exist."""

    def __init__(self, process: Process, library: Library, vocabulary: Vocabulary) -> None:
        self._process, self._library, self._functions = process, library, vocabulary.functions
        self._operations = vocabulary.operations

    def read(self, node: Node) -> set[str]:
        found = set().union(*map(self._of_expression, self._expressions(node)), self._named(node)[0])
        if node.multi is not None:
            found |= {node.multi.collection}
        if node.body is not None:
            found |= set().union(*(self.read(inner) for inner in node.body.nodes.values()),
                                 *(self._of_expression(flow.condition) for flow in node.body.flows))  # fmt: skip
        return found

    def written(self, node: Node) -> set[str]:
        found = set(self._named(node)[1]) | {mapped.variable for mapped in (*node.script, *node.outputs)}
        if node.multi is not None:
            found |= {node.multi.results}
        if node.body is not None:
            found |= set().union(*(self.written(inner) for inner in node.body.nodes.values()))
        return found

    def _of_expression(self, text: str) -> Collection[str]:
        return free_names(text, self._functions) if text else ()

    def _expressions(self, node: Node) -> Iterator[str]:
        """Every expression that is evaluated where the node stands."""
        yield from (node.due, node.assignee, node.objet, node.valeur, node.trigger.condition)
        yield from (mapped.expression for mapped in (*node.script, *node.inputs))
        if node.trigger.timer[1].startswith("="):
            yield node.trigger.timer[1]
        if node.multi is not None:
            yield from (node.multi.cardinality, node.multi.completion)
        if node.loop is not None:
            yield node.loop.condition

    def _named(self, node: Node) -> tuple[Collection[str], Collection[str]]:
        """What the form, operation, decision or message of a node reads and writes."""
        match node.type:
            case "userTask":
                facts = self._library.forms[node.form]
                return facts.reads, list(facts.outputs)
            case "serviceTask":
                operation = self._operations[node.operation]
                return operation.reads | operation.optional, operation.writes
            case "businessRuleTask":
                return self._library.decisions[node.decision].decisions[node.decision].inputs, [node.result]
        return self._of_message(node)

    def _of_message(self, node: Node) -> tuple[Collection[str], Collection[str]]:
        if node.trigger.kind != "message":
            return (), ()
        variables = [field.variable for field in self._process.messages[node.trigger.name].fields]
        return (variables, ()) if node.type in THROWING else ((), variables)
