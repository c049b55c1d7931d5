"""Cycles and sessions as JSON, as far as one organisation may see them. Reads only."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from services.accompaniment.ateliers import access, cycles, journal, sessions, state, terms, wishes
from services.accompaniment.ateliers.access import Part
from services.accompaniment.ateliers.rules import REPORTE
from shared.bpmn import store
from shared.clock import PARIS
from shared.identity import Actor


def cycle_list(tx: Connection, actor: Actor) -> dict[str, Any]:
    """The cycles of the actor's organisation, in brief."""
    return {"items": [_brief(row) | {"lead_kind": row.lead_kind} for row in cycles.list_mine(tx, actor)]}


def cycle_json(tx: Connection, actor: Actor, cycle_id: str) -> dict[str, Any]:
    """One cycle: what is next, its workshops and sessions, and what the actor's part lets see of the rest."""
    part = access.part_of(tx, actor, cycle_id)
    instance = store.get(tx, part.row.instance_id)
    row = part.row
    told = {
        "id": row.id, "lycee": row.uai, "campagne": row.campagne, "mission_locale": row.mission_locale,
        "france_travail": row.france_travail, "status": instance.status if instance else "ended",
        "label": instance.label if instance else "", "convention": _convention(part), "may": _may(part),
        "workshops": _workshops(tx, row), "pupils_count": cycles.count_pupils(tx, cycle_id),
        "is_in_lycee": terms.campagne(tx, row.campagne).workshops.is_in_lycee,
        "least_minutes": terms.campagne(tx, row.campagne).workshops.least_minutes,
    }  # fmt: skip
    if not part.is_lycee:
        told["journal"] = [_contact(each) for each in journal.latest(tx, cycle_id)]
    if part.sees_names:
        told["pupils"] = _pupils(tx, part)
    return told


def session_json(tx: Connection, actor: Actor, session_id: str) -> dict[str, Any]:
    """One session with its sheet, for who sees names; NotFound for all others."""
    row = sessions.get_session(tx, session_id)
    part = access.part_of(tx, actor, row.cycle_id)
    access.require_names(part)
    workshop = terms.campagne(tx, part.row.campagne).workshops.items[row.workshop - 1]
    others = [each for each in sessions.sessions_of(tx, row.cycle_id) if _is_target(each, row)]
    sheet = sessions.sheet_of(tx, row)
    placed = {each.pupil_id for each in sheet if each.status != REPORTE}
    placed |= sessions.enrolled_in_workshop(tx, row.cycle_id, row.workshop)
    known = cycles.pupils_of(tx, row.cycle_id)
    return _session(row) | {
        "cycle_id": row.cycle_id, "lycee": part.row.uai, "campagne": part.row.campagne, "may": _may(part),
        "title": workshop.title, "objective": workshop.objective,
        "pupils": [_name(each) | {"status": each.status} for each in sheet],
        "others": [_session(each) for each in others],
        "free": [_name(each) for each in known if each.pupil_id not in placed],
        "classes": sorted({each.class_code for each in known}),
    }  # fmt: skip


def _brief(row: Any) -> dict[str, Any]:
    return {
        "id": row.id, "lycee": row.uai, "campagne": row.campagne, "mission_locale": row.mission_locale,
        "france_travail": row.france_travail, "status": row.status, "label": row.label,
    }  # fmt: skip


def _may(part: Part) -> dict[str, bool]:
    """What pages may offer; the use cases decide."""
    return {
        "enrol": part.is_lycee and part.agreement is not None, "animate": part.animates,
        "journal": not part.is_lycee, "names": part.sees_names,
    }  # fmt: skip


def _convention(part: Part) -> dict[str, Any] | None:
    agreed = part.agreement
    if agreed is None:
        return None
    return {
        "lead_kind": agreed.lead_kind, "lead": agreed.lead, "is_co_animated": agreed.is_co_animated,
        "signed_on": agreed.signed_on.isoformat(), "opens_at": agreed.opens_at, "closes_at": agreed.closes_at,
        "days": [int(day) for day in agreed.days],
    }  # fmt: skip


def _workshops(tx: Connection, row: Any) -> list[dict[str, Any]]:
    """R28: the campagne's workshops, each with its sessions."""
    held = sessions.sessions_of(tx, row.id)
    given_up = sessions.given_up_of(tx, row.id)
    return [
        {
            "number": each.number, "title": each.title, "objective": each.objective,
            "state": state.workshop_state(tx, row.id, each.number).state, "given_up": given_up.get(each.number),
            "sessions": [_counted(session) for session in held if session.workshop == each.number],
        }
        for each in terms.campagne(tx, row.campagne).workshops.items
    ]  # fmt: skip


def _pupils(tx: Connection, part: Part) -> list[dict[str, Any]]:
    """With interviews (R30) and, for who animates, intentions (R33)."""
    cycle_id = part.row.id
    interviews = wishes.interviews_of(tx, cycle_id)
    intentions = wishes.intentions_of(tx, cycle_id) if part.animates else {}
    return [
        _name(each)
        | {
            "interview": _interview(interviews.get(each.pupil_id)),
            "intention": _intention(intentions.get(each.pupil_id)),
        }
        for each in cycles.pupils_of(tx, cycle_id)
    ]  # fmt: skip


def _name(row: Any) -> dict[str, Any]:
    return {
        "pupil_id": row.pupil_id,
        "nom": row.family_name,
        "prenom": row.given_name,
        "classe": row.class_code,
    }


def _interview(row: Any | None) -> dict[str, Any] | None:
    return None if row is None else {"wished_on": _day(row.wished_on), "held_on": _day(row.held_on)}


def _intention(row: Any | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "intention": row.intention, "has_solution": row.has_solution, "agreed_on": _day(row.agreed_on),
        "phone": row.phone, "email": row.email,
    }  # fmt: skip


def _contact(row: Any) -> Mapping[str, Any]:
    return {
        "contacted_on": _day(row.contacted_on), "interlocutor": row.interlocutor, "answer": row.answer,
        "author_name": row.author_name, "organisation": row.organisation,
    }  # fmt: skip


def _session(row: Any) -> dict[str, Any]:
    local = row.starts_at.astimezone(PARIS)
    return {
        "id": row.id, "workshop": row.workshop, "on": local.date().isoformat(), "at": f"{local:%H:%M}",
        "starts_at": row.starts_at.isoformat(), "minutes": row.minutes, "place": row.place,
        "is_outside": row.is_outside, "format": row.format,
        "animators": row.animators, "status": row.status, "reason": row.reason, "moved_from": _at(row.moved_from),
        "closed_at": _at(row.closed_at), "closed_by": row.closed_by,
    }  # fmt: skip


def _counted(row: Any) -> dict[str, Any]:
    return _session(row) | {"enrolled": row.enrolled, "present": row.present, "unmarked": row.unmarked}


def _is_target(other: Any, row: Any) -> bool:
    """Where a pupil of the session may be rescheduled to."""
    return bool(other.id != row.id and (other.workshop, other.status) == (row.workshop, sessions.PLANNED))


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _at(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
