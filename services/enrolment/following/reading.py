"""Those whom an organisation follows, read from the parcours themselves: newest first, a page of them at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from services.enrolment.following import dossiers
from shared.bpmn.tables import instance
from shared.identity import Actor
from shared.parcours.age import is_minor
from shared.process import views
from shared.process.facts import visible_values
from shared.process.hand import hand_in
from shared.process.processes import Processes
from shared.process.task_process import TaskProcess
from shared.process.wording import Labels, OptionLabels, worded

PARCOURS_A_PAGE = 50
"""How many of the organisation's parcours one page looks at: it costs the same whatever came before them."""
PROCESS, ENTRY_ETAPE = "enrolment", 2
FOLLOWER = {"lycee": "referent", "mission_locale": "conseiller"}
FIXED = "entretien_prevu_le"
"""Until it has a value nobody has agreed on a rendez-vous with the young person."""
CARD = (
    "eleve_nom", "eleve_prenom", "eleve_ne_le", "eleve_telephone", "eleve_courriel", "eleve_adresse", "eleve_commune",
    "responsable_nom", "responsable_telephone", "responsable_courriel", "lycee", "formation_preparee", "referent",
    "volontariat_le", "entretien_prevu_le", "entree_le", "fin_de_statut_le", "objectif_professionnel",
)  # fmt: skip
"""What is copied into i-Milo, in this order."""
PARENTS = ("responsable_nom", "responsable_telephone", "responsable_courriel")
"""Told of a minor only (R39)."""


@dataclass(frozen=True)
class Page:
    """``next``: where older parcours begin; None when these are all."""

    items: Sequence[dict[str, Any]]
    next: str | None


@dataclass(frozen=True)
class Followed:
    """Reads pages. ``labels``: of the values that forms offer."""

    processes: Processes
    labels: OptionLabels

    def page(
        self,
        look: Connection,
        actor: Actor,
        *,
        after: str | None,
        is_mine: bool,
        is_unreached: bool,
        today: date,
    ) -> Page:
        """Those that run; ``is_mine``: that the actor follows; ``is_unreached``: of étape 2, without a rendez-vous."""
        ids = TaskProcess(self.processes).parcours_of(look, actor, after, PARCOURS_A_PAGE + 1)
        looked_at = ids[:PARCOURS_A_PAGE]
        rows = self._running(look, looked_at, is_entry=is_unreached)
        numbers = dossiers.numbers(look, actor.organisation_id, looked_at)
        items = []
        for row in rows:
            known = visible_values(look, self.processes, row, actor)
            if is_mine and not actor.has_place_of(known.get(FOLLOWER[actor.organisation_kind])):
                continue
            if is_unreached and known.get(FIXED) is not None:
                continue
            items.append(self._item(look, row, known, actor, today) | {"imilo": numbers.get(row.parcours_id)})
        return Page(items, looked_at[-1] if len(ids) > PARCOURS_A_PAGE else None)

    def _running(self, look: Connection, ids: Sequence[str], *, is_entry: bool) -> Sequence[Row[Any]]:
        found = select(instance).where(
            instance.c.parcours_id.in_(ids), instance.c.process_id == PROCESS, instance.c.status != "ended"
        )
        if is_entry:
            found = found.where(instance.c.etape == ENTRY_ETAPE)
        return look.execute(found.order_by(instance.c.parcours_id.desc())).all()

    def _item(
        self, look: Connection, row: Row[Any], known: Mapping[str, Any], actor: Actor, today: date
    ) -> dict[str, Any]:
        definition = self.processes.definition(look, row)
        labels = self.labels.of(definition)
        hand = hand_in(look, row, definition)
        born_on = known.get("eleve_ne_le")
        minor = isinstance(born_on, date) and is_minor(born_on, today)
        shown = [name for name in CARD if minor or name not in PARENTS]
        return {
            "parcours_id": row.parcours_id,
            "label": row.label,
            "etape": row.etape,
            "phone": known.get("eleve_telephone"),
            **{name: known.get(name) for name in ("lycee", "mission_locale", "referent", "conseiller")},
            "calls": _calls(known.get("contacts") or (), labels),
            "hand": hand.told_to(actor) if hand else None,
            "card": [
                {"name": name, "label": definition.variables[name].label, "value": _told(known[name])}
                for name in shown
                if known.get(name) is not None and views.is_visible(definition, name, actor.side)
            ],
        }


def _calls(contacts: Iterable[Mapping[str, Any]], labels: Labels) -> list[dict[str, Any]]:
    """Each attempt with its day and what came of it, the last first."""
    told = [
        {"on": _told(each.get("le")), "result": worded(labels, "contact_resultat", each.get("contact"))}
        for each in contacts
    ]
    return told[::-1]


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
