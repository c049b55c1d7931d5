"""The attendance sheet of one session, as PDF (PDF/UA-1, from a template that an analyst can change) and as XLSX."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import typst
from openpyxl import Workbook
from openpyxl.styles import Font

from shared.catalogue import sentence
from shared.french import long_day

TEMPLATE = Path(__file__).resolve().parents[2] / "workflows" / "accompaniment" / "feuilles" / "presence.typ"
HEAD = ("Élève", "Classe", "Pointage", "Signature")
WIDTHS = {"A": 40, "B": 16, "C": 28, "D": 30}
UNMARKED = "prescrit"


@dataclass(frozen=True)
class Sheet:
    """What is written on the sheet, in words. ``facts``: (label, value); ``rows``: name, class, what was marked."""

    title: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, str], ...]


def sheet_of(session: Mapping[str, Any], names: Mapping[str, str], class_code: str | None = None) -> Sheet:
    """The sheet of a session as accompaniment tells it; who is not marked yet has an empty cell, to fill in by hand.

    ``class_code``: only the pupils of that class.
    """
    on = date.fromisoformat(session["on"])
    facts = (
        (sentence("ateliers.col_lycee"), names.get(session["lycee"], session["lycee"])),
        ("Campagne", session["campagne"]),
        ("Atelier", sentence("ateliers.workshop", number=session["workshop"], title=session["title"])),
        (
            "Séance",
            f"{long_day(on)}, {session['at']}, {sentence('ateliers.minutes', minutes=session['minutes'])}",
        ),
        (sentence("ateliers.plan_place"), session["place"]),
        (sentence("ateliers.plan_format"), session["format"]),
        (sentence("ateliers.plan_animators"), session["animators"]),
    )
    return Sheet(
        sentence("ateliers.sheet_title"),
        facts,
        tuple(_row(pupil) for pupil in session["pupils"] if class_code in (None, pupil["classe"])),
    )


def as_pdf(sheet: Sheet) -> bytes:
    """A tagged PDF, the same for the same sheet."""
    told = json.dumps(asdict(sheet) | {"head": HEAD}, ensure_ascii=False)
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(), sys_inputs={"data": told}, pdf_standards=["ua-1"], ignore_system_fonts=True
    )
    return made


def as_xlsx(sheet: Sheet) -> bytes:
    """One worksheet: the facts, then a line a pupil. Names stay text, whatever they begin with."""
    book = Workbook()
    page: Any = book.active
    page.title = sheet.title
    for label, value in sheet.facts:
        _append(page, (label, value))
    _append(page, ())
    _append(page, HEAD)
    for cell in page[page.max_row]:
        cell.font = Font(bold=True)
    for row in sheet.rows:
        _append(page, (*row, ""))
    for column, width in WIDTHS.items():
        page.column_dimensions[column].width = width
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


MAKERS: Mapping[str, Callable[[Sheet], bytes]] = {"pdf": as_pdf, "xlsx": as_xlsx}
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _row(pupil: Mapping[str, Any]) -> tuple[str, str, str]:
    marked = "" if pupil["status"] == UNMARKED else sentence(f"ateliers.status_{pupil['status']}")
    return f"{pupil['nom']} {pupil['prenom']}", pupil["classe"], marked


def _append(page: Any, values: tuple[str, ...]) -> None:
    """A row of texts: a cell that begins with = is no formula."""
    page.append(values)
    for cell in page[page.max_row]:
        if isinstance(cell.value, str):
            cell.data_type = "s"
