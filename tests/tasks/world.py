"""A small town for the tasks API: two lycées, a Mission Locale, their people, and a process with one table."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers

from shared.clock import FixedClock
from shared.database import Database
from shared.identity import Actor, TokenSigner, TokenVerifier, new_private_key, public_key
from shared.ids import uuid7
from shared.tasks import NewTask, TaskRow, close_task, open_tasks
from shared.tasks.api import tasks_blueprint
from shared.tasks.model import Receipt
from shared.tasks.tables import task as task_table
from shared.web import make_app

NOW = datetime(2026, 9, 15, 12, 5, tzinfo=UTC)  # 14 h 05 in Paris
PARCOURS = "0190b5a0-0000-7000-8000-00000000aaaa"
INSTANCE = "0190b5a0-0000-7000-8000-00000000bbbb"

CLAIRE = Actor(
    "0190b5a0-0000-7000-8000-000000000001", "Claire Martin", "0690001A", "lycee", frozenset({"referent"})
)
DENIS = Actor(
    "0190b5a0-0000-7000-8000-000000000002", "Denis Petit", "0690001A", "lycee", frozenset({"referent"})
)
HEAD = Actor(
    "0190b5a0-0000-7000-8000-000000000003",
    "Hélène Roux",
    "0690001A",
    "lycee",
    frozenset({"chef_etablissement"}),
)
CLERK = Actor(
    "0190b5a0-0000-7000-8000-000000000004", "Sam Faure", "0690001A", "lycee", frozenset({"secretariat"})
)
ADVISER = Actor(
    "0190b5a0-0000-7000-8000-000000000005",
    "Nadia Blanc",
    "ml-lyon",
    "mission_locale",
    frozenset({"conseiller"}),
)
STRANGER = Actor(
    "0190b5a0-0000-7000-8000-000000000006", "Luc Noir", "0690002B", "lycee", frozenset({"referent"})
)

FORM = {
    "type": "default",
    "id": "entretien",
    "schemaVersion": 19,
    "components": [
        {"type": "textfield", "id": "f0", "key": "eleve_nom", "label": "Élève", "readonly": True},
        {"type": "textfield", "id": "f1", "key": "lieu", "label": "Lieu", "validate": {"required": True}},
        {"type": "datetime", "id": "f2", "key": "debut_le", "label": "Début", "subtype": "date"},
        {"type": "number", "id": "f3", "key": "heures", "label": "Heures", "decimalDigits": 1},
    ],
}

process_tables = sa.MetaData()
moved = sa.Table(
    "moved", process_tables, sa.Column("id", sa.Integer, primary_key=True), sa.Column("task_id", sa.Text)
)
held = sa.Table("held", process_tables, sa.Column("id", sa.String(36), primary_key=True))


@dataclass
class SmallProcess:
    """The port on one table: each completion writes a row; instances are rows to lock."""

    refusable: bool = False
    fails: bool = False
    outputs: list[Mapping[str, Any]] = field(default_factory=list)
    parties: frozenset[str] = frozenset({"0690001A", "ml-lyon"})
    others: frozenset[str] = frozenset()

    def holding(self, tasks: sa.Select[Any]) -> sa.Select[Any]:
        joined = tasks.add_columns(sa.false().label("waited")).join(
            held, held.c.id == task_table.c.instance_id
        )
        return joined.with_for_update(of=[held, task_table])

    def held(self, tx: sa.Connection, row: TaskRow) -> "SmallInstance":
        return SmallInstance(self, tx)

    def look(self, tx: sa.Connection, task: TaskRow) -> "SmallInstance":
        return SmallInstance(self, tx)

    def has_part(self, parcours_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        return sa.and_(parcours_id == PARCOURS, sa.bindparam("organisation").in_(sorted(self.parties)))

    def parcours_of(self, tx: sa.Connection, actor: Actor, before: str | None, most: int) -> list[str]:
        known = (
            sorted({PARCOURS, *self.others}, reverse=True) if actor.organisation_id in self.parties else []
        )
        return [each for each in known if before is None or each < before][:most]

    def is_erased(self, tx: sa.Connection, parcours_id: str) -> bool:
        return False

    def is_party(self, tx: sa.Connection, parcours_id: str, actor: Actor) -> bool:
        return parcours_id == PARCOURS and actor.organisation_id in self.parties


@dataclass(frozen=True)
class SmallInstance:
    """What stands behind each task."""

    process: SmallProcess
    tx: sa.Connection

    def form(self, task: TaskRow) -> bytes:
        return json.dumps(FORM).encode()

    def values(self, task: TaskRow, actor: Actor) -> dict[str, Any]:
        return {
            "eleve_nom": "Durand",
            "lieu": None,
            "debut_le": date(2026, 10, 1),
            "secret": "not in the form",
        }

    def after(self, task: TaskRow, actor: Actor) -> list[dict[str, Any]]:
        return []

    def complete(
        self, task: TaskRow, outputs: Mapping[str, Any], actor: Actor, at: datetime, receipt: Receipt, *,
        is_party: bool,
    ) -> None:  # fmt: skip
        if self.process.fails:
            raise RuntimeError("Durand cannot be moved")
        self.process.outputs.append(outputs)
        self.tx.execute(sa.insert(moved).values(task_id=task.id))
        close_task(self.tx, task.id, status="completed", actor=actor, at=at, receipt=receipt)

    def taken(self, task: TaskRow, person_id: str | None, actor: Actor) -> None:
        """Nobody is told."""

    def refuse(self, task: TaskRow, reason: str, actor: Actor, at: datetime) -> bool:
        if self.process.refusable:
            close_task(self.tx, task.id, status="cancelled", actor=actor, at=at)
        return self.process.refusable


@dataclass(frozen=True)
class Reply:
    """An answer of the service; `json` is empty when the body is none."""

    status_code: int
    json: dict[str, Any]
    text: str
    headers: Headers


@dataclass
class Town:
    """A running tasks service and its people."""

    database: Database
    process: SmallProcess
    clock: FixedClock
    app: Flask
    signer: TokenSigner
    verifier: TokenVerifier

    def open(self, **given: Any) -> str:
        """Open a task of the first lycée for a référent, unless told otherwise. Returns its id."""
        new = NewTask(**{
            "id": uuid7(), "instance_id": INSTANCE, "parcours_id": PARCOURS, "process_id": "enrolment",
            "element_id": "mener_entretien", "name": "Mener l'entretien", "subject": "Zoé Durand", "etape": 2,
            "organisation_kind": "lycee", "organisation": "0690001A", "role": "referent", "form": "entretien",
            "opened_at": NOW, **given,
        })  # fmt: skip
        with self.database.begin() as tx:
            open_tasks(tx, [new])
        return new.id

    def effects(self) -> int:
        with self.database.read() as look:
            return look.execute(sa.select(sa.func.count()).select_from(moved)).scalar_one()

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def call(
        self, actor: Actor, method: str, path: str, body: Any = None, *,
        version: object = None, key: str | None = None, **headers: str,
    ) -> Reply:  # fmt: skip
        """A request with a fresh token. `version` becomes If-Match, `key` Idempotency-Key."""
        sent = {"Authorization": f"Bearer {self.signer.sign(actor, 'enrolment')}", **headers}
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        if key is not None:
            sent["Idempotency-Key"] = key
        answer = self.client().open(path, method=method, json=body, headers=sent)
        return Reply(answer.status_code, answer.get_json(silent=True) or {}, answer.text, answer.headers)

    def claim(self, actor: Actor, task_id: str, version: int = 1) -> Reply:
        return self.call(actor, "POST", f"/tasks/{task_id}/claim", version=version)

    def complete(
        self, actor: Actor, task_id: str, version: int = 1, key: str = "key-1", values: Any = None
    ) -> Reply:
        answers = {"lieu": "Lyon"} if values is None else values
        return self.call(
            actor, "POST", f"/tasks/{task_id}/complete", {"values": answers}, version=version, key=key
        )


def build_town(database: Database) -> Town:
    """A service over `database`, whose tables of tasks are there."""
    process_tables.create_all(database.engine)
    with database.begin() as tx:
        tx.execute(sa.insert(held).values(id=INSTANCE))
    clock, private = FixedClock(NOW), new_private_key()
    signer = TokenSigner({"k1": private}, clock, uuid7)
    process = SmallProcess()
    verifier = TokenVerifier({"k1": public_key(private)}, "enrolment", clock)
    blueprint = tasks_blueprint(database=database, process=process, clock=clock, ids=uuid7, verifier=verifier)
    return Town(database, process, clock, make_app("enrolment", [blueprint]), signer, verifier)
