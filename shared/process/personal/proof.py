"""The proof of erasures: counts without names, each row sealed with the one before it, so that none can be altered."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from shared.process.personal.tables import erasure_proof

LOCK = 0x65726173  # "eras": rows are numbered one after the other
Counts = Mapping[str, int]


def write(tx: Connection, erasure_id: str, cause: str, counts: Counts, at: datetime) -> None:
    """Add the proof of one erasure, unless it is there already."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(LOCK)))
    if tx.execute(select(erasure_proof.c.number).where(erasure_proof.c.erasure_id == erasure_id)).first():
        return
    last = tx.execute(select(erasure_proof).order_by(erasure_proof.c.number.desc()).limit(1)).first()
    number = last.number + 1 if last else 1
    digest = _digest(last.digest if last else "", number, erasure_id, at, cause, counts)
    row = {"number": number, "erasure_id": erasure_id, "at": at, "cause": cause, "counts": dict(counts)}
    tx.execute(insert(erasure_proof).values(row | {"digest": digest}))


def rows(look: Connection, limit: int, before: int | None = None) -> Sequence[Row[Any]]:
    """The newest first; ``before``: the last number of the page before."""
    found = select(erasure_proof).order_by(erasure_proof.c.number.desc()).limit(limit)
    return look.execute(found.where(erasure_proof.c.number < before) if before else found).all()


def first_altered(look: Connection, since: int = 1) -> int | None:
    """The number of the first row from ``since`` on whose seal does not hold; None when all do."""
    before = select(erasure_proof.c.digest).where(erasure_proof.c.number == since - 1)
    digest = look.scalar(before) or ""
    later = select(erasure_proof).where(erasure_proof.c.number >= since).order_by(erasure_proof.c.number)
    for expected, row in enumerate(look.execute(later), since):
        digest = _digest(digest, expected, row.erasure_id, row.at, row.cause, row.counts)
        if (row.number, row.digest) != (expected, digest):
            return expected
    return None


def _digest(before: str, number: int, erasure_id: str, at: datetime, cause: str, counts: Counts) -> str:
    content = [before, number, erasure_id, at.astimezone(UTC).isoformat(), cause, sorted(counts.items())]
    return sha256(json.dumps(content).encode()).hexdigest()
