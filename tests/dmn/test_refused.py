"""Models that are refused, part by part, by name."""

import pytest

from shared.catalogue import sentence
from shared.dmn import DmnRefused, parse_dmn
from tests.dmn.models import answer, decision, default, input_data, model_bytes, table, text

TABLE = table("UNIQUE", ["x"], ["r"], [("1", "2")])
WRONG = {
    "unknown_element": decision("d", "<decisionTree/>"),
    "unknown_attribute": decision("d", TABLE.replace("hitPolicy=", "hitpolicy="), "input:x"),
    "hit_policy": decision("d", TABLE.replace("UNIQUE", "LAST"), "input:x"),
    "hit_policy_order": decision("d", TABLE.replace("UNIQUE", "PRIORITY"), "input:x"),
    "aggregation": decision(
        "d", TABLE.replace('hitPolicy="UNIQUE"', 'hitPolicy="ANY" aggregation="SUM"'), "input:x"
    ),
    "rule_shape": decision("d", TABLE.replace("<outputEntry><text>2</text></outputEntry>", ""), "input:x"),
    "outputs": decision("d", TABLE.replace("<output></output>", ""), "input:x").replace(
        "<outputEntry><text>2</text></outputEntry>", ""
    ),
    "input_expression": decision("d", TABLE.replace("<text>x</text>", "<text/>"), "input:x"),
    "not_feel": decision("d", text("1 +")),
    "unknown_name": decision("d", text("x + inconnu"), "input:x"),
    "empty": decision("d", text("")),
    "language": decision(
        "d", text("1").replace("<literalExpression>", '<literalExpression expressionLanguage="js">')
    ),
    "unknown_type": decision("d", text("1"), type_ref="tInconnu"),
    "type_cycle": '<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>',
    "reference": decision("d", text("1"), "input:absent"),
    "cycle": decision("d", text("1"), "decision:d"),
    "identity": decision("x", text("1"), identifier="x"),
    "decision_twice": decision("d", text("1"), identifier="a") + decision("e", text("2"), identifier="d"),
    "given_twice": decision("d", text("1") + text("2")),
    "import": '<import namespace="urn:autre" name="a" importType="x"/>',
    "function_kind": decision("d", f'<functionDefinition kind="Java">{text("1")}</functionDefinition>'),
    "no_expression": decision("d", f"<conditional><if>{text('true')}</if></conditional>"),
    "row_shape": decision("d", f'<relation><column name="a"/><row>{text("1")}{text("2")}</row></relation>'),
}


@pytest.mark.parametrize("code", WRONG)
def test_a_wrong_part_is_refused_by_name(code: str) -> None:
    with pytest.raises(DmnRefused) as refused:
        parse_dmn(model_bytes(input_data("x"), WRONG[code]))
    finding = next(f for f in refused.value.findings if f.code == code)
    assert finding.element_id or code == "import"
    assert finding.message in str(refused.value)
    assert sentence(f"dmn.{code}", **dict(finding.params))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<definitions", "not_xml"),
        (b"\xff\xfe\x00", "not_xml"),
        (b"<definitions xmlns='urn:other'/>", "not_dmn"),
        (b"<!DOCTYPE d [<!ENTITY a 'b'>]>" + model_bytes(decision("d", text("1"))), "doctype"),
        (b" " * 2_000_001, "too_large"),
        (model_bytes(decision("d", "<list>" * 240 + text("1") + "</list>" * 240)), "too_deep"),
        (model_bytes("<x>" * 300 + "</x>" * 300), "not_xml"),
    ],
)
def test_a_file_that_is_no_model_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(DmnRefused) as refused:
        parse_dmn(content)
    assert refused.value.findings[0].code == code
    assert sentence(f"dmn.{code}")


CELL = "<inputEntry><text>1</text></inputEntry>"
RESULT = "<outputEntry><text>2</text></outputEntry>"


@pytest.mark.parametrize(
    "body",
    [
        TABLE.replace(CELL, "<inputEntry><text>1</text><text>2</text></inputEntry>"),
        TABLE.replace(RESULT, f"<outputEntry><text>2</text>{text('3')}</outputEntry>"),
        TABLE.replace("<output>", f"<output>{default('1')}{default('2')}"),
        TABLE.replace("</inputExpression>", "</inputExpression><inputExpression><text>x</text></inputExpression>"),
        f"<context><contextEntry>{text('1')}<list>{text('2')}</list></contextEntry></context>",
        f"<conditional><if>{text('true')}</if><then>{text('1')}</then><then>{text('2')}</then></conditional>",
    ],
)  # fmt: skip
def test_a_second_part_that_would_not_be_read_is_refused(body: str) -> None:
    with pytest.raises(DmnRefused) as refused:
        parse_dmn(model_bytes(input_data("x"), decision("d", body, "input:x")))
    assert "given_twice" in {finding.code for finding in refused.value.findings}


def test_the_items_of_a_list_are_as_many_as_one_likes() -> None:
    content = model_bytes(decision("d", f"<list>{text('1')}{text('2')}</list>"))
    assert answer(parse_dmn(content)) == [1, 2]


@pytest.mark.parametrize("empty", [decision("d", ""), '<businessKnowledgeModel id="d" name="d"/>'])
def test_a_decision_that_could_only_fail_is_refused(empty: str) -> None:
    with pytest.raises(DmnRefused) as refused:
        parse_dmn(model_bytes(empty))
    assert [(finding.element_id, finding.code) for finding in refused.value.findings] == [
        ("d", "no_expression")
    ]


def test_every_finding_is_told_at_once() -> None:
    with pytest.raises(DmnRefused) as refused:
        parse_dmn(model_bytes(decision("a", text("1 +")), decision("b", text("inconnu"))))
    assert [f.element_id for f in refused.value.findings] == ["a", "b"]


def test_an_entity_reads_no_file() -> None:
    content = b'<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + model_bytes(
        decision("d", text("1"))
    )
    with pytest.raises(DmnRefused):
        parse_dmn(content)


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_models_of_every_version_from_1_1_to_1_5_are_read(namespace: str) -> None:
    assert answer(parse_dmn(model_bytes(decision("d", text("1")), namespace=namespace))) == 1


def test_diagrams_and_notes_of_tools_do_not_matter() -> None:
    notes = (
        '<extensionElements><x:y xmlns:x="urn:x"/></extensionElements><x:di xmlns:x="urn:x"><x:z/></x:di>'
        '<knowledgeSource id="k" name="k"/><textAnnotation id="n"><text>note</text></textAnnotation>'
    )
    assert answer(parse_dmn(model_bytes(notes, decision("d", text("1"))))) == 1
