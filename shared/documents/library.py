"""The documents that a service makes, as ``workflows/<service>/documents`` says: a template and a TOML file each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from shared.documents.computed import COMPUTED
from shared.parcours.signatures import RESPONSABLES, Document, Signatory, signatories

TEMPLATE, COMMON = "main.typ", "_gabarit.typ"
SIDES = ("both", "lycee", "ml")
KEYS: Mapping[str, type] = {
    "titre": str, "sigle": str, "element": str, "cote": str, "si": str, "pour_chaque": str, "remplace": bool,
    "variables": list, "noms": list, "libelles": dict, "signatures": dict, "releves": list,
    "calculs": list, "commence": str, "par_tache": bool, "famille": list,
}  # fmt: skip
REQUIRED = ("titre", "sigle", "element", "cote", "variables")
SIGNING_KEYS = ("regle", "tous", "mineur", "majeur", "deux_si")
RECORD_KEYS = ("element", "le", "signataires")
FAMILY: Mapping[str, tuple[Signatory, ...]] = {"eleve": (Signatory.ELEVE,), "responsables": RESPONSABLES}
"""Who of a family reads a document that she or he does not sign: the words of the key ``famille``."""


class TypeRefused(Exception):
    """A TOML file that does not say a document. ``code`` and ``params`` of a sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(code)


@dataclass(frozen=True)
class Signing:
    """Who signs, in order: when the pupil is under 18, and when of age. ``second``: the variable that, when it has a
    value, makes a second responsable légal sign."""

    minor: tuple[Signatory, ...] = ()
    major: tuple[Signatory, ...] = ()
    second: str = ""
    rule: Document | None = None

    def for_parcours(self, *, two: bool) -> dict[str, list[str]]:
        minor = (
            signatories(self.rule, minor=True, responsables=2) if two and self.rule else
            _with_second(self.minor) if two else self.minor
        )  # fmt: skip
        return {"mineur": [each.value for each in minor], "majeur": [each.value for each in self.major]}


@dataclass(frozen=True)
class Record:
    """When ``element`` is done, ``signers`` (all who must, when empty) have signed on the day in ``variable``."""

    element: str
    variable: str
    signers: tuple[Signatory, ...]


@dataclass(frozen=True)
class DocumentType:
    """``element``: made when it is done, happens or is thrown, if ``condition`` (FEEL) holds.

    ``each``: a list, one document for each item, which is called ``chaque``; ``replaces``: the one before it of its
    kind, when it was not signed by all; ``names``: variables that hold the id of a person or an organisation;
    ``labels``: part of an item → the form's field that has the labels of its values; ``computed``: of ``computed.py``;
    ``begins``: the part of the item that is the first day of what it allows (R17);
    ``by_task``: there may be several at a time, and the task that opened beside one records that one's signatures;
    ``family``: who of the family reads it by a personal link, beside who has to sign it.
    """

    kind: str
    title: str
    sigle: str
    element: str
    side: str
    source: str
    variables: tuple[str, ...]
    condition: str = ""
    each: str = ""
    replaces: bool = False
    names: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    signing: Signing = Signing()
    records: tuple[Record, ...] = ()
    computed: tuple[str, ...] = ()
    begins: str = ""
    by_task: bool = False
    family: tuple[Signatory, ...] = ()


@dataclass(frozen=True)
class Library:
    """The documents of one service. ``folder`` may be absent: it makes none. ``common``: the template of them all."""

    folder: Path
    common: Path

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*.toml"))

    @cached_property
    def types(self) -> Mapping[str, DocumentType]:
        """By kind, the name of the files. Raises TypeRefused: ``check`` tells it before anything runs."""
        return {path.stem: read_type(path) for path in self.files}

    @cached_property
    def by_element(self) -> Mapping[str, tuple[DocumentType, ...]]:
        found: dict[str, tuple[DocumentType, ...]] = {}
        for type_ in self.types.values():
            found[type_.element] = (*found.get(type_.element, ()), type_)
        return found

    @cached_property
    def records(self) -> Mapping[str, tuple[tuple[DocumentType, Record], ...]]:
        """By element, the signatures that its form records."""
        found: dict[str, tuple[tuple[DocumentType, Record], ...]] = {}
        for type_ in self.types.values():
            for record in type_.records:
                found[record.element] = (*found.get(record.element, ()), (type_, record))
        return found

    def sources(self, type_: DocumentType) -> dict[str, str]:
        """The files that its template is made of."""
        return {TEMPLATE: type_.source, COMMON: self.common.read_text(encoding="utf-8")}


def hash_of(sources: Mapping[str, str]) -> str:
    return sha256(orjson.dumps(dict(sources), option=orjson.OPT_SORT_KEYS)).hexdigest()


def read_type(path: Path) -> DocumentType:
    """A document from its TOML file and the template beside it. Raises TypeRefused."""
    data = read_toml(path, KEYS, REQUIRED)
    template = path.with_suffix(".typ")
    if not template.exists():
        raise TypeRefused("template_missing", template=template.name)
    if data["cote"] not in SIDES:
        raise TypeRefused("key_value", key="cote", value=data["cote"], allowed=", ".join(SIDES))
    return DocumentType(
        kind=path.stem, title=data["titre"], sigle=data["sigle"], element=data["element"], side=data["cote"],
        source=template.read_text(encoding="utf-8"), variables=_texts(data, "variables"),
        condition=data.get("si", ""), begins=data.get("commence", ""),
        by_task=data.get("par_tache", False),
        each=data.get("pour_chaque", ""), replaces=data.get("remplace", False),
        names=_texts(data, "noms"), labels=_labels(data.get("libelles", {})),
        signing=_signing(data.get("signatures", {})),
        records=tuple(_record(each) for each in data.get("releves", [])),
        computed=tuple(_one_of(COMPUTED, each, "calculs", str) for each in _texts(data, "calculs")),
        family=tuple(who for each in _texts(data, "famille") for who in FAMILY[_one_of(FAMILY, each, "famille", str)]),
    )  # fmt: skip


def read_toml(path: Path, keys: Mapping[str, type], required: tuple[str, ...]) -> dict[str, Any]:
    """The data of a file whose keys are known, of their types. Raises TypeRefused."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TypeRefused("toml_unreadable", detail=str(error)) from error
    for key in sorted(data.keys() - keys.keys()):
        raise TypeRefused("key_unknown", key=key, allowed=", ".join(keys))
    for key in required:
        if key not in data:
            raise TypeRefused("key_missing", key=key)
    for key, value in data.items():
        if type(value) is not keys[key]:
            raise TypeRefused("key_type", key=key)
    return data


def _texts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = data.get(key, [])
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise TypeRefused("key_type", key=key)
    return tuple(values)


def _labels(data: Mapping[str, Any]) -> dict[str, str]:
    if not all(isinstance(value, str) for value in data.values()):
        raise TypeRefused("key_type", key="libelles")
    return dict(data)


def _signing(data: Mapping[str, Any]) -> Signing:
    _only(data, SIGNING_KEYS, "signatures")
    second = data.get("deux_si", "")
    if not isinstance(second, str):
        raise TypeRefused("key_type", key="signatures.deux_si")
    if "regle" in data:
        rule = _one_of(Document, data["regle"], "signatures.regle")
        return Signing(signatories(rule, minor=True), signatories(rule, minor=False), second, rule)
    of_all = _who(data, "tous")
    return Signing(_who(data, "mineur") or of_all, _who(data, "majeur") or of_all, second)


def _record(data: Any) -> Record:
    if not isinstance(data, dict):
        raise TypeRefused("key_type", key="releves")
    _only(data, RECORD_KEYS, "releves")
    for key in ("element", "le"):
        if not isinstance(data.get(key), str):
            raise TypeRefused("key_missing", key=f"releves.{key}")
    return Record(data["element"], data["le"], _who(data, "signataires"))


def _who(data: Mapping[str, Any], key: str) -> tuple[Signatory, ...]:
    return tuple(_one_of(Signatory, each, key) for each in _texts(data, key))


def _one_of(kinds: Any, value: Any, key: str, make: Any = None) -> Any:
    if value not in list(kinds):
        raise TypeRefused("key_value", key=key, value=value, allowed=", ".join(kinds))
    return (make or kinds)(value)


def _only(data: Mapping[str, Any], keys: tuple[str, ...], within: str) -> None:
    for key in sorted(data.keys() - set(keys)):
        raise TypeRefused("key_unknown", key=f"{within}.{key}", allowed=", ".join(keys))


def _with_second(signers: tuple[Signatory, ...]) -> tuple[Signatory, ...]:
    """The second responsable légal after the first."""
    place = signers.index(Signatory.RESPONSABLE_LEGAL) + 1 if Signatory.RESPONSABLE_LEGAL in signers else None
    return signers if place is None else (*signers[:place], Signatory.RESPONSABLE_LEGAL_2, *signers[place:])
