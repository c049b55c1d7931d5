"""Accompaniment alone, at a clock of ours, with a parcours that was entrusted to it."""

from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select

from services.accompaniment import app
from shared.bpmn import store
from shared.bpmn.tables import timer
from shared.clock import FixedClock, local_date
from shared.ids import uuid7
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Mailbox
from shared.process import definitions
from shared.process.service import handle
from shared.process.tables import story
from shared.settings import ServiceSettings
from shared.tasks import tasks_of
from tests.personal.enrolment import LYCEE, START
from tests.support.databases import MakeDatabase

SAMPLES: dict[str, Any] = {
    "string": "texte", "date": "2026-12-31", "boolean": False, "number": "1", "list": [], "context": {},
}  # fmt: skip


class Accompaniment:
    def __init__(self, make_database: MakeDatabase) -> None:
        self.clock = FixedClock(START)
        database = make_database(app.TABLES)
        self.service = app.build(ServiceSettings("test", database.url, "", {}), self.clock)
        built = self.service
        definitions.register(
            built.database, built.catalog, built.vocabulary, frozenset(built.handlers), built.clock,
            built.workflows,
        )  # fmt: skip
        self.mailbox = Mailbox(
            database,
            partial(handle, built),
            self.clock,
        )

    def entrusted(self, **values: Any) -> str:
        """A parcours comes; what the message declares and ``values`` does not say is invented."""
        parcours_id, type_ = uuid7(), "enrolment.parcours_confie.v1"
        with self.service.database.begin() as tx:
            definition = self.service.catalog.active(tx, "accompaniment")
        fields = definition.start_messages[type_].fields
        usual = {"lycee": LYCEE, "mission_locale": "ml-lyon-centre", "entree_le": "2026-09-14",
                 "fin_de_statut_le": "2027-01-13", "campagne": "2026-2027"}  # fmt: skip
        data = {field.name: SAMPLES[field.type] for field in fields} | usual | values
        self.receive(parcours_id, type_, data)
        return parcours_id

    def receive(self, parcours_id: str, type_: str, data: dict[str, Any]) -> None:
        self.mailbox.receive(
            Envelope(uuid7(), type_, type_.partition(".")[0], parcours_id, self.clock.now(), data)
        )

    def variables(self, parcours_id: str) -> dict[str, Any]:
        with self.service.database.read() as look:
            row = store.find(look, "accompaniment", parcours_id)
            assert row is not None
            return self.service.processes.variables(look, row)

    def subjects(self, parcours_id: str) -> set[str]:
        with self.service.database.read() as look:
            return {task.subject for task in tasks_of(look, parcours_id)}

    def awaited_on(self, parcours_id: str, element: str) -> list[date]:
        """The days that timers of an element wait for."""
        with self.service.database.read() as look:
            row = store.find(look, "accompaniment", parcours_id)
            assert row is not None
            at = look.scalars(
                select(timer.c.due_at).where(timer.c.instance_id == row.id, timer.c.element_id == element)
            )
            return [local_date(instant) for instant in at]

    def told(self, parcours_id: str) -> list[str]:
        with self.service.database.read() as look:
            lines = select(story.c.name).where(story.c.parcours_id == parcours_id, story.c.event == "told")
            return list(look.scalars(lines.order_by(story.c.id)))


def day(text: str) -> date:
    return date.fromisoformat(text)
