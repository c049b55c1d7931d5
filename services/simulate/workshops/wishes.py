"""What pupils wish in a cycle of workshops: interviews, and at the end their intentions."""

from datetime import date, timedelta
from typing import Any

from services.simulate.workshops.drawing import Drawing, Who

INTENTIONS = ("emploi", "alternance", "formation", "scolarite", "volontariat", "indecis")


def draw_interviews(drawing: Drawing, wished_on: date, last: date) -> None:
    """R30: on the pupil's wish; nobody else's makes one."""
    path = "/cycles/{cycle}/interviews"
    for pupil in drawing.everybody():
        is_unwished = drawing.often(0.02)
        if drawing.often(0.1):
            wish = {"pupil_id": pupil, "wished_on": wished_on.isoformat()}
            drawing.add(wished_on, Who.LEAD, path, wish)
            if drawing.often(0.8):
                drawing.add(last, Who.LEAD, path, {"pupil_id": pupil, "held_on": last.isoformat()})
        elif is_unwished:
            told = {"pupil_id": pupil, "held_on": last.isoformat()}
            drawing.add(last, Who.LEAD, path, told, is_refused=True)


def draw_intentions(drawing: Drawing, from_day: date) -> None:
    """R33: with agreement; who has no solution and agrees is proposed. Some are never asked: the year ends before."""
    is_unfinished = drawing.often(0.05)
    for pupil in drawing.everybody():
        if is_unfinished and pupil not in drawing.proposed and drawing.often(0.1):
            continue
        day = from_day + timedelta(days=drawing.random.choice((0, 0, 1, 7)))
        told = _wish(drawing, day, pupil)
        if told["agreed_on"] and drawing.often(0.02):
            without = told | {"agreed_on": None}
            drawing.add(day, Who.LEAD, "/cycles/{cycle}/intentions", without, is_refused=True)
        drawing.add(day, Who.LEAD, "/cycles/{cycle}/intentions", told)


def _wish(drawing: Drawing, day: date, pupil: str) -> dict[str, Any]:
    agreed = {"agreed_on": day.isoformat(), "phone": f"06{drawing.random.randrange(10**8):08d}"}
    if pupil in drawing.proposed:
        return {
            "pupil_id": pupil,
            "intention": drawing.random.choice(INTENTIONS),
            "has_solution": False,
        } | agreed
    if drawing.often(0.25):
        return {"pupil_id": pupil, "intention": "non_exprimee", "has_solution": False, "agreed_on": None}
    return {"pupil_id": pupil, "intention": drawing.random.choice(INTENTIONS), "has_solution": True} | agreed
