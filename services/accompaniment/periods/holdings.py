"""What the table of company periods holds about pupils (R40, R41)."""

from services.accompaniment.periods.tables import company_period
from shared.process.personal import Holding, by_parcours, deleted

PERIOD_HOLDINGS: tuple[Holding, ...] = (
    deleted(company_period, "Périodes en entreprise", by_parcours(company_period.c.parcours_id)),
)
