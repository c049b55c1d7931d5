"""Reads a file of pupils of any known kind, and refuses one that is another lycée's."""

from collections.abc import Mapping

from services.enrolment.pupils.csv_file import read_csv
from services.enrolment.pupils.rows import MAX_BYTES, PupilFile, PupilFileRefused
from services.enrolment.pupils.siecle import read_siecle
from services.enrolment.pupils.xlsx_file import is_xlsx, read_xlsx
from shared.parcours.refusal import Refusal
from shared.parcours.uai import parse_uai

_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def read_pupil_file(content: bytes, uai: str, mapping: Mapping[str, str] | None = None) -> PupilFile:
    """The rows of a SIECLE XML, a CSV or an XLSX (``mapping``: see ``read_csv``), told apart by their content.

    PupilFileRefused when it is neither, too large, unreadable, or from another lycée than ``uai`` (R35).
    """
    _check_uai(uai)
    _check_bytes(content)
    if is_xlsx(content):
        file = read_xlsx(content, mapping)
        _check_lycee(file, uai)
        return file
    _check_text(content)
    is_xml = content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    file = read_siecle(content.lstrip()) if is_xml else read_csv(content, mapping)
    _check_lycee(file, uai)
    return file


def _check_uai(uai: str) -> None:
    """The importing lycée itself: a typing error at the command line must not found a lycée."""
    try:
        is_known = parse_uai(uai) == uai
    except Refusal:
        is_known = False
    if not is_known:
        raise PupilFileRefused("bad_uai")


def _check_bytes(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise PupilFileRefused("too_large", limit=MAX_BYTES // 1_000_000)
    if not content.strip():
        raise PupilFileRefused("empty")


def _check_text(content: bytes) -> None:
    if content.startswith(_ARCHIVES):
        raise PupilFileRefused("archive")
    if content.startswith(_WIDE) or b"\x00" in content:
        raise PupilFileRefused("not_text")


def _check_lycee(file: PupilFile, uai: str) -> None:
    """A file that names only other lycées is refused; a single stray row is refused by its check."""
    named = {file.uai} if file.uai else {row.values.get("uai") for row in file.rows}
    others = {_readable(each) for each in named if each}
    if others and uai not in others:
        raise PupilFileRefused("wrong_lycee", found=", ".join(sorted(others)[:3]), expected=uai)


def _readable(text: str) -> str:
    try:
        return parse_uai(text)
    except Refusal:
        return text[:20]
