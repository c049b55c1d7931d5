"""What a service that does not own the person does with messages about people's data."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process.personal import correction, erasure
from shared.process.personal.holdings import Holding
from shared.process.processes import Processes
from shared.process.replacing import replace, transferring


def data_handlers(
    holdings: Sequence[Holding],
) -> Mapping[str, Callable[[Connection, Envelope, Processes], Handling]]:
    """Message type → what is done in this service, whose tables are ``holdings``."""
    return {
        erasure.ASKED: erasure.partner(holdings), correction.CORRECTED: correction.on_correction,
        replace.REPLACED: replace.on_replaced, transferring.TRANSFERRED: transferring.on_transferred,
    }  # fmt: skip
