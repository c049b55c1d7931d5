"""What may be told of a value to whoever keeps the services running: its kind and its size, never the value."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from shared.feel import YearsMonths

Masked = Mapping[str, str]
"""``name`` and ``kind`` of a value."""

_KINDS: Sequence[tuple[tuple[type, ...], Callable[[Any], str]]] = (
    ((bool,), lambda _value: "oui ou non"),
    ((str,), lambda value: f"texte, {_counted(len(value), 'caractère')}"),
    ((int, float, Decimal), lambda _value: "nombre"),
    ((datetime,), lambda _value: "date et heure"),
    ((date,), lambda _value: "date"),
    ((time,), lambda _value: "heure"),
    ((timedelta, YearsMonths), lambda _value: "durée"),
    ((list, tuple), lambda value: f"liste, {_counted(len(value), 'élément')}"),
    ((Mapping,), lambda value: f"contexte, {_counted(len(value), 'entrée')}"),
)


def kind_of(value: Any) -> str:
    """« texte, 12 caractères », « date », « liste, 3 éléments », « vide »…"""
    if value is None:
        return "vide"
    return next((said(value) for types, said in _KINDS if isinstance(value, types)), "autre")


def masked(values: Mapping[str, Any]) -> list[Masked]:
    """The kinds of values by their names, which the diagram, its forms and its messages declare."""
    return [{"name": name, "kind": kind_of(value)} for name, value in values.items()]


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'s' if count > 1 else ''}"
