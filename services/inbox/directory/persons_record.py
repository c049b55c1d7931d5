"""The record of what became of who may sign in: who did it, when, and how many; no names of those concerned.

Operators import and unlink; a first sign-in links an account to a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from services.inbox.directory.persons import PeopleImported
from services.inbox.tables import people_act

SHOWN = 50
SIGN_IN = "sign-in"
"""Who links: no operator."""


@dataclass(frozen=True)
class Doer:
    """``act_id``: of the row to write. ``by``: who it is, as the record shows it."""

    act_id: str
    by: str
    now: datetime


def record_import(tx: Connection, doer: Doer, result: PeopleImported) -> None:
    counts = {"created": result.created, "updated": result.updated, "unchanged": result.unchanged}
    _add(tx, doer, "import", None, counts | {"refused": len(result.refused)})


def record_unlink(tx: Connection, doer: Doer, person_id: str) -> None:
    """Of a person with or without accounts: the sessions ended."""
    _add(tx, doer, "unlink", person_id, {"created": 0, "updated": 1, "unchanged": 0, "refused": 0})


def record_link(tx: Connection, doer: Doer, person_id: str) -> None:
    """Whoever has this account is that person from now on."""
    _add(tx, doer, "link", person_id, {"created": 1, "updated": 0, "unchanged": 0, "refused": 0})


def acts(look: Connection) -> Sequence[Row[Any]]:
    """The last ones, the newest first."""
    newest = people_act.c.at.desc(), people_act.c.id.desc()
    return look.execute(select(people_act).order_by(*newest).limit(SHOWN)).all()


def _add(tx: Connection, doer: Doer, what: str, person_id: str | None, counts: dict[str, int]) -> None:
    row = {"id": doer.act_id, "at": doer.now, "by": doer.by, "what": what, "person_id": person_id}
    tx.execute(insert(people_act).values(row | counts))
