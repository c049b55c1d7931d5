"""Tables as files that spreadsheets open: CSV as they read it in French, and XLSX. A text never becomes a formula."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_SIGNS = "=+-@\t\r"


@dataclass(frozen=True)
class Table:
    """Column heads, and rows of texts and counts; a count is None where it is not told."""

    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


def as_csv(table: Table) -> str:
    """Semicolons and a byte order mark, as spreadsheets in French read it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.head)
    writer.writerows([_safe(cell) for cell in row] for row in table.rows)
    return "\ufeff" + out.getvalue()


def as_xlsx(sheets: Sequence[tuple[str, Table]]) -> bytes:
    """One sheet for each (title, table), its head and first column kept in sight."""
    book = Workbook(write_only=True)
    for title, table in sheets:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "B2"
        sheet.append(list(table.head))
        for row in table.rows:
            sheet.append([_safe(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _safe(cell: Any) -> Any:
    """A spreadsheet takes a text that begins like a formula for one."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in FORMULA_SIGNS and cell else cell
