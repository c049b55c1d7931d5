"""Use cases of the local offer. Each opens its one transaction here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.accompaniment.offre import store
from services.accompaniment.offre.refusals import OfferChanged, OfferClosed, OfferKnown, refuse_if_any
from shared.catalogue import sentence
from shared.errors import BadInput, Forbidden, NotFound
from shared.identity import OFFER_ROLES, ROLES, Actor
from shared.parcours.offer import faults
from shared.process.service import ProcessService

Told = dict[str, Any]


def keeper(actor: Actor) -> str:
    """The Mission Locale whose offer the actor keeps; Forbidden for who keeps none."""
    if actor.organisation_kind != "mission_locale" or not OFFER_ROLES & actor.roles:
        raise Forbidden()
    return actor.organisation_id


def list_offers(service: ProcessService, actor: Actor, mission_locale: str | None) -> Told:
    """The offer of one's own Mission Locale; for a lycée, what may be chosen of the one that it names."""
    today = service.clock.today()
    if _reads_as_lycee(actor):
        with service.database.read() as look:
            found = store.open_offers(look, _named(mission_locale), today)
        return {"items": [_without_contact(told(row, today)) for row in found], "past": []}
    mine = keeper(actor)
    if mission_locale not in (None, mine):
        raise NotFound()
    with service.database.read() as look:
        current, past = store.open_offers(look, mine, today), store.past_offers(look, mine, today)
    return {"items": [told(row, today) for row in current], "past": [told(row, today) for row in past]}


def one_offer(service: ProcessService, actor: Actor, offer_id: str) -> Told:
    """One offer of one's own Mission Locale, NotFound for another's; for a lycée any that a plan names, also one that
    may be chosen no more, without the contact."""
    today = service.clock.today()
    with service.database.read() as look:
        row = store.one(look, offer_id)
    if not _reads_as_lycee(actor):
        return told(_mine(row, keeper(actor)), today)
    if row is None:
        raise NotFound()
    return _without_contact(told(row, today))


def add_offer(service: ProcessService, actor: Actor, offer_id: str | None, terms: Mapping[str, Any]) -> Told:
    """Keep a new offer. The same id again, a second click, answers with the offer that is there."""
    mine, today = keeper(actor), service.clock.today()
    described = store.as_offer(terms)
    require_sound(terms, today)
    with service.database.begin() as tx:
        if offer_id is not None and (there := store.one(tx, offer_id)):
            return told(_mine(there, mine), today)
        if store.same(tx, mine, described, today):
            raise OfferKnown()
        require_place(tx, mine, today)
        offer_id = offer_id or service.ids()
        store.add(tx, offer_id, mine, terms)
        return told(_mine(store.one(tx, offer_id), mine), today)


def change_offer(
    service: ProcessService, actor: Actor, offer_id: str, terms: Mapping[str, Any], version: int
) -> Told:
    """Change an open offer in the version that was read; plans that hold a seat keep what they say.

    Raises OfferKnown when it would say the same as another one.
    """
    mine, today = keeper(actor), service.clock.today()
    described = store.as_offer(terms)
    require_sound(terms, today)
    with service.database.begin() as tx:
        row = _to_change(_mine(store.lock(tx, offer_id), mine), version)
        if store.same(tx, mine, described, today, but=offer_id):
            raise OfferKnown()
        require_room(row, terms)
        store.change(tx, row, terms)
        return told(store.one(tx, offer_id), today)


def close_offer(service: ProcessService, actor: Actor, offer_id: str, version: int) -> Told:
    """Nobody chooses it any more; the seats that are taken stay so."""
    mine = keeper(actor)
    with service.database.begin() as tx:
        row = _to_change(_mine(store.lock(tx, offer_id), mine), version)
        store.close(tx, row, service.clock.now())
        return told(store.one(tx, offer_id), service.clock.today())


def require_sound(terms: Mapping[str, Any], today: date) -> None:
    """BadInput for an offer whose own terms do not hold together."""
    refuse_if_any(faults(store.as_offer(terms), today))


def require_place(tx: Connection, mission_locale: str, today: date) -> None:
    """BadInput when there are as many open offers as lists show."""
    if store.count_open(tx, mission_locale, today) >= store.MOST_OPEN:
        raise BadInput({"title": [sentence("offre.too_many", most=store.MOST_OPEN)]})


def require_room(row: Any, terms: Mapping[str, Any]) -> None:
    """BadInput for fewer seats than are taken, and for another kind or frame once one is."""
    if terms["seats"] < row.taken:
        raise BadInput({"seats": [sentence("offre.seats_taken", taken=row.taken)]})
    if row.taken and (terms["kind"], terms["frame"]) != (row.kind, row.frame):
        raise BadInput({"kind": [sentence("offre.kind_held")]})


def told(row: Any, today: Any) -> Told:
    """An offer as JSON's parts."""
    left = max(0, row.seats - row.taken)
    is_over = row.last_on < today
    return {
        **row._mapping, "seats_left": left, "is_open": row.closed_at is None and not is_over,
        "was_over": row.closed_at is None and is_over,
    }  # fmt: skip


def _named(mission_locale: str | None) -> str:
    if mission_locale is None:
        raise BadInput({"mission_locale": [sentence("offre.name_it")]})
    return mission_locale


def _reads_as_lycee(actor: Actor) -> bool:
    return actor.organisation_kind == "lycee" and bool(ROLES["lycee"] & actor.roles)


def _without_contact(found: Told) -> Told:
    return {name: value for name, value in found.items() if name != "contact"}


def _mine(row: Any, mission_locale: str) -> Any:
    if row is None or row.mission_locale != mission_locale:
        raise NotFound()
    return row


def _to_change(row: Any, version: int) -> Any:
    if row.closed_at is not None:
        raise OfferClosed()
    if row.version != version:
        raise OfferChanged()
    return row
