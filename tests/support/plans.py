"""How the database would run what some code asks: whether a look-up is indexed."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from shared.database import Database
from tests.support.counted import statements


def plans(database: Database, ask: Callable[[Connection], object]) -> list[str]:
    """The plan of each statement that ``ask`` executes, as text."""
    with database.begin() as tx:
        with statements(database) as asked:
            ask(tx)
        return [_explain(tx, statement, parameters) for statement, parameters in asked]


def _explain(tx: Connection, statement: str, parameters: Any) -> str:
    words = "EXPLAIN" if tx.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    return "\n".join(str(tuple(row)) for row in tx.exec_driver_sql(f"{words} {statement}", parameters))
