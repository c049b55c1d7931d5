"""Expressions and unary tests, compiled once and evaluated often."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from shared.feel import builtins, compile_lists  # noqa: F401  # both register what they define
from shared.feel.calls import BUILTINS
from shared.feel.compile import any_passes, compile_cell, compile_node
from shared.feel.errors import BudgetExceeded, FeelSyntaxError
from shared.feel.parser import parse
from shared.feel.run import DEFAULT, PARIS, Frame, Limits, Run
from shared.feel.scopes import Code, Scope, free_names, mentions
from shared.feel.types import Type
from shared.feel.values import FeelFunction, Range, from_python

_CACHED = 4096
_CALLS = tuple(name for name in BUILTINS if " " in name)
_NO_FUNCTIONS: Mapping[str, FeelFunction] = {}
_NO_TYPES: Mapping[str, Type] = {}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A FEEL value, and why nulls came about on the way (English, with the place in the text; never values).

    ``steps`` and ``pattern_seconds``: what it used of its limits. ``failures``: why the value, though not null, is
    not what was asked for: FEEL goes on with null, whoever stores the value should not.
    """

    value: Any
    reasons: tuple[str, ...] = ()
    steps: int = 0
    pattern_seconds: float = 0.0
    failures: tuple[str, ...] = ()


class Expression:
    """A compiled expression. `free_names`: the variables it reads (see scopes.free_names for filters)."""

    __slots__ = ("_reads", "code", "free_names", "text")

    def __init__(self, text: str, code: Code, names: frozenset[str], reads: frozenset[str]) -> None:
        self.text = text
        self.code = code
        self.free_names = names
        self._reads = reads

    def evaluate(
        self, variables: Mapping[str, Any], *, now: datetime, limits: Limits = DEFAULT, zone: tzinfo = PARIS
    ) -> Evaluation:
        """The value for these variables; `now` is aware, today() is its date in `zone`.

        BudgetExceeded past the limits; ValueRefused for a variable that is no FEEL value; else never raises:
        what has no answer is null, and `reasons` say why.
        """
        run = Run(now, zone, limits)
        return guarded(run, lambda: self.code(frame_of(variables, self._reads, run)))


def frame_of(variables: Mapping[str, Any], reads: Collection[str], run: Run) -> Frame:
    """A frame with those of the variables that are read."""
    return Frame(run, {name: from_python(variables[name], run) for name in reads if name in variables})


def guarded(run: Run, work: Callable[[], Any]) -> Evaluation:
    """Evaluate within the limits; a result that would be too large to walk through is refused as well."""
    try:
        value = work()
        weigh(value, run)
    except RecursionError:
        raise BudgetExceeded("depth of calls") from None
    steps, seconds = run.limits.steps - run.left, run.limits.pattern_seconds - run.pattern_seconds
    return Evaluation(value, tuple(run.reasons), steps, seconds, tuple(dict.fromkeys(run.failures)))


def weigh(value: Any, run: Run) -> None:
    """Pay for every item of a result: shared parts count each time, as they would when it is written out; and tell
    the failures that are in it."""
    cls = type(value)
    if cls is list or cls is dict:
        run.sized_list(len(value))
        if id(value) in run.holes:
            run.failures.append(run.holes[id(value)][1])
        for item in value if cls is list else value.values():
            weigh(item, run)
    elif cls is Range:
        weigh(value.low, run)
        weigh(value.high, run)


class UnaryTests:
    """Compiled unary tests, the language of decision tables' input entries."""

    __slots__ = ("_reads", "code", "free_names", "text")

    def __init__(
        self,
        text: str,
        code: Callable[[Any, Frame], bool | None],
        names: frozenset[str],
        reads: frozenset[str],
    ) -> None:
        self.text = text
        self.code = code
        self.free_names = names
        self._reads = reads

    def evaluate(
        self,
        input_value: Any,
        variables: Mapping[str, Any],
        *,
        now: datetime,
        limits: Limits = DEFAULT,
        zone: tzinfo = PARIS,
    ) -> Evaluation:
        """Whether the input passes: True, False, or None when that cannot be said."""
        run = Run(now, zone, limits)

        def work() -> bool | None:
            return self.code(from_python(input_value, run), frame_of(variables, self._reads, run))

        return guarded(run, work)


def compile_expression(
    text: str,
    *,
    names: Collection[str] = (),
    functions: Mapping[str, FeelFunction] = _NO_FUNCTIONS,
    types: Mapping[str, Type] = _NO_TYPES,
) -> Expression:
    """Compile, or take from the cache. `names`: the variables that exist, needed for names with signs in them and
    to tell a field in a filter from a variable; `types`: named types for `instance of`. FeelSyntaxError(position).
    """
    return _expression(text, frozenset(names), tuple(functions.items()), tuple(types.items()))


@lru_cache(maxsize=_CACHED)
def _expression(
    text: str,
    names: frozenset[str],
    functions: tuple[tuple[str, FeelFunction], ...],
    types: tuple[tuple[str, Type], ...],
) -> Expression:
    scope = Scope(names, dict(functions))
    node = parse(text, [*names, *scope.functions], _CALLS, dict(types))
    free = free_names((node,), scope)
    reads = free | free_names((node,), Scope(frozenset(), scope.functions))
    return Expression(text, compile_node(node, scope), free, reads)


def reads_clock(
    text: str, *, names: Collection[str] = (), functions: Mapping[str, FeelFunction] = _NO_FUNCTIONS
) -> bool:
    """Whether an expression asks for now() or today(): its value may change though no variable does.

    False for text that is not FEEL.
    """
    try:
        node = parse(text, [*names, *functions], _CALLS, {})
    except FeelSyntaxError:
        return False
    return any(mentions(node, name) for name in ("now", "today"))


def compile_unary_tests(
    text: str,
    *,
    names: Collection[str] = (),
    functions: Mapping[str, FeelFunction] = _NO_FUNCTIONS,
    types: Mapping[str, Type] = _NO_TYPES,
) -> UnaryTests:
    """Compile unary tests: `-`, tests separated by commas, `not(…)`; `?` is the input. FeelSyntaxError(position)."""
    return _unary_tests(text, frozenset(names), tuple(functions.items()), tuple(types.items()))


@lru_cache(maxsize=_CACHED)
def _unary_tests(
    text: str,
    names: frozenset[str],
    functions: tuple[tuple[str, FeelFunction], ...],
    types: tuple[tuple[str, Type], ...],
) -> UnaryTests:
    if text.strip() in ("", "-"):
        return UnaryTests(text, lambda value, frame: True, frozenset(), frozenset())
    scope = Scope(names, dict(functions))
    negated, tests = parse(text, [*names, *scope.functions], _CALLS, dict(types), tests=True)
    inside = scope.binding(("?",))
    cells = tuple(compile_cell(t, inside) for t in tests)

    def passes(value: Any, frame: Frame) -> bool | None:
        answer = any_passes(cells, value, Frame(frame.run, {"?": value}, frame), 0)
        return answer if not negated or answer is None else not answer

    free = free_names(tests, inside)
    reads = free | free_names(tests, Scope(frozenset(), scope.functions, frozenset("?")))
    return UnaryTests(text, passes, free, reads)
