"""What the numbers of i-Milo dossiers hold about pupils (R40, R41)."""

from services.enrolment.following.tables import imilo
from shared.process.personal import Holding, deleted
from shared.process.personal.holdings import by_parcours

FOLLOWING_HOLDINGS: tuple[Holding, ...] = (
    deleted(
        imilo, "Numéros de dossier i-Milo", by_parcours(imilo.c.parcours_id),
        names=[("written_by", "written_by_name")],
    ),
)  # fmt: skip
