"""The audit sees what a fault leaves in the databases: each fault is written there, and must be counted."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Table, insert

from services.simulate.audit import Findings, audit
from services.simulate.looks import SERVICES, Looks
from services.simulate.oracle import Expected
from services.simulate.pupils import Pupil
from shared.bpmn.tables import instance
from shared.messaging.tables import mailbox, outbox
from shared.process.replacing.tables import replacement
from shared.process.service import TABLES
from shared.process.tables import story
from shared.tasks.tables import task
from tests.simulate.test_the_oracle import PLAIN
from tests.support.databases import MakeDatabase

NOW = datetime(2026, 9, 15, 7, tzinfo=UTC)
PARCOURS = "p-1"
EXPECTED = Expected("refuse", {"enrolment": "fin_refuse"}, {"notifier_decision": 1})
REPLACED = Expected("refuse", {"enrolment": "fin_refuse"}, {"notifier_decision": 1}, {"referent": 1})


class Written:
    """Databases in which a parcours was refused as expected; a test writes a fault into them."""

    def __init__(self, make_database: MakeDatabase) -> None:
        self.looks = Looks({service: make_database(TABLES) for service in SERVICES})

    def add(self, service: str, table: Table, **values: Any) -> None:
        with self.looks.databases[service].begin() as tx:
            tx.execute(insert(table).values(**values))

    def end(self, service: str = "enrolment", end: str = "fin_refuse", **changes: Any) -> None:
        row = {
            "id": f"i-{service}", "parcours_id": PARCOURS, "process_id": service, "version": "v",
            "status": "ended", "state": b"", "label": "", "position": [], "moves": 1, "end_element": end,
            "started_at": NOW,
        }  # fmt: skip
        self.add(service, instance, **row | changes)

    def complete(self, element: str, times: int = 1) -> None:
        self.add(
            "enrolment", task, id=element, instance_id="i-enrolment", parcours_id=PARCOURS,
            process_id="enrolment", element_id=element, name="", subject="", side="both",
            organisation_kind="lycee", organisation_id="l", due_sort=NOW, priority=0, status="completed",
            version=2, opened_at=NOW,
        )  # fmt: skip
        for time in range(times):
            self.add(
                "enrolment", story, id=f"{element}-{time}", instance_id="i-enrolment", parcours_id=PARCOURS, at=NOW,
                element_id=element, name="", type="userTask", event="completed", side="both", actor_id="a",
                actor_name="A",
            )  # fmt: skip

    def send(self, message_id: str, **changes: Any) -> None:
        row = {
            "message_id": message_id, "type": "enrolment.parcours_confie.v1", "subject": PARCOURS,
            "created_at": NOW, "due_at": NOW, "sent_at": NOW,
        }  # fmt: skip
        self.add("enrolment", outbox, **row | changes)

    def receive(self, message_id: str, status: str) -> None:
        self.add(
            "accompaniment", mailbox, source="enrolment", message_id=message_id,
            type="enrolment.parcours_confie.v1", subject=PARCOURS, status=status, attempts=1, due_at=NOW,
            received_at=NOW,
        )  # fmt: skip

    def replace(self, service: str) -> None:
        self.add(
            service, replacement, id="r-1", parcours_id=PARCOURS, role="referent", before="a", after="b",
            from_on=NOW.date(), reason="", at=NOW, actor_id="a", actor_name="A",
        )  # fmt: skip

    def findings(self) -> Findings:
        return audit(self.looks, [Pupil(0, PARCOURS, PLAIN)], {PARCOURS: EXPECTED})


@pytest.fixture
def written(make_sqlite_database: MakeDatabase) -> Iterator[Written]:
    made = Written(make_sqlite_database)
    yield made
    made.looks.close()


def faults(findings: Findings) -> Counter[str]:
    return +Counter({name: getattr(findings, name) for name in ("stuck", "lost", "doubled", "wrong")})


def test_a_parcours_that_ended_as_expected_has_no_fault(written: Written) -> None:
    written.end()
    written.complete("notifier_decision")
    written.send("m")
    written.receive("m", "handled")
    found = written.findings()
    assert faults(found) == {}
    assert (found.ended, found.outcomes, found.tasks, found.messages) == (
        1,
        {"refuse": 1},
        {"notifier_decision": 1},
        1,
    )


def test_a_parcours_that_still_runs_is_stuck(written: Written) -> None:
    written.end(status="running", end_element=None)
    assert faults(written.findings()) == {"stuck": 1}


def test_a_parcours_that_no_service_knows_is_stuck(written: Written) -> None:
    assert faults(written.findings()) == {"stuck": 1}


def test_a_parcours_of_which_one_process_still_runs_is_stuck(written: Written) -> None:
    written.end()
    written.end("accompaniment", status="incident", end_element=None)
    assert faults(written.findings()) == {"stuck": 1}


def test_another_end_is_wrong(written: Written) -> None:
    written.end(end="fin_reoriente")
    written.complete("notifier_decision")
    assert faults(written.findings()) == {"wrong": 1}


def test_a_task_that_was_never_done_is_wrong(written: Written) -> None:
    written.end()
    assert faults(written.findings()) == {"wrong": 1}


def test_a_process_that_should_not_have_run_is_wrong(written: Written) -> None:
    written.end()
    written.end("bilan", "fin_emploi")
    written.complete("notifier_decision")
    assert faults(written.findings()) == {"wrong": 1}


@pytest.mark.parametrize("status", ["waiting", "retry", "parked"])
def test_a_message_received_and_not_handled_is_lost(written: Written, status: str) -> None:
    written.end()
    written.complete("notifier_decision")
    written.send("m")
    written.receive("m", status)
    assert faults(written.findings()) == {"lost": 1}


def test_a_message_never_sent_is_lost(written: Written) -> None:
    written.end()
    written.complete("notifier_decision")
    written.send("m", sent_at=None)
    assert faults(written.findings()) == {"lost": 1}


def test_a_message_sent_twice_for_a_parcours_is_doubled(written: Written) -> None:
    written.end()
    written.complete("notifier_decision")
    for message_id in ("m", "n"):
        written.send(message_id)
        written.receive(message_id, "handled")
    assert faults(written.findings())["doubled"] > 0


def test_a_task_completed_twice_is_doubled(written: Written) -> None:
    written.end()
    written.complete("notifier_decision", times=2)
    assert faults(written.findings()) == {"doubled": 1}


def test_a_replacement_that_was_not_to_be_or_that_one_service_has_not_is_wrong(written: Written) -> None:
    written.end()
    written.complete("notifier_decision")
    for service in SERVICES[:2]:
        written.replace(service)
    assert faults(written.findings()) == {"wrong": 1}
    (fault,) = audit(written.looks, [Pupil(0, PARCOURS, PLAIN)], {PARCOURS: REPLACED}).faults
    assert "bilan has {} replaced" in fault
    written.replace("bilan")
    found = audit(written.looks, [Pupil(0, PARCOURS, PLAIN)], {PARCOURS: REPLACED})
    assert (faults(found), found.changes) == ({}, {"remplacements": 1})


def test_a_message_to_three_services_is_under_way_until_each_has_it(written: Written) -> None:
    written.send("m", type="enrolment.parcours_transfere.v1")
    written.receive("m", "handled")
    assert not written.looks.is_settled(NOW)


def test_a_message_under_way_a_retry_or_a_due_timer_means_that_it_is_not_settled(written: Written) -> None:
    assert written.looks.is_settled(NOW)
    written.send("m")
    assert not written.looks.is_settled(NOW)
    written.receive("m", "retry")
    assert not written.looks.is_settled(NOW)
