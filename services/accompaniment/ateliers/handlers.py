"""Use cases of the workshops. Each is one transaction, opened by ``at_cycle`` or here."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.accompaniment.ateliers import access, cycles, journal, rules, sessions, state, terms, wishes
from services.accompaniment.ateliers.desk import PROCESS, Desk, at_cycle
from services.accompaniment.ateliers.refusals import (
    CycleExists,
    EntryKnown,
    SessionCancelled,
    SheetClosed,
    refusal,
    refuse_if_any,
)
from services.accompaniment.ateliers.rules import Slot
from shared.clock import PARIS
from shared.errors import Forbidden, NotFound
from shared.identity import WORKSHOP_ROLES, Actor
from shared.merging import ChangedMeanwhile, merge_whole
from shared.process.service import ProcessService


def open_cycle(
    service: ProcessService, actor: Actor, mission_locale: str | None, france_travail: str | None
) -> str:
    """The lycée opens its cycle of the campagne with its operators; the process starts. Returns the cycle's id."""
    if actor.organisation_kind != "lycee" or not WORKSHOP_ROLES["lycee"] & actor.roles:
        raise Forbidden()
    if not (mission_locale or france_travail):
        raise refusal("mission_locale", "no_operator")
    today, uai = service.clock.today(), actor.organisation_id
    with service.database.begin() as tx:
        campagne = terms.campagne_of(tx, today)
        if today < campagne.entry_of(uai):
            raise refusal("mission_locale", "not_entered", day=f"{campagne.entry_of(uai):%d/%m/%Y}")
        if cycles.find(tx, uai, campagne.code):
            raise CycleExists(campagne=campagne.code)
        cycle_id = service.ids()
        variables = {
            "lycee": uai, "campagne": campagne.code, "dispositif": campagne.phases[0],
            "mission_locale": mission_locale, "france_travail": france_travail, "campagne_fin_le": campagne.ends_on,
            "ateliers": [
                {"numero": each.number, "titre": each.title, "objectif": each.objective or None}
                for each in campagne.workshops.items
            ],
        }  # fmt: skip
        instance_id = service.processes.start(tx, PROCESS, cycle_id, variables, actor)
        row = {
            "id": cycle_id, "instance_id": instance_id, "uai": uai, "campagne": campagne.code,
            "mission_locale": mission_locale, "france_travail": france_travail, "opened_at": service.clock.now(),
        }  # fmt: skip
        if not cycles.add(tx, row):
            raise CycleExists(campagne=campagne.code)
        return cycle_id


def write_journal(service: ProcessService, actor: Actor, cycle_id: str, entry: Mapping[str, Any]) -> None:
    """An operator notes a contact with the lycée (R31). The same id again, a second click, notes nothing more."""
    told = dict(entry)
    entry_id = str(told.pop("id") or service.ids())
    with at_cycle(service, actor, cycle_id) as desk:
        access.require_operator(desk.part)
        _refuse_future(desk, "contacted_on", entry["contacted_on"])
        if (there := journal.find(desk.tx, entry_id)) is not None:
            return _refuse_another(there, told | {"cycle_id": cycle_id, "author": actor.person_id})
        journal.write(
            desk.tx, **told, id=entry_id, cycle_id=cycle_id, author=actor.person_id, author_name=actor.name,
            organisation=actor.organisation_id, written_at=desk.now,
        )  # fmt: skip


def enrol_pupils(
    service: ProcessService, actor: Actor, cycle_id: str, given: Sequence[Mapping[str, Any]]
) -> int:
    """The lycée gives names, first names and classes of pupils to the operators. How many are new."""
    with at_cycle(service, actor, cycle_id) as desk:
        access.require_lycee(desk.part)
        desk.require_convention()
        if not given:
            raise refusal("pupils", "no_pupil")
        return cycles.enrol(desk.tx, cycle_id, given, desk.now)


def plan_session(service: ProcessService, actor: Actor, cycle_id: str, asked: Mapping[str, Any]) -> str:
    """A session of a workshop (R28, R29) with the classes and pupils that come to it. Returns its id.

    The same id again, a second click, plans nothing more.
    """
    session_id = str(asked["id"] or service.ids())
    with at_cycle(service, actor, cycle_id) as desk:
        desk.require_convention()
        access.require_animator(desk.part)
        if any(each.id == session_id for each in sessions.sessions_of(desk.tx, cycle_id)):
            return session_id
        campagne = desk.year.campagne
        refuse_if_any(rules.check_workshop(asked["workshop"], campagne))
        refuse_if_any(rules.check_place(asked["is_outside"], campagne))
        if asked["workshop"] in sessions.given_up_of(desk.tx, cycle_id):
            raise refusal("workshop", "workshop_given_up")
        slot = Slot(datetime.combine(asked["on"], asked["at"], PARIS), asked["minutes"])
        pupils = _chosen(desk, asked["workshop"], asked["classes"], asked["pupils"])
        _check_slot(desk, slot, pupils, None)
        told = {
            name: asked[name]
            for name in ("workshop", "minutes", "place", "is_outside", "format", "animators")
        }
        row = told | {"id": session_id, "cycle_id": cycle_id, "starts_at": slot.starts_at}
        sessions.add_session(desk.tx, row, pupils)
        return session_id


def add_to_session(
    service: ProcessService, actor: Actor, session_id: str, classes: Sequence[str], pupils: Sequence[str]
) -> None:
    """More classes or pupils come to a planned session."""
    with at_cycle(service, actor, cycle_of(service, session_id)) as desk:
        row = _open_session(desk, session_id)
        chosen = _chosen(desk, row.workshop, classes, pupils)
        if not chosen:
            raise refusal("pupils", "no_pupil")
        refuse_if_any(_class_clashes(desk, sessions.slot_of(row), chosen, session_id))
        sessions.enrol_in(desk.tx, session_id, chosen)


def postpone_session(
    service: ProcessService, actor: Actor, session_id: str, asked: Mapping[str, Any]
) -> None:
    """The whole session is moved to another day or hour, with its pupils."""
    with at_cycle(service, actor, cycle_of(service, session_id)) as desk:
        row = _open_session(desk, session_id)
        slot = Slot(datetime.combine(asked["on"], asked["at"], PARIS), row.minutes)
        pupils = {each.pupil_id for each in sessions.sheet_of(desk.tx, row)}
        _check_slot(desk, slot, pupils, session_id)
        sessions.change(
            desk.tx, session_id, starts_at=slot.starts_at, moved_from=row.starts_at, reason=asked["reason"]
        )


def cancel_session(service: ProcessService, actor: Actor, session_id: str, reason: str) -> None:
    """The session will not take place; its pupils can be enrolled in another one."""
    with at_cycle(service, actor, cycle_of(service, session_id)) as desk:
        _open_session(desk, session_id)
        sessions.change(desk.tx, session_id, status=sessions.CANCELLED, reason=reason)


def give_up_workshop(
    service: ProcessService, actor: Actor, cycle_id: str, workshop: int, reason: str
) -> None:
    """The workshop will not take place in this cycle; the cycle goes on with the next one."""
    with at_cycle(service, actor, cycle_id) as desk:
        access.require_animator(desk.part)
        refuse_if_any(rules.check_workshop(workshop, desk.year.campagne))
        if state.workshop_state(desk.tx, cycle_id, workshop).state != state.TO_PLAN:
            raise refusal("workshop", "workshop_has_sessions")
        sessions.give_up(desk.tx, cycle_id, workshop, reason)


def mark_sheet(
    service: ProcessService,
    actor: Actor,
    session_id: str,
    marks: Mapping[str, str],
    *,
    close: bool,
    read: Mapping[str, str] | None = None,
) -> None:
    """What the sheet says of each pupil, and with ``close`` the end of it (R32): all of it is kept, or nothing.

    ``read``: pupil → mark of what the page showed. A sheet is not closed over what its page has not shown.
    """
    with at_cycle(service, actor, cycle_of(service, session_id)) as desk:
        row = _open_session(desk, session_id)
        known = {each.pupil_id: each.status for each in sessions.sheet_of(desk.tx, row)}
        merged = merge_whole(known, marks, read)
        if close and merged.taken:
            raise ChangedMeanwhile
        for pupil_id, status in merged.values.items():
            if status == known.get(pupil_id):
                continue
            if known.get(pupil_id, rules.REPORTE) == rules.REPORTE:
                raise refusal("marks", "pupil_unknown")
            sessions.mark(desk.tx, session_id, pupil_id, status)
        if close:
            refuse_if_any(rules.check_sheet(merged.values.values(), sessions.slot_of(row), desk.now))
            sessions.change(
                desk.tx, session_id, status=sessions.CLOSED, closed_at=desk.now, closed_by=actor.name
            )


def move_pupil(service: ProcessService, actor: Actor, session_id: str, pupil_id: str, target_id: str) -> None:
    """A pupil who cannot come is rescheduled to another planned session of the same workshop (R32)."""
    with at_cycle(service, actor, cycle_of(service, session_id)) as desk:
        row = _open_session(desk, session_id)
        known = {each.pupil_id: each.status for each in sessions.sheet_of(desk.tx, row)}
        if known.get(pupil_id, rules.REPORTE) == rules.REPORTE:
            raise refusal("pupil_id", "pupil_unknown")
        there = {each.id: each for each in sessions.sessions_of(desk.tx, desk.cycle_id)}
        target = there.get(target_id)
        if (
            target is None
            or target_id == session_id
            or (target.workshop, target.status) != (row.workshop, sessions.PLANNED)
        ):
            raise refusal("session_id", "no_target")
        sessions.mark(desk.tx, session_id, pupil_id, rules.REPORTE)
        sessions.enrol_in(desk.tx, target_id, [pupil_id])


def note_interview(
    service: ProcessService,
    actor: Actor,
    cycle_id: str,
    pupil_id: str,
    wished_on: date | None,
    held_on: date | None,
) -> None:
    """The day of a pupil's wish for an individual interview, and of the interview (R30). None: as it was noted."""
    with at_cycle(service, actor, cycle_id) as desk:
        if not desk.part.sees_names:
            raise Forbidden()
        _known_pupil(desk, pupil_id)
        if wished_on is None and held_on is None:
            raise refusal("wished_on", "interview_undated")
        if known := wishes.interviews_of(desk.tx, cycle_id).get(pupil_id):
            wished_on, held_on = wished_on or known.wished_on, held_on or known.held_on
        on_wish_only = desk.year.campagne.workshops.are_interviews_on_wish
        refuse_if_any(rules.check_interview(wished_on, held_on, desk.today, on_wish_only))
        wishes.note_interview(desk.tx, cycle_id, pupil_id, wished_on, held_on)


def note_intention(
    service: ProcessService, actor: Actor, cycle_id: str, pupil_id: str, told: Mapping[str, Any]
) -> None:
    """What a pupil wants to do, and how to reach her or him, with the pupil's agreement (R33).

    None: as it was noted. An intention that is not expressed takes back the agreement, and with it the contact data.
    """
    with at_cycle(service, actor, cycle_id) as desk:
        access.require_animator(desk.part)
        _known_pupil(desk, pupil_id)
        told = _with_known(told, wishes.intentions_of(desk.tx, cycle_id).get(pupil_id))
        contact = (told["phone"], told["email"])
        refuse_if_any(rules.check_intention(told["intention"], contact, told["agreed_on"], desk.today))
        wishes.note_intention(desk.tx, cycle_id, pupil_id, told)


def cycle_of(service: ProcessService, session_id: str) -> str:
    """The cycle of a session; NotFound."""
    with service.database.read() as look:
        return str(sessions.get_session(look, session_id).cycle_id)


def _open_session(desk: Desk, session_id: str) -> Any:
    """A planned session of the cycle; SheetClosed, SessionCancelled."""
    row = desk.session(session_id)
    if row.status == sessions.CLOSED:
        raise SheetClosed()
    if row.status == sessions.CANCELLED:
        raise SessionCancelled()
    return row


def _chosen(desk: Desk, workshop: int, classes: Sequence[str], pupils: Sequence[str]) -> set[str]:
    """Ids of the pupils of whole classes who have no place in the workshop yet, and of single pupils."""
    known = cycles.pupils_of(desk.tx, desk.cycle_id)
    placed = sessions.enrolled_in_workshop(desk.tx, desk.cycle_id, workshop)
    if unknown := sorted(set(classes) - {each.class_code for each in known}):
        raise refusal("classes", "class_unknown", name=unknown[0])
    if set(pupils) - {each.pupil_id for each in known}:
        raise refusal("pupils", "pupil_unknown")
    if set(pupils) & placed:
        raise refusal("pupils", "pupil_elsewhere")
    return ({each.pupil_id for each in known if each.class_code in set(classes)} - placed) | set(pupils)


def _check_slot(desk: Desk, slot: Slot, pupils: Collection[str], but: str | None) -> None:
    refuse_if_any(
        [
            *rules.check_slot(slot, desk.year, desk.hours),
            *_class_clashes(desk, slot, pupils, but),
        ]
    )


def _class_clashes(desk: Desk, slot: Slot, pupils: Collection[str], but: str | None) -> rules.Refusals:
    known = cycles.pupils_of(desk.tx, desk.cycle_id)
    classes = {each.class_code for each in known if each.pupil_id in pupils}
    return rules.check_classes(slot, classes, sessions.taken_slots(desk.tx, desk.cycle_id, but))


def _with_known(told: Mapping[str, Any], known: Any) -> Mapping[str, Any]:
    """What is said of an intention, with what was noted of it before where nothing is said."""
    if told["intention"] is None and (known is None or not any(each is not None for each in told.values())):
        raise refusal("intention", "intention_missing")
    before = known._mapping if known else {"has_solution": False}
    stays = ("has_solution",) if told["intention"] == rules.NOT_SAID else told.keys()
    return {
        name: before.get(name) if value is None and name in stays else value for name, value in told.items()
    }


def _known_pupil(desk: Desk, pupil_id: str) -> None:
    if pupil_id not in {each.pupil_id for each in cycles.pupils_of(desk.tx, desk.cycle_id)}:
        raise NotFound()


def _refuse_another(there: Any, told: Mapping[str, Any]) -> None:
    """EntryKnown when the journal has something else under the same id."""
    if any(getattr(there, name) != value for name, value in told.items()):
        raise EntryKnown()


def _refuse_future(desk: Desk, field: str, day: date) -> None:
    if day > desk.today:
        raise refusal(field, "in_future", today=f"{desk.today:%d/%m/%Y}")
