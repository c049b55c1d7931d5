"""How a person narrows the list of tasks: kept with her or his preferences, never in an address."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection

from services.inbox.identity.people import FILTERS, PLACE_FILTERS, Organisation, SignedIn, partners_of
from services.inbox.tasklist.worklist import Task, urgency_of
from services.inbox.wording import task_title
from shared.errors import NotFound
from shared.french import normalised

ALWAYS = ("etape", "echeance")
OF_KIND: Mapping[str, Collection[str]] = {
    "lycee": ("mineur", "boursier", "mission_locale"),
    "mission_locale": ("mineur", "lycee"),
}
"""What else an organisation narrows by: facts of the parcours, which its services tell it. Who is boursier is the
lycée's alone (R38)."""
PARTNER = {"lycee": "mission_locale", "mission_locale": "lycee"}
FACTS = ("mineur", "boursier", *PLACE_FILTERS)


@dataclass(frozen=True)
class Possible:
    """What a person may narrow by, with the allowed values, and the names of the places among them."""

    values: Mapping[str, Collection[str]]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Filters:
    """``etape``: 2 to 5; ``echeance``: an urgency of ``worklist.urgency_of``; ``mineur``, ``boursier``: oui or non;
    ``lycee``, ``mission_locale``: an organisation's id; empty: all.
    """

    etape: str = ""
    echeance: str = ""
    mineur: str = ""
    boursier: str = ""
    lycee: str = ""
    mission_locale: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        """What narrows the list, by name."""
        return {name: value for name in (*ALWAYS, *FACTS) if (value := getattr(self, name))}

    @property
    def of_facts(self) -> dict[str, str]:
        """What only the parcours itself tells, by name."""
        return {name: value for name, value in self.chosen.items() if name in FACTS}

    def fits(self, facts: Mapping[str, Any]) -> bool:
        """Whether a parcours is shown, by its facts; what is not known of it is neither yes nor no."""
        return all(_is_so(facts.get(name), value) for name, value in self.of_facts.items())

    def keeper(self, text: str, today: date) -> Callable[[Task], bool]:
        """Whether a task is shown by itself, also by the words of a search, without accents and capitals."""
        words = normalised(text).split()

        def keep(task: Task) -> bool:
            said = normalised(f"{task['subject']} {task_title(task)} {task.get('assignee_name') or ''}")
            return (
                (not self.etape or task["etape"] == int(self.etape))
                and (not self.echeance or urgency_of(task["due_at"], today) == self.echeance)
                and all(word in said for word in words)
            )

        return keep


def possible(tx: Connection, who: SignedIn) -> Possible:
    """By the kind of the person's organisation."""
    own = OF_KIND.get(who.organisation.kind, ())
    values = {name: FILTERS[name] for name in (*ALWAYS, *own) if name in FILTERS}
    if (partner := PARTNER.get(who.organisation.kind)) is None:
        return Possible(values)
    places: list[Organisation] = partners_of(tx, who.organisation, partner)
    values[partner] = ("", *(place.id for place in places))
    return Possible(values, {place.id: place.name for place in places})


def filters_of(told: Mapping[str, str], kept: Mapping[str, str], allowed: Possible) -> Filters:
    """What ``told`` names, else what is ``kept``; of that only what the person may (still) narrow by.

    NotFound for a name or a value that was told and that there is not for this person.
    """
    values = {
        name: told.get(name, kept[name] if kept.get(name) in known else "")
        for name, known in allowed.values.items()
    }
    foreign = [name for name in (*ALWAYS, *FACTS) if told.get(name) and name not in values]
    if foreign or any(value not in allowed.values[name] for name, value in values.items()):
        raise NotFound
    return Filters(**values)


def _is_so(fact: Any, wanted: str) -> bool:
    return fact is (wanted == "oui") if wanted in ("oui", "non") else fact == wanted
