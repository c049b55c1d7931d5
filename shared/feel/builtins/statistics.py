"""Sums, means, extremes of lists (10.3.4.4); each takes a list or its items as arguments."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from shared.feel.arithmetic import calculate
from shared.feel.builtins.lists import _items
from shared.feel.calls import builtin
from shared.feel.compare import before
from shared.feel.errors import NullResult
from shared.feel.run import Run
from shared.feel.values import NUMBERS, YearsMonths


def _numbers(given: tuple[Any, ...]) -> list[Decimal]:
    items = _items(given)
    if any(not isinstance(item, Decimal) for item in items):
        raise NullResult("an item is not a number")
    return items


def _some_numbers(given: tuple[Any, ...]) -> list[Decimal]:
    items = _numbers(given)
    if not items:
        raise NullResult("the list is empty")
    return items


def _extreme(given: tuple[Any, ...], *, smallest: bool) -> Any:
    items = _items(given)
    if not items:
        raise NullResult("the list is empty")
    best = items[0]
    for item in items[1:]:
        replaces = before(item, best) if smallest else before(best, item)
        if replaces is None:
            raise NullResult("two items cannot be compared")
        best = item if replaces else best
    if len(items) == 1 and before(best, best) is None:
        raise NullResult("the item has no order")
    return best


@builtin("min(list: list)")
@builtin("min(*c: any)")
def minimum(run: Run, *given: Any) -> Any:
    """The smallest."""
    return _extreme(given, smallest=True)


@builtin("max(list: list)")
@builtin("max(*c: any)")
def maximum(run: Run, *given: Any) -> Any:
    """The greatest."""
    return _extreme(given, smallest=False)


def _total(run: Run, items: list[Any]) -> Any:
    if not items:
        raise NullResult("the list is empty")
    total = items[0]
    if not isinstance(total, Decimal | timedelta | YearsMonths):
        raise NullResult("an item is neither a number nor a duration")
    for item in items[1:]:
        total = calculate("+", total, item, run, 0)
    return total


@builtin("sum(list: list)")
@builtin("sum(*n: any)")
def total_of(run: Run, *given: Any) -> Any:
    """The sum of numbers, or of durations."""
    return _total(run, _items(given))


@builtin("mean(list: list)")
@builtin("mean(*n: any)")
def mean(run: Run, *given: Any) -> Any:
    """The sum divided by the count."""
    items = _items(given)
    return calculate("/", _total(run, items), Decimal(len(items)), run, 0)


@builtin("product(list: list)")
@builtin("product(*n: any)")
def product(run: Run, *given: Any) -> Decimal:
    """The numbers multiplied."""
    made = Decimal(1)
    for item in _some_numbers(given):
        made = NUMBERS.multiply(made, item)
    return made


@builtin("median(list: list)")
@builtin("median(*n: any)")
def median(run: Run, *given: Any) -> Decimal | None:
    """The middle number, or the mean of the two in the middle."""
    items = sorted(_numbers(given))
    if not items:
        return None
    middle = len(items) // 2
    if len(items) % 2:
        return items[middle]
    return NUMBERS.divide(NUMBERS.add(items[middle - 1], items[middle]), Decimal(2))


@builtin("stddev(list: list)")
@builtin("stddev(*n: any)")
def standard_deviation(run: Run, *given: Any) -> Decimal:
    """Of a sample: divided by the count less one."""
    items = _numbers(given)
    if len(items) < 2:
        raise NullResult("the deviation takes two numbers")
    average = mean(run, items)
    squares = Decimal(0)
    for item in items:
        squares = NUMBERS.add(squares, NUMBERS.power(NUMBERS.subtract(item, average), Decimal(2)))
    return NUMBERS.sqrt(NUMBERS.divide(squares, Decimal(len(items) - 1)))


@builtin("mode(list: list)")
@builtin("mode(*n: any)")
def mode(run: Run, *given: Any) -> list[Decimal]:
    """The numbers that occur most often, from the smallest."""
    counts: dict[Decimal, int] = {}
    for item in _numbers(given):
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, times in counts.items() if times == most)
