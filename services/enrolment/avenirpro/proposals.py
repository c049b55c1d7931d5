"""Pupils proposed at the end of AvenirPro: stored as they come, shown to the lycée until the next campagne ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.enrolment.avenirpro.tables import proposal
from services.enrolment.pupils.tables import pupil
from services.enrolment.rights.tables import merge

SHOWN = 200


def record(
    tx: sa.Connection,
    cycle_id: str,
    uai: str,
    campagne: str,
    proposed: Sequence[Mapping[str, Any]],
    now: datetime,
) -> int:
    """The proposals of a cycle, for the pupils that are the lycée's; how many they are. The last one counts.

    Who was proposed under a record that a merge took away is proposed under the one that stayed (R42).
    """
    told = [each["eleve_id"] for each in proposed]
    merged = sa.select(merge.c.gone_id, merge.c.kept_id).where(merge.c.gone_id.in_(told))
    stayed = {row.gone_id: row.kept_id for row in tx.execute(merged)}
    by_id = {stayed.get(each["eleve_id"], each["eleve_id"]): each for each in proposed}
    known = set(
        tx.execute(sa.select(pupil.c.id).where(pupil.c.uai == uai, pupil.c.id.in_([*by_id]))).scalars()
    )
    rows = [
        {
            "cycle_id": cycle_id, "pupil_id": pupil_id, "uai": uai, "campagne": campagne,
            "intention": each["intention"], "agreed_on": each["accord_le"], "phone": each["telephone"],
            "email": each["courriel"], "proposed_at": now,
        }
        for pupil_id, each in by_id.items() if pupil_id in known
    ]  # fmt: skip
    tx.execute(sa.delete(proposal).where(proposal.c.cycle_id == cycle_id))
    if rows:
        tx.execute(sa.insert(proposal), rows)
    return len(rows)


def hand_over(tx: sa.Connection, kept_id: str, gone_id: str) -> None:
    """A merge takes a record away: its proposals go to the one that stays, which keeps its own of the same cycle."""
    kept = sa.select(proposal.c.cycle_id).where(proposal.c.pupil_id == kept_id)
    mine = proposal.c.pupil_id == gone_id
    tx.execute(sa.delete(proposal).where(mine, proposal.c.cycle_id.in_(kept)))
    tx.execute(sa.update(proposal).where(mine).values(pupil_id=kept_id))


def proposals_of(tx: sa.Connection, uai: str) -> Sequence[Any]:
    """The proposals to a lycée with the pupils' names, the newest campagne first; SHOWN at most."""
    name = sa.func.coalesce(pupil.c.usage_name, pupil.c.family_name).label("family_name")
    query = (
        sa.select(proposal, name, pupil.c.given_name, pupil.c.class_code, pupil.c.sendable_from)
        .join(pupil, pupil.c.id == proposal.c.pupil_id)
        .where(proposal.c.uai == uai)
        .order_by(proposal.c.campagne.desc(), pupil.c.name_key, pupil.c.id)
        .limit(SHOWN)
    )
    return tx.execute(query).all()
