"""The port for files and its two adapters. A file is written once, whole, and never changed."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import ClassVar, Protocol

from shared.errors import Problem

_DIGEST = re.compile(r"[0-9a-f]{64}")
_WRITING = ".writing-"


class FileLost(Problem):
    """A row names a file that is not in the store, or whose bytes are no longer those: an operator restores it."""

    code: ClassVar[str] = "documents.file_lost"
    status: ClassVar[int] = 500


class FileStore(Protocol):
    """Bytes by their SHA-256, in 64 hexadecimal digits."""

    def put(self, content: bytes, now: datetime) -> str:
        """Keep the bytes; writing the same again changes nothing but when they were last asked to be kept."""
        ...

    def get(self, digest: str) -> bytes:
        """The bytes, as they were written. Raises FileLost."""
        ...

    def remove(self, digest: str, before: datetime) -> bool:
        """Unless it was asked to be kept at or after that instant, or is not there. Whether it was removed."""
        ...

    def forget_unfinished(self, prefix: str, before: datetime) -> None:
        """What was begun before an instant, and never came to its end, goes."""
        ...

    def kept_before(self, prefix: str, before: datetime) -> Iterator[str]:
        """The digests that begin with two hexadecimal digits, last asked to be kept before an instant."""
        ...


class FolderStore:
    """In a folder, by the first two digits. A file appears under its name when all its bytes are on the disk.

    Who asks for bytes to be kept and who removes them take turns, by those two digits: what is asked for while it
    is being swept is either seen to be young or written again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes, now: datetime) -> str:
        digest = sha256(content).hexdigest()
        path = self._path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path.parent):
            if not path.exists():
                _write_whole(path, content)
            os.utime(path, (now.timestamp(), now.timestamp()))
        return digest

    def get(self, digest: str) -> bytes:
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError:
            raise FileLost() from None
        if sha256(content).hexdigest() != digest:
            raise FileLost()
        return content

    def remove(self, digest: str, before: datetime) -> bool:
        path = self._path(digest)
        if not path.exists():
            return False
        with _alone(path.parent):
            is_old = _is_older(path, before)
            if is_old:
                path.unlink(missing_ok=True)
            return is_old

    def forget_unfinished(self, prefix: str, before: datetime) -> None:
        for path in (self._folder / prefix).glob(f"{_WRITING}*"):
            if _is_older(path, before):
                path.unlink(missing_ok=True)

    def kept_before(self, prefix: str, before: datetime) -> Iterator[str]:
        for path in (self._folder / prefix).glob("*"):
            if _DIGEST.fullmatch(path.name) and _is_older(path, before):
                yield path.name

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise ValueError("a digest has 64 hexadecimal digits")
        return self._folder / digest[:2] / digest


class MemoryStore:
    """In this process: tests, and commands that keep nothing."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[bytes, datetime]] = {}

    def put(self, content: bytes, now: datetime) -> str:
        digest = sha256(content).hexdigest()
        self._files[digest] = (content, now)
        return digest

    def get(self, digest: str) -> bytes:
        if digest not in self._files:
            raise FileLost()
        return self._files[digest][0]

    def remove(self, digest: str, before: datetime) -> bool:
        is_old = digest in self._files and self._files[digest][1] < before
        if is_old:
            del self._files[digest]
        return is_old

    def forget_unfinished(self, prefix: str, before: datetime) -> None:
        """Nothing is ever half there."""

    def kept_before(self, prefix: str, before: datetime) -> Iterator[str]:
        yield from [each for each, (_, at) in self._files.items() if each.startswith(prefix) and at < before]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process or thread at a time in a folder; the lock goes with whoever held it."""
    with (folder / ".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_older(path: Path, before: datetime) -> bool:
    """False when somebody else has taken it away meanwhile."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < before
    except FileNotFoundError:
        return False


def _write_whole(path: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=path.parent, prefix=_WRITING, delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
