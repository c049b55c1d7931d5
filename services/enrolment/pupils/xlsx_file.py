"""Reads the first sheet of an XLSX of pupils as text, cell by cell; the columns are those of a CSV."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from services.enrolment.pupils.csv_file import read_table
from services.enrolment.pupils.rows import MAX_ROWS, PupilFile, PupilFileRefused

ZIP = b"PK\x03\x04"
PARTS = frozenset(("[Content_Types].xml", "xl/workbook.xml"))
MOST_UNPACKED = 200_000_000  # bytes: a small file may unpack to more than memory holds
MOST_COLUMNS = 200


def is_xlsx(content: bytes) -> bool:
    """Whether the bytes are a workbook, by what the archive says that it contains."""
    if not content.startswith(ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return set(archive.namelist()) >= PARTS
    except zipfile.BadZipFile:
        return False


def read_xlsx(content: bytes, mapping: Mapping[str, str] | None = None) -> PupilFile:
    """The rows of the first sheet. ``mapping``: see ``read_csv``. PupilFileRefused as for a CSV."""
    from openpyxl import load_workbook  # noqa: PLC0415 -- 20 MB in a process that reads no workbook

    _check_size(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        lines = list(_lines(book.worksheets[0])) if book.worksheets else []
    except PupilFileRefused:
        raise
    except Exception as error:  # whatever a damaged workbook makes of the library
        raise PupilFileRefused("xlsx_unreadable") from error
    return read_table(iter(lines), mapping or {})


def _check_size(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
            raise PupilFileRefused("too_many_rows", limit=MAX_ROWS)


def _lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, with their number; all as wide as the header."""
    width, count = 0, 0
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
        cells = [_text(value) for value in row]
        if not any(cells):
            continue
        count += 1
        if count > MAX_ROWS + 1:
            raise PupilFileRefused("too_many_rows", limit=MAX_ROWS)
        width = width or max(index for index, cell in enumerate(cells, 1) if cell)
        beyond = [cell for cell in cells[width:] if cell]
        yield number, [*cells[:width], *[""] * (width - len(cells[:width])), *beyond]


def _text(value: Any) -> str:
    """A cell as a person reads it: a date as 31/12/2008, a whole number without a point."""
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()
