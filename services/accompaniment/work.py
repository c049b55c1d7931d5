"""The operations that ``accompaniment.bpmn`` may name on a service task."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.accompaniment import pacea
from services.accompaniment.ateliers import work as ateliers
from services.accompaniment.offre import work as offre
from services.accompaniment.periods import work as periods
from shared.bpmn import Operation, OperationCall
from shared.bpmn.store import InstanceRow
from shared.process.operations import CHECK_PLAN, READ_CAMPAGNE


def _both(first: Operation, second: Operation) -> Operation:
    """One operation that does two: what ends for the supervision ends for the local offer too."""

    def call(asked: OperationCall) -> Mapping[str, Any]:
        return {**first.call(asked), **second.call(asked)}

    return Operation(first.reads | second.reads, first.writes | second.writes, call)


def check_solutions(call: OperationCall) -> Mapping[str, Any]:
    """The checks of ``offre.CHECK`` over a plan as it was carried out so far, and the signed plan alike (R9)."""
    if call.context is None:
        return offre.CHECK.call(call)
    plans = {name: call.variables[name] or [] for name in ("plan", "plan_signe") if name in call.variables}
    done = {name: periods.as_done(call.context, call.parcours_id, plan) for name, plan in plans.items()}
    checked = offre.CHECK.call(replace(call, variables={**call.variables, **done}))
    return {**done, **checked}


def let_go(tx: Connection, row: InstanceRow, now: datetime) -> None:
    """A follow-up that is cancelled holds no seat and counts for no teacher and tutor, as one that has ended (R18)."""
    if row.process_id == "accompaniment":
        offre.let_go(tx, row.parcours_id, now)
        periods.let_go(tx, row.parcours_id, now)


OPERATIONS: Mapping[str, Operation] = {
    "read_campagne": READ_CAMPAGNE,
    "check_plan": CHECK_PLAN,
    "check_solutions": replace(offre.CHECK, call=check_solutions, writes=offre.CHECK.writes | {"plan_signe"}),
    "take_seats": offre.TAKE,
    **ateliers.OPERATIONS,
    **periods.OPERATIONS,
    "release_supervision": _both(periods.OPERATIONS["release_supervision"], offre.GIVE_BACK_ONE),
    "call_off_period": _both(periods.OPERATIONS["call_off_period"], offre.GIVE_BACK_ONE),
    "end_supervision": _both(periods.OPERATIONS["end_supervision"], offre.GIVE_BACK_ALL),
    "close_periods": _both(periods.OPERATIONS["close_periods"], offre.GIVE_BACK_ALL),
    **pacea.OPERATIONS,
}
