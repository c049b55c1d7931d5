"""The week of a pupil: who hosts on each day, from the signed plan and the calendar. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from shared.parcours.solutions import Solution

DAYS = 7
SATURDAY = 5


class Host(StrEnum):
    """Who has the pupil on a day; the value is that of the API."""

    ENTREPRISE = "entreprise"
    LYCEE = "lycee"
    MISSION_LOCALE = "mission_locale"
    SERVICE_CIVIQUE = "service_civique"
    FERIE = "ferie"
    VACANCES = "vacances"
    REPOS = "repos"
    LIBRE = "libre"  # nothing is planned: the pupil and the conseiller agree


_HOST_OF = {
    "periode": Host.ENTREPRISE, "formation": Host.LYCEE, "atelier": Host.MISSION_LOCALE,
    "service_civique": Host.SERVICE_CIVIQUE,
}  # fmt: skip


@dataclass(frozen=True)
class Day:
    """``hosts``: one or several; ``solutions``: what of the plan runs on that day, none on a day off."""

    day: date
    hosts: tuple[Host, ...]
    solutions: tuple[Solution, ...] = ()

    def as_json(self) -> dict[str, Any]:
        running = [{"label": each["libelle"], "place": each["structure"]} for each in self.solutions]
        return {"day": self.day, "hosts": [str(host) for host in self.hosts], "solutions": running}


def week_of(
    day: date, plan: Sequence[Solution], parcours: tuple[date, date], *,
    is_public_holiday: Callable[[date], bool], is_school_holiday: Callable[[date], bool | None],
) -> tuple[Day, ...]:  # fmt: skip
    """The seven days, from Monday on, of the week that has ``day``; none beyond the parcours, both ends counted.

    A pupil keeps the school holidays; where their dates are not known the plan alone tells.
    """
    monday = day - timedelta(days=day.weekday())
    days = (monday + timedelta(days=number) for number in range(DAYS))
    off: Mapping[Host, Callable[[date], bool | None]] = {
        Host.REPOS: lambda each: each.weekday() >= SATURDAY,
        Host.FERIE: is_public_holiday,
        Host.VACANCES: is_school_holiday,
    }
    return tuple(_day(each, plan, off) for each in days if parcours[0] <= each <= parcours[1])


def _day(day: date, plan: Sequence[Solution], off: Mapping[Host, Callable[[date], bool | None]]) -> Day:
    for host, is_off in off.items():
        if is_off(day):
            return Day(day, (host,))
    running = tuple(each for each in plan if each["du"] <= day <= each["au"])
    hosts = tuple(dict.fromkeys(_HOST_OF[each["suivi"]] for each in running))
    return Day(day, hosts or (Host.LIBRE,), running)
