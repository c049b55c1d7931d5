"""The local offer in a task's form: what may be chosen, what a choice fills in, and what does not fit it (ADR 25).

Accompaniment owns the offer; a form has a field for it whose source is ``offers``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from services.inbox.identity.people import SignedIn
from services.inbox.sources import ServiceDown, Sources
from shared.catalogue import sentence
from shared.forms import Option, Source
from shared.forms.french import read_date
from shared.forms.model import PSAD
from shared.parcours.offer import Offer, misfits

OWNER = "accompaniment"
MOST_TITLES = 20  # of one page
FIELD = "champ-solution_offre"
PARTS = {"nature": "kind", "cadre": "frame", "structure": "host", "du": "first_on", "au": "last_on"}
"""Part of a solution, whose field is ``solution_<part>`` → where the offer has it."""


@dataclass(frozen=True)
class LocalOffer:
    """What the Mission Locale of a task offers now. ``values``: the task's."""

    items: Sequence[Mapping[str, Any]]
    values: Mapping[str, Any]

    def options(self, source: Source) -> list[Option]:
        """Those with a seat left; of kind psad those of PSAD partners, whose value is their words."""
        free = [each for each in self.items if each["seats_left"] > 0]
        if source.kind == PSAD:
            return [Option(_words(each), _words(each)) for each in free if each["is_psad"]]
        return [Option(each["id"], _choice(each)) for each in free]

    def filled(self, page: MultiDict[str, str]) -> MultiDict[str, str]:
        """What a page sent, with the parts of the solution that people left empty as the chosen offer has them."""
        chosen = self._chosen(page)
        if chosen is None:
            return page
        told, filled = self._parts(chosen), MultiDict(page)
        for part in PARTS:
            name = f"champ-solution_{part}"
            if not filled.get(name, "").strip() and told[part]:
                filled[name] = told[part]
        return filled

    def wrong(self, page: MultiDict[str, str]) -> dict[str, list[str]]:
        """Field → why what people wrote does not fit the offer that they chose, or why that one is not free."""
        if page.get("champ-plan_action") != "ajouter" or not page.get(FIELD, "").strip():
            return {}
        chosen = self._chosen(page)
        if chosen is None or chosen["seats_left"] == 0:
            return {"solution_offre": [sentence("offre.gone", free=self._free())]}
        typed = {part: page.get(f"champ-solution_{part}", "").strip() or None for part in ("nature", "cadre")}
        days = {part: read_date(page.get(f"champ-solution_{part}", "")) for part in ("du", "au")}
        born = self.values.get("eleve_ne_le")
        found = misfits(_offer(chosen), {**typed, **days}, date.fromisoformat(born) if born else None)
        return {f"solution_{part}": [sentence(why.code, **why.params)] for part, why in found}

    def _chosen(self, page: MultiDict[str, str]) -> Mapping[str, Any] | None:
        if page.get("champ-plan_action") != "ajouter":
            return None
        wanted = page.get(FIELD, "").strip()
        return next((each for each in self.items if each["id"] == wanted), None)

    def _parts(self, chosen: Mapping[str, Any]) -> Mapping[str, str]:
        """The offer's parts as texts of a page; its dates as far as the parcours goes."""
        whole = {**chosen, "host": _offer(chosen).host}
        told = {part: str(whole[name] or "") for part, name in PARTS.items()}
        begins, ends = self.values.get("entree_le"), self.values.get("fin_de_statut_le")
        return {**told, "du": max(told["du"], begins or ""), "au": min(told["au"], ends or told["au"])}

    def _free(self) -> str:
        free = [each for each in self.items if each["seats_left"] > 0]
        named = [sentence("offre.free_one", title=each["title"], left=each["seats_left"]) for each in free]
        return ", ".join(named) or sentence("offre.free_none")


NOTHING = LocalOffer((), {})


def local_offer(sources: Sources, who: SignedIn, task: Mapping[str, Any]) -> LocalOffer:
    """Of the Mission Locale that the task's form shows, or of one's own; empty where no field asks for it.

    Empty, too, when its owner does not answer: a solution can always be described without an offer.
    """
    if not any(_asked(task.get("form") or {})):
        return NOTHING
    values = task.get("values") or {}
    wanted = {"mission_locale": values["mission_locale"]} if values.get("mission_locale") else {}
    with suppress(ServiceDown):
        reply = sources.ask(who.actor, OWNER, "GET", "/offers", params=wanted)
        if reply.is_ok:
            return LocalOffer(reply.body["items"], values)
    return LocalOffer((), values)


def titles(sources: Sources, who: SignedIn, variables: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Id → title of the offers that plans among the variables name. Those that nobody tells are left out."""
    plans = (each["value"] for each in variables if isinstance(each["value"], list))
    wanted = {
        each["offre"] for plan in plans for each in plan if isinstance(each, Mapping) and each.get("offre")
    }
    found: dict[str, str] = {}
    with suppress(ServiceDown):
        for offer_id in sorted(wanted)[:MOST_TITLES]:
            reply = sources.ask(who.actor, OWNER, "GET", f"/offers/{offer_id}")
            if reply.is_ok:
                found[offer_id] = reply.body["title"]
    return found


def _asked(part: Mapping[str, Any]) -> Iterator[bool]:
    if (part.get("properties") or {}).get("source") == "offers":
        yield True
    for inner in part.get("components") or []:
        yield from _asked(inner)


def _offer(told: Mapping[str, Any]) -> Offer:
    return Offer(
        kind=told["kind"], title=told["title"], partner=told["partner"], place=told["place"],
        first_on=date.fromisoformat(told["first_on"]), last_on=date.fromisoformat(told["last_on"]),
        frame=told["frame"], minimum_age=told["minimum_age"],
    )  # fmt: skip


def _words(told: Mapping[str, Any]) -> str:
    return sentence("offre.words", **_named(told))


def _choice(told: Mapping[str, Any]) -> str:
    return sentence("offre.choice", **_named(told), left=told["seats_left"])


def _named(told: Mapping[str, Any]) -> dict[str, str]:
    days = {part: f"{date.fromisoformat(told[f'{part}_on']):%d/%m/%Y}" for part in ("first", "last")}
    return {"title": told["title"], "partner": told["partner"], "place": told["place"], **days}
