"""What a document says: the values of a parcours as people read them, frozen when it is made."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from hashlib import sha256
from types import NoneType
from typing import Any

import orjson

from shared.bpmn import Definition
from shared.catalogue import sentence
from shared.clock import PARIS
from shared.documents.computed import COMPUTED
from shared.documents.library import DocumentType
from shared.french import hour, long_day
from shared.process.wording import Labels, worded

ITEM = "chaque"


def content_of(
    type_: DocumentType, definition: Definition, labels: Labels, values: Mapping[str, Any], item: Any,
    signers: list[str],
) -> dict[str, Any]:  # fmt: skip
    """``champs``: variable → its label, its words and, of a list or context, its parts; JSON types only."""
    fields = {
        name: {"nom": definition.variables[name].label} | _words(values.get(name), type_, labels, name)
        for name in type_.variables
    }
    cites = {name: values[name] for name in type_.names if isinstance(values.get(name), str)}
    found: dict[str, Any] = {
        "champs": fields, "cites": cites,
        "signataires": [{"qui": each, "titre": sentence(f"documents.signer_{each}")} for each in signers],
    }  # fmt: skip
    if type_.computed:
        found["calculs"] = {
            key: text for name in type_.computed for key, text in COMPUTED[name](values, item).items()
        }
    if type_.each:
        found[ITEM] = {key: _words(value, type_, labels, key) for key, value in _as_mapping(item).items()}
    return found


def named(content: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The same with the names of the people and organisations that it cites."""
    fields = {
        name: field | {"texte": names.get(content["cites"].get(name, ""), field["texte"])}
        for name, field in content["champs"].items()
    }
    return dict(content) | {"champs": fields}


def checksum(content: Mapping[str, Any]) -> str:
    return sha256(orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS)).hexdigest()


def said(value: Any) -> str:
    """A value in French words; nothing for null."""
    if isinstance(value, list | tuple):
        return ", ".join(said(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(said(each) for each in value.values() if each is not None)
    return next(say(value) for kind, say in _WORDS if isinstance(value, kind))


def _instant(value: datetime) -> str:
    local = value.astimezone(PARIS)
    return f"{long_day(local)} à {hour(local)}"


_WORDS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (NoneType, lambda _none: ""),
    (bool, lambda value: sentence("documents.yes" if value else "documents.no")),
    (datetime, _instant),
    (date, long_day),
    (time, lambda value: f"{value.hour} h {value.minute:02}"),
    (str, str),
    (object, lambda value: str(value).replace(".", ",")),
)


def _words(value: Any, type_: DocumentType, labels: Labels, name: str) -> dict[str, Any]:
    word = worded(labels, type_.labels.get(name, name), value)
    found: dict[str, Any] = {"texte": said(word)}
    if isinstance(word, list):
        found["lignes"] = [_line(each, type_, labels, name) for each in word]
    return found


def _line(item: Any, type_: DocumentType, labels: Labels, name: str) -> dict[str, str]:
    """An item of a list by its parts; a plain one has the part ``texte``."""
    parts = _as_mapping(item)
    return {
        key: said(worded(labels, type_.labels.get(f"{name}.{key}", f"{name}.{key}"), value))
        for key, value in parts.items()
    }


def _as_mapping(item: Any) -> Mapping[str, Any]:
    return item if isinstance(item, Mapping) else {"texte": item}
