"""A parcours that is walked from étape to étape by the demonstration's people, through the services' doors."""

import io
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from services.inbox.demo import LYCEE_GARANCE
from services.simulate.answers import fill_in, one_each_time
from services.simulate.cast import make_cast
from services.simulate.decisions import Question
from services.simulate.fates import STANDING, Course, Facts, Fate
from shared.clock import local_date
from shared.identity import Actor
from tests.support.three_services import ThreeServices

SERVICES = ("enrolment", "accompaniment", "bilan")
FATE = Fate(
    facts=Facts(date(2009, 3, 1), has_diploma=True), course=Course.COMPLETE, ineligible=None, referent_refusals=0,
    returned_fiches=0, missed_interviews=0, postponed_days=(), has_impossible_entry=False, entry_in_days=0,
    unfit_plans=0, refused_signatures=0, has_pacea=False, interruption=None, amended_at=None, unfit_amendments=0,
    missed_bilans=0, is_absence_recorded=False, issue="emploi", has_bourse=True,
)  # fmt: skip
"""Everything goes well to the end."""
DAYS = 250


class Walked:
    """``parcours_id``; ``mission_locale``: of the parcours, once it has one."""

    def __init__(self, world: ThreeServices, csv_row: str, header: str) -> None:
        self.world, self.cast = world, make_cast([LYCEE_GARANCE])
        self.done: Counter[str] = Counter()
        self.parcours_id = self._opened(csv_row, header)

    def until(self, element: str) -> None:
        """Everybody does what is to be done until that task is open."""
        for _ in range(DAYS):
            while tasks := self.open_tasks():
                if element in {task["element_id"] for task in tasks}:
                    return
                wanted = [task for task in tasks if task["element_id"] not in STANDING]
                if not wanted:
                    break
                self._do(wanted[0])
                self.world.carry()
            self.world.clock.advance(timedelta(days=1))
            self.world.turn()
        raise AssertionError(f"{element} does not open: {[task['element_id'] for task in self.open_tasks()]}")

    def open_tasks(self) -> list[dict[str, Any]]:
        """Of both organisations, each with its service."""
        found: dict[str, dict[str, Any]] = {}
        for service in SERVICES:
            for people in self.cast.people.values():
                path = f"/tasks?scope=organisation&parcours_id={self.parcours_id}&limit=100"
                items = self.world.ask(people[0], service, path).get_json()["items"]
                found |= {item["id"]: item | {"service": service} for item in items}
        return sorted(found.values(), key=lambda task: (task["element_id"], task["id"]))

    def _do(self, task: dict[str, Any]) -> None:
        random = Random(f"{task['element_id']}:{self.done[task['element_id']]}")
        place = task["organisation"]["id"]
        actor = self.cast.worker(place, task["role"], task["assignee"], random)
        whole = self.world.ask(actor, task["service"], f"/tasks/{task['id']}").get_json()
        answers: Mapping[str, Any] = {}
        if whole["form"]:
            now = self.world.clock.now()
            nth = self.done[task["element_id"]] + 1
            question = Question(task["element_id"], nth, local_date(now), whole["values"])
            directory = one_each_time(self.cast.directory(actor, whole["values"]), nth)
            answers = fill_in(whole["form"], question, FATE, random, directory, now)
        answer = self.world.try_to_complete(actor, task["service"], task, **answers)
        assert answer.status_code == 200, (task["element_id"], answer.get_json(), answers)
        self.done[task["element_id"]] += 1

    def _opened(self, row: str, header: str) -> str:
        clerk = self.with_role(LYCEE_GARANCE, "secretariat")
        opener = self.with_role(LYCEE_GARANCE, "referent_decrochage")
        token = self.world.signer.sign(clerk, "enrolment")
        file = {"file": (io.BytesIO(f"{header}\n{row}".encode()), "eleves.csv")}
        sent = self.world.client("enrolment").post(
            "/pupils/import", headers={"Authorization": f"Bearer {token}"}, data=file
        )
        assert sent.status_code == 200, sent.get_json()
        found = self.world.ask(opener, "enrolment", "/pupils/search", {"text": "", "limit": 100})
        (pupil,) = found.get_json()["items"]
        opened = self.world.ask(opener, "enrolment", "/parcours", {"pupil_id": pupil["id"]})
        return str(opened.get_json()["parcours_id"])

    def with_role(self, place: str, role: str) -> Actor:
        return self.cast.with_role(place, role)[0]
