"""The process W1, drawn once for both sides, and the data that goes through it.

start → u1 → X1 (amount > 1000 ? u2 : end) → u2 → u3 [timer P365D → end] → message → AND (u4 ∥ u5) AND → u6
→ X2 (approved ? u7 : end) → u7 → u8 → end: eight tasks for people, two choices, a fork and join, a timer that never
fires. Only ours throws the message: the floor has no outbox.
"""

import json
import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from benchmarks.drawing import declarations, document, plain_node, user

TASKS = tuple(f"u{number}" for number in range(1, 9))
SIZES = {500: "0.5 kB", 1_000: "1 kB", 4_000: "4 kB", 20_000: "20 kB"}
LYCEE = "0690043X"
MESSAGE = "banc.etape.v1"

FLOWS = (
    ("start", "u1"), ("u1", "x1"), ("x1", "u2"), ("x1", "end_small"), ("u2", "u3"), ("t1", "end_late"), ("s1", "u4"),
    ("s1", "u5"), ("u4", "j1"), ("u5", "j1"), ("j1", "u6"), ("u6", "x2"), ("x2", "u7"), ("x2", "end_rejected"),
    ("u7", "u8"), ("u8", "end"),
)  # fmt: skip


def start_variables(size: int) -> dict[str, Any]:
    """Variables of about ``size`` bytes of JSON: half text, half a list of small objects."""
    left = max(0, size - 170)
    items = [{"sku": f"S{i}", "qty": i, "price": Decimal(i * 3) / 2} for i in range(1 + left // 2 // 38)]
    return {
        "amount": 5000, "approved": True, "customer": "Sample Customer 0001", "currency": "EUR",
        "reference": "REF-2026-000001", "country": "DE", "offer": "standard-loan", "channel": "web",
        "note": _text(left // 2), "items": items,
    }  # fmt: skip


def _text(length: int) -> str:
    """Letters and blanks, the same each time; it can be compressed no better than what people write."""
    chosen = random.Random(1)  # noqa: S311 -- data, no secret
    return "".join(chosen.choices("eeeaaisnrtoludcmp  ", k=length))


def plain(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The same as JSON has them: the floor keeps floats."""
    found: dict[str, Any] = json.loads(as_json(variables))
    return found


def as_json(variables: Mapping[str, Any]) -> str:
    return json.dumps(variables, default=float, separators=(",", ":"))


def answers(task: str) -> dict[str, str]:
    """What a person hands in with a task: about 150 bytes."""
    return {f"{task}_decision": "accept", f"{task}_comment": _text(96), f"{task}_at": "2026-11-21T18:00:00Z"}


def spiff_xml() -> str:
    """W1 for bare SpiffWorkflow: conditions are Python, as it evaluates them."""
    nodes = [*_gateways(), _boundary('"P365D"'), *(user(task, ours=False) for task in TASKS)]
    conditions = {("x1", "u2"): "amount > 1000", ("x2", "u7"): "approved == True"}
    return document("w1", nodes, (*FLOWS, ("u3", "s1")), conditions)


def house_xml() -> str:
    """W1 for us: FEEL, declared variables, a lane, a form for each task, and a message on the way."""
    nodes = [*_gateways(), _boundary("P365D"), *(user(task, ours=True) for task in TASKS)]
    nodes.append(
        '<bpmn:intermediateThrowEvent id="tell" name="Dire">{flows}'
        '<bpmn:messageEventDefinition id="tell_definition" messageRef="message"/></bpmn:intermediateThrowEvent>'
    )
    conditions = {("x1", "u2"): "amount > 1000", ("x2", "u7"): "approved = true"}
    message = (
        f'<bpmn:message id="message" name="{MESSAGE}"><bpmn:extensionElements>'
        '<parcours:field name="reference" type="string"/></bpmn:extensionElements></bpmn:message>\n'
    )
    names = [*start_variables(0), *(name for task in TASKS for name in answers(task))]
    flows = (*FLOWS, ("u3", "tell"), ("tell", "s1"))
    return document("w1", nodes, flows, conditions, declarations(names, TASKS), message)


def forms() -> Iterator[tuple[str, bytes]]:
    """File name and content of each task's form: three fields, one of them required."""
    for task in TASKS:
        yield f"{task}.form", form(task, {name: name.endswith("decision") for name in answers(task)})


def form(key: str, fields: Mapping[str, bool]) -> bytes:
    """A form-js form of text fields; ``fields``: name → is it required."""
    components = [
        {"type": "textfield", "id": f"F_{name}", "key": name, "label": name.replace("_", " "),
         "validate": {"required": required, "maxLength": 200}}
        for name, required in fields.items()
    ]  # fmt: skip
    return json.dumps({"type": "default", "id": key, "schemaVersion": 19, "components": components}).encode()


def _gateways() -> list[str]:
    ends = ("end", "end_small", "end_rejected", "end_late")
    choices = (("x1", "end_small"), ("x2", "end_rejected"))
    nodes = [plain_node("startEvent", "start"), *(plain_node("endEvent", id) for id in ends)]
    nodes += [plain_node("exclusiveGateway", id, f' default="f_{id}_{end}"') for id, end in choices]
    return nodes + [plain_node("parallelGateway", id) for id in ("s1", "j1")]


def _boundary(duration: str) -> str:
    return (
        '<bpmn:boundaryEvent id="t1" name="t1" attachedToRef="u3" cancelActivity="true">{flows}'
        '<bpmn:timerEventDefinition id="td1"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">'
        f"{duration}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )
