"""What people do in one cycle of workshops, drawn by chance before anything happens: acts, each on its day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from services.simulate.workshops.drawing import DAY, WEEK, Drawing, Plan, Ref, Who
from services.simulate.workshops.wishes import draw_intentions, draw_interviews
from shared.parcours.campagne import Campagne

HOURS = ("08:30", "10:00", "14:00")
LEAVING = 0.05  # of pupils who come to no workshop any more from some workshop on
ANSWERS = ("Rendez-vous pris.", "Contacté sans réponse.", "Coordonnées incorrectes.", "Déjà accompagné.")
REASONS = ("Animateur absent.", "Salle indisponible.", "Sortie scolaire.")


@dataclass
class PlannedSession:
    key: str
    workshop: int
    day: date
    pupils: list[str]


def draw(
    random: Random, classes: Mapping[str, Sequence[Mapping[str, str]]], proposed: frozenset[str],
    campagne: Campagne, first_day: date, is_open: Callable[[date], bool],
) -> Plan:  # fmt: skip
    """The plan that ``random`` has for a lycée. ``classes``: class → its pupils as they are given (``pupil_id``,
    names, class); ``is_open``: whether a session may be held on a day."""
    ids = {name: [each["pupil_id"] for each in pupils] for name, pupils in classes.items()}
    drawing = Drawing(random, ids, proposed, campagne, is_open)
    opened_on = first_day + timedelta(days=random.randint(0, 9))
    concluded_on = opened_on + timedelta(days=random.choice((0, 1, 3, 9)))
    _contacts(drawing, opened_on)
    last = _workshops(drawing, concluded_on + 2 * DAY, [each for some in classes.values() for each in some])
    draw_interviews(drawing, concluded_on + 8 * DAY, last)
    draw_intentions(drawing, last + DAY)
    lead_kind = random.choice(("mission_locale", "mission_locale", "france_travail"))
    acts = sorted(
        drawing.acts, key=lambda act: act.day
    )  # stable: acts of one day in the order of their drawing
    return Plan(opened_on, concluded_on, lead_kind, drawing.often(0.3), acts)


def _contacts(drawing: Drawing, opened_on: date) -> None:
    """R31: the journal, before anything else."""
    for number in range(drawing.random.randint(0, 3)):
        who = Who.OTHER if drawing.often(0.3) else Who.LEAD
        entry = {
            "contacted_on": opened_on.isoformat(), "interlocutor": "Secrétariat du lycée",
            "answer": drawing.random.choice(ANSWERS),
        }  # fmt: skip
        drawing.add(opened_on + (10 + number) * DAY, who, "/cycles/{cycle}/journal", entry)


def _workshops(drawing: Drawing, enrolled_on: date, pupils: Sequence[Mapping[str, str]]) -> date:
    """Enrolment, then one workshop after the other; the day on which the last sheet is closed."""
    late = {each["pupil_id"] for each in pupils if drawing.often(0.02)} if len(pupils) > 1 else set()
    late -= {pupils[0]["pupil_id"]}
    given = [dict(each) for each in pupils]
    enrol = "/cycles/{cycle}/pupils"
    first = [each for each in given if each["pupil_id"] not in late]
    drawing.add(enrolled_on, Who.TEACHER, enrol, {"pupils": first})
    if late:
        drawing.add(
            enrolled_on + 4 * DAY,
            Who.TEACHER,
            enrol,
            {"pupils": [each for each in given if each not in first]},
        )
    left_at = {each: drawing.random.randint(1, 4) for some in drawing.classes.values() for each in some
               if drawing.often(LEAVING)}  # fmt: skip
    numbers = [each.number for each in drawing.campagne.workshops.items]
    planned_on = last = enrolled_on + DAY
    for number in numbers:
        if number == numbers[-1] and drawing.often(0.08):
            body = {"workshop": number, "reason": drawing.random.choice(REASONS)}
            drawing.add(last + DAY, Who.LEAD, "/cycles/{cycle}/give-up", body)
            break
        missing = late if number == numbers[0] else set()
        last = _workshop(drawing, number, planned_on, missing, left_at)
        planned_on = last + timedelta(days=drawing.random.randint(3, 12))
    return last + DAY


def _workshop(
    drawing: Drawing, number: int, planned_on: date, missing: set[str], left_at: Mapping[str, int]
) -> date:
    """One workshop: its sessions planned, held and closed; the day on which the last sheet is."""
    sessions, turn = [], planned_on + timedelta(days=drawing.random.randint(6, 14))
    for place, group in enumerate(_groups(drawing)):
        day = drawing.free_day(turn + place * DAY)
        pupils = [each for name in group for each in drawing.classes[name] if each not in missing]
        if pupils:
            sessions.append(
                _planned(drawing, number, f"{number}-{'+'.join(group)}", day, planned_on, group, pupils)
            )
    if drawing.often(0.1):
        _mistake(drawing, number, planned_on, sessions[0].day)
    for each in sorted(missing):
        if drawing.often(0.5):
            target = drawing.random.choice(sessions)
            drawing.add(
                planned_on + 4 * DAY,
                Who.LEAD,
                "/sessions/{session}/pupils",
                {"pupils": [each]},
                session=target.key,
            )
            target.pupils.append(each)
    _moves(drawing, sessions, planned_on + 5 * DAY)
    return max(_held(drawing, session, planned_on, left_at) for session in sessions)


def _groups(drawing: Drawing) -> Iterator[tuple[str, ...]]:
    """A session for each class, or for two together."""
    names = list(drawing.classes)
    while names:
        size = 2 if len(names) > 1 and drawing.often(0.15) else 1
        yield tuple(names[:size])
        names = names[size:]


def _planned(
    drawing: Drawing,
    number: int,
    key: str,
    day: date,
    planned_on: date,
    group: Sequence[str],
    pupils: list[str],
) -> PlannedSession:
    drawing.add(
        planned_on, Who.LEAD, "/cycles/{cycle}/sessions", _asked(drawing, number, day, group), made=key
    )
    return PlannedSession(key, number, day, pupils)


def _asked(drawing: Drawing, number: int, day: date, group: Sequence[str]) -> dict[str, Any]:
    return {
        "workshop": number, "on": day.isoformat(), "at": drawing.random.choice(HOURS),
        "minutes": drawing.random.choice((60, 90, 120)), "place": f"Salle {drawing.random.randint(1, 30)}",
        "format": "Collectif", "animators": "Animatrice ou animateur", "classes": list(group),
    }  # fmt: skip


def _mistake(drawing: Drawing, number: int, planned_on: date, day: date) -> None:
    """R28, R29: too short, or on a Sunday."""
    asked = _asked(drawing, number, day, ())
    wrong = (
        {"minutes": 30} if drawing.often(0.5) else {"on": (day + (7 - day.isoweekday()) * DAY).isoformat()}
    )
    drawing.add(planned_on, Who.LEAD, "/cycles/{cycle}/sessions", asked | wrong, is_refused=True)


def _moves(drawing: Drawing, sessions: Sequence[PlannedSession], moved_on: date) -> None:
    """R32: pupils who are rescheduled to another session of the workshop, known before either is held."""
    for session in sessions if len(sessions) > 1 else ():
        if len(session.pupils) < 3 or not drawing.often(0.25):
            continue
        pupil = session.pupils.pop(drawing.random.randrange(len(session.pupils)))
        target = drawing.random.choice(
            [each for each in sessions if each is not session and pupil not in each.pupils]
        )
        body = {"pupil_id": pupil, "session_id": Ref(target.key)}
        drawing.add(moved_on, Who.LEAD, "/sessions/{session}/move", body, session=session.key)
        target.pupils.append(pupil)


def _held(drawing: Drawing, session: PlannedSession, planned_on: date, left_at: Mapping[str, int]) -> date:
    """Held on its day, or postponed, or cancelled and planned anew; the sheet is closed on the day after, or late."""
    told_on, reason = session.day - DAY, {"reason": drawing.random.choice(REASONS)}
    if drawing.often(0.07):
        session.day = drawing.free_day(session.day + WEEK)
        moved = {"on": session.day.isoformat(), "at": "10:00"} | reason
        drawing.add(told_on, Who.LEAD, "/sessions/{session}/postpone", moved, session=session.key)
    elif drawing.often(0.07):
        drawing.add(told_on, Who.LEAD, "/sessions/{session}/cancel", reason, session=session.key)
        session.day, session.key = drawing.free_day(session.day + WEEK), f"{session.key}-bis"
        asked = _asked(drawing, session.workshop, session.day, ()) | {"pupils": sorted(session.pupils)}
        drawing.add(told_on, Who.LEAD, "/cycles/{cycle}/sessions", asked, made=session.key)
    return _sheet(drawing, session, left_at)


def _sheet(drawing: Drawing, session: PlannedSession, left_at: Mapping[str, int]) -> date:
    """R32: who was there. Sometimes someone tries to close a sheet that is not complete."""
    closed_on = session.day + drawing.random.choice((1, 1, 1, 2, 6)) * DAY
    marks = {pupil: _mark(drawing, session.workshop >= left_at.get(pupil, 99)) for pupil in session.pupils}
    sheet = "/sessions/{session}/sheet"
    if drawing.often(0.1):
        drawing.add(closed_on, Who.LEAD, sheet, {"close": True}, session=session.key, is_refused=True)
    drawing.add(closed_on, Who.LEAD, sheet, {"marks": marks, "close": True}, session=session.key)
    return closed_on


def _mark(drawing: Drawing, has_left: bool) -> str:
    if has_left:
        return "refus_jeune"
    return drawing.random.choices(("realise", "refus_jeune", "refus_tiers"), (82, 12, 6))[0]
