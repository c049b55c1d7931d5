"""Boxed expressions, and decisions that require one another."""

from datetime import date

import pytest

from shared.dmn import DmnError, parse_dmn
from shared.feel import BudgetExceeded, FeelFunction
from tests.dmn.models import NOW, answer, decision, input_data, model, model_bytes, table, text

ENTRY = '<contextEntry><variable name="{name}"/>{body}</contextEntry>'
RESULT = "<contextEntry>{body}</contextEntry>"


def _knowledge(name: str, parameters: str, body: str) -> str:
    formal = "".join(f'<formalParameter name="{p}"/>' for p in parameters.split())
    logic = f"<encapsulatedLogic>{formal}{body}</encapsulatedLogic>"
    inside = f'<variable name="{name}"/>{logic}'
    return f'<businessKnowledgeModel id="{name}" name="{name}">{inside}</businessKnowledgeModel>'


def test_a_decision_uses_what_it_requires_through_other_decisions() -> None:
    made = model(
        input_data("Date de naissance", "date").replace('id="Date de naissance"', 'id="naissance"'),
        decision(
            "Age", text("years and months duration(Date de naissance, today()).years"), "input:naissance"
        ),
        decision("Majeur", text("Age >= 18"), "decision:Age"),
    )
    assert answer(made, "Majeur", **{"Date de naissance": date(2008, 7, 1)}) is True
    assert answer(made, "Majeur", **{"Date de naissance": date(2008, 7, 2)}) is False
    assert made.decisions["Majeur"].inputs.keys() == {"Date de naissance"}
    assert made.decisions["Majeur"].outputs == ("Majeur",)


def test_a_decision_is_found_by_its_id_and_by_its_name() -> None:
    made = model(decision("Le nom", text("1"), identifier="l_id"))
    assert (answer(made, "l_id"), answer(made, "Le nom")) == (1, 1)
    with pytest.raises(DmnError):
        made.evaluate("inconnue", {}, now=NOW)


@pytest.mark.parametrize("turned", [False, True])
def test_an_id_wins_over_the_name_of_another_decision(turned: bool) -> None:
    both = [decision("Classer", text("1"), identifier="tri"), decision("tri", text("2"), identifier="autre")]
    content = model_bytes(*(reversed(both) if turned else both))
    made = parse_dmn(content, lenient=True)
    assert [answer(made, name) for name in ("tri", "autre", "Classer")] == [1, 2, 1]


def test_an_input_that_is_not_given_or_of_another_type_is_null() -> None:
    made = model(input_data("x", "number"), decision("d", text("x = null"), "input:x"))
    assert (answer(made), answer(made, x="texte"), answer(made, x=1)) == (True, True, False)


def test_a_context_sees_its_entries_and_answers_with_its_result() -> None:
    entries = ENTRY.format(name="prix total", body=text("3")) + ENTRY.format(
        name="b", body=text("prix total * 2")
    )
    made = model(decision("d", f"<context>{entries}</context>"))
    assert answer(made) == {"prix total": 3, "b": 6}
    with_result = f"<context>{entries}{RESULT.format(body=text('b + 1'))}</context>"
    assert answer(model(decision("d", with_result))) == 7


def test_lists_and_relations_are_lists() -> None:
    assert answer(model(decision("d", f"<list>{text('1')}{text('2')}</list>"))) == [1, 2]
    rows = f'<column name="a"/><column name="b"/><row>{text("1")}{text("2")}</row><row>{text("3")}{text("4")}</row>'
    assert answer(model(decision("d", f"<relation>{rows}</relation>"))) == [
        {"a": 1, "b": 2},
        {"a": 3, "b": 4},
    ]


def test_knowledge_is_invoked_by_text_and_by_an_invocation() -> None:
    knowledge = _knowledge("double", "n", text("n * 2"))
    by_text = decision("d", text("double(4) + double(n: 1)"), "knowledge:double")
    assert answer(model(knowledge, by_text)) == 10
    binding = f'<binding><parameter name="n"/>{text("5")}</binding>'
    boxed = decision("d", f"<invocation>{text('double')}{binding}</invocation>", "knowledge:double")
    assert answer(model(knowledge, boxed)) == 10


def test_knowledge_can_hold_a_table_and_a_context_a_function() -> None:
    rules = [("< 18", '"mineur"'), (">= 18", '"majeur"')]
    knowledge = _knowledge("statut", "age", table("UNIQUE", ["age"], ["r"], rules))
    made = model(knowledge, decision("d", text("[statut(17), statut(18)]"), "knowledge:statut"))
    assert answer(made) == ["mineur", "majeur"]
    function = f'<functionDefinition><formalParameter name="n" typeRef="number"/>{text("n + 1")}</functionDefinition>'
    entries = ENTRY.format(name="f", body=function) + RESULT.format(body=text("f(1)"))
    assert answer(model(decision("d", f"<context>{entries}</context>"))) == 2


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            f"<conditional><if>{text('1 < 2')}</if><then>{text('1')}</then><else>{text('2')}</else></conditional>",
            1,
        ),
        (f"<filter><in>{text('[1, 2, 3]')}</in><match>{text('item > 1')}</match></filter>", [2, 3]),
        (f'<for iteratorVariable="i"><in>{text("1..3")}</in><return>{text("i * i")}</return></for>', None),
        (
            f'<for iteratorVariable="i"><in>{text("[1, 2]")}</in><return>{text("i * i")}</return></for>',
            [1, 4],
        ),
        (
            f'<some iteratorVariable="i"><in>{text("[1, 2]")}</in><satisfies>{text("i > 1")}</satisfies></some>',
            True,
        ),
        (
            f'<every iteratorVariable="i"><in>{text("[1, 2]")}</in><satisfies>{text("i > 1")}</satisfies></every>',
            False,
        ),
    ],
)
def test_the_boxed_forms_of_expressions_are_evaluated(body: str, expected: object) -> None:
    if expected is None:
        with pytest.raises(DmnError):
            model(decision("d", body))
    else:
        assert answer(model(decision("d", body))) == expected


def test_a_decision_service_is_a_function_of_its_inputs() -> None:
    service = (
        '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#somme"/>'
        '<inputDecision href="#base"/><inputData href="#x"/></decisionService>'
    )
    made = model(
        input_data("x"),
        decision("base", text("100")),
        decision("somme", text("base + x"), "decision:base", "input:x"),
        decision("d", text("s(1, 2)"), "knowledge:s"),
        service,
    )
    assert answer(made) == 3
    assert made.evaluate_service("s", {"x": 1, "base": 10}, now=NOW).value == 11


def test_item_definitions_check_what_comes_in_and_goes_out() -> None:
    definitions = (
        '<itemDefinition name="tIssue"><typeRef>string</typeRef>'
        '<allowedValues><text>"emploi", "formation"</text></allowedValues></itemDefinition>'
        '<itemDefinition name="tListe" isCollection="true"><typeRef>number</typeRef></itemDefinition>'
        '<itemDefinition name="tEleve"><itemComponent name="nom"><typeRef>string</typeRef></itemComponent>'
        '<itemComponent name="issue"><typeRef>tIssue</typeRef></itemComponent></itemDefinition>'
    )
    made = model(
        definitions,
        input_data("eleve", "tEleve"),
        decision("d", text("eleve.issue"), "input:eleve"),
        decision("liste", text("1"), type_ref="tListe"),
        decision("faux", text('"x"'), type_ref="tListe"),
    )
    assert answer(made, eleve={"nom": "Zoé", "issue": "emploi"}) == "emploi"
    assert answer(made, eleve={"nom": "Zoé", "issue": "rien"}) is None
    assert (answer(made, "liste"), answer(made, "faux")) == ([1], None)


def test_the_host_can_offer_functions_and_a_clock() -> None:
    double = FeelFunction("doubler", ("n",), lambda n: n * 2)
    content = model_bytes(decision("d", text("doubler(today().year)")))
    made = parse_dmn(content, functions={"doubler": double})
    assert made.evaluate("d", {}, now=NOW, functions={"doubler": double}).value == 4052


def test_a_model_can_import_another() -> None:
    imported = model_bytes(_knowledge("Dire bonjour", "nom", text('"Bonjour " + nom'))).replace(
        b"urn:m", b"urn:n"
    )
    imported = imported.replace(b'id="Dire bonjour"', b'id="bonjour"')
    content = model_bytes(
        '<import namespace="urn:n" name="autre" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
        decision("d", text('autre.Dire bonjour("Zoé")'), "knowledge:x").replace('"#x"', '"urn:n#bonjour"'),
    )
    assert answer(parse_dmn(content, imports=[imported])) == "Bonjour Zoé"


def test_a_decision_that_never_ends_is_stopped() -> None:
    made = model(decision("d", text("count(for i in 1..100000, j in 1..100000 return 1)")))
    with pytest.raises(BudgetExceeded):
        made.evaluate("d", {}, now=NOW)
