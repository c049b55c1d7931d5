"""The values that go in and come out."""

import math
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest

from shared.feel import BudgetExceeded, Limits, ValueRefused, compile_expression
from tests.feel.tools import NOW, evaluation, value


class Issue(StrEnum):
    EMPLOI = "emploi"


def test_integers_become_numbers_and_numbers_are_rounded_to_34_digits() -> None:
    assert evaluation("x", x=3).value == Decimal(3)
    assert isinstance(evaluation("x", x=3).value, Decimal)
    assert evaluation("x", x=Decimal("1." + "1" * 50)).value == Decimal("1." + "1" * 33)


def test_tuples_and_members_of_enumerations_are_ordinary_values() -> None:
    assert value("x[2]", x=(1, 2)) == 2
    assert type(evaluation("x", x=Issue.EMPLOI).value) is str


@pytest.mark.parametrize("refused", [1.5, math.inf, object(), {1}, b"x", {"a": 1.5}, [object()], {1: 2}])
def test_a_value_without_a_feel_type_is_refused(refused: Any) -> None:
    with pytest.raises(ValueRefused):
        evaluation("x", x=refused)


def test_a_variable_that_is_not_read_is_not_looked_at() -> None:
    assert value("1 + a", a=1, b=object()) == 2


def test_what_goes_in_is_never_changed() -> None:
    given = {"xs": [1, [2]]}
    evaluation('context put(c, "xs", append(c.xs, 3))', c=given)
    assert given == {"xs": [1, [2]]}


def test_a_variable_that_is_too_large_is_refused() -> None:
    with pytest.raises(BudgetExceeded):
        compile_expression("x").evaluate({"x": "a" * 101}, now=NOW, limits=Limits(string_size=100))
    with pytest.raises(BudgetExceeded):
        compile_expression("x").evaluate({"x": [1] * 101}, now=NOW, limits=Limits(list_size=100))
