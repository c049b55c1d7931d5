"""A campagne as a page shows it and as a page brings it back; enrolment is the only judge of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from shared.catalogue import has_sentence, sentence
from shared.parcours.campagne_data import (
    ENTRIES,
    MOST_WORKSHOPS,
    SETTINGS,
    WORKSHOPS,
    Setting,
    setting_of,
    value_at,
)

ANSWER = "reglage-"
"""Fields of the page: ``reglage-<path>``, ``atelier-<number>-titre``, ``atelier-<number>-objectif``, ``lycees``."""
SPARE_ROWS = 1
_YES, _NO = "oui", "non"


@dataclass(frozen=True)
class Line:
    """One setting as it is shown. ``options``: (value, label, chosen) of a list or a switch."""

    path: str
    label: str
    mark: str
    kind: str
    value: Any
    options: Sequence[tuple[str, str, bool]]


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    lines: Sequence[Line]


def sections(data: Mapping[str, Any]) -> list[Section]:
    """The settings of a campagne (``to_json``) in their order, under a title each."""
    names = list(dict.fromkeys(_section(setting) for setting in SETTINGS))
    return [
        Section(name, sentence(f"campagnes.section_{name}"), [
            _line(setting, setting_of(data, setting)) for setting in SETTINGS if _section(setting) == name
        ])
        for name in names
    ]  # fmt: skip


def workshops(data: Mapping[str, Any], spare: int = 0) -> list[Mapping[str, str]]:
    """The workshops, and ``spare`` empty rows to write others in."""
    told = value_at(data, WORKSHOPS) or []
    rows = [*told, *({"titre": "", "objectif": ""} for _ in range(spare))]
    return rows[:MOST_WORKSHOPS]


def entries(data: Mapping[str, Any]) -> str:
    """The lycées that enter on a day of their own, a line each: « 0690043X 02/11/2026 »."""
    told = value_at(data, ENTRIES) or {}
    return "\n".join(f"{uai} {_french(day)}" for uai, day in sorted(told.items()))


def read_page(page: MultiDict[str, str], code: str) -> dict[str, Any]:
    """The settings that a page brought, as JSON; what could not be read stays as it was typed."""
    data: dict[str, Any] = {}
    for setting in SETTINGS:
        _put(data, setting.path, code if setting.path == "code" else _answer(page, setting))
    _put(data, WORKSHOPS, list(_workshops(page)))
    _put(data, ENTRIES, dict(_entries(page.get("lycees", ""))))
    return data


def label(path: str) -> str:
    """The French name of a setting; the path itself of what is none."""
    code = f"campagnes.label_{path.replace('.', '_')}"
    return sentence(code) if has_sentence(code) else path


def _section(setting: Setting) -> str:
    first, dot, _ = setting.path.partition(".")
    return first if dot and first != "phases" else "annee"


def _line(setting: Setting, value: Any) -> Line:
    return Line(
        setting.path, label(setting.path), setting.mark, setting.kind.__name__, value,
        list(_options(setting, value)),
    )  # fmt: skip


def _options(setting: Setting, value: Any) -> Iterator[tuple[str, str, bool]]:
    if setting.kind is bool:
        for answer, truth in ((_YES, True), (_NO, False)):
            yield answer, sentence(f"campagnes.{answer}"), value is truth
    for choice in setting.choices:
        chosen = isinstance(value, Sequence) and choice in value
        yield choice, sentence(f"campagnes.choice_{choice}"), chosen


def _answer(page: MultiDict[str, str], setting: Setting) -> Any:
    name = ANSWER + setting.path
    if setting.kind is list:
        return page.getlist(name)
    text = page.get(name, "").strip()
    if setting.kind is bool:
        return {_YES: True, _NO: False, "": None}.get(text, text)
    if setting.kind is int and text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return _iso(text) if setting.kind is date else text


def _workshops(page: MultiDict[str, str]) -> Iterator[dict[str, str]]:
    for number in range(1, MOST_WORKSHOPS + 1):
        row = {part: page.get(f"atelier-{number}-{part}", "").strip() for part in ("titre", "objectif")}
        if any(row.values()):
            yield row


def _entries(text: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, map(str.strip, text.splitlines())):
        uai, _, day = line.partition(" ")
        yield uai.upper(), _iso(day.strip())


def _iso(text: str) -> str:
    """« 02/11/2026 » as 2026-11-02; anything else as it is."""
    parts = text.split("/")
    is_french = len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts)
    return f"{parts[2]:0>4}-{parts[1]:0>2}-{parts[0]:0>2}" if is_french else text


def _french(day: str) -> str:
    parts = day.split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 else day


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for name in outer:
        data = data.setdefault(name, {})
    data[last] = value
