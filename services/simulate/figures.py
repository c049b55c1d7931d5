"""The services' figures against the oracle's own counts: exact for an organisation, without small ones for others."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inbox import demo
from services.simulate.fates import NOT_ADMITTED, Course, Fate
from services.simulate.profiles import Territory
from services.simulate.pupils import Pupil, World
from services.simulate.workshops.school import School
from shared.identity import Actor
from shared.parcours.campagne import Campagne

Counts = Mapping[str, int]
LEAST = 5
SOLUTIONS = frozenset({"formation", "emploi", "insertion"})
OF_SESSIONS = frozenset({"seances_tenues", "seances_prevues", "seances_annulees"})
"""Counts of sessions are nobody's: they are told to everybody."""
IN_PROJECT = (Course.EARLY_IN_PROJECT, Course.TERM_IN_PROJECT)


def milestones(fate: Fate) -> Iterator[str]:
    """The figures in which a pupil with this fate counts once the parcours has ended."""
    yield from ("reperes", "joints")
    if fate.ineligible != "non_volontaire":
        yield "volontaires"
    if fate.course is Course.NON_ELIGIBLE:
        return
    yield from ("eligibles", "pris_en_charge")
    if fate.course in NOT_ADMITTED:
        return
    yield from ("entres", "sortis", f"sortie_{fate.issue}")
    if fate.course not in IN_PROJECT:
        yield "projets_signes"
    if fate.issue in SOLUTIONS:
        yield "avec_solution"


def workshop_totals(school: School) -> dict[str, int]:
    """What was done in all cycles."""
    return dict(sum((Counter(cycle.expected.figures) for cycle in school.cycles), Counter()))


def compare(
    world: World, territory: Territory, campagne: Campagne, school: School, pupils: Sequence[Pupil]
) -> tuple[int, list[str]]:
    """How many figures were compared, and those that differ, as sentences."""
    parcours: dict[str, Counter[str]] = defaultdict(Counter)
    for pupil in pupils:
        parcours[pupil.uai].update(milestones(pupil.fate))
    held = {cycle.uai: Counter(cycle.expected.figures) for cycle in school.cycles}
    by_mission: dict[str, dict[str, Counter[str]]] = defaultdict(dict)
    for cycle in school.cycles:
        by_mission[cycle.mission_locale][cycle.uai] = held[cycle.uai]
    asked = _Asked(world)
    for uai in territory.lycees:
        head = world.cast.with_role(uai, "chef_etablissement")[0]
        asked.total(head, "parcours", campagne.code, "mission_locale", parcours[uai])
        asked.total(head, "workshops", school.campagne.code, "mission_locale", held[uai])
    for mission, rows in by_mission.items():
        director = world.cast.with_role(mission, "directeur_ml")[0]
        asked.rows(director, "workshops", school.campagne.code, rows)
    for actor in (
        _person("rectorat", demo.ACADEMIE, "academie"),
        _person("analyst", demo.PLATFORM, "system"),
    ):
        asked.few(actor, "parcours", campagne.code, parcours)
        asked.few(actor, "workshops", school.campagne.code, held)
    return asked.compared, asked.unlike


def _person(role: str, place: str, kind: Any) -> Actor:
    given, family, _ = next(each for each in demo.PEOPLE[place] if role in each[2])
    return Actor(demo.person_id(place, given, family), f"{given} {family}", place, kind, frozenset({role}))


@dataclass
class _Asked:
    world: World
    compared: int = 0

    def __post_init__(self) -> None:
        self.unlike: list[str] = []

    def total(self, actor: Actor, what: str, campagne: str, group: str, expected: Counts) -> None:
        """An organisation's own, in all."""
        self._hold(
            f"{what} of {actor.organisation_id}", self._told(actor, what, campagne, group)["total"], expected
        )

    def rows(self, actor: Actor, what: str, campagne: str, expected: Mapping[str, Counts]) -> None:
        """An organisation's own, by lycée."""
        told = self._told(actor, what, campagne, "lycee")["rows"]
        for uai in told.keys() | expected.keys():
            self._hold(
                f"{what} of {uai} for {actor.organisation_id}", told.get(uai, {}), expected.get(uai, {})
            )

    def few(self, actor: Actor, what: str, campagne: str, expected: Mapping[str, Counter[str]]) -> None:
        """What an outsider is told, by lycée and in all: nothing of a count from 1 to 4."""
        found = self._told(actor, what, campagne, "lycee")
        whole = sum(expected.values(), Counter[str]())
        lines = [("all", found["total"], whole)]
        lines += [(uai, told, expected.get(uai, Counter())) for uai, told in found["rows"].items()]
        for name, told, counts in lines:
            self._hold(f"{what} of {name} for {actor.organisation_id}", _without_hidden(told, counts), counts)

    def _told(self, actor: Actor, what: str, campagne: str, group: str) -> dict[str, Any]:
        service = "accompaniment" if what == "workshops" else "enrolment"
        return self.world.client.get(actor, service, f"/figures/{what}", campagne=campagne, group=group)

    def _hold(self, where: str, told: Counts, expected: Counts) -> None:
        """Nobody is left running at the end: who has entered has left."""
        for name in (told.keys() | expected.keys()) - {"en_cours"}:
            self.compared += 1
            if told.get(name, 0) != expected.get(name, 0):
                self.unlike.append(f"{where}: {name} {told.get(name)} instead of {expected.get(name, 0)}")


def _without_hidden(told: Mapping[str, int | None], expected: Counts) -> dict[str, int]:
    """A hidden count taken for the expected one where it may be hidden; a small one that is told made wrong."""
    found = {}
    for name, count in told.items():
        is_few = name not in OF_SESSIONS and 0 < expected.get(name, 0) < LEAST
        may_hide = name not in OF_SESSIONS and expected.get(name, 0) > 0
        if count is None:
            found[name] = expected[name] if may_hide else -1
        else:
            found[name] = -1 if is_few else count
    return found
