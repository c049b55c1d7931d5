"""The French sentences that people read, one TOML file per area, looked up as ``area.key``."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol


class Told(Protocol):
    """A code of the catalogue with its parameters, such as ``shared.parcours.refusal.Reason``."""

    @property
    def code(self) -> str: ...

    @property
    def params(self) -> Mapping[str, Any]: ...


_FOLDER = Path(__file__).parent


def sentence(code: str, **params: Any) -> str:
    """The French sentence of ``area.key``, its ``{parameters}`` filled in; KeyError when there is none."""
    area, _, key = code.partition(".")
    return _area(area)[key].format(**params)


def sentences(reasons: Iterable[Told]) -> str:
    """The French sentences of several reasons, one after the other."""
    return " ".join(sentence(reason.code, **reason.params) for reason in reasons)


def has_sentence(code: str) -> bool:
    area, _, key = code.partition(".")
    return area in _areas() and key in _area(area)


@cache
def _areas() -> frozenset[str]:
    return frozenset(file.stem for file in _FOLDER.glob("*.toml"))


@cache
def _area(area: str) -> dict[str, str]:
    texts: dict[str, str] = tomllib.loads((_FOLDER / f"{area}.toml").read_text(encoding="utf-8"))
    return texts
