"""The operations that ``accompaniment.bpmn`` may name on a service task.

They run inside the move's transaction and touch nothing but the variables they are given.
"""

from collections.abc import Mapping
from typing import Any

from shared.bpmn import Operation, OperationCall
from shared.catalogue import sentences
from shared.clock import local_date
from shared.parcours import plan
from shared.parcours.campagne import campagne_on, load_campagnes


def check_plan(call: OperationCall) -> Mapping[str, Any]:
    """R9 again, at each avenant, with the sentence that people read."""
    entry_on, end_on = call.variables["entree_le"], call.variables["fin_de_statut_le"]
    counted = campagne_on(local_date(call.now), load_campagnes()).counted_frames
    checked = plan.check_plan(call.variables, entry_on=entry_on, end_on=end_on, counted=counted)
    return checked.as_variables() | {"plan_message": sentences(checked.verdict)}


OPERATIONS: Mapping[str, Operation] = {
    "check_plan": Operation(
        reads=plan.ROW_VARIABLES | {"entree_le", "fin_de_statut_le"},
        writes=plan.OUTCOME_VARIABLES | {"plan_message"},
        call=check_plan,
    )
}
