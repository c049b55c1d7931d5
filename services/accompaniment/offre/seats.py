"""The seats of a plan, on the caller's transaction: judged, taken, given back (ADR 25)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from services.accompaniment.offre import store
from services.accompaniment.offre.tables import seat
from shared.catalogue import sentence
from shared.parcours.offer import misfits
from shared.parcours.refusal import Reason

MOST_TOLD = 5
Solution = Mapping[str, Any]
Lacking = Mapping[str, tuple[Reason, ...]]
"""Id of a solution → why it has no seat."""


@dataclass(frozen=True)
class Claim:
    """Who asks for seats: a parcours of a Mission Locale. ``born_on``: None when its diagram does not tell it."""

    parcours_id: str
    mission_locale: str
    born_on: date | None
    today: date


def lacking(tx: Connection, claim: Claim, plan: Sequence[Solution]) -> Lacking:
    """The solutions of a plan that name an offer, hold no seat of it, and could have none now."""
    return _judged(tx, claim, _asking(tx, claim, plan), store.one)


def take_all(tx: Connection, claim: Claim, plan: Sequence[Solution]) -> Lacking:
    """Take the seats of a plan, all of them or none; what is lacking is answered."""
    asking = _asking(tx, claim, plan)
    found = _judged(tx, claim, asking, store.lock)
    if not found:
        _take(tx, claim, asking)
    return found


def take_what_is_free(tx: Connection, claim: Claim, plan: Sequence[Solution]) -> Lacking:
    """Take the seats that there are; the solutions without one are answered."""
    asking = _asking(tx, claim, plan)
    found = _judged(tx, claim, asking, store.lock)
    _take(tx, claim, [each for each in asking if each["id"] not in found])
    return found


def keep_only(tx: Connection, parcours_id: str, solutions: Collection[str]) -> None:
    """Give back the seats of solutions that are in no plan of the parcours any more."""
    tx.execute(delete(seat).where(seat.c.parcours_id == parcours_id, seat.c.solution_id.not_in(solutions)))


def give_back(tx: Connection, parcours_id: str, solution_id: str) -> None:
    """A solution is taken away: its seat is free."""
    tx.execute(delete(seat).where(seat.c.parcours_id == parcours_id, seat.c.solution_id == solution_id))


def give_back_what_is_to_come(tx: Connection, parcours_id: str, today: date) -> None:
    """The follow-up has ended: the seats of solutions that are not over yet are free."""
    tx.execute(delete(seat).where(seat.c.parcours_id == parcours_id, seat.c.last_on >= today))


def _asking(tx: Connection, claim: Claim, plan: Sequence[Solution]) -> list[Solution]:
    """Those that name an offer and hold no seat, by offer: two plans lock their offers in one order."""
    held = set(tx.scalars(select(seat.c.solution_id).where(seat.c.parcours_id == claim.parcours_id)))
    wanted = [each for each in plan if each.get("offre") and each["id"] not in held]
    return sorted(wanted, key=lambda each: (each["offre"], each["id"]))


def _judged(tx: Connection, claim: Claim, asking: Sequence[Solution], read: Any) -> Lacking:
    found: dict[str, tuple[Reason, ...]] = {}
    given: dict[str, int] = {}
    for each in asking:
        row = read(tx, each["offre"])
        if reasons := _why_not(tx, claim, each, row, given.get(each["offre"], 0)):
            found[each["id"]] = reasons
        else:
            given[each["offre"]] = given.get(each["offre"], 0) + 1
    return found


def _why_not(tx: Connection, claim: Claim, solution: Solution, row: Any, given: int) -> tuple[Reason, ...]:
    """``given``: seats of the same offer that go to this plan already."""
    if row is None or row.mission_locale != claim.mission_locale:
        return (Reason("offre.unknown", {"label": solution["libelle"]}),)
    if row.closed_at is not None or row.last_on < claim.today:
        return (Reason("offre.not_open", {"title": row.title, "free": _free(tx, claim, row.kind)}),)
    outside = misfits(store.as_offer(row._mapping), solution, claim.born_on)
    if reasons := tuple(reason for _, reason in outside):
        return reasons
    if row.taken + given >= row.seats:
        return (Reason("offre.full", {"title": row.title, "free": _free(tx, claim, row.kind)}),)
    return ()


def _free(tx: Connection, claim: Claim, kind: str) -> str:
    """The offers of a kind that have a seat, in words."""
    choosable = store.open_offers(tx, claim.mission_locale, claim.today)
    free = [row for row in choosable if row.kind == kind and row.taken < row.seats]
    lines = [sentence("offre.free_one", title=row.title, left=row.seats - row.taken) for row in free]
    return ", ".join(lines[:MOST_TOLD]) or sentence("offre.free_none")


def _take(tx: Connection, claim: Claim, asking: Sequence[Solution]) -> None:
    rows = [
        {"parcours_id": claim.parcours_id, "solution_id": each["id"], "offer_id": each["offre"], "last_on": each["au"]}
        for each in asking
    ]  # fmt: skip
    if rows:
        tx.execute(insert(seat), rows)
