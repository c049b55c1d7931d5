"""Pupils proposed at the end of AvenirPro: stored as they come, shown to the lycée until the next campagne ends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.enrolment.avenirpro.tables import proposal
from services.enrolment.pupils.tables import pupil

SHOWN = 200


def record(
    tx: sa.Connection,
    cycle_id: str,
    uai: str,
    campagne: str,
    proposed: Sequence[Mapping[str, Any]],
    now: datetime,
) -> int:
    """The proposals of a cycle, for the pupils that are the lycée's; how many they are. The last one counts."""
    ids = [each["eleve_id"] for each in proposed]
    known = set(tx.execute(sa.select(pupil.c.id).where(pupil.c.uai == uai, pupil.c.id.in_(ids))).scalars())
    rows = [
        {
            "cycle_id": cycle_id, "pupil_id": each["eleve_id"], "uai": uai, "campagne": campagne,
            "intention": each["intention"], "agreed_on": each["accord_le"], "phone": each["telephone"],
            "email": each["courriel"], "proposed_at": now,
        }
        for each in proposed if each["eleve_id"] in known
    ]  # fmt: skip
    tx.execute(sa.delete(proposal).where(proposal.c.cycle_id == cycle_id))
    if rows:
        tx.execute(sa.insert(proposal), rows)
    return len(rows)


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
