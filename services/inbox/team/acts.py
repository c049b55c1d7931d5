"""The record of what was done to a team: who did it, when, to whom. Rows are only added, ids only (ADR 30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from services.inbox.identity.people import SignedIn
from services.inbox.team.tables import team_act
from shared.ids import Ids

SHOWN = 50


@dataclass(frozen=True)
class Act:
    """Who acts for which organisation, now. ``ids``: of the rows to write."""

    by: str
    organisation_id: str
    now: datetime
    ids: Ids

    @classmethod
    def of(cls, who: SignedIn, now: datetime, ids: Ids) -> "Act":
        return cls(who.actor.person_id, who.organisation.id, now, ids)

    def record(self, tx: Connection, what: str, person_id: str | None, detail: str = "") -> None:
        """``what``: invited, revoked, accepted, roles, left … ``detail``: codes and dates, never a name."""
        row = {
            "id": self.ids(), "at": self.now, "by": self.by, "organisation_id": self.organisation_id,
            "what": what, "person_id": person_id, "detail": detail,
        }  # fmt: skip
        tx.execute(insert(team_act).values(row))


def of_organisation(look: Connection, organisation_id: str) -> Sequence[Row[Any]]:
    """The last ones of an organisation, the newest first."""
    return _newest(look, team_act.c.organisation_id == organisation_id)


def everywhere(look: Connection) -> Sequence[Row[Any]]:
    """The last ones of all: what the operators' command prints."""
    return _newest(look)


def _newest(look: Connection, *which: Any) -> Sequence[Row[Any]]:
    order = team_act.c.at.desc(), team_act.c.id.desc()
    return look.execute(select(team_act).where(*which).order_by(*order).limit(SHOWN)).all()
