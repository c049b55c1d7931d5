"""Functions of lists (10.3.4.4). Positions count from 1, or from the end with -1."""

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from shared.feel.calls import builtin, call_value, whole
from shared.feel.compare import before, same
from shared.feel.errors import NullResult
from shared.feel.run import Run


def _place(items: list[Any], position: Decimal) -> int:
    place = whole(position)
    if not place or abs(place) > len(items):
        raise NullResult("the position is outside the list")
    return place - 1 if place > 0 else len(items) + place


def _holds(items: list[Any], value: Any, run: Run) -> bool:
    run.spend(len(items) // 4)
    return any(same(item, value, run) for item in items)


@builtin("list contains(list: list, element: any!)")
def list_contains(run: Run, items: list[Any], element: Any) -> bool:
    """Whether an item equals the element; null is an element, too."""
    return _holds(items, element, run)


@builtin("count(list: list)")
def count(run: Run, items: list[Any]) -> Decimal:
    """How many items."""
    return Decimal(len(items))


@builtin("all(list: list)")
@builtin("all(*list: any!)")
def every(run: Run, *given: Any) -> bool | None:
    """False if an item is false, else null if one is not true, else true."""
    items = _items(given)
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@builtin("any(list: list)")
@builtin("any(*list: any!)")
def some(run: Run, *given: Any) -> bool | None:
    """True if an item is true, else null if one is not false, else false."""
    items = _items(given)
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None


def _items(given: tuple[Any, ...]) -> list[Any]:
    return given[0] if len(given) == 1 and isinstance(given[0], list) else list(given)


@builtin("sublist(list: list, start position: number, length: number! =)")
def sublist(run: Run, items: list[Any], start: Decimal, length: Decimal | None = None) -> list[Any]:
    """The items from a position, to the end or for some."""
    begin = _place(items, start)
    if length is None:
        return items[begin:]
    if length < 1 or begin + whole(length) > len(items):
        raise NullResult("the length goes beyond the list")
    return items[begin : begin + whole(length)]


@builtin("append(list: list, *item: any!)")
def append(run: Run, items: list[Any], *added: Any) -> list[Any]:
    """The list with items at its end."""
    run.sized_list(len(items) + len(added))
    return [*items, *added]


@builtin("concatenate(*list: list)")
def concatenate(run: Run, *lists: list[Any]) -> list[Any]:
    """The items of several lists in one."""
    run.sized_list(sum(map(len, lists)))
    return [item for items in lists for item in items]


@builtin("insert before(list: list, position: number, newItem: any!)")
def insert_before(run: Run, items: list[Any], position: Decimal, added: Any) -> list[Any]:
    """The list with an item before a position."""
    place = _place(items, position)
    return [*items[:place], added, *items[place:]]


@builtin("remove(list: list, position: number)")
def remove(run: Run, items: list[Any], position: Decimal) -> list[Any]:
    """The list without the item of a position."""
    place = _place(items, position)
    return items[:place] + items[place + 1 :]


@builtin("reverse(list: list)")
def reverse(run: Run, items: list[Any]) -> list[Any]:
    """The list from its end."""
    return items[::-1]


@builtin("index of(list: list, match: any!)")
def index_of(run: Run, items: list[Any], match: Any) -> list[Decimal]:
    """Every position of the items that equal the match."""
    run.spend(len(items) // 4)
    return [Decimal(i) for i, item in enumerate(items, 1) if same(item, match, run)]


@builtin("union(*list: list)")
def union(run: Run, *lists: list[Any]) -> list[Any]:
    """The items of several lists, each once."""
    return distinct_values(run, concatenate(run, *lists))


@builtin("distinct values(list: list)")
def distinct_values(run: Run, items: list[Any]) -> list[Any]:
    """Each item once, in the order of its first place."""
    kept: list[Any] = []
    seen: set[Any] = set()
    for item in items:
        if isinstance(item, str | bool | Decimal | None):
            key = (type(item), item)
            if key not in seen:
                seen.add(key)
                kept.append(item)
        elif not _holds(kept, item, run):
            kept.append(item)
    return kept


@builtin("duplicate values(list: list)")
def duplicate_values(run: Run, items: list[Any]) -> list[Any]:
    """Each item that occurs more than once, once."""
    twice = [item for i, item in enumerate(items) if _holds(items[:i], item, run)]
    return distinct_values(run, twice)


@builtin("flatten(list: list)")
def flatten(run: Run, items: list[Any]) -> list[Any]:
    """The items of nested lists in one."""
    flat: list[Any] = []
    for item in items:
        run.spend(1)
        flat.extend(flatten(run, item) if isinstance(item, list) else [item])
        if len(flat) > run.limits.list_size:
            run.sized_list(len(flat))
    return flat


@builtin("list replace(list: list, position: number, newItem: any!)")
def list_replace(run: Run, items: list[Any], position: Decimal, new: Any) -> list[Any]:
    """The list with another item at a position."""
    place = _place(items, position)
    return [*items[:place], new, *items[place + 1 :]]


@builtin("list replace(list: list, match: function, newItem: any!)")
def list_replace_matching(run: Run, items: list[Any], match: Any, new: Any) -> list[Any]:
    """The list with another item where match(item, new) is true."""
    answers = [call_value(match, run, 0, [item, new]) for item in items]
    if any(not isinstance(answer, bool) for answer in answers):
        raise NullResult("the match is neither true nor false")
    return [new if answer else item for item, answer in zip(items, answers, strict=True)]


@builtin("sort(list: list, precedes: function =)")
def sort(run: Run, items: list[Any], precedes: Any = None) -> list[Any]:
    """Sorted by a function that says whether its first argument comes before its second; stable."""

    def goes_first(a: Any, b: Any) -> bool:
        answer = before(a, b) if precedes is None else call_value(precedes, run, 0, [a, b])
        if not isinstance(answer, bool):
            raise NullResult("two items cannot be put in order")
        return answer

    def order(a: Any, b: Any) -> int:
        run.spend(1)
        return -1 if goes_first(a, b) else int(goes_first(b, a))

    return sorted(items, key=cmp_to_key(order))
