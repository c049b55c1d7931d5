"""Operations of ``accompaniment.bpmn`` that read and write the seats of the local offer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from services.accompaniment.offre import seats
from shared.bpmn import Operation, OperationCall
from shared.catalogue import sentence, sentences
from shared.clock import local_date
from shared.process.operations import CHECK_SOLUTIONS

SEND, RENOUNCE = "terminer", "renoncer"


def check_solutions(call: OperationCall) -> Mapping[str, Any]:
    """R7, R9, R24, R25, and the seats: an avenant that goes to its signature takes them, all or none."""
    checked = CHECK_SOLUTIONS.call(call)
    if call.context is None or "mission_locale" not in call.variables:
        return checked
    tx, claim, action = call.context, _claim(call), call.variables.get("plan_action")
    if action in (SEND, RENOUNCE):
        plans = (*checked["plan"], *(call.variables.get("plan_signe") or ()))
        seats.keep_only(tx, call.parcours_id, {each["id"] for each in plans})
    if action == RENOUNCE:
        return checked
    is_sent = action == SEND and checked["plan_conforme"]
    found = (seats.take_all if is_sent else seats.lacking)(tx, claim, checked["plan"])
    return {**checked, **_refused(found, checked["plan_message"])} if found else checked


def take_seats(call: OperationCall) -> Mapping[str, Any]:
    """The seats of a projet that was signed in étape 3; a solution without one is left out, and people are told."""
    plan = call.variables["plan"] or []
    found = seats.take_what_is_free(call.context, _claim(call), plan)
    if not found:
        return {"places_message": None}
    kept = [each for each in plan if each["id"] not in found]
    left = replace(call, variables={**call.variables, "plan": kept})
    told = sentence("offre.left_out", reasons=_told(found), solutions=_labels(plan, found))
    return {
        **CHECK_SOLUTIONS.call(left),
        "places_message": told,
        "avenant_objet": sentence("offre.to_replace"),
    }


def give_back_seat(call: OperationCall) -> Mapping[str, Any]:
    """A solution that an avenant takes away holds no seat any more."""
    seats.give_back(call.context, call.parcours_id, call.variables["solution"]["id"])
    return {}


def give_back_seats(call: OperationCall) -> Mapping[str, Any]:
    """The follow-up has ended: what it holds of the days to come is free."""
    let_go(call.context, call.parcours_id, call.now)
    return {}


def let_go(tx: Connection, parcours_id: str, now: datetime) -> None:
    """The seats of the days to come are free."""
    seats.give_back_what_is_to_come(tx, parcours_id, local_date(now))


def _claim(call: OperationCall) -> seats.Claim:
    told = call.variables
    return seats.Claim(
        call.parcours_id, told["mission_locale"], told.get("eleve_ne_le"), local_date(call.now)
    )


def _refused(found: seats.Lacking, told: str) -> Mapping[str, Any]:
    return {"plan_conforme": False, "plan_message": f"{_told(found)} {told}"}


def _told(found: seats.Lacking) -> str:
    return " ".join(dict.fromkeys(sentences(reasons) for reasons in found.values()))


def _labels(plan: Sequence[Mapping[str, Any]], found: seats.Lacking) -> str:
    return ", ".join(f"« {each['libelle']} »" for each in plan if each["id"] in found)


CHECK = replace(
    CHECK_SOLUTIONS,
    call=check_solutions,
    optional=CHECK_SOLUTIONS.optional | {"plan_action", "plan_signe", "mission_locale", "eleve_ne_le"},
)
TAKE = Operation(
    reads=CHECK_SOLUTIONS.reads | {"mission_locale", "eleve_ne_le"},
    writes=CHECK_SOLUTIONS.writes | {"places_message", "avenant_objet"},
    call=take_seats,
    optional=CHECK_SOLUTIONS.optional,
)
GIVE_BACK_ONE = Operation(reads=frozenset({"solution"}), writes=frozenset(), call=give_back_seat)
GIVE_BACK_ALL = Operation(reads=frozenset(), writes=frozenset(), call=give_back_seats)
