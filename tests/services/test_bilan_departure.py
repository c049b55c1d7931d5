"""A departure that is signalled late reaches the bilan service, whichever message comes first."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.bilan import app
from shared.bpmn import store
from shared.clock import FixedClock
from shared.ids import uuid7
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Mailbox
from shared.process import definitions
from shared.process.replacing.replace import REPLACED
from shared.process.replacing.transferring import TRANSFERRED
from shared.process.service import handler_of
from shared.settings import ServiceSettings
from shared.tasks import tasks_of
from tests.support.databases import MakeDatabase

PARCOURS = "0199a0f2-0000-7000-8000-000000000001"
ASKED, LEFT = "accompaniment.bilan_a_preparer.v1", "accompaniment.depart_signale.v1"
KNOWN = {
    "eleve_nom": "Moreau", "eleve_prenom": "Lina", "eleve_ne_le": "2008-05-04", "lycee": "0690043X",
    "mission_locale": "ml-lyon-centre", "referent": "r-1", "conseiller": "c-1", "campagne": "2026-2027",
    "fin_de_statut_le": "2027-01-09", "suivi_ouvert_le": "2026-09-10",
}  # fmt: skip
DEPARTURE = {"motif_fin": "emploi", "fin_anticipee_le": "2026-12-20", "situation_fin": "Embauchée."}


class Bilan:
    def __init__(self, make_database: MakeDatabase) -> None:
        self.clock = FixedClock(datetime(2026, 12, 21, 8, tzinfo=UTC))
        database = make_database(app.TABLES)
        self.service = built = app.build(ServiceSettings("test", database.url, "", {}), self.clock)
        definitions.register(
            built.database, built.catalog, built.vocabulary, frozenset(built.handlers), built.clock,
            built.workflows,
        )  # fmt: skip
        self.mailbox = Mailbox(
            database,
            lambda tx, message: handler_of(built, message.type)(tx, message, built.processes),
            self.clock,
        )

    def receives(self, type_: str, **values: Any) -> None:
        with self.service.database.read() as look:
            known = self.service.catalog.active(look, "bilan")
        fields = {**known.start_messages, **known.caught_messages}[type_].fields
        data = {field.name: {**KNOWN, **values}.get(field.name) for field in fields}
        now = self.clock.now()
        self.mailbox.receive(Envelope(uuid7(), type_, "accompaniment", PARCOURS, now, data))

    def replaces(self, before: str, after: str) -> None:
        """Enrolment has decided who follows as the conseiller."""
        data = {
            "role": "conseiller", "before": before, "after": after, "after_name": None, "from_on": "2026-12-21",
            "reason": "Départ", "actor_id": "h-1", "actor_name": "Une responsable",
        }  # fmt: skip
        self.mailbox.receive(Envelope(uuid7(), REPLACED, "enrolment", PARCOURS, self.clock.now(), data))

    def goes_to_another_lycee(self, person_before: str, person_after: str) -> None:
        data = {
            "kind": "lycee", "before": "0690043X", "before_name": "A", "after": "0690048C", "after_name": "B",
            "role": "referent", "person_before": person_before, "person_after": person_after,
            "follower_id": uuid7(), "from_on": "2026-12-21", "reason": "Déménage",
            "actor_id": "h-1", "actor_name": "Une proviseure",
        }  # fmt: skip
        self.mailbox.receive(Envelope(uuid7(), TRANSFERRED, "enrolment", PARCOURS, self.clock.now(), data))

    def ends(self) -> None:
        with self.service.database.begin() as tx:
            row = store.find(tx, "bilan", PARCOURS)
            assert row is not None
            self.service.processes.repair(
                tx, row, lambda runtime, state: runtime.cancel(state, now=self.clock.now()), held=False
            )

    def knows(self, name: str) -> Any:
        with self.service.database.read() as look:
            row = store.find(look, "bilan", PARCOURS)
            assert row is not None
            return self.service.processes.variables(look, row)[name]

    def open_tasks(self) -> set[str]:
        with self.service.database.read() as look:
            return {task.element_id for task in tasks_of(look, PARCOURS) if task.status == "open"}


@pytest.fixture
def bilan(make_sqlite_database: MakeDatabase) -> Any:
    built = Bilan(make_sqlite_database)
    yield built
    built.service.database.dispose()


def test_a_departure_reaches_the_bilan_that_goes_on(bilan: Bilan) -> None:
    bilan.receives(ASKED)
    bilan.receives(LEFT, **DEPARTURE)
    assert (bilan.knows("motif_fin"), bilan.knows("situation_fin")) == ("emploi", "Embauchée.")
    assert bilan.open_tasks() == {"convoquer"}


def test_a_departure_that_still_names_who_was_replaced_brings_nobody_back(bilan: Bilan) -> None:
    bilan.receives(ASKED)
    bilan.replaces("c-1", "c-2")
    bilan.receives(LEFT, **DEPARTURE)
    assert (bilan.knows("conseiller"), bilan.knows("motif_fin")) == ("c-2", "emploi")


def test_a_transfer_that_overtakes_a_replacement_leaves_nobody_of_the_lycee_before(bilan: Bilan) -> None:
    bilan.receives(ASKED)  # it names r-1, whom r-2 has replaced since
    bilan.goes_to_another_lycee("r-2", "r-3")
    assert (bilan.knows("lycee"), bilan.knows("referent")) == ("0690048C", "r-3")


def test_a_departure_that_comes_before_the_bilan_waits_for_it(bilan: Bilan) -> None:
    bilan.receives(LEFT, **DEPARTURE)
    assert bilan.open_tasks() == set()
    bilan.receives(ASKED)
    assert bilan.knows("motif_fin") == "emploi"
    assert bilan.open_tasks() == {"convoquer"}


def test_a_departure_that_comes_after_the_closing_is_a_task_of_the_referent(bilan: Bilan) -> None:
    bilan.receives(ASKED)
    bilan.ends()
    bilan.receives(LEFT, **DEPARTURE)
    assert bilan.open_tasks() == {"rapprocher_depart"}
    assert bilan.knows("motif_fin") is None
