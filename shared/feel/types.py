"""FEEL's types (DMN 1.5, 10.3.2.9): what conforms to them, how values are coerced, how they are written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from shared.feel.errors import FeelSyntaxError
from shared.feel.values import Lambda, Range, kind

MAX_TYPE_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Type:
    """A type by name; the subclasses below have parts."""

    name: str

    def accepts(self, value: Any) -> bool:
        """Whether a value, null excepted, is an instance; no coercion."""
        return self.name == "Any" or kind(value) == self.name

    def covers(self, other: "Type") -> bool:
        """Whether every value of `other` is one of this type."""
        return self.name == "Any" or self == other or other.name == "Null"


ANY = Type("Any")


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """`list<item>`."""

    item: Type = ANY

    def accepts(self, value: Any) -> bool:
        """Each item conforms; null items do."""
        return isinstance(value, list) and all(i is None or self.item.accepts(i) for i in value)

    def covers(self, other: Type) -> bool:
        """Lists are covariant."""
        return isinstance(other, ListType) and self.item.covers(other.item)


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """`context<field: type>`; entries that are not declared are allowed."""

    fields: tuple[tuple[str, Type], ...] = ()

    def accepts(self, value: Any) -> bool:
        """Every declared field is there and conforms."""
        return isinstance(value, dict) and all(
            n in value and (value[n] is None or t.accepts(value[n])) for n, t in self.fields
        )

    def covers(self, other: Type) -> bool:
        """Width and depth subtyping."""
        if not isinstance(other, ContextType):
            return False
        theirs = dict(other.fields)
        return all(n in theirs and t.covers(theirs[n]) for n, t in self.fields)


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """`range<item>`."""

    item: Type = ANY

    def accepts(self, value: Any) -> bool:
        """Each end conforms."""
        ends = [e for e in (value.low, value.high) if e is not None] if isinstance(value, Range) else []
        return isinstance(value, Range) and all(self.item.accepts(e) for e in ends)

    def covers(self, other: Type) -> bool:
        """Ranges are covariant."""
        return isinstance(other, RangeType) and self.item.covers(other.item)


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """`function<types> -> type`; `parameters` None for any function."""

    parameters: tuple[Type, ...] | None = None
    result: Type = ANY

    def accepts(self, value: Any) -> bool:
        """A function with as many parameters; those of expressions are compared by their declared types."""
        if kind(value) != "function":
            return False
        if self.parameters is None:
            return True
        theirs = getattr(value, "parameters", ())
        return len(theirs) == len(self.parameters) and (
            not isinstance(value, Lambda) or self._types_fit(value)
        )

    def _types_fit(self, value: Lambda) -> bool:
        pairs = zip(value.types, self.parameters or (), strict=True)
        return all(mine.covers(theirs) for mine, theirs in pairs) and (
            value.result is ANY or self.result.covers(value.result)
        )

    def covers(self, other: Type) -> bool:
        """Parameters are contravariant."""
        if not isinstance(other, FunctionType) or other.parameters is None or self.parameters is None:
            return isinstance(other, FunctionType) and self.parameters is None
        return len(other.parameters) == len(self.parameters) and all(
            o.covers(s) for s, o in zip(self.parameters, other.parameters, strict=True)
        )


SIMPLE: dict[str, Type] = {
    "Any": ANY,
    "Null": Type("null"),
    "null": Type("null"),
    "number": Type("number"),
    "string": Type("string"),
    "boolean": Type("boolean"),
    "date": Type("date"),
    "time": Type("time"),
    "date and time": Type("date and time"),
    "dateTime": Type("date and time"),
    "days and time duration": Type("days and time duration"),
    "dayTimeDuration": Type("days and time duration"),
    "years and months duration": Type("years and months duration"),
    "yearMonthDuration": Type("years and months duration"),
    "list": ListType("list"),
    "context": ContextType("context"),
    "range": RangeType("range"),
    "function": FunctionType("function"),
}


def is_instance(value: Any, type_: Type) -> bool:
    """`value instance of type`: null is an instance of Null only."""
    if value is None:
        return type_.name == "null"
    return type_.accepts(value)


def coerce(value: Any, type_: Type) -> tuple[Any, bool]:
    """The value as one of that type, and whether it could be (10.3.2.9.4); null is of every type."""
    if value is None or type_.accepts(value):
        return value, True
    if isinstance(value, list) and len(value) == 1 and type_.accepts(value[0]):
        return value[0], True
    if isinstance(type_, ListType) and not isinstance(value, list) and type_.item.accepts(value):
        return [value], True
    if type_.name == "date and time" and type(value) is date:
        return datetime.combine(value, time(tzinfo=UTC)), True
    return None, False


_NAME = re.compile(r"[^\W\d][\w.]*")
_SPACES = re.compile(r"\s*")
_PART = re.compile(r"\s*([^:<>,]+?)\s*:")


def read_type(text: str, at: int, known: Mapping[str, Type], depth: int = 0) -> tuple[Type, int]:
    """The type written at an offset, and the offset after it."""
    if depth > MAX_TYPE_DEPTH:
        raise FeelSyntaxError(at, "this type is nested too deeply")
    at = _skip(text, at)
    name, end = _longest(text, at, known)
    after = _skip(text, end)
    if name in ("list", "range") and text[after : after + 1] == "<":
        item, after = read_type(text, after + 1, known, depth + 1)
        made = ListType("list", item) if name == "list" else RangeType("range", item)
        return made, _expect(text, after, ">")
    if name == "context" and text[after : after + 1] == "<":
        return _read_context(text, after, known, depth)
    if name == "function" and text[after : after + 1] == "<":
        return _read_function(text, after, known, depth)
    found = known.get(name) or SIMPLE.get(name)
    if found is None:
        raise FeelSyntaxError(at, f"unknown type {name!r}")
    return found, end


def _read_context(text: str, at: int, known: Mapping[str, Type], depth: int) -> tuple[Type, int]:
    fields: list[tuple[str, Type]] = []
    while text[at : at + 1] in ("<", ","):
        match = _PART.match(text, at + 1)
        if match is None:
            raise FeelSyntaxError(at, "a field and its type are expected")
        type_, at = read_type(text, match.end(), known, depth + 1)
        fields.append((" ".join(match[1].split()), type_))
        at = _skip(text, at)
    return ContextType("context", tuple(fields)), _expect(text, at, ">")


def _read_function(text: str, at: int, known: Mapping[str, Type], depth: int) -> tuple[Type, int]:
    parameters: list[Type] = []
    if text[_skip(text, at + 1) : _skip(text, at + 1) + 1] == ">":
        at = _skip(text, at + 1)
    while text[at : at + 1] in ("<", ","):
        type_, at = read_type(text, at + 1, known, depth + 1)
        parameters.append(type_)
        at = _skip(text, at)
    at = _expect(text, _expect(text, at, ">"), "->")
    result, at = read_type(text, at, known, depth + 1)
    return FunctionType("function", tuple(parameters), result), at


def _skip(text: str, at: int) -> int:
    match = _SPACES.match(text, at)
    return match.end() if match else at


def _expect(text: str, at: int, wanted: str) -> int:
    at = _skip(text, at)
    if not text.startswith(wanted, at):
        raise FeelSyntaxError(at, f"{wanted!r} is expected in a type")
    return at + len(wanted)


def _longest(text: str, at: int, known: Mapping[str, Type]) -> tuple[str, int]:
    best = ("", at)
    for name in (*SIMPLE, *known):
        end = _same_words(text, at, name)
        if end > best[1]:
            best = (name, end)
    match = _NAME.match(text, at)
    if best[0] or match is None:
        if not best[0]:
            raise FeelSyntaxError(at, "a type is expected")
        return best
    return match[0], match.end()


def _same_words(text: str, at: int, name: str) -> int:
    """The offset after `name` when it stands here as whole words, however spaced; else -1."""
    for index, word in enumerate(name.split()):
        if index:
            after = _skip(text, at)
            if after == at:
                return -1
            at = after
        if not text.startswith(word, at):
            return -1
        at += len(word)
    return -1 if text[at : at + 1].isalnum() or text[at : at + 1] == "_" else at
