"""A CSV file as rows of texts: UTF-8 (BOM or not) or Windows-1252, ``;`` or ``,``. Its reader names the refusals."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Refused = Callable[..., Exception]
"""Makes the error of one of the reasons below, with its parameters as named arguments."""


@dataclass(frozen=True)
class Row:
    """``values``: column → text, for the columns that the file has. ``is_ragged``: not as many cells as columns."""

    line: int
    values: Mapping[str, str]
    is_ragged: bool


@dataclass(frozen=True)
class Columns:
    """The columns of a kind of file, and how large it may be."""

    required: Sequence[str]
    optional: Sequence[str]
    most_bytes: int
    most_rows: int


def read_rows(content: bytes, columns: Columns, refused: Refused) -> list[Row]:
    """The rows of a file whose first line names its columns.

    Refused with ``too_large``, ``no_row``, ``columns_missing``, ``columns_unknown``, ``columns_doubled``, and as
    ``records`` refuses.
    """
    if len(content) > columns.most_bytes:
        raise refused("too_large", limit=columns.most_bytes // 1_000_000)
    lines = records(content, columns.most_rows, refused)
    header = [cell.strip().lower() for cell in next(lines, (0, []))[1]]
    _check_columns(header, columns, refused)
    rows = [
        Row(line, {name: cell.strip() for name, cell in zip(header, cells, strict=False)},
            is_ragged=len(cells) != len(header))
        for line, cells in lines
    ]  # fmt: skip
    if not rows:
        raise refused("no_row")
    return rows


def records(content: bytes, most_rows: int, refused: Refused) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, each with the line on which it begins; the first is the header.

    Refused with ``encoding``, ``malformed`` (an unclosed quotation mark) or ``too_many_rows``.
    """
    text = _decode(content, refused)
    header = text.lstrip().partition("\n")[0]
    delimiter = ";" if header.count(";") >= header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins, count = 1, 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                count += 1
                if count > most_rows + 1:
                    raise refused("too_many_rows", limit=most_rows)
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise refused("malformed", line=begins) from error


def _decode(content: bytes, refused: Refused) -> str:
    for encoding in ("utf-8-sig", "windows-1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refused("encoding")


def _check_columns(header: Sequence[str], columns: Columns, refused: Refused) -> None:
    known = (*columns.required, *columns.optional)
    wrong = {
        "columns_missing": [name for name in columns.required if name not in header],
        "columns_unknown": sorted({name for name in header if name not in known}),
        "columns_doubled": sorted({name for name in header if header.count(name) > 1}),
    }
    for key, names in wrong.items():
        if names:
            raise refused(key, columns=", ".join(names), allowed=", ".join(known))
