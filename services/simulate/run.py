"""The run: import, open, act while there is something to do, then let days pass until something is due."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import requests

from services.simulate.audit import Findings, audit
from services.simulate.client import Refused
from services.simulate.clock import wake_at
from services.simulate.cohort import PupilFile
from services.simulate.fates import Facts, draw
from services.simulate.looks import SERVICES
from services.simulate.oracle import expect
from services.simulate.pupils import Pupil, World, act, choose
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
Turn = Callable[[], None]
Tell = Callable[[int, date], None]
"""Called with the number of parcours ended and the simulated day."""


class NotSettled(Exception):
    """Messages or timers were still under way after two minutes."""


@dataclass(frozen=True)
class Run:
    """``turn`` is called often from the main thread; ``tell`` at each simulated day."""

    world: World
    campagne: Campagne
    turn: Turn
    tell: Tell

    def carry(self, files: Sequence[PupilFile], announce: Callable[[int], None]) -> tuple[int, Findings]:
        """Carry the pupils of ``files`` to the end; how many parcours were opened, and what became of them.

        ``announce`` is told how many there are before anyone acts.
        """
        opened_on = self.world.clock.today()
        pupils = list(self._open(files))
        announce(len(pupils))
        self._until_nothing_is_left(pupils)
        expected = {pupil.parcours_id: expect(pupil.fate, opened_on, self.campagne) for pupil in pupils}
        return len(pupils), audit(self.world.looks, pupils, expected)

    def _open(self, files: Sequence[PupilFile]) -> Iterator[Pupil]:
        """The pupils in the order of their names, which is the same whoever asks."""
        for file in files:
            head = self.world.cast.with_role(file.uai, "chef_etablissement")[0]
            self.world.client.upload(head, "enrolment", "/pupils/import", file.name, file.content)
        found = [(file.uai, row) for file in files for row in self._pupils(file.uai)]
        for index, (uai, row) in enumerate(sorted(found, key=lambda each: _order(each[1]))):
            self.turn()
            head = self.world.cast.with_role(uai, "chef_etablissement")[0]
            opened = self.world.client.post(head, "enrolment", "/parcours", {"pupil_id": row["id"]})
            yield Pupil(index, opened["parcours_id"], draw(self._chance(index), self._facts(row)))

    def _facts(self, row: Mapping[str, Any]) -> Facts:
        born_on = date.fromisoformat(row["date_naissance"])
        last_entry = self.campagne.ends_on - LATEST_ENTRY
        return Facts(born_on, Mef(row["mef"]).diploma is not None, sendable_from(born_on) <= last_entry)

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

    def _until_nothing_is_left(self, pupils: Sequence[Pupil]) -> None:
        with ThreadPoolExecutor(ACTORS, thread_name_prefix="actor") as pool:
            try:
                while self._go_on(pool, pupils):
                    pass
            except NotSettled:
                for pupil in pupils:
                    pupil.trouble = pupil.trouble or "messages or timers were still under way"
            finally:
                self.world.client.close()
                pool.shutdown(cancel_futures=True)

    def _go_on(self, pool: ThreadPoolExecutor, pupils: Sequence[Pupil]) -> bool:
        """One round: settle, then let people act, or else the days pass. False when nothing is left to come."""
        self._settle()
        self.tell(self.world.looks.ended(), self.world.clock.today())
        if ready := self._ready(pupils):
            self._act(pool, ready)
            return True
        due_at = self.world.looks.next_timer()
        if due_at is None:
            return False
        self._pass_to(due_at)
        return True

    def _ready(self, pupils: Sequence[Pupil]) -> list[Pupil]:
        """The pupils for whom somebody has something to do."""
        open_tasks: dict[str, dict[str, list[Any]]] = {}
        for service in SERVICES:
            for task in self.world.looks.open_tasks(service):
                open_tasks.setdefault(task.parcours_id, {}).setdefault(service, []).append(task)
        return [
            pupil
            for pupil in pupils
            if pupil.trouble is None
            and any(
                choose(pupil, tasks, self.world) for tasks in open_tasks.get(pupil.parcours_id, {}).values()
            )
        ]

    def _act(self, pool: ThreadPoolExecutor, pupils: Sequence[Pupil]) -> None:
        pending = {pool.submit(_act_for, self.world, pupil) for pupil in pupils}
        while pending:
            self.turn()
            done, pending = wait(pending, timeout=0.1, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()

    def _settle(self) -> None:
        deadline, pause = time.monotonic() + SETTLE_SECONDS, FIRST_LOOK_SECONDS
        while not self.world.looks.is_settled(self.world.clock.now()):
            self.turn()
            if time.monotonic() > deadline:
                raise NotSettled
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_LOOK_SECONDS)

    def _pass_to(self, due_at: datetime) -> None:
        """Whatever is due on one day is woken together, in the morning."""
        self.world.clock.jump_to(max(wake_at(due_at), self.world.clock.now()))


def _act_for(world: World, pupil: Pupil) -> None:
    """What goes wrong for one pupil leaves the others alone: the audit finds the pupil stuck."""
    try:
        act(world, pupil)
    except (Refused, requests.RequestException, SampleImpossible, Problem) as error:
        pupil.trouble = str(error)


def _order(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (row["nom"], row["prenom"], row["date_naissance"], row["ine"] or "")
