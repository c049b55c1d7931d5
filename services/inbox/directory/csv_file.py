"""Reads the CSV of the directory, columns by their French names."""

from collections.abc import Sequence
from typing import ClassVar

from shared.csv_rows import Columns, Row, read_rows
from shared.errors import Problem

__all__ = ["FileRefused", "Row", "read_csv"]
COLUMNS = Columns(
    required=("organisation", "genre", "nom", "ville"),
    optional=("siret", "academie", "fermee_le", "communes", "lycees"),
    most_bytes=5_000_000,
    most_rows=10_000,
)


class FileRefused(Problem):
    """The file as a whole cannot be read; nothing was imported. The code says why."""

    status: ClassVar[int] = 422

    def __init__(self, key: str, **params: object) -> None:
        self.code = f"annuaire.{key}"  # type: ignore[misc]  # one class for the few ways in which a file is no file
        super().__init__(**params)


def read_csv(content: bytes) -> Sequence[Row]:
    """The rows of a file. FileRefused for what is no such file: encoding, quotation marks, columns, size."""
    return read_rows(content, COLUMNS, FileRefused)
