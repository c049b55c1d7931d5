"""Decision tables: rules, hit policies, allowed and default outputs."""

import pytest

from tests.dmn.models import NOW, answer, decision, default, input_data, model, table, values

LEVELS = '"haut", "moyen", "bas"'


def _one(policy: str, *, aggregation: str = "", extra: str = "") -> object:
    rules = [("< 10", '"bas"'), ("[5..20]", '"haut"'), ("> 15", '"moyen"'), ("3", '"bas"')]
    body = table(policy, ["x"], ["r"], rules, aggregation=aggregation, extra=[extra])
    return model(input_data("x"), decision("d", body, "input:x"))


@pytest.mark.parametrize(
    ("policy", "x", "expected"),
    [
        ("UNIQUE", 1, "bas"),
        ("UNIQUE", 7, None),
        ("UNIQUE", 100, "moyen"),
        ("U", 1, "bas"),
        ("FIRST", 7, "bas"),
        ("FIRST", 18, "haut"),
        ("ANY", 3, "bas"),
        ("ANY", 7, None),
        ("PRIORITY", 7, "haut"),
        ("PRIORITY", 18, "haut"),
        ("PRIORITY", 100, "moyen"),
        ("RULE ORDER", 7, ["bas", "haut"]),
        ("OUTPUT ORDER", 7, ["haut", "bas"]),
        ("COLLECT", 3, ["bas", "bas"]),
        ("COLLECT", 18, ["haut", "moyen"]),
    ],
)
def test_each_hit_policy_chooses_among_the_rules_that_apply(policy: str, x: int, expected: object) -> None:
    assert answer(_one(policy, extra=values("outputValues", LEVELS)), x=x) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("aggregation", "x", "expected"),
    [("SUM", 7, 30), ("MIN", 7, 10), ("MAX", 7, 20), ("COUNT", 7, 2), ("COUNT", 99, 0), ("SUM", 99, None)],
)
def test_collected_outputs_are_aggregated(aggregation: str, x: int, expected: object) -> None:
    body = table("COLLECT", ["x"], ["r"], [("< 10", "10"), ("[5..20]", "20")], aggregation=aggregation)
    assert answer(model(input_data("x"), decision("d", body, "input:x")), x=x) == expected


def test_several_outputs_make_a_context_and_are_ordered_from_the_first_column() -> None:
    extra = [values("outputValues", '"oui", "non"'), values("outputValues", "1, 2, 3")]
    rules = [("-", '"non"', "1"), ("-", '"oui"', "3"), ("-", '"oui"', "2")]
    body = table("OUTPUT ORDER", ["x"], ["avis", "rang"], rules, extra=extra)
    made = model(input_data("x"), decision("d", body, "input:x"))
    assert answer(made, x=1) == [
        {"avis": "oui", "rang": 2},
        {"avis": "oui", "rang": 3},
        {"avis": "non", "rang": 1},
    ]
    assert made.decisions["d"].outputs == ("avis", "rang")


def test_the_default_output_answers_when_no_rule_does() -> None:
    assert answer(_one("UNIQUE", extra=default('"rien"')), x=None) == "rien"  # type: ignore[arg-type]
    assert answer(_one("COLLECT", extra=default('"rien"')), x=None) == ["rien"]  # type: ignore[arg-type]
    assert answer(_one("COLLECT"), x=None) == []  # type: ignore[arg-type]


def test_an_undecided_table_says_why() -> None:
    several = _one("UNIQUE").evaluate("d", {"x": 7}, now=NOW)  # type: ignore[attr-defined]
    none = _one("FIRST").evaluate("d", {"x": None}, now=NOW)  # type: ignore[attr-defined]
    assert "several rules apply" in several.reasons[-1]
    assert "no rule applies" in none.reasons[-1]


def test_an_input_or_output_that_is_not_allowed_gives_null() -> None:
    body = table("UNIQUE", ["x"], ["r"], [("-", "x")], extra=[values("outputValues", "1, 2")])
    made = model(input_data("x"), decision("d", body, "input:x"))
    assert (answer(made, x=2), answer(made, x=3)) == (2, None)
    checked = body.replace("</inputExpression>", "</inputExpression>" + values("inputValues", "[1..5]"))
    made = model(input_data("x"), decision("d", checked, "input:x"))
    found = made.evaluate("d", {"x": 9}, now=NOW)
    assert found.value is None
    assert found.reasons == ("an input is not one of the values allowed for it (at character 1)",)


def test_cells_and_results_are_expressions_over_all_inputs() -> None:
    body = table(
        "FIRST", ["x", "y"], ["r"], [("> y", "-", "x - y"), ("-", "? > x + 5", '"loin"'), ("-", "-", "0")]
    )
    made = model(input_data("x"), input_data("y"), decision("d", body, "input:x", "input:y"))
    assert [answer(made, x=9, y=4), answer(made, x=1, y=9), answer(made, x=1, y=2)] == [5, "loin", 0]
