"""How a package says what its tables hold about people. A table is a ``Holding``, or a ``Neutral`` with its reason."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, delete, false, or_, select, update


@dataclass(frozen=True)
class Subject:
    """One person: the ids of the pupil's records at enrolment, and of all the parcours opened for them."""

    pupils: tuple[str, ...] = ()
    parcours: tuple[str, ...] = ()


Rows = Callable[[Subject], ColumnElement[bool]]
"""Which rows of a table are a person's."""
Tell = Callable[[Connection, Any, Row[Any]], Mapping[str, Any]]
"""A row as the person reads it: transaction, the service's ``Processes``, row."""
Erase = Callable[[Connection, Subject], int]
"""Erases a person's rows, or empties them; how many. A second time does no harm."""


@dataclass(frozen=True)
class Holding:
    """A table with data about people. ``title``: French, for the export and the register.

    ``kept``: columns that stay when rows are emptied rather than deleted: none may be about the person.
    ``names``: (id, name) columns of the people who acted, emptied when these have long left (R40).
    """

    table: Table
    title: str
    rows: Rows
    erase: Erase
    erased: frozenset[str]
    kept: frozenset[str] = frozenset()
    tell: Tell | None = None
    names: Sequence[tuple[str, str]] = field(default=())

    @property
    def is_deleted(self) -> bool:
        """Whether erasing takes the whole rows away."""
        return not self.kept


@dataclass(frozen=True)
class Neutral:
    """A table without data about a pupil. ``why`` says what is in it instead."""

    table: Table
    why: str


def by_parcours(column: Column[Any]) -> Rows:
    """Rows that name one of the person's parcours."""
    return lambda subject: column.in_(subject.parcours) if subject.parcours else false()


def by_pupil(column: Column[Any]) -> Rows:
    """Rows that name one of the person's records at enrolment."""
    return lambda subject: column.in_(subject.pupils) if subject.pupils else false()


def by_any(*columns: Column[Any]) -> Rows:
    """Rows that name one of the person's records at enrolment in any of several columns."""
    each = [by_pupil(column) for column in columns]
    return lambda subject: or_(*(rows(subject) for rows in each))


def through(column: Column[Any], parent: Column[Any], rows: Rows) -> Rows:
    """Rows whose ``column`` points to the ``parent`` column of a row that is the person's (comments of tasks)."""
    return lambda subject: column.in_(select(parent).where(rows(subject)))


def deleted(
    table: Table, title: str, rows: Rows, tell: Tell | None = None, names: Sequence[tuple[str, str]] = ()
) -> Holding:
    """Erased by deleting the person's rows."""

    def erase(tx: Connection, subject: Subject) -> int:
        gone = delete(table).where(rows(subject)).returning(*table.primary_key)
        return len(tx.execute(gone).all())

    return Holding(table, title, rows, erase, frozenset(table.columns.keys()), tell=tell, names=names)


def blanked(
    table: Table, title: str, rows: Rows, values: Mapping[str, Any], kept: Collection[str],
    tell: Tell | None = None, names: Sequence[tuple[str, str]] = (),
) -> Holding:  # fmt: skip
    """Erased by writing ``values`` (constants, or functions of the row); the ``kept`` columns stay for figures."""
    constants = {name: value for name, value in values.items() if not callable(value)}
    computed = {name: value for name, value in values.items() if callable(value)}

    def erase(tx: Connection, subject: Subject) -> int:
        found = tx.execute(select(table).where(rows(subject))).all()
        for row in found:
            same = [column == getattr(row, column.name) for column in table.primary_key]
            written = constants | {name: value(row) for name, value in computed.items()}
            tx.execute(update(table).where(*same).values(written))
        return len(found)

    return Holding(table, title, rows, erase, frozenset(values), frozenset(kept), tell, names)


def told(row: Row[Any]) -> dict[str, Any]:
    """A row as JSON: dates as ISO text, bytes by their size."""
    return {str(name): as_json(value) for name, value in row._mapping.items() if value is not None}


def as_json(value: Any) -> Any:
    """Any value that a column or a variable may have."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): as_json(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(each) for each in value]
    if isinstance(value, bytes):
        return f"{len(value)} octets"
    return value if value is None or type(value) in (bool, int, float, str) else str(value)


def listed(holdings: Sequence[Holding], neutral: Sequence[Neutral]) -> dict[str, Any]:
    """What tables hold, as JSON for the register."""
    held = [
        {"table": str(each.table.name), "title": each.title, "erased": "deleted" if each.is_deleted else "emptied"}
        for each in holdings
    ]  # fmt: skip
    return {
        "holdings": held,
        "neutral": [{"table": str(each.table.name), "why": each.why} for each in neutral],
    }
