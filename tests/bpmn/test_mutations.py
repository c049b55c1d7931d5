"""The shipped diagrams, damaged in their structure: whatever is dropped, doubled, renamed or swapped, a verdict."""

from copy import deepcopy
from random import Random
from typing import Any

import pytest
from lxml import etree

from shared.bpmn.report import as_json, as_text, verdict
from shared.bpmn.standalone import check_files
from tests.diagrams.files import PARTS, SERVICES, SOLUTIONS, diagram, diagram_path

ROUNDS = 120
CALLED = {"enrolment": tuple(PARTS), "accompaniment": SOLUTIONS, "bilan": ()}
_NAMES = (
    "task",
    "subProcess",
    "boundaryEvent",
    "startEvent",
    "callActivity",
    "process",
    "x",
    "message",
    "lane",
)
_VALUES = ("", "x", "true", "é", "a b", "tns:x", "-1", "Gateway_0", "=", "P1D", "0" * 400, "\t", "null")


def _pick(root: Any, chance: Random) -> Any:
    """An element of the process part, or the root itself."""
    inside = [
        element for element in root.iter() if "/DD/" not in str(element.tag) and "/DI" not in str(element.tag)
    ]
    return chance.choice(inside)


def drop_element(root: Any, chance: Random) -> None:
    element = _pick(root, chance)
    if element is not root:
        element.getparent().remove(element)


def double_element(root: Any, chance: Random) -> None:
    element = _pick(root, chance)
    if element is not root:
        element.getparent().append(deepcopy(element))


def move_element(root: Any, chance: Random) -> None:
    element, target = _pick(root, chance), _pick(root, chance)
    if element is not root and element not in target.iterancestors() and element is not target:
        target.append(element)


def rename_element(root: Any, chance: Random) -> None:
    element = _pick(root, chance)
    element.tag = f"{{{etree.QName(element).namespace}}}{chance.choice(_NAMES)}"


def drop_attribute(root: Any, chance: Random) -> None:
    element = _pick(root, chance)
    if element.attrib:
        del element.attrib[chance.choice(sorted(element.attrib))]


def change_attribute(root: Any, chance: Random) -> None:
    element = _pick(root, chance)
    if element.attrib:
        element.set(chance.choice(sorted(element.attrib)), chance.choice(_VALUES))


def rename_attribute(root: Any, chance: Random) -> None:
    element = _pick(root, chance)
    if element.attrib:
        name = chance.choice(sorted(element.attrib))
        element.set(
            chance.choice(("id", "sourceRef", "default", "triggeredByEvent", "isInterrupting", name + "s")),
            element.attrib.pop(name),
        )


def swap_values(root: Any, chance: Random) -> None:
    """Two attributes of two elements, ids and references among them."""
    one, other = _pick(root, chance), _pick(root, chance)
    if one.attrib and other.attrib:
        a, b = chance.choice(sorted(one.attrib)), chance.choice(sorted(other.attrib))
        one.attrib[a], other.attrib[b] = other.attrib[b], one.attrib[a]


def change_text(root: Any, chance: Random) -> None:
    _pick(root, chance).text = chance.choice((*_VALUES, "1 + ", "a.b.c[", "now() > today()", "R/P1D"))


MUTATIONS = (
    drop_element, double_element, move_element, rename_element, drop_attribute, change_attribute, rename_attribute,
    swap_values, change_text,
)  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_a_damaged_diagram_gets_a_verdict_and_each_refusal_a_sentence(service: str) -> None:
    chance, codes = Random(3), set()
    called = {f"{process}.bpmn": diagram_path(process).read_bytes() for process in CALLED[service]}
    for number in range(ROUNDS):
        root = deepcopy(diagram(service))
        done = [chance.choice(MUTATIONS) for _ in range(chance.choice((1, 1, 2, 5)))]
        for mutation in done:
            mutation(root, chance)
        found = check_files({"x.bpmn": etree.tostring(root), **called})
        assert as_text(["x.bpmn"], found), (number, done)
        assert as_json(found), (number, done)
        assert (verdict(found) == 0) == (not found)
        codes.add(verdict(found))
    assert {0, 1} <= codes <= {0, 1, 2}  # damage that means nothing, damage that does
