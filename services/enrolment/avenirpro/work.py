"""The operation of ``propositions.bpmn``."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from services.enrolment.avenirpro import proposals
from shared.bpmn import Operation, OperationCall


def record_proposals(call: OperationCall) -> Mapping[str, Any]:
    """R33: writes the table of proposals; who they are is enrolment's own, by their ids. What came is
    kept there and nowhere else, so that an erasure finds it."""
    told = call.variables
    count = proposals.record(
        call.context, call.parcours_id, told["lycee"], told["campagne"], told["eleves_proposes"], call.now
    )
    return {"propositions_nombre": Decimal(count), "eleves_proposes": []}


OPERATIONS: Mapping[str, Operation] = {
    "record_proposals": Operation(
        frozenset({"lycee", "campagne", "eleves_proposes"}),
        frozenset({"propositions_nombre", "eleves_proposes"}),
        record_proposals,
    ),
}
