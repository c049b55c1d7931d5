"""The operation of ``pacea.bpmn``: how long a PACEA may last (R21)."""

from collections.abc import Mapping
from typing import Any

from shared.bpmn import Operation, OperationCall
from shared.parcours.pacea import pacea_dates


def set_end_of_pacea(call: OperationCall) -> Mapping[str, Any]:
    """R21: 24 months after its signature at most, and no longer than the 26th birthday."""
    dates = pacea_dates(call.variables["eleve_ne_le"], call.variables["pacea_signe_le"])
    return {"pacea_terme_le": dates.ends_on}


OPERATIONS: Mapping[str, Operation] = {
    "set_end_of_pacea": Operation(
        reads=frozenset({"eleve_ne_le", "pacea_signe_le"}),
        writes=frozenset({"pacea_terme_le"}),
        call=set_end_of_pacea,
    ),
}
