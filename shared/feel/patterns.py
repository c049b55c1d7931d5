"""Matching, replacing and splitting by regular expressions, bounded in time.

A pattern can take exponential time, so each evaluation has a purse of seconds for all its matching together.
"""

import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import regex

from shared.feel.errors import BudgetExceeded, NullResult
from shared.feel.pattern_syntax import MAX_PATTERN, Translation, without_space
from shared.feel.run import Run


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> regex.Pattern[str]:
    if len(pattern) > MAX_PATTERN:
        raise NullResult(f"the pattern is longer than {MAX_PATTERN} characters")
    if set(flags) - set("smixq"):
        raise NullResult("the flags of a pattern are s, m, i, x and q")
    if "q" in flags:
        source = regex.escape(pattern)
    else:
        source = Translation(without_space(pattern) if "x" in flags else pattern, flags).translate()
    options = regex.V1 | (regex.I if "i" in flags else 0)
    try:
        return regex.compile(f"(?-f:{source})" if "i" in flags else source, options)
    except (regex.error, RecursionError, OverflowError):
        raise NullResult("the pattern is not a regular expression") from None


def _timed(run: Run, work: Callable[[float], Any]) -> Any:
    """Run one matching with what is left in the purse."""
    started = time.perf_counter()
    try:
        return work(max(run.pattern_seconds, 0.001))
    except (TimeoutError, MemoryError):
        raise BudgetExceeded("time for regular expressions") from None
    finally:
        run.pattern_seconds -= time.perf_counter() - started
        if run.pattern_seconds < 0:
            raise BudgetExceeded("time for regular expressions")


def is_match(run: Run, text: str, pattern: str, flags: str) -> bool:
    """Whether the pattern occurs in the text."""
    compiled = _compiled(pattern, flags)
    return _timed(run, lambda seconds: compiled.search(text, timeout=seconds)) is not None


def occurrences(run: Run, text: str, pattern: str, flags: str) -> list[Any]:
    """Every match, from left to right."""
    compiled = _compiled(pattern, flags)
    found: list[Any] = _timed(run, lambda seconds: list(compiled.finditer(text, timeout=seconds)))
    run.sized_list(len(found))
    return found


def replaced(run: Run, text: str, pattern: str, replacement: str, flags: str) -> str:
    """The text with each match replaced; `$1` in the replacement is a group's text."""
    parts = [replacement] if "q" in flags else list(_replacement_parts(replacement))
    out: list[str] = []
    end = size = 0
    for match in occurrences(run, text, pattern, flags):
        out.append(text[end : match.start()])
        for part in parts:
            out.append(part if isinstance(part, str) else _group_text(match, part))
            size += len(out[-1])
        run.sized_characters(size)
        run.left += size // 64  # only the whole result is paid for, below
        end = match.end()
    out.append(text[end:])
    return run.sized_text("".join(out))


def _group_text(match: Any, number: int) -> str:
    return (match.group(number) or "") if number <= match.re.groups else ""


def _replacement_parts(replacement: str) -> Iterator[str | int]:
    at = 0
    while at < len(replacement):
        char, following = replacement[at], replacement[at + 1 : at + 2]
        if char == "$" and following.isdigit():
            yield int(following)
            at += 2
        elif char == "\\" and following and following in "\\$":
            yield following
            at += 2
        elif char in "$\\":
            raise NullResult("a replacement has $ or \\ without a meaning")
        else:
            yield char
            at += 1
