"""Compilers of lists, contexts, ranges, filters and loops."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from shared.feel import tree
from shared.feel.access import item_at
from shared.feel.compare import before
from shared.feel.compile import compile_node, compiles
from shared.feel.run import Frame, Run
from shared.feel.scopes import Code, Scope, mentions
from shared.feel.values import KINDS, ORDERED, Range, kind


@compiles(tree.ListOf)
def _list(node: tree.ListOf, scope: Scope) -> Code:
    items = tuple(compile_node(i, scope) for i in node.items)

    def make(frame: Frame) -> list[Any]:
        run, made = frame.run, list[Any]()
        run.spend(len(items) + 1)
        for item in items:
            made.append(run.part(made, item, frame))
        return made

    return make


@compiles(tree.Context)
def _context(node: tree.Context, scope: Scope) -> Code:
    entries: list[tuple[str, Code]] = []
    for name, value in node.entries:
        own = (name,) if isinstance(value, tree.Function) else ()
        entries.append((name, compile_node(value, scope.binding(own))))
        scope = scope.binding((name,))

    def make(frame: Frame) -> dict[str, Any]:
        frame.run.spend(len(entries) + 1)
        inside = Frame(frame.run, {}, frame)
        for name, code in entries:
            inside.names[name] = frame.run.part(inside.names, code, inside)
        return inside.names

    return make


@compiles(tree.RangeOf)
def _range(node: tree.RangeOf, scope: Scope) -> Code:
    low, high = compile_node(node.low, scope), compile_node(node.high, scope)
    low_closed, high_closed, at = node.low_closed, node.high_closed, node.at

    def make(frame: Frame) -> Range | None:
        start, end = low(frame), high(frame)
        if not can_bound(start, end):
            frame.run.null(f"a range from {kind(start)} to {kind(end)} is not defined", at)
            return None
        return Range(start, end, low_closed and start is not None, high_closed and end is not None)

    return make


MAX_DIGITS = 18
"""Of the numbers that a loop counts through."""


def can_bound(low: Any, high: Any) -> bool:
    """Whether two values can be the ends of a range: of one ordered type, in order; one of them may be null."""
    if low is None and high is None:
        return False
    if low is None or high is None:
        return KINDS.get(type(high if low is None else low)) in ORDERED
    return before(high, low) is False


def as_list(value: Any) -> list[Any]:
    """A value that is not a list is a list of one."""
    return value if type(value) is list else [value]


@compiles(tree.Filter)
def _filter(node: tree.Filter, scope: Scope) -> Code:
    value, condition = compile_node(node.value, scope), compile_node(node.condition, scope.binding(("item",)))
    at = node.at

    def select(frame: Frame) -> Any:
        source = value(frame)
        if source is None:
            return None
        items = as_list(source)
        run = frame.run
        run.spend(len(items) + 1)
        if not items:
            answer = condition(item_frame(None, frame))
            return item_at(items, answer, run, at) if type(answer) is Decimal else []
        chosen: list[Any] = []
        failed = run.failed
        for item in items:
            answer = condition(item_frame(item, frame))
            if type(answer) is Decimal:
                return item_at(items, answer, run, at)
            if answer is True:
                chosen.append(item)
        run.failed = failed  # an item that cannot be judged is not chosen
        return run.remade(chosen, (source,))

    return select


def item_frame(item: Any, outer: Frame) -> Frame:
    """Inside a filter: `item`, and the entries of an item that is a context."""
    inside = Frame(outer.run, {"item": item}, outer)
    return Frame(outer.run, item, inside) if type(item) is dict else inside


Binding = tuple[str, Code, Code | None]


def bindings(iterations: Sequence[tree.Iteration], scope: Scope) -> tuple[tuple[Binding, ...], Scope]:
    """The compiled iterations, each seeing the names of those before it, and the scope of the body."""
    made: list[Binding] = []
    for iteration in iterations:
        end = compile_node(iteration.end, scope) if iteration.end is not None else None
        made.append((iteration.name, compile_node(iteration.source, scope), end))
        scope = scope.binding((iteration.name,))
    return tuple(made), scope


def rounds(made: Sequence[Binding], frame: Frame, at: int) -> Iterator[Frame]:
    """A frame for each combination of the iterators; StopLoop when one is over no list."""
    name, source, end = made[0]
    for item in items_of(source(frame), end(frame) if end else None, frame.run, at, is_range=end is not None):
        frame.run.spend(1)
        inside = Frame(frame.run, {name: item}, frame)
        if len(made) == 1:
            yield inside
        else:
            yield from rounds(made[1:], inside, at)


class StopLoop(Exception):
    """A loop is over something that is no list and no range that can be counted through."""


def items_of(source: Any, end: Any, run: Run, at: int, *, is_range: bool = False) -> Iterator[Any]:
    """What an iterator goes through: a list, a range of whole numbers or of dates, or one value."""
    if is_range:
        return _count(source, end, run, at)
    if type(source) is Range:
        return _count_range(source, run, at)
    if source is None:
        run.null("a loop goes over null", at)
        raise StopLoop
    return iter(as_list(source))


def _count_range(source: Range, run: Run, at: int) -> Iterator[Any]:
    for item in _count(source.low, source.high, run, at):
        if (item == source.low and not source.low_closed) or (item == source.high and not source.high_closed):
            continue
        yield item


def _count(start: Any, end: Any, run: Run, at: int) -> Iterator[Any]:
    """Up or down, both ends included."""
    if type(start) is date and type(end) is date:
        return map(date.fromordinal, _steps(start.toordinal(), end.toordinal()))
    if _is_countable(start) and _is_countable(end):
        return map(Decimal, _steps(int(start), int(end)))
    run.null(f"a loop cannot count from {kind(start)} to {kind(end)}", at)
    raise StopLoop


def _is_countable(value: Any) -> bool:
    return type(value) is Decimal and value.adjusted() < MAX_DIGITS and value == value.to_integral_value()


def _steps(start: int, end: int) -> Sequence[int]:
    return range(start, end + 1) if start <= end else range(start, end - 1, -1)


@compiles(tree.For)
def _for(node: tree.For, scope: Scope) -> Code:
    made, inside = bindings(node.iterations, scope)
    body = compile_node(node.body, inside.binding(("partial",)))
    return loop(made, body, node.at, with_partial=mentions(node.body, "partial"))


def loop(made: Sequence[Binding], body: Code, at: int, *, with_partial: bool) -> Code:
    """`for … return`; `partial` is what the rounds before gave."""

    def collect(frame: Frame) -> list[Any] | None:
        results: list[Any] = []
        limit = frame.run.limits.list_size
        try:
            for inside in rounds(made, frame, at):
                if with_partial:
                    frame.run.sized_list(len(results))
                    inside.names["partial"] = results.copy()
                results.append(frame.run.part(results, body, inside))
                if len(results) > limit:
                    frame.run.sized_list(len(results))
        except StopLoop:
            return None
        return results

    return collect


@compiles(tree.Quantified)
def _quantified(node: tree.Quantified, scope: Scope) -> Code:
    made, inside = bindings(node.iterations, scope)
    return quantify(made, compile_node(node.condition, inside), node.at, decisive=node.quantifier == "some")


def quantify(
    made: Sequence[Binding], condition: Code, at: int, *, decisive: bool, strict: bool = False
) -> Code:
    """`some` (decided by a true) or `every` (by a false); undecided with a null among the answers is null.
    Boxed ones are strict: they are null as soon as one answer is neither true nor false, decided or not.
    """

    def decide(frame: Frame) -> bool | None:
        unknown = decided = False
        try:
            for inside in rounds(made, frame, at):
                answer = condition(inside)
                if type(answer) is not bool:
                    unknown = True
                elif answer is decisive:
                    decided = True
                    if not strict:
                        return decisive
        except StopLoop:
            return None
        if unknown:
            frame.run.null("a condition is neither true nor false", at)
            return None
        return decisive if decided else not decisive

    return decide
