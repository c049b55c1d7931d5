"""Diagrams in one line each, for the table of models.

``debut > P; P > un > Q; P > deux > Q; Q > fin``: flows, and nodes by their names. ``X…``, ``P…``, ``I…`` and ``E…`` are
exclusive, parallel, inclusive and event gateways; ``fin…`` ends, ``stop…`` terminates, ``s_…`` is a script, ``m_…`` and
``t_…`` catch a message and a timer, ``erreur…`` and ``escalade…`` are ends that throw; all others are user tasks.
``un!delai > …`` is a timer on ``un`` that interrupts, ``un~rappel > …`` one that does not, ``un!refus > …`` a refusal.
``X [x = "a"]> un``: a condition; of the flows without one the first is the default.
"""

import re

from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn

_GATEWAYS = {
    "X": "exclusiveGateway", "P": "parallelGateway", "I": "inclusiveGateway", "E": "eventBasedGateway",
}  # fmt: skip
_STEP = re.compile(r"\s*(?:\[([^\]]*)\])?>\s*")


def diagram(text: str, id: str = "essai", **bodies: str) -> Bpmn:
    """A process; ``bodies``: name of a subprocess → what is in it."""
    made = (
        Bpmn(id)
        .variables(x="string", n="number", oui="boolean")
        .error("e")
        .escalation("c")
        .message("bilan.m.v1")
    )
    _draw(made, text, bodies)
    if "m_" not in text and not any("m_" in body for body in bodies.values()):
        made._declarations = re.sub(r"<bpmn:message .*?</bpmn:message>\n", "", made._declarations)
    return made


def _draw(body: Body, text: str, bodies: dict[str, str]) -> None:
    flows = list(_flows(text))
    nodes = list(dict.fromkeys(node for source, _, target in flows for node in (source, target)))
    for node in nodes:
        _node(body, node, flows, bodies)
    for source, condition, target in flows:
        body.flow(_id(source), target, condition)


def _flows(text: str) -> "list[tuple[str, str, str]]":
    found = []
    for line in text.split(";"):
        parts = _STEP.split(line.strip())
        nodes, conditions = parts[::2], parts[1::2]
        found += [(nodes[at], conditions[at] or "", nodes[at + 1]) for at in range(len(conditions))]
    return found


def _id(node: str) -> str:
    return node.partition("!")[2] or node.partition("~")[2] or node


def _node(body: Body, node: str, flows: "list[tuple[str, str, str]]", bodies: dict[str, str]) -> None:
    if "!" in node or "~" in node:
        _event(body, node)
    elif node in bodies:
        inner = Body()
        _draw(inner, bodies[node], bodies)
        body.sub(node, inner)
    elif node[0] in _GATEWAYS:
        ways = [(condition, target) for source, condition, target in flows if source == node]
        plain = [target for condition, target in ways if not condition]
        decides = node[0] in "XI" and len(ways) > 1 and plain
        default = {"default": f"f_{node}_{plain[0]}"} if decides else {}
        body.node(_GATEWAYS[node[0]], node, name="", **default)
    else:
        _simple(body, node)


def _event(body: Body, node: str) -> None:
    host, event = re.split("[!~]", node)
    kinds = {"refus": b.error("refus"), "rate": b.error("e"), "monte": b.escalation("c")}
    kind = next((made for start, made in kinds.items() if event.startswith(start)), b.timer("P1D"))
    body.boundary(event, host, kind, "!" in node)
    if event.startswith("refus") and isinstance(body, Bpmn):
        body.error("refus")


def _simple(body: Body, node: str) -> None:
    if node.startswith("debut"):
        body.start(node)
    elif node.startswith("fin"):
        body.end(node)
    elif node.startswith("stop"):
        body.end(node, b.terminate())
    elif node.startswith("erreur"):
        body.end(node, b.error("e"))
    elif node.startswith("escalade"):
        body.end(node, b.escalation("c"))
    elif node.startswith("s_"):
        body.script(node, "n = 1")
    elif node.startswith("m_"):
        body.node("intermediateCatchEvent", node, b.message("m"))
    elif node.startswith("t_"):
        body.node("intermediateCatchEvent", node, b.timer("P1D"))
    elif node.startswith("choisir"):
        body.user(node, outputs=["x"])
    else:
        body.user(node)
