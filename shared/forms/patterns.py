"""How much work a pattern may be: Python's ``re`` has no time limit, so a costly pattern is refused before it runs.

A backtracking matcher tries, at worst, every way in which the parts of a pattern can share a text out among them. That
number is bounded here from the pattern alone: ``(a+)+`` has exponentially many, ``a*b`` as many as characters.
"""

import re
from importlib import import_module
from typing import Any

MOST_WAYS = 1_000_000
"""Some tenths of a second at worst."""
_parser = import_module("re._parser")  # what `re` itself compiles from
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


class TooCostly(ValueError):
    """A pattern with more than MOST_WAYS ways; as text, what makes it so."""


def check_pattern(pattern: str, longest: int) -> None:
    """Refuse a pattern that may take long on a text of at most ``longest`` characters.

    Raises ``re.error`` for what is no pattern, TooCostly.
    """
    parsed = _parser.parse(pattern, re.ASCII)
    starts = 1 if _is_anchored(parsed) else longest + 1  # a search tries at each character
    if _ways(parsed, longest) * starts > MOST_WAYS:
        raise TooCostly(
            f"it may be matched in more than {MOST_WAYS} ways: begin it with ^, repeat less, or set maxLength"
        )


def _is_anchored(parsed: Any) -> bool:
    return bool(parsed) and str(parsed[0][1]) in ("AT_BEGINNING", "AT_BEGINNING_STRING")


def _ways(parts: Any, longest: int) -> int:
    """The ways of one part after the other; above MOST_WAYS, how many does not matter."""
    found = 1
    for operation, argument in parts:
        found = min(found * _ways_of(str(operation), argument, longest), MOST_WAYS + 1)
    return found


def _ways_of(operation: str, argument: Any, longest: int) -> int:
    if operation in _REPEATS:
        least, most, parts = argument
        return _ways_of_repeat(int(least), int(most), parts, longest)
    if operation == "BRANCH":
        return sum(_ways(each, longest) for each in argument[1])
    if operation == "GROUPREF_EXISTS":
        return sum(_ways(each, longest) for each in argument[1:] if each)
    if operation in ("SUBPATTERN", "ASSERT", "ASSERT_NOT"):
        return _ways(argument[-1], longest)
    return _ways(argument, longest) if operation == "ATOMIC_GROUP" else 1


def _ways_of_repeat(least: int, most: int, parts: Any, longest: int) -> int:
    least, most = min(least, longest), min(most, longest)
    of_one = _ways(parts, longest)
    if of_one == 1:
        return most - least + 1
    total = 0
    for count in range(least, most + 1):
        total += of_one**count
        if total > MOST_WAYS:
            raise TooCostly("it repeats what can itself be read in several ways, such as (a+)+ or (a|aa)*")
    return total
