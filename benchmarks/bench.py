"""What a run of the benchmark may use: how thorough to be, and a private PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeVar

from shared.servers.postgresql import PrivatePostgreSQL

T = TypeVar("T")
_numbers = count()


@dataclass(frozen=True)
class Bench:
    """``quick``: small numbers, to see that everything runs and about where it stands."""

    quick: bool
    folder: Path
    server: PrivatePostgreSQL

    def pick(self, full: T, quick: T) -> T:
        return quick if self.quick else full

    @property
    def postmaster(self) -> int:
        (pid,) = self.server.pids()
        return pid

    @contextmanager
    def database(self, kind: str) -> Iterator[str]:
        """The URL of a new empty database: ``sqlite`` or ``postgresql``."""
        name = f"bench_{next(_numbers)}"
        if kind == "sqlite":
            yield f"sqlite:///{self.folder / name}.sqlite"
            return
        yield self.server.create_database(name)
        self.server.drop_database(name)
