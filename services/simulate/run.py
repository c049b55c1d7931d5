"""The run: import, open, act while there is something to do, then let days pass until something is due."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import requests

from services.simulate.audit import Findings, audit
from services.simulate.client import Refused
from services.simulate.clock import morning, wake_at
from services.simulate.cohort import PupilFile
from services.simulate.fates import Facts, draw
from services.simulate.figures import compare, workshop_totals
from services.simulate.looks import SERVICES, OpenTask
from services.simulate.oracle import Expected, expect
from services.simulate.profiles import Profile, Territory
from services.simulate.pupils import Pupil, World, act, choose
from services.simulate.workshops.acting import Cycle
from services.simulate.workshops.school import School
from shared.errors import Problem
from shared.forms import SampleImpossible
from shared.parcours.age import sendable_from
from shared.parcours.campagne import Campagne
from shared.parcours.mef import Mef

ACTORS = 4  # pupils acted for at the same time
SETTLE_SECONDS = 120.0
LATEST_ENTRY = timedelta(
    days=60
)  # before the end of the campagne: postponements and the choice of a day fit in
FIRST_LOOK_SECONDS, LONGEST_LOOK_SECONDS = 0.005, 0.05
Turn = Callable[[], object]
Tell = Callable[[str, int, int, date], None]
"""Called with what goes on, how much of it is done, of how much, and the simulated day."""
Row = Mapping[str, Any]


class NotSettled(Exception):
    """Messages or timers were still under way, and none had moved for two minutes."""


@dataclass(frozen=True)
class Outcome:
    """What became of a run. ``figures``: how many figures were held against the oracle's; ``workshops``: what was
    done in them, empty without workshops."""

    started: int
    findings: Findings
    figures: int = 0
    workshops: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Run:
    """``turn`` is called often from the main thread; ``tell`` at each simulated day."""

    world: World
    campagne: Campagne
    turn: Turn
    tell: Tell
    pupils: list[Pupil] = field(default_factory=list)
    school: School | None = None
    proposed: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def carry(self, files: Sequence[PupilFile]) -> Outcome:
        """Carry all pupils of ``files`` through the parcours, from today on."""
        self._import(files)
        opened_on = self.world.clock.today()
        self._open(self._rows(files))
        self._until_nothing_is_left()
        expected = self._expected(opened_on)
        return Outcome(len(self.pupils), audit(self.world.looks, self.pupils, expected))

    def carry_school(
        self, files: Sequence[PupilFile], profile: Profile, territory: Territory, school: School
    ) -> Outcome:
        """Carry all pupils of ``files`` through workshops, and the proposed ones through the parcours after them."""
        self._import(files)
        rows = self._rows(files)
        school.draw(profile, territory, {row["id"]: place for place, (_, row) in enumerate(rows)})
        self.school = school
        self._until_nothing_is_left(rows)
        expected = self._expected(school.opens_on)
        expected |= {cycle.cycle_id: cycle.expected.case for cycle in school.cycles}
        compared, unlike = compare(self.world, territory, self.campagne, school, self.pupils)
        unlike += school.unlike(self.proposed)
        findings = audit(self.world.looks, [*self.pupils, *school.cycles], expected, unlike)
        return Outcome(len(self.pupils) + len(school.cycles), findings, compared, workshop_totals(school))

    def _expected(self, opened_on: date) -> dict[str, Expected]:
        return {pupil.parcours_id: expect(pupil.fate, opened_on, self.campagne) for pupil in self.pupils}

    def _import(self, files: Sequence[PupilFile]) -> None:
        for file in files:
            self.turn()
            head = self.world.cast.with_role(file.uai, "chef_etablissement")[0]
            self.world.client.upload(head, "enrolment", "/pupils/import", file.name, file.content)

    def _rows(self, files: Sequence[PupilFile]) -> list[tuple[str, Row]]:
        """(lycée, pupil) in the order of the pupils' names, which is the same whoever asks."""
        found = [(file.uai, row) for file in files for row in self._pupils(file.uai)]
        return sorted(found, key=lambda each: _order(each[1]))

    def _open(self, rows: Sequence[tuple[str, Row]]) -> None:
        for uai, row in rows:
            self.turn()
            index = len(self.pupils)
            head = self.world.cast.with_role(uai, "chef_etablissement")[0]
            opened = self.world.client.post(head, "enrolment", "/parcours", {"pupil_id": row["id"]})
            fate = draw(self._chance(index), self._facts(row))
            self.pupils.append(Pupil(index, opened["parcours_id"], fate, uai))

    def _open_proposed(self, rows: Sequence[tuple[str, Row]]) -> None:
        """R33: the lycées open the parcours of the pupils that are proposed to them."""
        if self.school is None or self.proposed or self.world.clock.today() < self.school.opens_on:
            return
        self.proposed = self.school.proposals()
        self._open([(uai, row) for uai, row in rows if row["id"] in set(self.proposed[uai])])

    def _facts(self, row: Mapping[str, Any]) -> Facts:
        born_on = date.fromisoformat(row["date_naissance"])
        last_entry = self.campagne.ends_on - LATEST_ENTRY
        is_old_enough = sendable_from(born_on) <= last_entry
        return Facts(born_on, Mef(row["mef"]).diploma is not None, is_old_enough, self.world.cast.movable)

    def _chance(self, index: int) -> Random:
        return Random(f"{self.world.seed}:{index}")  # noqa: S311 — a simulation

    def _pupils(self, uai: str) -> Iterator[dict[str, Any]]:
        head = self.world.cast.with_role(uai, "chef_etablissement")[0]
        after = None
        while True:
            question = {"text": "", "limit": 100, "after": after}
            page = self.world.client.post(head, "enrolment", "/pupils/search", question)
            yield from page["items"]
            after = page["next"]
            if after is None:
                return

    def _until_nothing_is_left(self, rows: Sequence[tuple[str, Row]] = ()) -> None:
        with ThreadPoolExecutor(ACTORS, thread_name_prefix="actor") as pool:
            try:
                while self._go_on(pool):
                    self._open_proposed(rows)
            except NotSettled:
                for case in (*self.pupils, *(self.school.cycles if self.school else ())):
                    case.trouble = case.trouble or "messages or timers were still under way"
            except BaseException:
                self.world.client.stop.set()
                raise
            finally:
                pool.shutdown(cancel_futures=True)

    def _go_on(self, pool: ThreadPoolExecutor) -> bool:
        """One round: settle, then let people act, or else the days pass. False when nothing is left to come."""
        self._settle()
        self._tell()
        if work := self._work():
            self._act(pool, work)
            return True
        due_at = self._next()
        if due_at is None:
            return False
        self._pass_to(due_at)
        return True

    def _tell(self) -> None:
        today = self.world.clock.today()
        if self.school and not self.pupils:
            self.tell("ateliers", self.school.done, self.school.acts, today)
        else:
            self.tell("parcours", self.world.looks.ended(), len(self.pupils), today)

    def _next(self) -> datetime | None:
        """The next timer, or the next day on which somebody acts unasked."""
        found = [self.world.looks.next_timer(), *map(morning, self._returns())]
        if self.school:
            found += [morning(day) for day in (self.school.next_day(), self._opening()) if day]
        return min((each for each in found if each), default=None)

    def _returns(self) -> Iterator[date]:
        """The days to come on which a suspended pupil is back."""
        for pupil in self.pupils:
            if pupil.resumes_on and pupil.resumes_on > self.world.clock.today():
                yield pupil.resumes_on

    def _opening(self) -> date | None:
        return self.school.opens_on if self.school and not self.proposed else None

    def _work(self) -> list[tuple[Pupil | Cycle, Turn]]:
        """For whom somebody has something to do, and what."""
        open_tasks: dict[str, dict[str, list[OpenTask]]] = {}
        for service in SERVICES:
            for task in self.world.looks.open_tasks(service):
                open_tasks.setdefault(task.parcours_id, {}).setdefault(service, []).append(task)
        found: list[tuple[Pupil | Cycle, Turn]] = [
            (pupil, partial(act, self.world, pupil))
            for pupil in self.pupils
            if pupil.trouble is None
            and any(
                choose(pupil, tasks, self.world) for tasks in open_tasks.get(pupil.parcours_id, {}).values()
            )
        ]
        if self.school:
            of_enrolment = (task for each in open_tasks.values() for task in each.get("enrolment", ()))
            found += self.school.work(list(of_enrolment))
        return found

    def _act(self, pool: ThreadPoolExecutor, work: Sequence[tuple[Pupil | Cycle, Turn]]) -> None:
        pending = {pool.submit(_act_for, case, act_for) for case, act_for in work}
        while pending:
            self.turn()
            done, pending = wait(pending, timeout=0.1, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()

    def _settle(self) -> None:
        """Until the services are at rest. NotSettled when nothing has moved for two minutes."""
        deadline, pause, trace = (
            time.monotonic() + SETTLE_SECONDS,
            FIRST_LOOK_SECONDS,
            self.world.looks.under_way(),
        )
        while not self.world.looks.is_settled(self.world.clock.now()):
            self.turn()
            if time.monotonic() > deadline:
                if trace == (trace := self.world.looks.under_way()):
                    raise NotSettled
                deadline = time.monotonic() + SETTLE_SECONDS
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_LOOK_SECONDS)

    def _pass_to(self, due_at: datetime) -> None:
        """Whatever is due on one day is woken together, in the morning."""
        self.world.clock.jump_to(max(wake_at(due_at), self.world.clock.now()))


def _act_for(case: Pupil | Cycle, act_for: Turn) -> None:
    """What goes wrong for one leaves the others alone: the audit finds the case stuck."""
    try:
        act_for()
    except (Refused, requests.RequestException, SampleImpossible, Problem) as error:
        case.trouble = str(error)


def _order(row: Row) -> tuple[str, ...]:
    return (row["nom"], row["prenom"], row["date_naissance"], row["ine"] or "")
