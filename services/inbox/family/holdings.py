"""What personal links hold about pupils and their parents, and how it is erased (R40)."""

from collections.abc import Sequence

from services.inbox.family.tables import family_link
from shared.process.personal.holdings import Holding, by_parcours, deleted

FAMILY_HOLDINGS: Sequence[Holding] = (
    deleted(
        family_link,
        "Liens personnels du jeune et de ses responsables légaux",
        by_parcours(family_link.c.parcours_id),
    ),
)
