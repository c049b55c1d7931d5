"""XPath's regular expressions (XQuery functions 5.6.1), translated to the syntax of the `regex` library.

Everything is checked here: what the library would read differently is refused, and so is a pattern whose counted
repetitions would grow too large, since the library writes them out when it compiles.
"""

import regex

from shared.feel.errors import NullResult

MAX_PATTERN = 1_000
MAX_EXPANDED = 5_000
MAX_GROUPS_DEEP = 50
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


class Translation:
    """Reads a pattern once, from left to right; flags m and s are the pattern's."""

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
        self.sizes = [0]  # how long each open group becomes once its repetitions are written out
        self.last = 0

    def translate(self) -> str:
        """The pattern for the library; NullResult when it is not one of XPath's."""
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
        if char == "(":
            return self._group()
        if char == ")":
            return self._end_group()
        self._grow(1)
        if char == "[":
            return self._character_class()
        if char == "\\":
            return self._escape()
        if char in "]}":
            raise NullResult("a bracket of the pattern closes nothing")
        return self._anchors.get(char) or regex.escape(char, special_only=False)

    def _grow(self, size: int) -> None:
        self.last = size
        self.sizes[-1] += size
        if self.sizes[-1] > MAX_EXPANDED:
            raise NullResult("the repetitions of the pattern are too large")

    def _group(self) -> str:
        if len(self.open) >= MAX_GROUPS_DEEP:
            raise NullResult("the groups of the pattern are nested too deeply")
        self.sizes.append(1)
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
        self._grow(self.sizes.pop())
        return ")"

    def _quantifier(self) -> str:
        char = self.text[self.at]
        made = char
        if char == "{":
            match = _REPEAT.match(self.text, self.at)
            if match is None or int(match[1]) > MAX_EXPANDED or int(match[3] or 0) > MAX_EXPANDED:
                raise NullResult("a quantifier of the pattern is malformed or too large")
            if match[3] and int(match[3]) < int(match[1]):
                raise NullResult("a quantifier of the pattern has its ends the wrong way round")
            made, self.at = match[0], match.end()
            self._grow(self.last * (max(int(match[1]), int(match[3] or 0), 1) - 1))
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

    def _character_class(self, depth: int = 0) -> str:
        if depth > MAX_GROUPS_DEEP:
            raise NullResult("the character classes of the pattern are nested too deeply")
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
                removed = self._character_class(depth + 1)
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


def without_space(pattern: str) -> str:
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
