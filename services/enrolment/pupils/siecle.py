"""Reads a SIECLE ``BEE_ELEVES`` export (R35): a streaming parse, without DOCTYPE nor entities.

Structure: ``BEE_ELEVES/PARAMETRES/UAJ``, ``DONNEES/ELEVES/ELEVE[@ELEVE_ID]`` and, for the class,
``DONNEES/STRUCTURES/STRUCTURES_ELEVE[@ELEVE_ID]/STRUCTURE/{CODE_STRUCTURE,TYPE_STRUCTURE}``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

from services.enrolment.pupils.rows import MAX_ROWS, PupilFile, PupilFileRefused, PupilRow

ELEMENTS: Mapping[str, str] = {
    "ID_NATIONAL": "former_ine",
    "INE_RNIE": "ine",
    "NOM_DE_FAMILLE": "family_name",
    "NOM_USAGE": "usage_name",
    "PRENOM": "given_name",
    "DATE_NAISS": "born_on",
    "CODE_MEF": "mef",
    "CODE_STATUT": "status_code",
    "DATE_SORTIE": "left_on",
}
"""Elements of ``ELEVE`` that are read; no other is (nationality is never read)."""

_FIELDS = frozenset({*ELEMENTS.values(), "class_code"})
_DIVISION = "D"  # TYPE_STRUCTURE of a class; "G" is a group
_ENCODINGS = {"utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "us-ascii"}
_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


def read_siecle(content: bytes) -> PupilFile:
    """The rows of a BEE_ELEVES file. PupilFileRefused when it is none, or cannot be read whole."""
    text = _decode(content)
    export = _Export()
    try:
        for element in _elements(text):
            export.take(element)
    except etree.XMLSyntaxError as error:
        raise _refusal(text, error) from error
    return export.file()


def _decode(content: bytes) -> str:
    declared = _DECLARATION.match(content.removeprefix(b"\xef\xbb\xbf"))
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    if encoding not in _ENCODINGS:
        raise PupilFileRefused("xml_encoding_unknown", encoding=encoding)
    if encoding.startswith(("iso", "windows")) and _is_multibyte_utf8(content):
        raise PupilFileRefused("encoding_mismatch")
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise PupilFileRefused("encoding_mismatch") from error
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise PupilFileRefused("doctype")
    return text


def _is_multibyte_utf8(content: bytes) -> bool:
    """Whether bytes said to be Latin are in truth UTF-8: every accent would come out as two letters."""
    try:
        return len(content.decode("utf-8")) < len(content)
    except UnicodeDecodeError:
        return False


def _elements(text: str) -> Iterator[etree._Element]:
    """The elements of interest, each emptied once it was looked at: memory does not grow with the file."""
    source = BytesIO(text.encode("utf-8"))
    parser = etree.iterparse(
        source, ("start", "end"), encoding="utf-8",
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    for event, element in parser:
        if event == "start":
            if element.getparent() is None and element.tag != "BEE_ELEVES":
                raise PupilFileRefused("wrong_root")
        elif _path(element) in {"PARAMETRES/UAJ", "ELEVES/ELEVE", "STRUCTURES/STRUCTURES_ELEVE"}:
            yield element
            _release(element)


def _path(element: etree._Element) -> str:
    parent = element.getparent()
    return f"{parent.tag!s}/{element.tag!s}" if parent is not None else str(element.tag)


def _release(element: etree._Element) -> None:
    parent = element.getparent()
    element.clear()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


@dataclass
class _Export:
    """Gathers what the elements say; a class comes after its pupil, hence the two passes."""

    uai: str | None = None
    pupils: list[tuple[str, int, dict[str, str]]] = field(default_factory=list)
    classes: dict[str, str] = field(default_factory=dict)
    not_read: set[str] = field(default_factory=set)

    def take(self, element: etree._Element) -> None:
        match element.tag:
            case "UAJ":
                self.uai = (element.text or "").strip()
            case "ELEVE":
                self._take_pupil(element)
            case _:
                self._take_class(element)

    def _take_pupil(self, element: etree._Element) -> None:
        if len(self.pupils) == MAX_ROWS:
            raise PupilFileRefused("too_many_rows", limit=MAX_ROWS)
        values = dict.fromkeys(ELEMENTS.values(), "")
        for child in element.iterchildren(tag=etree.Element):
            name = str(child.tag)
            if name in ELEMENTS:
                values[ELEMENTS[name]] = (child.text or "").strip()
            else:
                self.not_read.add(name)
        self.pupils.append((element.get("ELEVE_ID", ""), int(element.sourceline or 0), values))

    def _take_class(self, element: etree._Element) -> None:
        for structure in element.iterchildren("STRUCTURE"):
            if (structure.findtext("TYPE_STRUCTURE") or "").strip() == _DIVISION:
                code = (structure.findtext("CODE_STRUCTURE") or "").strip()
                self.classes[element.get("ELEVE_ID", "")] = code

    def file(self) -> PupilFile:
        if not self.uai:
            raise PupilFileRefused("no_uai")
        if not self.pupils:
            raise PupilFileRefused("no_pupil")
        return PupilFile(self.uai, tuple(map(self._row, self.pupils)), _FIELDS, tuple(sorted(self.not_read)))

    def _row(self, pupil: tuple[str, int, dict[str, str]]) -> PupilRow:
        key, line, values = pupil
        return PupilRow(line, {**values, "class_code": self.classes.get(key, "")})


def _refusal(text: str, error: etree.XMLSyntaxError) -> PupilFileRefused:
    if not text.rstrip().endswith("</BEE_ELEVES>") and "<BEE_ELEVES" in text:
        return PupilFileRefused("truncated")
    return PupilFileRefused("not_xml", line=error.lineno or 1)
