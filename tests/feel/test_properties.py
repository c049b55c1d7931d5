"""Promises for every input that hypothesis can think of."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.feel import BudgetExceeded, FeelSyntaxError, YearsMonths, compile_expression, compile_unary_tests
from shared.feel.calls import BUILTINS
from shared.feel.values import NUMBERS
from tests.feel.tools import NOW, evaluation

promise = settings(deadline=None, database=None)  # other tests share the processor; nothing is kept
searched = settings(promise, max_examples=400)
numbers = st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=4)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1))
words = st.sampled_from(
    [
        *sorted(BUILTINS), "(", ")", "[", "]", "{", "}", ",", "..", ".", ":", "+", "-", "*", "/", "**", "=", "<", "<=",
        "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "and", "or", "not",
        "function", "external", "instance of", "number", "true", "false", "null", "?", "item", "partial", "a", "x y",
        '"s"', "1", "2.5", '@"2026-07-01"', '@"P1D"', "//", "/*",
    ]
)  # fmt: skip
literals = st.sampled_from(
    [
        "null", "true", "-2.5", "0", "10**6000", '""', '"abc"', "[]", "[1, 2]", "[null]", "{}", "{a: 1}", "[1..5]",
        "(< 5)", '@"2026-07-01"', '@"9999-12-31"', '@"10:00:00Z"', '@"23:59:59@Europe/Paris"',
        '@"0001-01-01T00:00:00@Europe/Paris"', '@"2026-07-01T10:00:00"', '@"-P999999999D"', '@"-P999999999Y"',
        "function(x) x", "function(x, y) x < y", "abs", '"(a"',
    ]
)  # fmt: skip


@promise
@given(numbers, numbers)
def test_arithmetic_is_that_of_34_digit_decimals(a: Decimal, b: Decimal) -> None:
    found = evaluation("[a + b, a - b, a * b, if b = 0 then null else a / b]", a=a, b=b).value
    quotient = NUMBERS.divide(a, b) if b else None
    assert found == [NUMBERS.add(a, b), NUMBERS.subtract(a, b), NUMBERS.multiply(a, b), quotient]


@promise
@given(numbers, numbers)
def test_two_numbers_have_one_order(a: Decimal, b: Decimal) -> None:
    assert evaluation("[a < b, a = b, a > b]", a=a, b=b).value == [a < b, a == b, a > b]


@promise
@given(days, st.integers(-50_000, 50_000))
def test_adding_days_and_taking_them_away_gives_the_same_day(day: date, number: int) -> None:
    assert evaluation("d + n - n", d=day, n=timedelta(days=number)).value == day


@promise
@given(days, days)
def test_the_duration_between_two_days_leads_from_one_to_the_other(start: date, end: date) -> None:
    assert evaluation("a + (b - a)", a=start, b=end).value == end


@promise
@given(st.integers(-5000, 5000))
def test_a_duration_written_as_text_reads_back(months: int) -> None:
    assert evaluation("duration(string(m)) = m", m=YearsMonths(months)).value is True


@promise
@given(st.text(max_size=40))
def test_a_string_written_as_a_literal_reads_back(text: str) -> None:
    literal = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert evaluation(literal).value == text


@promise
@given(st.lists(numbers, min_size=1, max_size=20))
def test_a_sorted_list_holds_the_same_items_in_order(items: list[Decimal]) -> None:
    assert evaluation("sort(xs, function(a, b) a < b)", xs=items).value == sorted(items)


@promise
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    _read_and_evaluate(text)


@searched
@given(st.lists(words, max_size=14).map(" ".join))
def test_any_words_of_the_language_are_read_or_refused(text: str) -> None:
    _read_and_evaluate(text)


@searched
@given(st.sampled_from(sorted(BUILTINS)), st.lists(literals, max_size=4))
def test_any_function_answers_any_arguments(name: str, arguments: list[str]) -> None:
    _read_and_evaluate(f"{name}({', '.join(arguments)})")


@searched
@given(literals, st.sampled_from(["+", "-", "*", "/", "**", "=", "<", "<=", "in", "and"]), literals)
def test_any_operator_answers_any_operands(a: str, operator: str, b: str) -> None:
    _read_and_evaluate(f"string(({a}) {operator} ({b}))")
    _read_and_evaluate(f"[({a})[{b}], ({a}).year, for i in {a} return i, [({a})..({b})]]")


@promise
@given(st.text(max_size=30))
def test_any_text_is_converted_or_null(text: str) -> None:
    converted = (
        "[date(t), time(t), date and time(t), duration(t), number(t), range(t), matches(t, t), split(t, t)]"
    )
    assert isinstance(evaluation(converted, t=text).value, list)


def _read_and_evaluate(text: str) -> None:
    variables: dict[str, Any] = {"a": 1, "x y": [1, {"a": "s"}]}
    for compile_text in (compile_expression, compile_unary_tests):
        try:
            compiled: Any = compile_text(text)
            given_input = () if compile_text is compile_expression else (3,)
            compiled.evaluate(*given_input, variables, now=NOW)
        except (FeelSyntaxError, BudgetExceeded):
            continue
