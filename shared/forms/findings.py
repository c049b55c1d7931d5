"""Collects what is wrong with a form while it is read, and reads JSON values with their expected shape."""

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from shared.forms.errors import FormFinding, FormRefused
from shared.forms.profile import MAX_BYTES

TEXT, TRUTH, WHOLE = "a text", "true or false", "a whole number that is not negative"


class Findings:
    """The findings of one form, in the order of discovery."""

    def __init__(self, form: str) -> None:
        self.form = form
        self.found: list[FormFinding] = []

    def add(self, component: str | None, code: str, allowed: Iterable[str] = (), **params: Any) -> None:
        self.found.append(FormFinding(self.form, component, code, params, tuple(allowed)))

    def stop_if_any(self) -> None:
        if self.found:
            raise FormRefused(self.found)

    def unknown(
        self, component: str | None, given: Mapping[str, Any], allowed: frozenset[str], prefix: str = ""
    ) -> None:
        """Refuse each property that is not in `allowed`."""
        for name in given:
            if name not in allowed:
                self.add(component, "unknown_property", sorted(allowed), property=prefix + name)


class Node:
    """One JSON object of a form: typed access to its properties, refusals noted by name."""

    def __init__(
        self, findings: Findings, name: str | None, raw: Mapping[str, Any], prefix: str = ""
    ) -> None:
        self.findings, self.name, self.raw, self.prefix = findings, name, raw, prefix

    def refuse(self, prop: str, expected: str, allowed: Iterable[str] = ()) -> None:
        self.findings.add(self.name, "wrong_value", allowed, property=self.prefix + prop, expected=expected)

    def only(self, allowed: frozenset[str]) -> None:
        self.findings.unknown(self.name, self.raw, allowed, self.prefix)

    def text(self, prop: str, default: str = "") -> str:
        return str(self._typed(prop, lambda v: isinstance(v, str), f"expected {TEXT}", default))

    def optional_text(self, prop: str) -> str | None:
        return self.text(prop) or None

    def truth(self, prop: str, default: bool = False) -> bool:
        return bool(self._typed(prop, lambda v: isinstance(v, bool), f"expected {TRUTH}", default))

    def whole(self, prop: str) -> int | None:
        def fits(value: Any) -> bool:
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0

        found = self._typed(prop, fits, f"expected {WHOLE}", None)
        return None if found is None else int(found)

    def number(self, prop: str) -> Decimal | None:
        found = self._typed(prop, is_number, "expected a number", None)
        return None if found is None else Decimal(str(found))

    def node(self, prop: str) -> "Node":
        found = self._typed(prop, lambda v: isinstance(v, dict), "expected an object", {})
        return Node(self.findings, self.name, found, f"{self.prefix}{prop}.")

    def items(self, prop: str) -> list[Any]:
        return list(self._typed(prop, lambda v: isinstance(v, list), "expected a list", []))

    def _typed(self, prop: str, fits: Callable[[Any], bool], expected: str, default: Any) -> Any:
        value = self.raw.get(prop)
        if value is None:
            return default
        if fits(value):
            return value
        self.refuse(prop, expected)
        return default


def is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def read_json(content: bytes) -> dict[str, Any]:
    """The form file as an object. FormRefused when it is none, is too large, or repeats a property."""
    if len(content) > MAX_BYTES:
        raise _refused("too_large", what="bytes", found=len(content), limit=MAX_BYTES)
    try:
        found = json.loads(content.decode("utf-8"), object_pairs_hook=_without_repeats, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise _refused("not_json", detail=str(error)) from error
    if not isinstance(found, dict):
        raise _refused("not_json", detail="the file is not an object")
    return found


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the property '{name}' is given twice in one object")
        found[name] = value
    return found


def _refused(code: str, **params: Any) -> FormRefused:
    return FormRefused([FormFinding("?", None, code, params)])
