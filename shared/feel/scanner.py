"""FEEL's tokens. Names may hold spaces and operators' signs, so reading them takes the names in scope
(DMN 1.5, 10.3.1.2 and 10.3.1.4): the longest known name wins; elsewhere neighbouring words are one name,
since no FEEL expression has two names side by side.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from lark import Token

from shared.feel.errors import FeelSyntaxError
from shared.feel.types import Type, read_type

MAX_BRACKETS = 60
_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MORE = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
WORD = re.compile(f"[{_START}][{_MORE}]*")
_PIECE = re.compile(f"[{_MORE}]+|[./\\-'+*’]")
_BLANK = re.compile(r"(?:\s|\u0085|\u180e|\u200b|\ufeff|//[^\n]*|/\*.*?\*/)+", re.S)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_KEY = re.compile(rf"([{_START}][{_MORE}\s./\-'+*’]*?)\s*:")
_BINDING = re.compile(rf"([{_START}][{_MORE}\s./\-'+*’]*?)\s+in(?![{_MORE}])")
_PARAMETER = re.compile(rf"([{_START}][{_MORE}\s./\-'+*’]*?)\s*(?=[:,)])")
_INSTANCE_OF = re.compile(rf"instance\s+of(?![{_MORE}])")
_SYMBOLS = (
    ("**", "POWER"), ("..", "_DOTDOT"), ("<=", "COMPARATOR"), (">=", "COMPARATOR"), ("!=", "COMPARATOR"),
    ("=", "COMPARATOR"), ("<", "COMPARATOR"), (">", "COMPARATOR"), ("+", "PLUS"), ("-", "MINUS"),
    ("*", "STAR"), ("/", "SLASH"), (",", "_COMMA"), (":", "_COLON"), (".", "_DOT"), ("(", "LPAR"), (")", "RPAR"),
    ("[", "LSQB"), ("]", "RSQB"), ("{", "_LBRACE"), ("}", "_RBRACE"),
)  # fmt: skip
KEYWORDS = {
    "if": "IF", "then": "_THEN", "else": "_ELSE", "for": "FOR", "return": "_RETURN", "some": "SOME",
    "every": "EVERY", "satisfies": "_SATISFIES", "in": "_IN", "between": "_BETWEEN", "and": "_AND", "or": "_OR",
    "function": "FUNCTION", "true": "TRUE", "false": "FALSE", "null": "NULL",
}  # fmt: skip
_ENDS_OPERAND = frozenset(
    ("NUMBER", "STRING", "AT_LITERAL", "TRUE", "FALSE", "NULL", "NAME", "TYPE", "RPAR", "RSQB", "_RBRACE",
     "RANGE_CLOSE")
)  # fmt: skip
_AFTER_RANGE = re.compile(
    rf"\s*(?:$|[,)\]}}=<>!]|\.(?![0-9.])|(?:and|or|then|else|return|satisfies)(?![{_MORE}]))"
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|[\"\\nrt'])")
_SURROGATES = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'"}
FIELDS = ("time offset", "start included", "end included")
"""Names with spaces that follow a dot: the properties of times and ranges."""


def pieces(name: str) -> tuple[str, ...]:
    """A name's words and signs; two spellings of one name have the same pieces."""
    return tuple(_PIECE.findall(name))


def normal(name: str) -> str:
    """A name with single spaces."""
    return " ".join(name.split())


def unescape(text: str) -> str:
    """The characters of a string literal; a backslash before an ordinary letter stays (`\\d` in patterns)."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_escaped, text)
    return _SURROGATES.sub(lambda m: m[0].encode("utf-16", "surrogatepass").decode("utf-16"), plain)


def _escaped(match: re.Match[str]) -> str:
    body = match[1]
    if body[0] in "uU" and len(body) > 1:
        code = int(body[1:], 16)
        return chr(code) if code <= 0x10FFFF else match[0]
    return _ESCAPES[body]


class Names:
    """Known names, found by their first piece."""

    def __init__(self, names: Collection[str]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make a name known; one that is empty is ignored."""
        parts = pieces(name)
        if parts:
            self._by_first.setdefault(parts[0], []).append((parts, normal(name)))

    def longest(self, text: str, at: int) -> tuple[str, int]:
        """The longest known name that stands here, and the offset after it; ("", at) when none does."""
        first = _PIECE.match(text, at)
        best = ("", at)
        for parts, name in self._by_first.get(first[0], ()) if first else ():
            end = _match(text, at, parts)
            if end > best[1]:
                best = (name, end)
        return best


def _match(text: str, at: int, parts: tuple[str, ...]) -> int:
    for part in parts:
        blank = _BLANK.match(text, at)
        at = blank.end() if blank else at
        piece = _PIECE.match(text, at)
        if piece is None or piece[0] != part:
            return -1
        at = piece.end()
    return at


@dataclass(slots=True)
class _Level:
    """What is known inside one pair of brackets."""

    kind: str
    names: Names = field(default_factory=lambda: Names(()))
    iterating: int = 0
    has_dots: bool = False


class Scanner:
    """Reads one text. `names` are the variables, `calls` the functions whose names hold a space."""

    def __init__(
        self, text: str, names: Names, calls: Names, types: Mapping[str, Type], *, tests: bool = False
    ) -> None:
        self.text = text
        self.at = 0
        self.known = names
        self.calls = calls
        self.types = types
        self.levels = [_Level("")]
        self.previous = ""
        self.tests = tests

    def tokens(self) -> Iterator[Token]:
        """Every token in turn; FeelSyntaxError where the text has none."""
        self._skip()
        if self.tests and self._is_negation():
            yield self._token("_NOT_TESTS", "not", self.at + 3)
            self._skip()
        while self.at < len(self.text):
            yield from self._next()
            self._skip()

    def _skip(self) -> None:
        blank = _BLANK.match(self.text, self.at)
        if blank:
            self.at = blank.end()

    def _token(self, kind: str, value: object, end: int) -> Token:
        token = Token(kind, value, start_pos=self.at)
        self.previous = kind
        self.at = end
        return token

    def _next(self) -> Iterator[Token]:
        name = self._place_name()
        if name is not None:
            yield name
            return
        char = self.text[self.at]
        operand_ended = self.previous in _ENDS_OPERAND
        if char == '"':
            yield self._string("STRING")
        elif char == "@" and self.text[self.at + 1 : self.at + 2] == '"':
            self.at += 1
            yield self._string("AT_LITERAL")
        elif char.isdigit() or (char == "." and not operand_ended and _NUMBER.match(self.text, self.at)):
            yield self._number()
        elif WORD.match(self.text, self.at):
            yield from self._word()
        else:
            yield self._symbol(operand_ended)

    def _number(self) -> Token:
        match = _NUMBER.match(self.text, self.at)
        if match is None:
            raise FeelSyntaxError(self.at, "this digit is not one of 0 to 9")
        return self._token("NUMBER", match[0], match.end())

    def _string(self, kind: str) -> Token:
        match = _STRING.match(self.text, self.at)
        if match is None:
            raise FeelSyntaxError(self.at, "this string has no end")
        if kind == "STRING" and self._expects_key() and self._followed_by(match.end(), ":"):
            kind = "KEY"
        return self._token(kind, unescape(match[1]), match.end())

    def _followed_by(self, at: int, wanted: str) -> bool:
        blank = _BLANK.match(self.text, at)
        return self.text.startswith(wanted, blank.end() if blank else at)

    def _expects_key(self) -> bool:
        level = self.levels[-1]
        return (level.kind == "{" and self.previous in ("_LBRACE", "_COMMA")) or (
            level.kind == "call" and self.previous in ("LPAR", "_COMMA") and not level.iterating
        )

    def _place_name(self) -> Token | None:
        """A name whose place says that it is one: a key, an iterator, a parameter, a type."""
        if self._expects_key():
            return self._declared(_KEY, "KEY")
        level = self.levels[-1]
        if self.previous in ("FOR", "SOME", "EVERY") or (self.previous == "_COMMA" and level.iterating):
            return self._declared(_BINDING, "BINDING")
        if level.kind == "parameters" and self.previous in ("LPAR", "_COMMA"):
            return self._declared(_PARAMETER, "PARAMETER")
        if self.previous == "_INSTANCE_OF" or (self.previous == "PARAMETER" and self._colon()):
            return self._type()
        return None

    def _colon(self) -> bool:
        if self.text[self.at] != ":":
            return False
        self.at += 1
        self._skip()
        return True

    def _type(self) -> Token:
        type_, end = read_type(self.text, self.at, self.types)
        return self._token("TYPE", type_, end)

    def _declared(self, pattern: re.Pattern[str], kind: str) -> Token | None:
        match = pattern.match(self.text, self.at)
        if match is None:
            return None
        name = normal(match[1])
        level = self.levels[-1]
        if kind == "PARAMETER" and len(self.levels) > 1:
            self.levels[-2].names.add(name)  # the body comes after the closing parenthesis
        elif level.kind != "call" or kind == "BINDING":
            level.names.add(name)
        return self._token(kind, name, match.end(1))

    def _word(self) -> Iterator[Token]:
        name, end = self._known()
        word = WORD.match(self.text, self.at)
        first = word[0] if word else ""
        keyword = KEYWORDS.get(first)
        if self.previous == "_DOT":
            yield self._name(name or first, max(end, self.at + len(first)))
        elif instance := _INSTANCE_OF.match(self.text, self.at):
            yield self._token("_INSTANCE_OF", "instance of", instance.end())
        elif keyword and end <= self.at + len(first):
            yield self._keyword(keyword, first)
        elif first == "external" and self._followed_by(self.at + len(first), "{"):
            yield self._token("_EXTERNAL", first, self.at + len(first))
        else:
            yield self._name(name or first, max(end, self.at + len(first)))

    def _known(self) -> tuple[str, int]:
        """The longest of: a variable, a name declared around this place, a function when it is called."""
        found = max(
            (names.longest(self.text, self.at) for names in (self.known, *(lv.names for lv in self.levels))),
            key=lambda pair: pair[1],
        )
        call, end = self.calls.longest(self.text, self.at)
        return (call, end) if end > found[1] and self._followed_by(end, "(") else found

    def _name(self, name: str, end: int) -> Token:
        """A name, with the words beside it that no known name and no keyword explains."""
        while True:
            blank = _BLANK.match(self.text, end)
            word = WORD.match(self.text, blank.end()) if blank else None
            if word is None or word[0] in KEYWORDS or _INSTANCE_OF.match(self.text, word.start()):
                return self._token("NAME", name, end)
            if word[0] == "external":
                return self._token("NAME", name, end)
            name, end = f"{name} {word[0]}", word.end()

    def _keyword(self, kind: str, word: str) -> Token:
        level = self.levels[-1]
        if kind in ("FOR", "SOME", "EVERY"):
            level.iterating += 1
        elif kind in ("_RETURN", "_SATISFIES"):
            level.iterating = max(0, level.iterating - 1)
        return self._token(kind, word, self.at + len(word))

    def _symbol(self, operand_ended: bool) -> Token:
        for sign, kind in _SYMBOLS:
            if self.text.startswith(sign, self.at):
                return self._bracket(kind, sign, operand_ended)
        raise FeelSyntaxError(self.at, "this character has no meaning here")

    def _bracket(self, kind: str, sign: str, operand_ended: bool) -> Token:
        level = self.levels[-1]
        if kind == "_DOTDOT" and not level.iterating:
            level.has_dots = True
        elif kind == "RSQB" and not operand_ended and self.previous != "LSQB":
            kind = self._open("range", "RANGE_OPEN")
        elif kind == "LSQB" and level.has_dots and _AFTER_RANGE.match(self.text, self.at + 1):
            kind = self._close("RANGE_CLOSE")
        elif kind == "LPAR":
            called = "call" if operand_ended else "("
            self._open("parameters" if self.previous == "FUNCTION" else called, kind)
        elif kind in ("LSQB", "_LBRACE"):
            self._open(sign, kind)
        elif kind in ("RPAR", "RSQB", "_RBRACE"):
            self._close(kind)
        return self._token(kind, sign, self.at + len(sign))

    def _open(self, opened: str, kind: str) -> str:
        if len(self.levels) > MAX_BRACKETS:
            raise FeelSyntaxError(self.at, "the brackets are nested too deeply")
        self.levels.append(_Level(opened))
        return kind

    def _close(self, kind: str) -> str:
        if len(self.levels) == 1:
            raise FeelSyntaxError(self.at, "this bracket closes nothing")
        self.levels.pop()
        return kind

    def _is_negation(self) -> bool:
        """Whether the whole text is `not( … )`: a negation of tests, not a call of the function."""
        match = re.match(r"not\s*(?=\()", self.text[self.at :])
        if match is None:
            return False
        depth = 0
        plain = _STRING.sub(lambda m: "s" * len(m[0]), self.text[self.at + match.end() :].rstrip())
        for index, char in enumerate(plain):
            depth += (char in "([{") - (char in ")]}")
            if char == ")" and depth <= 0:
                return index == len(plain) - 1
        return False
