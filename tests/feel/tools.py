"""Evaluating FEEL in a test, at one known moment."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from shared.feel import Evaluation, compile_expression, compile_unary_tests

NOW = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # 2 July, 00:30 in Paris


def evaluation(text: str, **variables: Any) -> Evaluation:
    """What an expression gives for variables."""
    return compile_expression(text, names=variables).evaluate(variables, now=NOW)


def value(text: str, **variables: Any) -> Any:
    """Its value, with numbers that are whole as integers so that tables of tests are short."""
    return short(evaluation(text, **variables).value)


def passes(tests: str, tested: Any, **variables: Any) -> Any:
    """What unary tests say of a value."""
    return compile_unary_tests(tests, names=variables).evaluate(tested, variables, now=NOW).value


def short(result: Any) -> Any:
    """Numbers as int or float, deeply."""
    if isinstance(result, Decimal):
        return int(result) if result == result.to_integral_value() else float(result)
    if isinstance(result, list):
        return [short(item) for item in result]
    if isinstance(result, dict):
        return {key: short(item) for key, item in result.items()}
    return result
