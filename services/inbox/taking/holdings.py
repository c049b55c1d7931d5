"""What links that take in charge hold about pupils: of which parcours they are (R40)."""

from collections.abc import Sequence

from services.inbox.taking.tables import taking_link
from shared.process.personal.holdings import Holding, by_parcours, deleted

TAKING_HOLDINGS: Sequence[Holding] = (
    deleted(taking_link, "Liens de prise en charge", by_parcours(taking_link.c.parcours_id)),
)
