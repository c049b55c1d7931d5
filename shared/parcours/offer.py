"""An offer of a Mission Locale's local offer: its own terms, and whether a solution of a plan fits it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.parcours.pfmp import FRAMES
from shared.parcours.refusal import Param, Reason

COMPANY = "entreprise"
KINDS = (
    COMPANY, "mobilisation", "tre", "psychosocial", "consolidation", "positionnement", "orientation", "mlds",
    "epreuves", "foquale", "service_civique", "autre",
)  # fmt: skip
"""The kinds of the catalogue (``workflows/*/solutions.dmn``), in its order."""
YOUNGEST, OLDEST = 14, 25
"""Between these a minimum age makes sense: of a young person under 26 (R21)."""
Fault = tuple[str, Reason]


@dataclass(frozen=True)
class Offer:
    """What a partner offers, from ``first_on`` to ``last_on``, both included.

    ``frame``: the legal frame of a period in a company (R25), None of every other kind.
    """

    kind: str
    title: str
    partner: str
    place: str
    first_on: date
    last_on: date
    frame: str | None = None
    minimum_age: int | None = None

    @property
    def host(self) -> str:
        """Partner and place, as a plan names who hosts the young person."""
        return f"{self.partner}, {self.place}"


def faults(offer: Offer, today: date) -> Iterator[Fault]:
    """What is wrong with an offer's own terms: field → reason."""
    if offer.last_on < offer.first_on:
        yield "last_on", Reason("offre.reversed", {"first": offer.first_on})
    elif offer.last_on < today:
        yield "last_on", Reason("offre.over", {"today": today})
    if offer.kind == COMPANY and offer.frame is None:
        yield "frame", Reason("offre.frame_missing", {"allowed": ", ".join(FRAMES)})
    if offer.kind != COMPANY and offer.frame is not None:
        yield "frame", Reason("offre.frame_of_company_only")


def misfits(offer: Offer, solution: Mapping[str, Any], born_on: date | None) -> Iterator[Fault]:
    """Where a solution that names the offer is not within it: part of the solution → reason.

    ``solution``: ``nature``, ``cadre``, ``du``, ``au``, of which those that are not there are not looked at.
    ``born_on``: None when it is not known to who asks.
    """
    if solution.get("nature") not in (None, offer.kind):
        yield "nature", Reason("offre.other_kind", {"title": offer.title})
    elif solution.get("cadre") not in (None, offer.frame):
        yield "cadre", Reason("offre.other_frame", {"title": offer.title, "frame": offer.frame or "aucun"})
    dates: dict[str, Param] = {"title": offer.title, "first": offer.first_on, "last": offer.last_on}
    for part in ("du", "au"):
        day = solution.get(part)
        if isinstance(day, date) and not offer.first_on <= day <= offer.last_on:
            yield part, Reason("offre.outside_dates", dates)
    begins = solution.get("du") or offer.first_on
    if offer.minimum_age is not None and born_on is not None and _age(born_on, begins) < offer.minimum_age:
        yield "offre", Reason("offre.too_young", {"title": offer.title, "age": offer.minimum_age})


def _age(born_on: date, on: date) -> int:
    """Whole years; who is born on 29 February is a year older on 1 March of other years."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
