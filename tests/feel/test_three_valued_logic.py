"""true, false and null, and why a null came about."""

import pytest

from tests.feel.tools import evaluation, value


@pytest.mark.parametrize(
    ("a", "b", "conjunction", "disjunction"),
    [
        ("true", "true", True, True),
        ("true", "false", False, True),
        ("true", "null", None, True),
        ("false", "false", False, False),
        ("false", "null", False, None),
        ("null", "null", None, None),
        ("null", "true", None, True),
        ('"x"', "false", False, None),
        ("1", "true", None, True),
    ],
)
def test_and_and_or_follow_their_tables(
    a: str, b: str, conjunction: bool | None, disjunction: bool | None
) -> None:
    assert value(f"{a} and {b}") is conjunction
    assert value(f"{a} or {b}") is disjunction


def test_the_other_operand_is_not_needed_once_decided() -> None:
    assert evaluation("false and inconnu").reasons == ()
    assert evaluation("true or inconnu").reasons == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null = null", True),
        ("null = 1", False),
        ("1 != null", True),
        ('1 = "1"', None),
        ("null < 1", None),
        ('1 < "2"', None),
        ("not(null)", None),
        ("not(1)", None),
        ("null + 1", None),
        ('1 + "1"', None),
        ("1 / 0", None),
        ("null between 1 and 2", None),
        ("null in [1..2]", None),
        ("5 in [1..null]", None),
        ("inconnu", None),
        ("{a: 1}.b", None),
        ("[1, 2][3]", None),
        ('if null then "oui" else "non"', "non"),
        ("some x in [null, true] satisfies x", True),
        ("some x in [null, false] satisfies x", None),
        ("every x in [null, true] satisfies x", None),
        ("every x in [null, false] satisfies x", False),
        ("upper case(1)", None),
        ('substring("abc")', None),
        ("all([true, null])", None),
        ("any([false, null])", None),
        ("any([true, null])", True),
    ],
)
def test_what_cannot_be_said_is_null(text: str, expected: object) -> None:
    assert value(text) is expected or value(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 + inconnu", "there is no variable 'inconnu' (at character 5)"),
        ('1 < "a"', "number < string cannot be compared (at character 1)"),
        ("2 * (1 / 0)", "division by zero (at character 8)"),
        ("{a: 1}.b", "the context has no entry 'b' (at character 5)"),
        ('date("hier")', "date(): the text is not a date (at character 1)"),
        ("upper case(1)", "upper case(number) is not defined (at character 1)"),
    ],
)
def test_a_null_says_why_and_where(text: str, reason: str) -> None:
    assert evaluation(text).reasons[0] == reason


def test_a_reason_never_holds_a_value() -> None:
    reasons = evaluation("number(nom) + date(nom) + nom * 2 + nom.x", nom="Zoé Martin").reasons
    assert reasons
    assert not any("Zoé" in reason for reason in reasons)


def test_a_variable_that_is_null_is_no_failure() -> None:
    assert evaluation("x = null", x=None).reasons == ()
    assert evaluation("x", x=None).reasons == ()
