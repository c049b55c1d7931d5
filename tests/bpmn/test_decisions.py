"""What a decision is given, and what is kept of its answer: never another value than the table was made for."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.bpmn import Finding, ProcessFailure, check
from tests.dmn.models import decision, input_data, model_bytes, table, text, values
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Bpmn
from tests.support.bpmn_walk import Walk

Walks = Callable[..., Walk]
AGES = table("FIRST", ["x"], ["r"], [("< 18", '"mineur"'), ("-", '"majeur"')])


def _decided(x: str = "number", r: str = "string") -> Bpmn:
    diagram = Bpmn().variables(x=x, r=r).start()
    diagram.node("businessRuleTask", "decider", parcours__decision="d", parcours__result="r")
    return diagram.user("voir").end().chain("debut", "decider", "voir", "fin")


def _dmn(body: str, type_ref: str = "Any", *parts: str, answers: str = "") -> dict[str, bytes]:
    made = decision("d", body, "input:x", type_ref=answers)
    return {"d.dmn": model_bytes(*parts, input_data("x", type_ref), made)}


def _found(diagram: Bpmn, dmn: dict[str, bytes]) -> list[tuple[str, dict[str, Any]]]:
    findings: tuple[Finding, ...] = check(b.files(diagram, dmn=dmn), b.vocabulary())
    return [(finding.code, dict(finding.params)) for finding in findings]


ITEMS = '<itemDefinition name="tTextes" isCollection="true"><typeRef>string</typeRef></itemDefinition>'


@pytest.mark.parametrize(
    ("variable", "wanted"),
    [
        ("string", "number"),
        ("number", "string"),
        ("dateTime", "date"),
        ("duration", "years and months duration"),
        ("list", "string"),
        ("number", "tTextes"),
    ],
)
def test_an_input_of_another_type_than_the_variable_is_told(variable: str, wanted: str) -> None:
    [(code, params)] = _found(_decided(variable), _dmn(AGES, wanted, ITEMS))
    told = {"years and months duration": "yearsMonthsDuration", "tTextes": "list"}.get(wanted, wanted)
    assert (code, params) == ("variable_type", {"variable": "x", "type": variable, "wanted": told})


@pytest.mark.parametrize(
    ("variable", "wanted"),
    [
        ("string", "Any"),
        ("date", "date and time"),
        ("duration", "days and time duration"),
        ("list", "tTextes"),
        ("string", "tTextes"),
    ],
)
def test_an_input_that_takes_what_the_variable_holds_is_not_told(variable: str, wanted: str) -> None:
    assert _found(_decided(variable), _dmn(AGES, wanted, ITEMS)) == []


def test_an_answer_of_another_type_than_the_variable_is_told() -> None:
    [(code, params)] = _found(_decided(r="number"), _dmn(AGES, answers="string"))
    assert (code, params) == ("variable_type", {"variable": "r", "type": "number", "wanted": "string"})


TYPED = AGES.replace("<inputExpression>", '<inputExpression typeRef="number">')
ALLOWED = values("allowedValues", '"bas", "haut"')
LEVELS = f'<itemDefinition name="tNiveau"><typeRef>string</typeRef>{ALLOWED}</itemDefinition>'
BY_LEVEL = table("FIRST", ["x"], ["r"], [('"bas"', '"a"'), ("-", '"b"')])


@pytest.mark.parametrize(
    ("variable", "x", "dmn"),
    [
        ("string", "16", _dmn(TYPED)),
        ("string", "moyen", _dmn(BY_LEVEL, "tNiveau", LEVELS)),
        ("list", [1], _dmn(AGES, "tTextes", ITEMS)),
    ],
)
def test_an_input_that_is_not_of_its_type_is_an_incident_and_not_the_row_for_anything(
    walk: Walks, variable: str, x: object, dmn: dict[str, bytes]
) -> None:
    with pytest.raises(ProcessFailure) as failed:
        walk(_decided(variable), dmn=dmn).start(x=x)
    assert (failed.value.element_id, failed.value.reason) == ("decider", "decision_failed")


@pytest.mark.parametrize("dmn", [_dmn(TYPED, "number"), _dmn(BY_LEVEL, "tNiveau", LEVELS)])
def test_an_input_that_nobody_gave_is_null_and_takes_its_row(walk: Walks, dmn: dict[str, bytes]) -> None:
    variable = "string" if "tNiveau" in str(dmn) else "number"
    assert walk(_decided(variable), dmn=dmn).start().value("r") in ("majeur", "b")


def _of_two(policy: str, *rules: tuple[str, str, str]) -> dict[str, bytes]:
    return _dmn(table(policy, ["x"], ["a", "b"], rules), "number")


NUMBERS = table("FIRST", ["x"], ["a", "b"], [("-", '"oui"', '"12"')]).replace(
    '<output name="b">', '<output name="b" typeRef="number">'
)
DEFAULTS = table(
    "FIRST", ["x"], ["a", "b"], [("0", "1", "2")], extra=[values("defaultOutputEntry", "x / 0")] * 2
)
BOXED = (
    '<context><contextEntry><variable name="a"/><literalExpression><text>x / 0</text></literalExpression>'
    "</contextEntry></context>"
)  # fmt: skip


@pytest.mark.parametrize(
    ("r", "dmn"),
    [
        ("context", _of_two("FIRST", ("-", '"oui"', "x / 0"))),
        ("list", _of_two("COLLECT", ("-", '"oui"', "1"), ("-", '"oui"', "x / 0"))),
        ("list", _dmn(table("RULE ORDER", ["x"], ["r"], [("-", "1"), ("-", "x / 0")]), "number")),
        ("context", _dmn(NUMBERS, "number")),
        ("context", _dmn(DEFAULTS, "number")),
        ("context", _dmn(BOXED, "number")),
        ("list", _dmn(f"<list>{text('1')}{text('x / 0')}</list>", "number")),
        ("list", _dmn(f'<relation><column name="a"/><row>{text("x / 0")}</row></relation>', "number")),
    ],
)
def test_a_part_of_an_answer_that_fails_is_an_incident_and_not_a_null(
    walk: Walks, r: str, dmn: dict[str, bytes]
) -> None:
    with pytest.raises(ProcessFailure) as failed:
        walk(_decided(r=r), dmn=dmn).start(x=16)
    assert (failed.value.element_id, failed.value.reason) == ("decider", "decision_failed")


def test_a_cell_that_is_null_or_empty_is_part_of_the_answer(walk: Walks) -> None:
    dmn = _of_two("FIRST", ("< 18", "null", ""), ("-", "1", "2"))
    assert walk(_decided(r="context"), dmn=dmn).start(x=16).value("r") == {"a": None, "b": None}
    assert walk(_decided(r="context"), dmn=dmn).start().value("r") == {"a": 1, "b": 2}
