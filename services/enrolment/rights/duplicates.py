"""Likely duplicates within a lycée (R42): proposed, merged by a person's confirmation only, or said to be different.

Likely are two records of the same normalised name and date of birth, or of which one has as its older identifier
what the other has as its INE. What a merge took away is kept, and a file that brings it again finds the record.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import Connection, Row, and_, delete, exists, insert, or_, select, update

from services.enrolment.avenirpro import proposals
from services.enrolment.pupils import get_pupil
from services.enrolment.pupils.checks import complete
from services.enrolment.pupils.importing import lock_lycee
from services.enrolment.pupils.opening import set_aside
from services.enrolment.pupils.tables import opened_parcours, pupil
from services.enrolment.rights.tables import data_request, erasure, merge, rectification, told_apart
from shared.bpmn.tables import instance
from shared.database.upsert import keep_first
from shared.errors import Conflict, NotFound
from shared.identity import Actor
from shared.process import Processes
from shared.process.personal.holdings import told

MOST = 50
FILLED = (
    "ine", "former_ine", "usage_name", "status_code", "left_on", "class_code", "phone", "email", "commune_code",
    "address",
)  # fmt: skip
"""What the record that stays takes over from the other where it has nothing itself."""


class MergeTouchesRunning(Conflict):
    """The record that would go has a parcours that runs. The other one may be the one to go."""

    code: ClassVar[str] = "rights.merge_running"


class MergeSameCampagne(Conflict):
    """Both records have a parcours of the same campagne that stands: which one counts is for people to say first.

    One that was cancelled, or ended without an admission, counts no more and is in no way.
    """

    code: ClassVar[str] = "rights.merge_same_campagne"


class MergeWhileErasing(Conflict):
    """One of them is being erased."""

    code: ClassVar[str] = "rights.merge_erasing"


def likely(look: Connection, uai: str) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Pairs of a lycée's records that may be one person's, by name; at most MOST. Each row tells what runs for it."""
    first, second = pupil.alias("first"), pupil.alias("second")
    same_person = and_(first.c.name_key == second.c.name_key, first.c.born_on == second.c.born_on)
    same_number = or_(first.c.ine == second.c.former_ine, first.c.former_ine == second.c.ine)
    apart = exists().where(told_apart.c.first_id == first.c.id, told_apart.c.second_id == second.c.id)
    pairs = (
        select(first.c.id, second.c.id)
        .where(first.c.uai == uai, second.c.uai == uai, first.c.id < second.c.id)
        .where(or_(same_person, same_number), ~apart)
        .order_by(first.c.name_key, first.c.id, second.c.id)
        .limit(MOST)
    )
    return [(_row(look, uai, a), _row(look, uai, b)) for a, b in look.execute(pairs).all()]


def tell_apart(tx: Connection, processes: Processes, actor: Actor, ids: tuple[str, str]) -> None:
    """These two are different people: the pair is proposed no more. Raises NotFound."""
    first, second = sorted(ids)
    for each in (first, second):
        get_pupil(tx, actor.organisation_id, each)
    if first == second:
        raise NotFound()
    keep_first(tx, told_apart, {"first_id": first, "second_id": second, **_by(processes, actor)})


def merge_pupils(tx: Connection, processes: Processes, actor: Actor, kept_id: str, gone_id: str) -> None:
    """One record takes over the other's parcours and what it lacks; the other goes, and is kept in the history.

    Raises NotFound, MergeTouchesRunning, MergeSameCampagne, MergeWhileErasing: nothing is changed then.
    """
    lock_lycee(tx, actor.organisation_id)
    kept, gone = (get_pupil(tx, actor.organisation_id, each) for each in (kept_id, gone_id))
    if kept_id == gone_id:
        raise NotFound()
    set_aside(tx, (kept_id, gone_id), processes.clock.now())
    _refuse(tx, kept_id, gone_id)
    tx.execute(
        insert(merge).values(
            id=processes.ids(), kept_id=kept_id, gone_id=gone_id, gone=_as_json(tx, gone_id), **_by(processes, actor)
        )
    )  # fmt: skip
    _hand_over(tx, kept_id, gone_id)
    tx.execute(delete(pupil).where(pupil.c.id == gone_id))
    filled = {name: gone[name] for name in FILLED if kept[name] is None and gone[name] is not None}
    after = complete({**kept, **filled, "updated_at": processes.clock.now()})
    tx.execute(update(pupil).where(pupil.c.id == kept_id).values(after))


def aliases(look: Connection, uai: str) -> Mapping[str, str]:
    """Identifiers that a merged record had → the record that stayed, of a lycée."""
    rows = look.execute(
        select(merge.c.kept_id, merge.c.gone)
        .join(pupil, pupil.c.id == merge.c.kept_id)
        .where(pupil.c.uai == uai)
    )
    return {
        row.gone[name]: row.kept_id for row in rows for name in ("ine", "former_ine") if row.gone.get(name)
    }


def _refuse(tx: Connection, kept_id: str, gone_id: str) -> None:
    if shared := _campagnes(tx, kept_id) & _campagnes(tx, gone_id):
        raise MergeSameCampagne(campagne=", ".join(sorted(shared)))
    if _running(tx, gone_id):
        raise MergeTouchesRunning()
    if tx.execute(select(erasure.c.id).where(erasure.c.pupil_id.in_((kept_id, gone_id)))).first():
        raise MergeWhileErasing()


def _campagnes(tx: Connection, pupil_id: str) -> set[str]:
    """Those in which a parcours of the record stands."""
    mine = (opened_parcours.c.pupil_id == pupil_id, opened_parcours.c.set_aside_at.is_(None))
    return set(tx.scalars(select(opened_parcours.c.campagne).where(*mine)))


def _hand_over(tx: Connection, kept_id: str, gone_id: str) -> None:
    for table in (opened_parcours, rectification, data_request):
        tx.execute(update(table).where(table.c.pupil_id == gone_id).values(pupil_id=kept_id))
    tx.execute(update(merge).where(merge.c.kept_id == gone_id).values(kept_id=kept_id))
    proposals.hand_over(tx, kept_id, gone_id)
    tx.execute(
        delete(told_apart).where(or_(told_apart.c.first_id == gone_id, told_apart.c.second_id == gone_id))
    )


def _row(look: Connection, uai: str, pupil_id: str) -> Mapping[str, Any]:
    return {**get_pupil(look, uai, pupil_id), "is_running": bool(_running(look, pupil_id))}


def _running(look: Connection, pupil_id: str) -> Sequence[Row[Any]]:
    joined = select(instance.c.id).join(
        opened_parcours, opened_parcours.c.parcours_id == instance.c.parcours_id
    )
    return look.execute(
        joined.where(opened_parcours.c.pupil_id == pupil_id, instance.c.status != "ended")
    ).all()


def _as_json(tx: Connection, pupil_id: str) -> dict[str, Any]:
    return told(tx.execute(select(pupil).where(pupil.c.id == pupil_id)).one())


def _by(processes: Processes, actor: Actor) -> dict[str, Any]:
    return {"at": processes.clock.now(), "actor_id": actor.person_id, "actor_name": actor.name}
