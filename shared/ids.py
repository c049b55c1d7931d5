"""Identifiers: UUIDv7 text, so that rows written together lie together in an index."""

from collections.abc import Callable

import uuid_utils

Ids = Callable[[], str]


def uuid7() -> str:
    """A new UUIDv7 in its canonical 36-character form (RFC 9562)."""
    return str(uuid_utils.uuid7())
