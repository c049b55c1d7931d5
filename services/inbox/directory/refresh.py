"""The use case of this package, with its transaction: an import, and enrolment told who now serves which commune."""

from collections.abc import Sequence
from datetime import datetime

from services.inbox.directory.csv_file import Row
from services.inbox.directory.importing import ImportResult, import_directory, territories
from services.inbox.sources import ServiceDown, Sources
from shared.clock import local_date
from shared.database import Database
from shared.identity import Actor

OWNER = "enrolment"


def refresh(
    database: Database, sources: Sources, rows: Sequence[Row], *, actor: Actor, by: tuple[str, str],
    import_id: str, now: datetime,
) -> tuple[ImportResult, bool]:  # fmt: skip
    """Import the rows (``by``: id and name of who does), then say the territories to enrolment.

    The second value is false when enrolment could not be told: the same import again tells it.
    """
    with database.begin() as tx:
        result = import_directory(tx, rows, import_id=import_id, by=by, now=now)
        served = territories(tx, local_date(now))
    try:
        reply = sources.ask(actor, OWNER, "PUT", "/territories", body={"missions_locales": served})
    except ServiceDown:
        return result, False
    return result, reply.is_ok
