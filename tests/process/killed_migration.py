"""Moves every instance of a database, and is killed at one of its statements: ``URL STATEMENT FOLDER``."""

import os
import signal
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import event

from shared.database import Database
from tests.process.migrating import RENAMED, Moving
from tests.process.support import House


def main(url: str, statement: int, folder: Path) -> None:
    moving = Moving(House(Database(url, application_name="killed")), folder)
    moving.release(RENAMED)
    numbers = count(1)

    def count_one(*_: object) -> None:
        if next(numbers) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    database = moving.house.service.database
    for engine in {database.engine, database.reading}:  # one, on SQLite
        event.listen(engine, "before_cursor_execute", count_one)
    moving.all()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
