"""Operations that the diagrams of several services name; those of one service alone are in its ``work.py``."""

from collections.abc import Mapping
from typing import Any

from shared.bpmn import Operation, OperationCall
from shared.catalogue import sentences
from shared.clock import local_date
from shared.parcours import plan
from shared.parcours.campagne import project_campagne_on


def _check_plan(call: OperationCall) -> Mapping[str, Any]:
    entry_on, end_on = call.variables["entree_le"], call.variables["fin_de_statut_le"]
    counted = project_campagne_on(local_date(call.now)).counted_frames
    checked = plan.check_plan(call.variables, entry_on=entry_on, end_on=end_on, counted=counted)
    return checked.as_variables() | {"plan_message": sentences(checked.verdict)}


CHECK_PLAN = Operation(
    reads=plan.ROW_VARIABLES | {"entree_le", "fin_de_statut_le"},
    writes=plan.OUTCOME_VARIABLES | {"plan_message"},
    call=_check_plan,
)
"""R7, R9: the company periods of the projet and of each avenant, with the sentence that people read."""
