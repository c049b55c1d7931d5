"""Operations of ``solution_periode.bpmn`` and ``periodes_a_attester.bpmn``, over the table of periods."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Row

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

STOPPED = "arret"
Solution = Mapping[str, Any]


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


def stop_period(call: OperationCall) -> Mapping[str, Any]:
    """A period that was stopped ends on that day for its teacher and tutor (R18), and in the plan (R9)."""
    solution, stopped_on = call.variables["solution"], call.variables.get("fait_le")
    if call.variables.get("fait_suite") != STOPPED or stopped_on is None:
        return {}
    store.stop(call.context, call.parcours_id, solution["id"], stopped_on)
    return {"suivie_au": min(solution["au"], stopped_on)}


def call_off_period(call: OperationCall) -> Mapping[str, Any]:
    """A period whose convention was not signed in time (R17) counts for nobody, and no day of it in the plan."""
    store.call_off(call.context, call.parcours_id, call.variables["solution"]["id"])
    return {}


def as_done(tx: Connection, parcours_id: str, plan: Sequence[Solution]) -> list[Solution]:
    """A plan as it was carried out so far (R9): a stopped period ends when it did, one not done at all is left out."""
    found = {row.solution_id: row for row in store.of_parcours(tx, parcours_id)}
    undone = {row.solution_id for row in found.values() if row.attested_days == 0}
    return [_until(each, found.get(each["id"])) for each in plan if each["id"] not in undone]


def _until(solution: Solution, row: Any) -> Solution:
    return solution if row is None else {**solution, "au": min(solution["au"], row.last_on)}


def estimate_allowance(call: OperationCall) -> Mapping[str, Any]:
    """R20: what the attested days of this period add to the allowance of the parcours, capped; 0 unless a PFMP.

    A stop that nobody acknowledged before the last day was over is kept here.
    """
    stop_period(call)
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
    """The follow-up has ended: none of its periods counts any longer (R18).

    Of parcours that began before ``close_periods``: a running parcours keeps its diagram.
    """
    let_go(call.context, call.parcours_id, call.now)
    return {}


def begin_period(call: OperationCall) -> Mapping[str, Any]:
    """From now on the end of the follow-up leaves the period to be attested."""
    store.begin(call.context, call.parcours_id, call.variables["solution"]["id"], call.variables["tuteur"])
    return {}


def close_periods(call: OperationCall) -> Mapping[str, Any]:
    """The follow-up has ended: periods to come count no longer (R18), those that have begun are to be attested (R20).

    Their last day is at the latest that of the departure, of the exit or of the status, whichever comes first.
    """
    told = (call.variables[name] for name in ("fin_de_statut_le", "depart_le", "sortie_le"))
    last, today = min(day for day in told if day is not None), local_date(call.now)
    begun = store.close(call.context, call.parcours_id, today, last)
    plan = call.variables["plan_signe"] or []
    return {"periodes_a_attester": [_rest(each, begun[each["id"]]) for each in plan if each["id"] in begun]}


def _rest(solution: Mapping[str, Any], row: Row[Any]) -> Mapping[str, Any]:
    people = {"tuteur": row.tutor_name, "enseignant_referent": row.teacher_id}
    return {**solution, "du": row.first_on, "au": row.last_on, **people}


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
        optional=frozenset({"fait_suite", "fait_le"}),
    ),
    "stop_period": Operation(
        reads=frozenset({"solution", "fait_suite", "fait_le"}),
        writes=frozenset({"suivie_au"}),
        call=stop_period,
    ),
    "call_off_period": Operation(reads=frozenset({"solution"}), writes=frozenset(), call=call_off_period),
    "release_supervision": Operation(
        reads=frozenset({"solution"}), writes=frozenset(), call=release_supervision
    ),
    "begin_period": Operation(reads=frozenset({"solution", "tuteur"}), writes=frozenset(), call=begin_period),
    "close_periods": Operation(
        reads=frozenset({"plan_signe", "fin_de_statut_le", "depart_le", "sortie_le"}),
        writes=frozenset({"periodes_a_attester"}),
        call=close_periods,
    ),
    "end_supervision": Operation(reads=frozenset(), writes=frozenset(), call=end_supervision),
}
