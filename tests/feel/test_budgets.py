"""Expressions that would never end, or explode: stopped within a second of computing, in bounded memory."""

import time
import tracemalloc

import pytest

from shared.feel import BudgetExceeded, FeelSyntaxError, compile_expression, compile_unary_tests
from tests.feel.tools import NOW, evaluation


def _doubling(step: str, result: str) -> str:
    """A context whose entries each hold the one before twice."""
    entries = ["a0: [1, 1]", *(f"a{i}: {step.format(p=f'a{i - 1}')}" for i in range(1, 50))]
    return (
        "{" + ", ".join(entries) + "}" if not result else "{" + ", ".join([*entries, f"z: {result}"]) + "}.z"
    )


EXPLOSIONS = {
    "a range without end": "for i in 1..1000000000 return i",
    "nested loops": "count(for i in 1..10000, j in 1..10000 return 1)",
    "a quantifier without end": "every x in 1..100000000 satisfies true",
    "a recursion without end": "{f: function(n) f(n + 1), r: f(1)}",
    "a function that calls itself": "(function(x) x(x))(function(x) x(x))",
    "a branching recursion": "{f: function(n) f(n) + f(n), r: f(1)}",
    "a string that doubles": '{a0: "xxxxxxxxxxxxxxxx", '
    + ", ".join(f"a{i}: a{i - 1} + a{i - 1}" for i in range(1, 50))
    + "}",
    "a list that doubles": _doubling("concatenate({p}, {p})", ""),
    "a tree of shared lists": _doubling("[{p}, {p}]", ""),
    "such a tree as text": _doubling("[{p}, {p}]", "string(a49)"),
    "such a tree flattened": _doubling("[{p}, {p}]", "count(flatten(a49))"),
    "such a tree compared": _doubling("[{p}, {p}]", "a49 = [a48, a48]"),
    "such a tree walked by a path": _doubling("[{p}, {p}]", "a49.x"),
    "a growing list of lists": "for i in 1..20000 return partial",
    "a search in a search": "for i in 1..20000 return list contains(for j in 1..200 return j, i)",
    "a long text again and again": 'for i in 1..20000 return string join(for j in 1..2000 return "aaaaaaaaaaaaaaaa")',
    "a sort that compares too much": "sort(for i in 1..20000 return modulo(i * 7919, 20011), function(a, b) a < b)",
    "a pattern of exponential time": 'replace(t, "(a|a)*$", "x")',
    "many such patterns": 'for i in 1..1000 return matches(t, "^(a|aa)+$")',
}


@pytest.mark.parametrize("name", EXPLOSIONS)
def test_an_explosion_is_stopped(name: str) -> None:
    expression = compile_expression(EXPLOSIONS[name])
    tracemalloc.start()
    started = time.thread_time()
    with pytest.raises(BudgetExceeded):
        expression.evaluate({"t": "a" * 60 + "!"}, now=NOW)
    seconds, memory = time.thread_time() - started, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 1.0 * 4  # tracing memory makes Python some four times slower
    assert memory < 50_000_000


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9 ** 9 ** 9",
        "10 ** 6000 * 10 ** 6000",
        "exp(1000000)",
        '@"P1Y" * 10 ** 6000',
        '@"P1D" * 10 ** 6000',
        "for i in 1..10 ** 6000 return i",
        'matches("a", "((a{1000}){1000}){1000}")',
        "date(10 ** 20, 1, 1)",
        'substring("abc", 10 ** 100)',
    ],
)
def test_a_result_that_no_type_can_hold_is_null(text: str) -> None:
    found = evaluation(text)
    assert found.value is None
    assert found.reasons


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "[" * 100 + "]" * 100,
        "a" + ".a" * 5000,
        "a" + "[1]" * 5000,
        "if true then " * 500 + "1" + " else 1" * 500,
        "for i in 1..2 return " * 200 + "1",
        "function() " * 500 + "1",
        "x instance of " + "list<" * 1000 + "number" + ">" * 1000,
        "1" + " + 1" * 10_000,
        '"' + "a" * 30_000 + '"',
    ],
)
def test_a_text_too_long_or_too_deep_is_refused(text: str) -> None:
    for compile_text in (compile_expression, compile_unary_tests):
        with pytest.raises(FeelSyntaxError):
            compile_text(text)


def test_a_long_but_flat_expression_is_fine() -> None:
    assert evaluation("1" + " + 1" * 3000).value == 3001
    assert evaluation("true" + " and true" * 1000).value is True
    assert evaluation("-" * 501 + "1").value == -1
