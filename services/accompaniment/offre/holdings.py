"""What the tables of the local offer hold about pupils (R40, R41)."""

from services.accompaniment.offre.tables import offer, seat
from shared.process.personal import Holding, Neutral, by_parcours, deleted

OFFER_HOLDINGS: tuple[Holding, ...] = (
    deleted(seat, "Places tenues dans l’offre locale", by_parcours(seat.c.parcours_id)),
)
OFFER_NEUTRAL: tuple[Neutral, ...] = (
    Neutral(offer, "l’offre locale d’une Mission Locale, avec le contact professionnel du partenaire"),
)
