"""How the database would run what some code asks: whether a look-up is indexed."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event

from shared.database import Database


def plans(database: Database, ask: Callable[[Connection], object]) -> list[str]:
    """The plan of each statement that ``ask`` executes, as text."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            asked.append((statement, parameters))

    with database.begin() as tx:
        event.listen(database.engine, "before_cursor_execute", note)
        try:
            ask(tx)
        finally:
            event.remove(database.engine, "before_cursor_execute", note)
        return [_explain(tx, statement, parameters) for statement, parameters in asked]


def _explain(tx: Connection, statement: str, parameters: Any) -> str:
    words = "EXPLAIN" if tx.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    return "\n".join(str(tuple(row)) for row in tx.exec_driver_sql(f"{words} {statement}", parameters))
