"""Unary tests, the language of a decision table's cells."""

from datetime import date

import pytest

from shared.feel import FeelSyntaxError, compile_unary_tests
from tests.feel.tools import passes


@pytest.mark.parametrize(
    ("tests", "tested", "expected"),
    [
        ("-", 1, True),
        ("", None, True),
        ("18", 18, True),
        ("18, 19, 20", 19, True),
        ('"a", "b"', "b", True),
        ('"a", "b"', "c", False),
        ("< 18", 17, True),
        (">= 18", 17, False),
        ("= 18", 18, True),
        ("!= 18", 18, False),
        ("[18..25]", 25, True),
        ("[18..25)", 25, False),
        ("]18..25[", 18, False),
        ("< 5, > 10", 7, False),
        ('not("a", "b")', "c", True),
        ('not("a", "b")', "b", False),
        ("not(> 5)", 7, False),
        ("not([1..5], 9)", 6, True),
        ("true", True, True),
        ("false", True, False),
        ("null", None, True),
        ("not(null)", None, False),
        ("not(null)", 1, True),
        ("? > 5 and ? < 10", 7, True),
        ('starts with(?, "B")', "Bac", True),
        ('not(contains(?, "x"))', "abc", True),
        ("seuil", 10, True),
        ("> seuil", 11, True),
        ("> seuil + 5", 11, False),
        ("choix", "a", True),
        ('@"2026-07-01"', date(2026, 7, 1), True),
        ('< @"2026-07-01"', date(2026, 6, 1), True),
        ("seuil > 5", "n'importe quoi", True),
        ("< 18", None, None),
        ("< 18", "x", None),
        ('"a"', 1, None),
        ("< 18, null", None, True),
    ],
)
def test_a_cell_says_whether_its_input_passes(tests: str, tested: object, expected: object) -> None:
    assert passes(tests, tested, seuil=10, choix=["a", "b"]) is expected


@pytest.mark.parametrize("tests", ["<", "1,", "not(", "18..25", "< 5 and > 3", "not(1) x"])
def test_what_is_no_test_is_refused(tests: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(tests)
