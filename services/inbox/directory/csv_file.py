"""Reads the CSV of the directory: UTF-8 (BOM or not) or Windows-1252, ``;`` or ``,``, columns by their French names."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from shared.errors import Problem

MOST_BYTES = 5_000_000
MOST_ROWS = 10_000
REQUIRED = ("organisation", "genre", "nom", "ville")
OPTIONAL = ("siret", "academie", "fermee_le", "communes", "lycees")


class FileRefused(Problem):
    """The file as a whole cannot be read; nothing was imported. The code says why."""

    status: ClassVar[int] = 422

    def __init__(self, key: str, **params: object) -> None:
        self.code = f"annuaire.{key}"  # type: ignore[misc]  # one class for the few ways in which a file is no file
        super().__init__(**params)


@dataclass(frozen=True)
class Row:
    """``values``: column → text, for the columns that the file has. ``is_ragged``: not as many cells as columns."""

    line: int
    values: Mapping[str, str]
    is_ragged: bool


def read_csv(content: bytes) -> Sequence[Row]:
    """The rows of a file. FileRefused for what is no such file: encoding, quotation marks, columns, size."""
    if len(content) > MOST_BYTES:
        raise FileRefused("too_large", limit=MOST_BYTES // 1_000_000)
    lines = _records(_decode(content))
    header = [cell.strip().lower() for cell in next(lines, (0, []))[1]]
    _check_columns(header)
    rows = [
        Row(line, {name: cell.strip() for name, cell in zip(header, cells, strict=False)},
            is_ragged=len(cells) != len(header))
        for line, cells in lines
    ]  # fmt: skip
    if not rows:
        raise FileRefused("no_row")
    return rows


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "windows-1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused("encoding")


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    header = text.lstrip().partition("\n")[0]
    delimiter = ";" if header.count(";") >= header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins, count = 1, 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                count += 1
                if count > MOST_ROWS + 1:
                    raise FileRefused("too_many_rows", limit=MOST_ROWS)
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused("malformed", line=begins) from error


def _check_columns(header: list[str]) -> None:
    known = (*REQUIRED, *OPTIONAL)
    wrong = {
        "columns_missing": [name for name in REQUIRED if name not in header],
        "columns_unknown": sorted({name for name in header if name not in known}),
        "columns_doubled": sorted({name for name in header if header.count(name) > 1}),
    }
    for key, names in wrong.items():
        if names:
            raise FileRefused(key, columns=", ".join(names), allowed=", ".join(known))
