"""Work that is counted, never timed."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from shared.database import Database


def calls(action: Callable[[], object]) -> int:
    """How many Python functions an action calls."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


@contextmanager
def statements(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """What is executed in the block, writing or reading: (text, parameters). Without BEGIN."""
    executed: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, text: str, parameters: Any, *_others: Any) -> None:
        if not text.startswith("BEGIN"):
            executed.append((text, parameters))

    engines = {database.engine, database.reading}  # one, on SQLite
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield executed
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
