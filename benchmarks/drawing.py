"""Diagrams as BPMN text: nodes hold ``{flows}`` where their incoming and outgoing flows are written."""

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

Flows = tuple[tuple[str, str], ...]

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:parcours="urn:ambition-emploi:bpmn:1"'
    ' id="definitions" targetNamespace="urn:benchmarks">\n'
)


def document(
    process: str, nodes: Iterable[str], flows: Flows, conditions: Mapping[tuple[str, str], str],
    inside: str = "", around: str = "",
) -> str:  # fmt: skip
    """A file with one process. ``inside``: our declarations; ``around``: messages."""
    drawn = "\n".join(_with_flows(node, flows) for node in nodes)
    lines = "\n".join(_flow(flow, conditions.get(flow, "")) for flow in flows)
    label = ' parcours:label="reference"' if inside else ""
    return (
        f"{_HEAD}{around}"
        f'<bpmn:process id="{process}" name="{process}" isExecutable="true"{label}>\n{inside}{drawn}\n{lines}\n'
        "</bpmn:process>\n</bpmn:definitions>\n"
    )


def declarations(names: Iterable[str], tasks: Iterable[str]) -> str:
    """Our variables (texts, unless they are known to be another thing) and a lane of the lycée around the tasks."""
    types = {"amount": "number", "approved": "boolean", "items": "list", "stop": "boolean"}
    declared = "".join(
        f'<parcours:variable name="{name}" type="{types.get(name, "string")}" side="both" retention="parcours"'
        f' label="{name}"/>\n'
        for name in ("lycee", *names)
    )
    inside = "".join(f"<bpmn:flowNodeRef>{task}</bpmn:flowNodeRef>" for task in tasks)
    return (
        f"<bpmn:extensionElements><parcours:variables>{declared}</parcours:variables></bpmn:extensionElements>\n"
        '<bpmn:laneSet id="lanes"><bpmn:lane id="lane" name="Lycée" parcours:organisation="lycee">'
        f"{inside}</bpmn:lane></bpmn:laneSet>\n"
    )


def user(task: str, *, ours: bool) -> str:
    attributes = f' parcours:role="referent" parcours:form="{task}"' if ours else ""
    return f'<bpmn:userTask id="{task}" name="Task {task}"{attributes}>{{flows}}</bpmn:userTask>'


def plain_node(tag: str, id: str, attributes: str = "") -> str:
    return f'<bpmn:{tag} id="{id}" name="{id}"{attributes}>{{flows}}</bpmn:{tag}>'


def _with_flows(node: str, flows: Flows) -> str:
    id = node.split('id="', 1)[1].split('"', 1)[0]
    incoming = "".join(f"<bpmn:incoming>f_{a}_{b}</bpmn:incoming>" for a, b in flows if b == id)
    outgoing = "".join(f"<bpmn:outgoing>f_{a}_{b}</bpmn:outgoing>" for a, b in flows if a == id)
    return node.replace("{flows}", incoming + outgoing)


def _flow(flow: tuple[str, str], condition: str) -> str:
    source, target = flow
    kind = 'xsi:type="bpmn:tFormalExpression"'
    inner = f"<bpmn:conditionExpression {kind}>{escape(condition)}</bpmn:conditionExpression>"
    return (
        f'<bpmn:sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inner if condition else ''}</bpmn:sequenceFlow>"
    )
