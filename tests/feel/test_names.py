"""Names with spaces and signs, and the names that an expression reads."""

import pytest

from shared.feel import FeelFunction, compile_expression, compile_unary_tests
from tests.feel.tools import NOW, value


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("Monthly Salary * 12", {"Monthly Salary": 100}, 1200),
        ("Monthly  Salary*12", {"Monthly Salary": 100}, 1200),
        ("a-b", {"a-b": 5}, 5),
        ("a-b", {"a": 5, "b": 3}, 2),
        ("a - b", {"a": 5, "b": 3, "a-b": 100}, 100),
        ("fin de statut le", {"fin de statut le": 1}, 1),
        ("date de sortie and vrai", {"date de sortie": True, "vrai": True}, True),
        ("l'élève", {"l'élève": "Zoé"}, "Zoé"),
        ("personne.nom complet", {"personne": {"nom complet": "Zoé"}}, "Zoé"),
        ("{prix total: 3, double: prix total * 2}.double", {}, 6),
        ("for un nombre in [1, 2] return un nombre + 1", {}, [2, 3]),
        ("(function(un a: number, b) un a + b)(1, 2)", {}, 3),
        ("(function(un a, b) un a - b)(b: 1, un a: 4)", {}, 3),
        ("some une note in notes satisfies une note > 10", {"notes": [11]}, True),
        ("in stock + 1", {"in stock": 1}, 2),
        ("string length(nom)", {"nom": "abc"}, 3),
        ('date and time("2026-07-01T00:00:00").year', {}, 2026),
        ("jours + 1 in [1..3]", {"jours": 1}, True),
        ("🐎 + 1", {"🐎": 1}, 2),
    ],
)
def test_a_name_is_read_as_the_longest_that_is_known(text: str, variables: dict, expected: object) -> None:  # type: ignore[type-arg]
    assert value(text, **variables) == expected


def test_a_name_with_spaces_is_read_even_when_no_name_is_given() -> None:
    assert compile_expression("fin prevue > debut prevu").free_names == {"fin prevue", "debut prevu"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * 2", {"a", "b"}),
        ("a.b.c", {"a"}),
        ("count(liste) > 0", {"liste"}),
        ("for x in xs return x + y", {"xs", "y"}),
        ("some x in xs satisfies x > y", {"xs", "y"}),
        ("for x in xs, y in x return y", {"xs"}),
        ("for x in x return x", {"x"}),
        ("for i in 1..n return partial", {"n"}),
        ("{a: b, c: a}", {"b"}),
        ("{f: function(n) f(n) + k, r: f(1)}", {"k"}),
        ("(function(p) p + q)(r)", {"q", "r"}),
        ("f(x: y)", {"f", "y"}),
        ("upper case(nom)", {"nom"}),
        ("today()", set()),
        ("xs[item > y]", {"xs", "y"}),
        ('"a b" + @"P1D"', set()),
        ("x instance of number", {"x"}),
        ("sort(xs, function(u, v) u < v)", {"xs"}),
    ],
)
def test_the_names_that_are_read_are_exact(text: str, expected: set[str]) -> None:
    assert compile_expression(text).free_names == expected


def test_in_a_filter_only_declared_names_are_variables_once_names_are_declared() -> None:
    assert compile_expression("notes[n > seuil]", names=["notes", "seuil"]).free_names == {"notes", "seuil"}


def test_unary_tests_read_names_but_not_their_input() -> None:
    assert compile_unary_tests("> seuil, ? = autre").free_names == {"seuil", "autre"}


def test_a_variable_may_have_the_name_of_a_function() -> None:
    assert value("date", date=3) == 3
    assert value('date("2026-07-01").year + date', date=3) == 2029
    assert compile_expression("date + 1", names=["date"]).free_names == {"date"}


def test_the_host_can_offer_functions() -> None:
    double = FeelFunction("doubler un nombre", ("n",), lambda n: n * 2)
    functions = {double.name: double}
    expression = compile_expression("doubler un nombre(4) + doubler un nombre(n: x)", functions=functions)
    assert expression.free_names == {"x"}
    assert expression.evaluate({"x": 1}, now=NOW).value == 10


def test_the_last_arguments_of_a_function_of_the_host_may_be_optional() -> None:
    told = FeelFunction("dire", ("a", "b"), lambda a, b: [a, b], optional=1)
    calls = (
        "dire(1)",
        "dire(1, 2)",
        "dire(a: 1)",
        "dire(b: 2, a: 1)",
        "dire()",
        "dire(1, 2, 3)",
        "dire(b: 2)",
    )
    found = [compile_expression(call, functions={"dire": told}).evaluate({}, now=NOW).value for call in calls]
    assert found == [[1, None], [1, 2], [1, None], [1, 2], None, None, None]


def test_a_function_of_the_host_that_fails_gives_null() -> None:
    function = FeelFunction("inverse", ("n",), lambda n: 1 / n)
    found = compile_expression("inverse(0)", functions={"inverse": function}).evaluate({}, now=NOW)
    assert found.value is None
    assert found.reasons == ("inverse() has no answer for these arguments (at character 1)",)
