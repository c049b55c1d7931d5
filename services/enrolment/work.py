"""The operations that ``enrolment.bpmn`` may name on a service task.

They run inside the move's transaction and touch nothing but the variables they are given.
"""

from collections.abc import Mapping
from typing import Any

from services.enrolment import domain
from services.enrolment.avenirpro import work as avenirpro
from shared.bpmn import Operation, OperationCall
from shared.catalogue import sentences
from shared.clock import local_date
from shared.process.operations import CHECK_PLAN, CHECK_SOLUTIONS, READ_CAMPAGNE, rules_of


def set_end_of_status(call: OperationCall) -> Mapping[str, Any]:
    """R7, R8, R10: the one absolute end date from the day of entry, or what the head of school has to mend."""
    entry_on = call.variables["entree_le"]
    today = local_date(call.now)
    end_on, reasons = domain.end_of_status(entry_on, call.variables["rentree_le"], rules_of(call), today)
    return {"fin_de_statut_le": end_on, "admission_anomalie": sentences(reasons) or None}


def check_dates_on_paper(call: OperationCall) -> Mapping[str, Any]:
    """R7, R8, R10 for a parcours that began on paper: the end that was fixed there, or what is wrong with it."""
    told = call.variables
    reasons = domain.dates_on_paper(
        told["entree_le"], told["fin_papier_le"], told["rentree_le"], rules_of(call), local_date(call.now)
    )
    return {"fin_de_statut_le": told["fin_papier_le"], "admission_anomalie": sentences(reasons) or None}


OPERATIONS: Mapping[str, Operation] = {
    "read_campagne": READ_CAMPAGNE,
    "set_end_of_status": Operation(
        reads=frozenset({"campagne", "entree_le", "rentree_le"}),
        writes=frozenset({"fin_de_statut_le", "admission_anomalie"}),
        call=set_end_of_status,
        optional=frozenset({"regles"}),
    ),
    "check_dates_on_paper": Operation(
        reads=frozenset({"campagne", "entree_le", "fin_papier_le", "rentree_le"}),
        writes=frozenset({"fin_de_statut_le", "admission_anomalie"}),
        call=check_dates_on_paper,
        optional=frozenset({"regles"}),
    ),
    "check_plan": CHECK_PLAN,
    "check_solutions": CHECK_SOLUTIONS,
    **avenirpro.OPERATIONS,
}
