"""What no row names any more leaves the store."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from shared.files.store import FileStore

REST = timedelta(days=1)
"""A file is written before the row that names it is committed: younger ones are left alone."""
PREFIXES = tuple(f"{number:02x}" for number in range(256))

Named = Callable[[Collection[str]], Collection[str]]
"""Of some digests, those that a row names."""
_CHUNK = 500


def sweep(
    store: FileStore, named: Named, now: datetime, prefixes: Iterable[str] = PREFIXES, rest: timedelta = REST
) -> int:
    """Remove the files, unasked for since ``rest``, that no row names. Returns how many."""
    removed = 0
    for prefix in prefixes:
        store.forget_unfinished(prefix, now - rest)
        old = list(store.kept_before(prefix, now - rest))
        for start in range(0, len(old), _CHUNK):
            chunk = old[start : start + _CHUNK]
            for digest in set(chunk) - set(named(chunk)):
                removed += store.remove(digest, now - rest)  # unless somebody has asked for it since
    return removed
