"""Looks for words in every text and blob column of every database, in every file and log of a run."""

import sqlite3
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any


def tables_with(folder: Path, words: Collection[str]) -> set[tuple[str, str, str]]:
    """(database, table, column) of every value that has one of ``words``, bytes unpacked."""
    return {found for database in sorted(folder.glob("*.sqlite")) for found in _in_database(database, words)}


def files_with(folder: Path, words: Collection[str]) -> set[str]:
    """The names of the files, databases included, whose bytes have one of ``words``."""
    wanted = [word.encode(encoding) for word in words for encoding in ("utf-8", "latin-1")]
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.name for path in files if any(word in path.read_bytes() for word in wanted)}


def _in_database(path: Path, words: Collection[str]) -> Iterator[tuple[str, str, str]]:
    connection = sqlite3.connect(path)
    try:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 — the schema's own names
                for column, value in zip(columns, row, strict=True):
                    if any(word in _text(value) for word in words):
                        yield path.stem, table, column
    finally:
        connection.close()


def _text(value: Any) -> str:
    """A value as text: JSON with its escapes undone, the bytes of an instance unpacked."""
    if isinstance(value, bytes):
        try:
            return zlib.decompress(value[1:]).decode()
        except zlib.error:
            return value.decode("utf-8", "replace")
    text = str(value)
    return text.encode("ascii", "ignore").decode("unicode_escape") + text if "\\u" in text else text
