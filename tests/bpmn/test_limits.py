"""What ``workflows/README.md`` says of BPMN is what the engine's allow-list and the standard's schema say."""

import re
from importlib.resources import files

import pytest
from lxml import etree

from shared.bpmn.reading import documents
from shared.bpmn.reading.profile import ALLOWED
from tests.diagrams.files import WORKFLOWS

_XS = "{http://www.w3.org/2001/XMLSchema}"
_SCHEMA = files("SpiffWorkflow") / "bpmn" / "parser" / "schema" / "Semantic.xsd"
_OF_MANY = ("artifact", "expression", "formalExpression", "eventDefinition", "baseElementWithMixedContent",
            "callableElement", "dataAssociation")  # fmt: skip
_TEXT = (WORKFLOWS / "README.md").read_text(encoding="utf-8")


def _table(heading: str) -> set[str]:
    """The names of the table under a heading row."""
    rows = _TEXT.split(f"| | {heading} |\n", 1)[1].split("\n\n", 1)[0]
    return set(re.findall(r"`(\w+)`", rows))


def _standard() -> set[str]:
    """The elements of BPMN 2.0 that a file can hold: not the abstract ones that they are kinds of."""
    root = etree.fromstring(_SCHEMA.read_bytes())
    abstract = {
        kind.get("name") for kind in root.findall(f"{_XS}complexType") if kind.get("abstract") == "true"
    }
    return {
        str(element.get("name"))
        for element in root.findall(f"{_XS}element")
        if element.get("abstract") != "true" and element.get("type") not in abstract
    } - set(_OF_MANY)


def test_what_is_said_to_run_is_what_the_profile_allows() -> None:
    assert _table("elements that run") == {name for name in ALLOWED if ":" not in name}


def test_all_else_of_the_standard_is_said_to_be_refused() -> None:
    assert _table("refused by name") == _standard() - ALLOWED.keys() | {"import"}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (documents.MAX_NODES, "300 nodes"),
        (documents.MAX_FLOWS, "1 000 flows"),
        (documents.MAX_PARTS, "50 000 elements"),
        (documents.MAX_BYTES, "2 MB"),
    ],
)
def test_the_sizes_are_those_of_the_reader(number: int, said: str) -> None:
    assert said in _TEXT
    assert str(number).startswith(said.split(maxsplit=1)[0])
