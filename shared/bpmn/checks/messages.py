"""Messages: each declared type is thrown or caught here, comes from the right service, and fits its variables."""

import re
from collections.abc import Iterator

from shared.bpmn.checks.data import Names, Place, places
from shared.bpmn.findings import Findings
from shared.bpmn.model import THROWING, MessageType, Process
from shared.bpmn.reading.library import Library
from shared.bpmn.vocabulary import Vocabulary

_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.v[1-9][0-9]*", re.ASCII)


def check_messages(process: Process, library: Library, vocabulary: Vocabulary, findings: Findings) -> None:
    used = {place.node.trigger.name for place in _message_places(process)}
    for message in process.messages.values():
        _check_declaration(message, used, findings)
        _check_twins(process, message, library, findings)
    for place in _message_places(process):
        message = process.messages[place.node.trigger.name]
        _check_sender(place, message, vocabulary, findings)
        _check_fields(place, message, findings)
    _check_drawing(process, findings)


def _check_drawing(process: Process, findings: Findings) -> None:
    """Where other services are drawn, every message has its message flow, and every flow its message."""
    if process.drawn is None:
        return
    nodes = {place.node.id: place.node for place in places(process)}
    talking = {place.node.id: place.node.type in THROWING for place in _message_places(process)}
    for node_id, throws in sorted(talking.items()):
        right, wrong = (process.drawn.leave, process.drawn.enter)[:: 1 if throws else -1]
        if node_id in wrong:
            findings.add("flow_the_wrong_way", node_id, nodes[node_id].name)
        elif node_id not in right:
            findings.add("message_without_flow", node_id, nodes[node_id].name)
    for node_id in sorted((process.drawn.leave | process.drawn.enter) & set(nodes) - set(talking)):
        findings.add("flow_without_message", node_id, nodes[node_id].name)


def _message_places(process: Process) -> Iterator[Place]:
    return (place for place in places(process) if place.node.trigger.kind == "message")


def _check_declaration(message: MessageType, used: set[str], findings: Findings) -> None:
    if not _NAME.fullmatch(message.name):
        findings.add("message_name", message.id, message.name, allowed=("service.evenement.v1",))
    if message.name not in used:
        findings.add("message_unused", message.id, message.name)


def _check_twins(process: Process, message: MessageType, library: Library, findings: Findings) -> None:
    for other in library.processes.values():
        twin = other.messages.get(message.name)
        if twin is not None and _wire(twin) != _wire(message):
            findings.add("message_differs", message.id, message.name, other=other.file)


def _wire(message: MessageType) -> set[tuple[str, str]]:
    return {(field.name, field.type) for field in message.fields}


def _check_sender(place: Place, message: MessageType, vocabulary: Vocabulary, findings: Findings) -> None:
    """The first part of a message's name is the service that sends it; '' when no service is known."""
    if not vocabulary.service:
        return
    node, throws = place.node, place.node.type in THROWING
    ours = message.name.partition(".")[0] == vocabulary.service
    if throws != ours:
        code = "message_of_another" if throws else "message_of_ours"
        findings.add(code, node.id, node.name, message=message.name, service=vocabulary.service)


def _check_fields(place: Place, message: MessageType, findings: Findings) -> None:
    names: Names = place.names if place.node.multi else place.outer
    throws = place.node.type in THROWING
    for field in message.fields if throws else (*message.fields, *message.former):
        if field.variable not in names:
            findings.add("field_without_variable", place.node.id, place.node.name, field=field.name,
                         message=message.name, variable=field.variable, allowed=sorted(names))  # fmt: skip
        elif names[field.variable].type != field.type:
            findings.add("variable_type", place.node.id, place.node.name, variable=field.variable,
                         type=names[field.variable].type, wanted=field.type)  # fmt: skip
