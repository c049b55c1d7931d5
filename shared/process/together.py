"""The diagrams of all services together: whether each message has a sender and a receiver, and each parcours an end."""

from collections.abc import Iterator, Mapping, Sequence

from shared.bpmn import Definition, Finding, Vocabulary
from shared.bpmn.soundness.across import check_across
from shared.bpmn.soundness.flags import Writing
from shared.bpmn.soundness.parts import Member

Services = Mapping[str, Sequence[Definition]]


def check_together(services: Services, vocabularies: Mapping[str, Vocabulary]) -> list[Finding]:
    """Findings about the parcours as a whole. ``vocabularies``: of each service, for what its operations write."""
    found = list(_without_partner(services))
    return found or list(check_across(list(_members(services, vocabularies))))


def _without_partner(services: Services) -> Iterator[Finding]:
    definitions = [definition for each in services.values() for definition in each]
    thrown = {name: each for each in reversed(definitions) for name in each.thrown_messages}
    caught = {
        name: each for each in reversed(definitions) for name in (*each.start_messages, *each.caught_messages)
    }
    for name in sorted(thrown.keys() - caught.keys()):
        yield _at(thrown[name], name, "thrown_to_nobody")
    for name in sorted(caught.keys() - thrown.keys()):
        yield _at(caught[name], name, "awaited_from_nobody")


def _at(definition: Definition, message: str, code: str) -> Finding:
    """A finding at the first element that throws or awaits the message."""
    for process in definition.processes.values():
        for _, node in process.scope.everything():
            if (node.trigger.kind, node.trigger.name) == ("message", message):
                return Finding(process.file, node.id, node.name, code, {"message": message})
    return Finding(definition.process.file, message, "", code, {"message": message})


def _members(services: Services, vocabularies: Mapping[str, Vocabulary]) -> Iterator[Member]:
    """The processes that a person or a message starts: the others are played where they are called."""
    for service, definitions in services.items():
        called = {
            node.called
            for each in definitions for _, node in each.process.scope.everything() if node.called
        }  # fmt: skip
        operations = vocabularies[service].operations if service in vocabularies else {}
        written = {name: operation.writes for name, operation in operations.items()}
        for each in definitions:
            if each.process_id not in called or each.start_messages:
                writing = Writing(each.plan.form_outputs, written)
                yield Member(service, each.process, each.processes, writing)
