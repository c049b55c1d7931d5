"""Functions that compare points and ranges (10.3.4.7), after Allen's interval algebra and HL7's CQL."""

from typing import Any

from shared.feel import tree
from shared.feel.calls import builtin
from shared.feel.compare import before
from shared.feel.compile import compile_node
from shared.feel.errors import FeelSyntaxError, NullResult
from shared.feel.parser import parse
from shared.feel.run import Frame, Run
from shared.feel.scopes import Scope
from shared.feel.values import Range

_ENDS = frozenset(("date", "time", "date and time", "duration"))


@builtin("range(from: string)")
def range_from(run: Run, text: str) -> Range:
    """The range that a text writes, its ends being literals or calls like date("…")."""
    try:
        node = parse(text.strip(), (), ("date and time",), {})
    except FeelSyntaxError:
        raise NullResult("the text is not a range") from None
    if not isinstance(node, tree.RangeOf) or not (_is_constant(node.low) and _is_constant(node.high)):
        raise NullResult("the text is not a range of constants")
    made = compile_node(node, Scope(frozenset(), {}))(Frame(run, {}))
    if not isinstance(made, Range) or None in (made.low, made.high):
        raise NullResult("the ends of the range do not fit together")
    return made


def _is_constant(node: tree.Node) -> bool:
    if isinstance(node, tree.Call) and isinstance(node.function, tree.Name):
        return node.function.name in _ENDS and all(isinstance(a, tree.Literal) for a in node.arguments)
    return isinstance(node, tree.Literal)


def _less(a: Any, b: Any) -> bool:
    answer = before(a, b)
    if answer is None:
        raise NullResult("the two cannot be compared")
    return answer


def _as_range(value: Any) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _known(range_: Range) -> Range:
    if range_.low is None or range_.high is None:
        raise NullResult("a range without an end cannot be compared so")
    return range_


def _before(a: Range, b: Range) -> bool:
    return _less(a.high, b.low) or (a.high == b.low and not (a.high_closed and b.low_closed))


def _starts_first(a: Range, b: Range) -> bool:
    return _less(a.low, b.low) or (a.low == b.low and a.low_closed and not b.low_closed)


def _ends_last(a: Range, b: Range) -> bool:
    return _less(b.high, a.high) or (a.high == b.high and a.high_closed and not b.high_closed)


def _same_start(a: Range, b: Range) -> bool:
    _less(a.low, b.low)
    return bool(a.low == b.low) and a.low_closed == b.low_closed


def _same_end(a: Range, b: Range) -> bool:
    _less(a.high, b.high)
    return bool(a.high == b.high) and a.high_closed == b.high_closed


def _includes(a: Range, b: Range) -> bool:
    return not _starts_first(b, a) and not _ends_last(b, a)


@builtin("before(point1: any, point2: any)")
def is_before(run: Run, a: Any, b: Any) -> bool:
    """The first ends before the second begins."""
    return _before(_known(_as_range(a)), _known(_as_range(b)))


@builtin("after(point1: any, point2: any)")
def is_after(run: Run, a: Any, b: Any) -> bool:
    """The first begins after the second ends."""
    return is_before(run, b, a)


@builtin("meets(range1: range, range2: range)")
def meets(run: Run, a: Range, b: Range) -> bool:
    """The first ends with the very value that begins the second."""
    _less(_known(a).high, _known(b).low)
    return bool(a.high == b.low) and a.high_closed and b.low_closed


@builtin("met by(range1: range, range2: range)")
def met_by(run: Run, a: Range, b: Range) -> bool:
    """The first begins with the very value that ends the second."""
    return meets(run, b, a)


@builtin("overlaps(range1: range, range2: range)")
def overlaps(run: Run, a: Range, b: Range) -> bool:
    """They have a value in common."""
    return not _before(_known(a), _known(b)) and not _before(b, a)


@builtin("overlaps before(range1: range, range2: range)")
def overlaps_before(run: Run, a: Range, b: Range) -> bool:
    """They overlap, and the first begins first and ends within the second."""
    return overlaps(run, a, b) and _starts_first(a, b) and not _ends_last(a, b)


@builtin("overlaps after(range1: range, range2: range)")
def overlaps_after(run: Run, a: Range, b: Range) -> bool:
    """They overlap, and the first begins within the second and ends last."""
    return overlaps_before(run, b, a)


@builtin("finishes(point: any, range: range)")
def finishes(run: Run, a: Any, b: Range) -> bool:
    """The first ends where the second does, and is within it."""
    first = _known(_as_range(a))
    return _same_end(first, _known(b)) and not _starts_first(first, b)


@builtin("finished by(range: range, point: any)")
def finished_by(run: Run, a: Range, b: Any) -> bool:
    """The other way round."""
    return finishes(run, b, a)


@builtin("includes(range: range, point: any)")
def includes(run: Run, a: Range, b: Any) -> bool:
    """The second is within the first."""
    return _includes(_known(a), _known(_as_range(b)))


@builtin("during(point: any, range: range)")
def during(run: Run, a: Any, b: Range) -> bool:
    """The first is within the second."""
    return includes(run, b, a)


@builtin("starts(point: any, range: range)")
def starts(run: Run, a: Any, b: Range) -> bool:
    """The first begins where the second does, and is within it."""
    first = _known(_as_range(a))
    return _same_start(first, _known(b)) and not _ends_last(first, b)


@builtin("started by(range: range, point: any)")
def started_by(run: Run, a: Range, b: Any) -> bool:
    """The other way round."""
    return starts(run, b, a)


@builtin("coincides(point1: any, point2: any)")
def coincides(run: Run, a: Any, b: Any) -> bool:
    """They begin and end together."""
    first, second = _known(_as_range(a)), _known(_as_range(b))
    return _same_start(first, second) and _same_end(first, second)
