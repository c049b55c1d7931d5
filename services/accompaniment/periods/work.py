"""Operations of ``solution_periode.bpmn``: they read and write the service's table of periods."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection

from services.accompaniment.periods import store
from services.accompaniment.periods.tables import company_period
from shared.bpmn import Operation, OperationCall
from shared.catalogue import sentence, sentences
from shared.clock import local_date
from shared.parcours.allowance import pfmp_allowance
from shared.parcours.mef import PAE_LEVELS
from shared.parcours.period import Period
from shared.parcours.pfmp import PFMP
from shared.parcours.refusal import Reason
from shared.parcours.supervision import MOST_PER_TEACHER, MOST_PER_TUTOR, most_at_once


def check_supervision(call: OperationCall) -> Mapping[str, Any]:
    """R18: the period is kept for its teacher and tutor, unless one of them would have too many at once."""
    tx: Connection = call.context
    solution, teacher = call.variables["solution"], call.variables["enseignant_referent"]
    tutor = " ".join(f"{call.variables['tuteur']} / {solution['structure']}".casefold().split())
    period = Period(solution["du"], solution["au"])
    store.release(tx, call.parcours_id, solution["id"])
    store.lock_supervisors(tx, teacher, tutor)
    reasons = tuple(_too_many(tx, period, teacher, tutor))
    if not reasons:
        store.keep(tx, call.parcours_id, solution["id"], teacher, tutor, period)
    told = sentences(reasons) or sentence("suivi.supervision_holds")
    return {"supervision_conforme": not reasons, "supervision_message": told}


def _too_many(tx: Connection, period: Period, teacher: str, tutor: str) -> Iterator[Reason]:
    limits: tuple[tuple[Column[str], str, int, str], ...] = (
        (company_period.c.teacher_id, teacher, MOST_PER_TEACHER, "suivi.teacher_full"),
        (company_period.c.tutor, tutor, MOST_PER_TUTOR, "suivi.tutor_full"),
    )
    for column, name, allowed, code in limits:
        planned = most_at_once(period, store.periods_of(tx, column, name, period))
        if planned > allowed:
            yield Reason(code, {"allowed": allowed, "planned": planned})


def estimate_allowance(call: OperationCall) -> Mapping[str, Any]:
    """R20: what the attested days of this period add to the allowance of the parcours, capped; 0 unless a PFMP."""
    solution, days = call.variables["solution"], int(call.variables["jours_attestes"])
    level = PAE_LEVELS.get(call.variables["mef_pae"])
    before = store.attest(call.context, call.parcours_id, solution["id"], days, solution["cadre"])
    if level is None or solution["cadre"] != PFMP:
        return {"allocation_estimee": 0}
    return {"allocation_estimee": pfmp_allowance(before + days, level) - pfmp_allowance(before, level)}


def release_supervision(call: OperationCall) -> Mapping[str, Any]:
    """A period that an avenant takes away no longer counts for its teacher and tutor (R18)."""
    store.release(call.context, call.parcours_id, call.variables["solution"]["id"])
    return {}


def end_supervision(call: OperationCall) -> Mapping[str, Any]:
    """The follow-up has ended: none of its periods counts any longer (R18)."""
    let_go(call.context, call.parcours_id, call.now)
    return {}


def let_go(tx: Connection, parcours_id: str, now: datetime) -> None:
    """Periods to come are forgotten, the one that runs ends."""
    store.cut_short(tx, parcours_id, local_date(now))


OPERATIONS: Mapping[str, Operation] = {
    "check_supervision": Operation(
        reads=frozenset({"solution", "enseignant_referent", "tuteur"}),
        writes=frozenset({"supervision_conforme", "supervision_message"}),
        call=check_supervision,
    ),
    "estimate_allowance": Operation(
        reads=frozenset({"solution", "jours_attestes", "mef_pae"}),
        writes=frozenset({"allocation_estimee"}),
        call=estimate_allowance,
    ),
    "release_supervision": Operation(
        reads=frozenset({"solution"}), writes=frozenset(), call=release_supervision
    ),
    "end_supervision": Operation(reads=frozenset(), writes=frozenset(), call=end_supervision),
}
