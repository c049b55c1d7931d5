"""What the workshops do with messages about people's data, which no diagram knows."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from services.accompaniment.ateliers import cycles
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.process import Processes
from shared.process.personal.correction import CORRECTED, on_correction

COLUMNS = {"eleve_nom": "family_name", "eleve_prenom": "given_name"}


def correct_lists(tx: Connection, envelope: Envelope, processes: Processes) -> Handling:
    """Enrolment has corrected a pupil, by its record: the lists of cycles say the right name. Or a parcours."""
    names = {column: envelope.data[name] for name, column in COLUMNS.items() if name in envelope.data}
    if names:
        cycles.rename(tx, envelope.subject, names)
    return on_correction(tx, envelope, processes)


DATA_HANDLERS: Mapping[str, Callable[[Connection, Envelope, Processes], Handling]] = {
    CORRECTED: correct_lists
}
