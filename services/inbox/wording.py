"""How things are said in French: dates, holders, deadlines, events, values. Filters of the templates."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask

from services.inbox.parcours.story import Parcours
from services.inbox.tasklist.worklist import DATE_LENGTH, due_date, urgency_of
from shared.catalogue import has_sentence, sentence
from shared.clock import PARIS, local_date
from shared.forms.attached import accepted_suffixes
from shared.french import MONTHS, hour, long_day
from shared.identity import Actor
from shared.merging import mark

CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
ROLE_CODE = re.compile(r"[a-z_]+")
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def add_filters(app: Flask) -> None:
    app.jinja_env.filters.update(
        jour=day,
        jour_court=short_day,
        mois=month,
        moment=moment,
        echeance=due,
        urgence=urgency_of,
        role=role,
        valeur=value,
        evenement=event,
        fait=task_event,
        intitule=task_title,
        position=position,
        acte=team_act,
        fin_de_mandat=mandate_end,
        paragraphes=paragraphs,
        suffixes=accepted_suffixes,
        marque=mark,
    )
    app.jinja_env.globals.update(phrase=sentence)


def day(when: str | date) -> str:
    """« lundi 1er septembre 2026 », from a date or an ISO date or instant."""
    on = when if isinstance(when, date) else due_date(when)
    return f"{DAYS[on.weekday()]} {long_day(on)}"


def short_day(when: str | date) -> str:
    """« 01/09/2026 »."""
    on = when if isinstance(when, date) else due_date(when)
    return f"{on:%d/%m/%Y}"


def month(first: date) -> str:
    """« septembre 2026 »."""
    return f"{MONTHS[first.month - 1]} {first.year}"


def moment(instant: str) -> str:
    """« 1er septembre 2026 à 14 h 05 », in Europe/Paris."""
    at = datetime.fromisoformat(instant).astimezone(PARIS)
    return f"{long_day(at)} à {hour(at)}"


def due(due_at: str | None, today: date) -> str:
    """« en retard de 3 jours », « aujourd’hui », « demain », « lundi 1er septembre »."""
    if due_at is None:
        return sentence("inbox.due_undated")
    days = (due_date(due_at) - today).days
    if urgency_of(due_at, today) == "late":
        return sentence("inbox.due_late_one" if days == -1 else "inbox.due_late", days=-days)
    if days in (0, 1):
        return sentence("inbox.due_today" if days == 0 else "inbox.due_tomorrow")
    return sentence("inbox.due_on", day=day(due_at))


def role(code: str) -> str:
    """The French name of a role's code; the code itself when it has none yet."""
    key = f"inbox.role_{code}"
    return sentence(key) if has_sentence(key) else code


def value(raw: Any, names: Mapping[str, str] | None = None) -> str:
    """A variable's value for a reader; an id that is somebody's, or an organisation's, as a name."""
    if raw is None or raw in ("", []):
        return sentence("inbox.value_none")
    if isinstance(raw, bool):
        return sentence("inbox.value_yes" if raw else "inbox.value_no")
    if isinstance(raw, list):
        parts = any(isinstance(item, Mapping) for item in raw)
        return (" ; " if parts else ", ").join(value(item, names) for item in raw)
    if isinstance(raw, Mapping):
        told = ((key, item) for key, item in raw.items() if item not in (None, ""))
        return " · ".join(f"{_part(key)} : {value(item, names)}" for key, item in told)
    if isinstance(raw, int | float | Decimal):
        return str(raw).replace(".", ",")
    return (names or {}).get(raw) or _worded(str(raw))


def event(entry: Mapping[str, Any]) -> str:
    """One line of a story as a sentence; who did it is said of people's tasks only."""
    name, actor = entry.get("name") or "", entry.get("actor_name") or ""
    if entry.get("event") == "cancelled":
        return sentence("inbox.story_cancelled", name=name)
    if entry.get("type") == "userTask" and actor:
        return sentence("inbox.story_done_by", name=name, actor=actor)
    return sentence("inbox.story_other", name=name)


def task_title(task: Mapping[str, Any]) -> str:
    """What is to be done, and for which of several alike: « Ouvrir ou renouveler un droit : Bourse »."""
    name, objet = task["name"], task.get("objet")
    return sentence("inbox.task_title", name=name, objet=objet) if objet else str(name)


def task_event(line: Mapping[str, Any]) -> str:
    """One line of a task's own history."""
    detail = _dated(line.get("detail") or "")
    key = f"inbox.history_{line.get('event')}"
    if key == "inbox.history_cancelled" and line.get("actor") == Actor.technical_team().person_id:
        key = "inbox.history_withdrawn"
    if not has_sentence(key):
        key = "inbox.history_other"
    elif key == "inbox.history_follow_up_set" and not detail:
        key = "inbox.history_follow_up_cleared"
    return sentence(key, actor=line.get("actor_name") or sentence("inbox.the_system"), detail=detail)


def paragraphs(text: str) -> list[tuple[str, list[str]]]:
    """A text component as (kind, lines): title for « # », list for « - » or « * », else text."""
    blocks: list[tuple[str, list[str]]] = []
    for line in (raw.strip() for raw in text.splitlines()):
        kind = "title" if line.startswith("#") else "list" if line[:2] in ("- ", "* ") else "text"
        if not line:
            blocks.append(("gap", []))
        elif kind != "title" and blocks and blocks[-1][0] == kind:
            blocks[-1][1].append(line.lstrip("-* "))
        else:
            blocks.append((kind, [line.lstrip("#-* ")]))
    return [block for block in blocks if block[0] != "gap"]


def mandate_end(ends_at: datetime, kind: str) -> str:
    """« vendredi 18 septembre 2026 », the last day of an absence or a delegation; « 14 h 30 » of support."""
    if kind == "support":
        return hour(ends_at.astimezone(PARIS))
    return day(local_date(ends_at - timedelta(microseconds=1)))


def team_act(row: Any, names: Mapping[str, str]) -> str:
    """One line of a team's record, with the names that its people have today."""
    gone = sentence("equipe.somebody")
    detail = ROLE_CODE.sub(lambda found: role(found[0]), row.detail)
    told = {"by": names.get(row.by) or gone, "person": names.get(row.person_id) or gone, "detail": detail}
    return sentence(f"equipe.act_{row.what}", **told)


def position(parcours: Parcours) -> str:
    """Where a parcours stands, in words: its étape, and what it waits for on which side."""
    if parcours.status == "ended" and parcours.stopped:
        return sentence("inbox.stopped", text=parcours.stopped)
    if parcours.status == "ended":
        return sentence("inbox.position_ended")
    if parcours.status == "incident":
        return sentence("inbox.position_incident")
    number = parcours.etape
    stage = (
        sentence("inbox.position_stage", number=number, name=sentence(f"inbox.etape_{number}"))
        if number
        else ""
    )
    waits = [_place(place) for place in parcours.position]
    return f"{stage} {sentence('inbox.position_waits', places=', '.join(waits)) if waits else ''}".strip()


def _place(place: Mapping[str, Any]) -> str:
    side = place.get("organisation")
    key = f"inbox.place_{side}" if side else "inbox.place"
    return sentence(key if has_sentence(key) else "inbox.place", name=place["name"])


def _part(key: str) -> str:
    """What a part of a value is called."""
    label = f"inbox.part_{key}"
    return sentence(label) if has_sentence(label) else key


def _worded(text: str) -> str:
    """A date as a date; a code like ``tous_droits_ouverts`` as words."""
    return text.replace("_", " ") if CODE.fullmatch(text) else _dated(text)


def _dated(text: str) -> str:
    try:
        return short_day(text) if len(text) == DATE_LENGTH else moment(text) if "T" in text else text
    except ValueError:
        return text
