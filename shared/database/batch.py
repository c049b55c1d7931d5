"""Rows to write, gathered: what a move changes in several tables leaves as one statement on PostgreSQL.

There a statement costs about the same whatever it does. Each kind of write is a ``WITH`` part (a data-modifying CTE)
whose row comes as a JSON object, or its rows as one array, so that the text is the same however many they are, and is
prepared once. That one is one must be said: a plan made while tables are small is kept, and for several the planner
would read them whole. SQLite, which knows no such parts and is not asked over a wire, executes them one after another.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    JSON,
    Column,
    ColumnElement,
    Connection,
    Insert,
    Table,
    Text,
    Update,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.selectable import NamedFromClause
from sqlalchemy.types import TypeEngine

Row = Mapping[str, Any]
Columns = tuple[str, ...]


class Rows:
    """Inserts rows of one table in one statement, however many; built once, so that it is compiled once."""

    def __init__(self, table: Table) -> None:
        self.table = _alike(table)

    def insert(self, tx: "Writer", rows: Sequence[Row]) -> None:
        if rows:
            _gathered(tx, self, rows)

    @cached_property
    def statement(self) -> Insert:
        return insert(self.table).inline()  # no key is asked back

    def bound(self, row: Row) -> Row:
        return row

    def parameters(self, rows: Sequence[Row], name: str) -> dict[str, Any]:
        return {name: _json(rows)}

    def part(self, columns: Columns, name: str, *, is_one: bool) -> Insert:
        """For PostgreSQL, with one parameter, ``name``: the row or the rows as JSON."""
        given = _given(self.table, columns, name, is_one=is_one)
        return insert(self.table).from_select(list(columns), select(text("*")).select_from(given)).inline()


class Changes:
    """Updates rows of one table, found by their key, in one statement.

    ``only``: a row that is not so stays as it is; ``also``: what is computed from the row itself.
    """

    def __init__(
        self, table: Table, *, only: ColumnElement[bool] | None = None,
        also: Mapping[Column[Any], ColumnElement[Any]] | None = None,
    ) -> None:  # fmt: skip
        self.table, self.only, self.also = _alike(table), only, dict(also or {})
        (self.key,) = table.primary_key.columns

    def update(self, tx: "Writer", rows: Sequence[Row]) -> None:
        """``rows``: the key and the new values, the same columns in each."""
        if rows:
            _gathered(tx, self, rows)

    @cached_property
    def statement(self) -> Update:
        return self._changed(self.key == bindparam("row_key"))

    def keys_of(self, rows: Sequence[Row]) -> list[Any]:
        return [row[self.key.name] for row in rows]

    def bound(self, row: Row) -> Row:
        """SQLAlchemy keeps a column's own name for its new value."""
        return {("row_key" if name == self.key.name else name): value for name, value in row.items()}

    def parameters(self, rows: Sequence[Row], name: str) -> dict[str, Any]:
        keys = self.keys_of(rows)
        return {name: _json(rows), f"{name}_keys": keys[0] if len(keys) == 1 else keys}

    def part(self, columns: Columns, name: str, *, is_one: bool) -> Update:
        """For PostgreSQL, with two parameters: ``name``, the row or the rows as JSON, and their key or keys.

        Without the keys the planner, which takes any JSON array for a hundred rows, would read a whole table.
        """
        given = _given(self.table, columns, name, is_one=is_one)
        new = {each.name: each for each in given.c if each.name != self.key.name}
        kind: TypeEngine[Any] = Text() if is_one else ARRAY(Text)
        keys = bindparam(f"{name}_keys", type_=kind)
        found = and_(self.key == (keys if is_one else any_(keys)), self.key == given.c[self.key.name])
        return self._changed(found).values(new)

    def _changed(self, is_meant: ColumnElement[bool]) -> Update:
        found = update(self.table).where(is_meant)
        found = found if self.only is None else found.where(self.only)
        return found.values({column.name: value for column, value in self.also.items()})


Write = Rows | Changes


class Batch:
    """What is to be written before the block ends, or at ``send``. What is gathered is not there for a read yet.

    The parts of one statement do not see one another: a change of rows that are themselves gathered sends those first.
    A savepoint belongs around a batch: one within it would not undo what is gathered.
    """

    def __init__(self, tx: Connection) -> None:
        self.tx = tx
        self._parts: dict[tuple[Write, Columns], list[Row]] = {}

    def __enter__(self) -> "Batch":
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure is None:
            self.send()

    def add(self, write: Write, rows: Sequence[Row]) -> None:
        kind = (write, tuple(rows[0]))
        if any(row.keys() != rows[0].keys() for row in rows):
            raise ValueError(f"rows of {write.table.name} with unlike columns")
        if isinstance(write, Changes):
            if len(set(write.keys_of(rows))) != len(rows):
                raise ValueError(f"two changes of one row of {write.table.name} at once")
            if self._touches(write, kind, rows):
                self.send()
        self._parts.setdefault(kind, []).extend(rows)

    def send(self) -> None:
        """Raises what the database refuses, as SQLAlchemy's errors; then nothing of it is written on PostgreSQL."""
        parts, self._parts = self._parts, {}
        if not parts:
            return
        if self.tx.dialect.name == "postgresql":
            shape = tuple((*kind, len(rows) == 1) for kind, rows in parts.items())
            statement, constants = _statement(shape, self.tx.dialect)
            given = dict(constants)
            for number, ((write, _), rows) in enumerate(parts.items()):
                given |= write.parameters(rows, f"rows_{number}")
            self.tx.exec_driver_sql(statement, given)
            return
        for (write, _), rows in parts.items():
            self.tx.execute(write.statement, [write.bound(row) for row in rows])

    def _touches(self, write: Changes, kind: tuple[Write, Columns], rows: Sequence[Row]) -> bool:
        """Rows of this table are gathered that this change may be of: PostgreSQL would leave it out, saying nothing."""
        if any(other.table is write.table and (other, columns) != kind for other, columns in self._parts):
            return True
        return not set(write.keys_of(rows)).isdisjoint(write.keys_of(self._parts.get(kind, ())))


Writer = Connection | Batch
"""Where rows are written to: at once, or with what else is gathered."""


def connection_of(tx: Writer) -> Connection:
    return tx.tx if isinstance(tx, Batch) else tx


def _gathered(tx: Writer, write: Write, rows: Sequence[Row]) -> None:
    if isinstance(tx, Batch):
        tx.add(write, rows)
        return
    with Batch(tx) as batch:
        batch.add(write, rows)


@lru_cache(maxsize=256)
def _statement(
    parts: tuple[tuple[Write, Columns, bool], ...], dialect: Dialect
) -> tuple[str, Mapping[str, Any]]:
    """One statement of all parts, with its constants. As many as there are kinds of moves, which the code bounds."""
    built = [
        write.part(columns, f"rows_{number}", is_one=is_one)
        for number, (write, columns, is_one) in enumerate(parts)
    ]
    *first, last = built  # short names: psycopg reads a text of more than 4 096 characters anew each time
    whole = last.add_cte(*(each.cte(f"p{number}") for number, each in enumerate(first)))
    compiled = whole.compile(dialect=dialect)
    return str(compiled), compiled.params


def _given(table: Table, columns: Columns, name: str, *, is_one: bool) -> NamedFromClause:
    read = func.json_to_record if is_one else func.json_to_recordset
    rows = read(cast(bindparam(name, type_=Text), JSON))
    typed = (column(each, table.c[each].type) for each in columns)
    return rows.table_valued(*typed).render_derived(name="given", with_types=True)


def _alike(table: Table) -> Table:
    """Raises ValueError for a table of which the two databases would be given unlike values, nobody noticing."""
    for each in table.columns:
        if each.default is not None:
            raise ValueError(f"{each}: a default of Python's is not in what is sent to PostgreSQL")
        if isinstance(each.type, JSON) and each.nullable and not each.type.none_as_null:
            raise ValueError(f"{each}: None would be SQL's null on one database and JSON's on the other")
    return table


def _json(rows: Sequence[Row]) -> str:
    """The row alone, or an array of the rows."""
    given = orjson.dumps(
        rows[0] if len(rows) == 1 else rows, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME
    ).decode()
    if "\\u0000" in given and _has_nul(rows):
        raise ValueError("a text with a NUL character cannot be stored")  # the server would quote it
    return given


def _has_nul(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_has_nul(each) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_has_nul(each) for each in value)
    return isinstance(value, str) and "\0" in value


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("an instant has a time zone")
    if isinstance(value, date):  # an instant is one too
        return value.isoformat()
    raise TypeError(f"no column takes a {type(value).__name__}")
