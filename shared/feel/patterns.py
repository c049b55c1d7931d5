"""Regular expressions of XPath (what FEEL uses), translated to the `regex` library and bounded in time.

A pattern can take exponential time, so each evaluation has a purse of seconds for all its matching together.
"""

import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import regex

from shared.feel.errors import BudgetExceeded, NullResult
from shared.feel.run import Run

MAX_PATTERN = 1_000
MAX_REPEAT = 1_000
_SPACE = " \t\n\r"
_CLASSES = {
    "d": r"\p{Nd}", "D": r"\P{Nd}", "s": r"[ \t\n\r]", "S": r"[^ \t\n\r]",
    "w": r"[^\p{P}\p{Z}\p{C}]", "W": r"[\p{P}\p{Z}\p{C}]",
    "i": r"[:_\p{L}]", "I": r"[^:_\p{L}]", "c": r"[\-.:_·\p{L}\p{Nd}]", "C": r"[^\-.:_·\p{L}\p{Nd}]",
}  # fmt: skip
_SINGLE = {"n": r"\n", "r": r"\r", "t": r"\t"}
_ESCAPABLE = frozenset("\\|.-^?*+{}()[]$")
_CATEGORY = regex.compile(r"\{(L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?)\}")
_BLOCK = regex.compile(r"\{Is([A-Za-z0-9-]+)\}")
_REPEAT = regex.compile(r"\{([0-9]+)(?:(,)([0-9]+)?)?\}")


class _Translation:
    """Reads a pattern once, from left to right."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.text = pattern
        self.at = 0
        several_lines = "m" in flags
        self._anchors = {
            ".": "(?s:.)" if "s" in flags else r"[^\n\r]",
            "^": "(?m:^)" if several_lines else r"\A",
            "$": "(?m:$)" if several_lines else r"\Z",
            "|": "|",
        }
        self.groups = 0
        self.closed: set[int] = set()
        self.open: list[int] = []

    def translate(self) -> str:
        out: list[str] = []
        repeatable = False
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in "*+?{":
                if not repeatable:
                    raise NullResult("a quantifier follows nothing in the pattern")
                out.append(self._quantifier())
                repeatable = False
            else:
                out.append(self._piece(char))
                repeatable = char not in "(|^$"
        if self.open:
            raise NullResult("a group of the pattern has no end")
        return "".join(out)

    def _piece(self, char: str) -> str:
        self.at += 1
        read = {"(": self._group, ")": self._end_group, "[": self._character_class, "\\": self._escape}.get(
            char
        )
        if read is not None:
            return read()
        if char in "]}":
            raise NullResult("a bracket of the pattern closes nothing")
        return self._anchors.get(char) or regex.escape(char, special_only=False)

    def _group(self) -> str:
        if self.text.startswith("?", self.at):
            if not self.text.startswith("?:", self.at):
                raise NullResult("this kind of group does not exist in patterns")
            self.at += 2
            self.open.append(0)
            return "(?:"
        self.groups += 1
        self.open.append(self.groups)
        return "("

    def _end_group(self) -> str:
        if not self.open:
            raise NullResult("a bracket of the pattern closes nothing")
        self.closed.add(self.open.pop())
        return ")"

    def _quantifier(self) -> str:
        char = self.text[self.at]
        made = char
        if char == "{":
            match = _REPEAT.match(self.text, self.at)
            if match is None or int(match[1]) > MAX_REPEAT or int(match[3] or 0) > MAX_REPEAT:
                raise NullResult("a quantifier of the pattern is malformed or too large")
            if match[3] and int(match[3]) < int(match[1]):
                raise NullResult("a quantifier of the pattern has its ends the wrong way round")
            made, self.at = match[0], match.end()
        else:
            self.at += 1
        if self.text.startswith("?", self.at):
            self.at += 1
            made += "?"
        return made

    def _escape(self, *, in_class: bool = False) -> str:
        char = self.text[self.at : self.at + 1]
        self.at += 1
        if char in _CLASSES:
            return _CLASSES[char]
        if char in _SINGLE:
            return _SINGLE[char]
        if char and char in _ESCAPABLE:
            return "\\" + char
        if char and char in "pP":
            return self._property(char)
        if char.isdigit() and char != "0" and not in_class:
            return self._back_reference(char)
        raise NullResult("an escape of the pattern does not exist")

    def _property(self, char: str) -> str:
        match = _CATEGORY.match(self.text, self.at)
        if match:
            self.at = match.end()
            return f"\\{char}{{{match[1]}}}"
        match = _BLOCK.match(self.text, self.at)
        if match is None:
            raise NullResult("a character property of the pattern does not exist")
        self.at = match.end()
        return f"\\{char}{{In{match[1]}}}"

    def _back_reference(self, digit: str) -> str:
        number = int(digit)
        while (
            self.text[self.at : self.at + 1].isdigit()
            and number * 10 + int(self.text[self.at]) <= self.groups
        ):
            number = number * 10 + int(self.text[self.at])
            self.at += 1
        if number not in self.closed:
            raise NullResult("the pattern refers back to a group that has not ended")
        return f"(?:\\{number})"

    def _character_class(self) -> str:
        negated = self.text.startswith("^", self.at)
        self.at += negated
        items = ""
        while True:
            char = self.text[self.at : self.at + 1]
            self.at += 1
            if char == "]" and items:
                return f"[{'^' if negated else ''}{items}]"
            if char == "-" and self.text.startswith("[", self.at) and items:
                self.at += 1
                removed = self._character_class()
                if not self.text.startswith("]", self.at):
                    raise NullResult("a subtraction is not the last part of its character class")
                self.at += 1
                return f"[[{'^' if negated else ''}{items}]--{removed}]"
            items += self._class_item(char, first=not items)

    def _class_item(self, char: str, *, first: bool) -> str:
        if char in ("", "[", "]"):
            raise NullResult("a character class of the pattern is malformed")
        if char == "\\":
            return self._range_from(self._escape(in_class=True))
        if char == "-":
            last = self.text[self.at : self.at + 1] == "]"
            if not first and not last:
                raise NullResult("a hyphen is misplaced in a character class of the pattern")
            return r"\-"
        return self._range_from(regex.escape(char, special_only=False))

    def _range_from(self, low: str) -> str:
        following = self.text[self.at : self.at + 2]
        if not following.startswith("-") or following in ("-]", "-[") or len(following) < 2:
            return low
        self.at += 2
        high = self._escape(in_class=True) if following[1] == "\\" else regex.escape(following[1])
        if following[1] == "-" and self.text[self.at : self.at + 1] != "]":
            raise NullResult("a hyphen is misplaced in a character class of the pattern")
        return f"{low}-{high}"


def _without_space(pattern: str) -> str:
    """The flag x: white space is left out, except inside a character class."""
    out, depth, escaped = [], 0, False
    for char in pattern:
        if char in _SPACE and not depth:
            continue
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
        out.append(char)
    return "".join(out)


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> regex.Pattern[str]:
    if len(pattern) > MAX_PATTERN:
        raise NullResult(f"the pattern is longer than {MAX_PATTERN} characters")
    if set(flags) - set("smixq"):
        raise NullResult("the flags of a pattern are s, m, i, x and q")
    if "q" in flags:
        source = regex.escape(pattern)
    else:
        source = _Translation(_without_space(pattern) if "x" in flags else pattern, flags).translate()
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
