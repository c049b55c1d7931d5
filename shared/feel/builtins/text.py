"""Functions of strings (10.3.4.3). Lengths and positions count characters (code points), from 1."""

from decimal import Decimal
from typing import Any

from shared.feel import patterns
from shared.feel.calls import builtin, whole
from shared.feel.errors import NullResult
from shared.feel.run import Run


@builtin("substring(string: string, start position: number, length: number! =)")
def substring(run: Run, text: str, start: Decimal, length: Decimal | None = None) -> str:
    """From a position (negative: from the end), to the end or for some characters."""
    first = whole(start)
    if not first or abs(first) > len(text):
        raise NullResult("the start position is outside the string")
    begin = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[begin:]
    if length < 1:
        raise NullResult("the length is less than 1")
    return text[begin : begin + whole(length)]


@builtin("string length(string: string)")
def string_length(run: Run, text: str) -> Decimal:
    """In characters."""
    return Decimal(len(text))


@builtin("upper case(string: string)")
def upper_case(run: Run, text: str) -> str:
    """As Unicode has it."""
    return run.sized_text(text.upper())


@builtin("lower case(string: string)")
def lower_case(run: Run, text: str) -> str:
    """As Unicode has it."""
    return run.sized_text(text.lower())


@builtin("substring before(string: string, match: string)")
def substring_before(run: Run, text: str, match: str) -> str:
    """What stands before the first match; empty without one."""
    return text.partition(match)[0] if match and match in text else ""


@builtin("substring after(string: string, match: string)")
def substring_after(run: Run, text: str, match: str) -> str:
    """What stands after the first match; empty without one."""
    return text.partition(match)[2] if match else text


@builtin("contains(string: string, match: string)")
def contains(run: Run, text: str, match: str) -> bool:
    """Whether a string stands in another."""
    return match in text


@builtin("starts with(string: string, match: string)")
def starts_with(run: Run, text: str, match: str) -> bool:
    """Whether a string begins with another."""
    return text.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(run: Run, text: str, match: str) -> bool:
    """Whether a string ends with another."""
    return text.endswith(match)


@builtin("matches(input: string, pattern: string, flags: string! =)")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether a regular expression occurs in a string; flags of s, m, i, x, q."""
    return patterns.is_match(run, text, pattern, flags or "")


@builtin("replace(input: string, pattern: string, replacement: string, flags: string! =)")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """Each match replaced; $1 is the first group."""
    return patterns.replaced(run, text, pattern, replacement, flags or "")


@builtin("split(string: string, delimiter: string)")
def split(run: Run, text: str, delimiter: str) -> list[str]:
    """The strings between the matches of a regular expression."""
    parts: list[str] = []
    end = 0
    for match in patterns.occurrences(run, text, delimiter, ""):
        parts.append(text[end : match.start()])
        end = match.end()
    return [*parts, text[end:]]


@builtin("string join(list: list, delimiter: string! =)")
def string_join(run: Run, items: list[Any], delimiter: str | None = None) -> str:
    """The strings one after another; nulls are left out."""
    if any(item is not None and not isinstance(item, str) for item in items):
        raise NullResult("an item is not a string")
    texts = [item for item in items if item is not None]
    run.sized_characters(sum(map(len, texts)) + len(delimiter or "") * len(texts))
    return (delimiter or "").join(texts)
