"""Ordinary expressions, as analysts write them."""

from decimal import Decimal

import pytest

from shared.feel import FeelSyntaxError, Range, compile_expression
from tests.feel.tools import evaluation, value

VALUES = {
    "age": 17,
    "nom": "Dupont",
    "notes": [{"n": 12, "m": "maths"}, {"n": 8, "m": "anglais"}],
    "eleve": {"nom": "Zoé", "adresse": {"ville": "Lyon"}},
    "rien": None,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("10 / 4", 2.5),
        ("7 - 2 - 1", 4),
        ("1.2e3", 1200),
        (".5 + .5", 1),
        ('"a" + "b"', "ab"),
        ("age >= 16 and age < 18", True),
        ("age = 17.0", True),
        ("age != 17", False),
        ("not(age > 16)", False),
        ('if age < 18 then "mineur" else "majeur"', "mineur"),
        ("age between 16 and 18 and true", True),
        ("age in [16..18]", True),
        ("age in (16, 17)", True),
        ("age in (< 10, > 16)", True),
        ("age in < 17", False),
        ('nom in ("Durand", "Dupont")', True),
        ("eleve.adresse.ville", "Lyon"),
        ("notes.n", [12, 8]),
        ("notes[1].m", "maths"),
        ("notes[-1].m", "anglais"),
        ("notes[n > 10].m", ["maths"]),
        ("[1, 2, 3][item > 1]", [2, 3]),
        ("[1, 2, 3][item > age]", []),
        ("for i in 1..3 return i * i", [1, 4, 9]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1, 2], j in [10, 20] return i + j", [11, 21, 12, 22]),
        ("for i in 1..4 return if i = 1 then 1 else partial[-1] * i", [1, 2, 6, 24]),
        ("some x in notes satisfies x.n < 10", True),
        ("every x in notes satisfies x.n < 10", False),
        ("some x in [1, 2], y in [2, 3] satisfies x = y", True),
        ("{a: 1, b: a + 1}.b", 2),
        ('{"un deux": 1}.un deux', 1),
        ("(function(x, y: number) x * y)(3, 4)", 12),
        ("(function(x, y) x - y)(y: 1, x: 5)", 4),
        ("{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(10)}.r", 3628800),
        ("age instance of number", True),
        ("[1, 2] instance of list<number>", True),
        ('{a: "x"} instance of context<a: string>', True),
        ("rien instance of string", False),
        ("[1..5].start", 1),
        ("count([1..5]) ", 1),
        ("1 // un commentaire", 1),
        ("/* un */ 1 + /* deux */ 1", 2),
        (r'"l\"école \u00e9t\u00E9"', 'l"école été'),
        ("{}", {}),
        ("[]", []),
        ("null", None),
    ],
)
def test_an_ordinary_expression_gives_its_value(text: str, expected: object) -> None:
    assert value(text, **VALUES) == expected


@pytest.mark.parametrize(
    ("text", "low_closed", "high_closed"),
    [
        ("[1..5]", True, True),
        ("(1..5)", False, False),
        ("]1..5[", False, False),
        ("[1..5[", True, False),
        ("]1..5]", False, True),
    ],
)
def test_every_spelling_of_a_range_is_read(text: str, low_closed: bool, high_closed: bool) -> None:
    assert evaluation(text).value == Range(Decimal(1), Decimal(5), low_closed, high_closed)


def test_a_range_can_stand_before_other_things() -> None:
    assert value("[1..5[.end included") is False
    assert value("if 5 in [1..5[ then 1 else 2") == 2
    assert value("[[1..5[, ]5..9]][5 in item]") == []


def test_numbers_are_exact_decimals_of_34_digits() -> None:
    assert evaluation("0.1 + 0.2").value == Decimal("0.3")
    assert evaluation("1 / 3").value == Decimal("0." + "3" * 34)
    assert evaluation("string(1.50 * 2)").value == "3"


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("1 +", 3),
        ("1 + + 2", 4),
        ("(1", 2),
        ("1)", 1),
        ('"sans fin', 0),
        ("{a: 1", 5),
        ("if a then b", 11),
        ("a # b", 2),
        ("for x in [1] x", 13),
        ("1e9999", 0),
        ('@"hier"', 1),
        ("x instance of chat", 14),
    ],
)
def test_what_is_not_feel_is_refused_with_its_position(text: str, position: int) -> None:
    with pytest.raises(FeelSyntaxError) as refused:
        compile_expression(text)
    assert refused.value.position == position


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "().__class__",
        "nom.__class__.__base__",
        "nom.upper",
        "${nom}",
        "lambda: 1",
        "nom.format(nom)",
        "[x for x in notes]",
    ],
)
def test_nothing_of_python_is_reachable(text: str) -> None:
    try:
        found = evaluation(text, **VALUES)
    except FeelSyntaxError:
        return
    assert found.value is None
    assert found.reasons
