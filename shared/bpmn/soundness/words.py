"""How a run is told: one word per element, with what the world did in brackets. French, from the catalogue."""

from collections.abc import Iterable

from shared.bpmn.model import REFUSAL, Flow, Node
from shared.catalogue import sentence

FROM_OUTSIDE = ("message", "timer", "signal", "conditional")
Word = tuple[str, str]
"""(element id, what is said of it)"""


def name_of(node: Node) -> str:
    return node.name or node.id


def done(node: Node) -> Word:
    """The element was passed: a person did the task, the message came, or it went by itself."""
    if node.type == "userTask":
        return node.id, _with(name_of(node), "run_done")
    if (
        node.type in ("intermediateCatchEvent", "receiveTask", "startEvent")
        and node.trigger.kind in FROM_OUTSIDE
    ):
        return node.id, _with(name_of(node), f"run_{node.trigger.kind}")
    return node.id, name_of(node)


def happened(event: Node, host: Node) -> Word:
    """A boundary event has happened on its host."""
    if event.trigger.kind == "error" and host.type == "userTask" and event.trigger.name == REFUSAL:
        return event.id, _with(name_of(host), "run_refusal")
    return event.id, _with(name_of(event), f"run_{event.trigger.kind}")


def passed(node: Node) -> tuple[Word, ...]:
    """A gateway without a name says nothing."""
    return ((node.id, node.name),) if node.name else ()


def chosen(node: Node, flow: Flow, alone: bool) -> tuple[Word, ...]:
    """A gateway was left by one of its flows."""
    answer = "" if alone or not flow.name else f"[{flow.name}]"
    said = " ".join(part for part in (node.name, answer) if part)
    return ((node.id, said),) if said else ()


def up_to(words: Iterable[Word], element_id: str) -> tuple[Word, ...]:
    """The words before the first one about an element."""
    found: list[Word] = []
    for word in words:
        if word[0] == element_id:
            break
        found.append(word)
    return tuple(found)


def run_of(words: Iterable[Word], *last: Word) -> tuple[str, ...]:
    """The texts; what comes last is not said twice."""
    texts = [text for _, text in words]
    for _, text in last:
        texts += [] if texts[-1:] == [text] else [text]
    return tuple(texts)


def _with(name: str, key: str) -> str:
    return f"{name} [{sentence(f'bpmn.{key}')}]"
