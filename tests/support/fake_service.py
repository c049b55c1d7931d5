"""A stand-in for one of the three services: the real tasks API over a process that only writes down.

``/parcours`` and ``/pupils`` answer in the shapes of the contract from what a test has put there.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint as FlaskBlueprint
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, Connection, Select, String, bindparam, false
from werkzeug.serving import BaseWSGIServer, make_server

from shared.clock import FixedClock
from shared.database import Database
from shared.errors import BadInput, NotFound
from shared.identity import Actor, TokenVerifier, require_actor
from shared.ids import uuid7
from shared.process.processes import StartFailed
from shared.tasks import NewTask, close_task, open_tasks
from shared.tasks.api import tasks_blueprint
from shared.tasks.model import Receipt, TaskRow
from shared.tasks.tables import task as task_table
from shared.web import make_app


@dataclass
class PaperProcess:
    """Implements the port of ``shared.tasks`` on paper: what was completed and refused is listed."""

    forms: dict[str, bytes] = field(default_factory=dict)
    variables: dict[str, dict[str, Any]] = field(default_factory=dict)
    parties: dict[str, set[str]] = field(default_factory=dict)
    completed: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    failure: Exception | None = None
    ways: list[dict[str, Any]] = field(default_factory=list)

    def holding(self, tasks: Select[Any]) -> Select[Any]:
        return tasks.add_columns(false().label("waited")).with_for_update(of=[task_table])

    def held(self, tx: Connection, row: TaskRow) -> "PaperInstance":
        return PaperInstance(self, tx)

    def look(self, tx: Connection, task: TaskRow) -> "PaperInstance":
        return PaperInstance(self, tx)

    def has_part(self, parcours_id: ColumnElement[str]) -> ColumnElement[bool]:
        """Asked each time anew: tests change the parties."""
        asked = parcours_id + " " + bindparam("organisation", type_=String)
        return asked.in_(bindparam("parts", callable_=self._parts, expanding=True))

    def _parts(self) -> list[str]:
        return [f"{parcours_id} {each}" for parcours_id, ids in self.parties.items() for each in ids]

    def parcours_of(self, tx: Connection, actor: Actor, before: str | None, most: int) -> list[str]:
        mine = sorted(
            (each for each, ids in self.parties.items() if actor.organisation_id in ids), reverse=True
        )
        return [each for each in mine if before is None or each < before][:most]

    def is_erased(self, tx: Connection, parcours_id: str) -> bool:
        return False

    def is_party(self, tx: Connection, parcours_id: str, actor: Actor) -> bool:
        return actor.organisation_id in self.parties.get(parcours_id, set())


@dataclass(frozen=True)
class PaperInstance:
    """What stands behind each task."""

    paper: PaperProcess
    tx: Connection

    def form(self, task: TaskRow) -> bytes:
        return self.paper.forms[task.form]

    def values(self, task: TaskRow, actor: Actor) -> dict[str, Any]:
        return self.paper.variables.get(task.parcours_id, {})

    def after(self, task: TaskRow, actor: Actor) -> list[dict[str, Any]]:
        return self.paper.ways

    def complete(
        self, task: TaskRow, outputs: Mapping[str, Any], actor: Actor, at: datetime, receipt: Receipt, *,
        is_party: bool,
    ) -> None:  # fmt: skip
        if self.paper.failure:
            raise self.paper.failure
        self.paper.completed.append((task.id, dict(outputs)))
        close_task(self.tx, task.id, status="completed", actor=actor, at=at, receipt=receipt)

    def taken(self, task: TaskRow, person_id: str | None, actor: Actor) -> None:
        """Nobody is told."""

    def refuse(self, task: TaskRow, reason: str, actor: Actor, at: datetime) -> bool:
        self.paper.refused.append((task.id, reason))
        return False


class FakeService:
    """One service on a loopback port of its own. ``with`` serves it; ``stop`` takes it down early."""

    def __init__(
        self, name: str, database: Database, clock: FixedClock, public_keys: Mapping[str, str]
    ) -> None:
        self.name, self.database, self.clock = name, database, clock
        self.process = PaperProcess()
        self.parcours: dict[str, dict[str, Any]] = {}
        self.facts: dict[str, dict[str, Any]] = {}
        self.pupils: list[dict[str, Any]] = []
        self.imported: list[bytes] = []
        self.import_result: dict[str, Any] | Exception = {}
        self.actors: list[Actor] = []
        self.transfers: list[dict[str, Any]] = []
        self.followed: dict[str, list[dict[str, Any]]] = {}
        self.replaced: list[tuple[str, dict[str, Any]]] = []
        self.plans: dict[str, dict[str, Any]] = {}
        self.documents: list[dict[str, Any]] = []
        self.diagrams: dict[tuple[str | None, str | None], dict[str, Any]] = {}
        self._app = self._build(TokenVerifier(public_keys, name, clock))
        self._server: BaseWSGIServer | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.port}"

    def __enter__(self) -> "FakeService":
        self._server = make_server("127.0.0.1", 0, self._app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if self._server is not None and self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def open_task(
        self, name: str, organisation: tuple[str, str], *, parcours_id: str | None = None, form: str | None = None,
        role: str | None = None, due: date | datetime | None = None, subject: str = "Lina Ferrand",
        assignee: tuple[str, str | None] | None = None, side: str = "both", element: str = "a_task",
    ) -> str:  # fmt: skip
        """Open a task. ``organisation``: (kind, id); ``assignee``: (person id, name). Returns its id."""
        id_, parcours = uuid7(), parcours_id or uuid7()
        self.process.parties.setdefault(parcours, set()).add(organisation[1])
        new = NewTask(
            id=id_, instance_id=uuid7(), parcours_id=parcours, process_id=self.name, element_id=element, name=name,
            subject=subject, organisation_kind=organisation[0], organisation=organisation[1],
            opened_at=self.clock.now(), etape=2, side=side, role=role, form=form, due_at=due,
            assignee=assignee and assignee[0], assignee_name=assignee and assignee[1],
        )  # fmt: skip
        with self.database.begin() as tx:
            open_tasks(tx, [new])
        return id_

    def withdraw(self, task_id: str) -> None:
        """Take a task away, as an operator's repair does."""
        with self.database.begin() as tx:
            team = Actor.technical_team()
            close_task(tx, task_id, status="cancelled", actor=team, at=self.clock.now())

    def show_parcours(self, parcours_id: str, organisations: Sequence[str], **said: Any) -> None:
        """This service knows of a parcours, for these organisations, and says of it ``said``."""
        self.process.parties.setdefault(parcours_id, set()).update(organisations)
        self.parcours[parcours_id] = {
            "parcours_id": parcours_id, "instance_id": uuid7(), "label": "Lina Ferrand", "process_id": self.name,
            "process_name": self.name, "status": "running", "etape": 2, "started_at": self.clock.now().isoformat(),
            "ended_at": None, "end_element": None, "position": [], "story": [], "tasks": [], "variables": [],
        } | said  # fmt: skip

    def _build(self, verifier: TokenVerifier) -> Flask:
        tasks = tasks_blueprint(
            database=self.database, process=self.process, verifier=verifier, clock=self.clock, ids=uuid7
        )
        app = make_app(self.name, [tasks])
        app.register_blueprint(self._own_routes(require_actor(verifier)))
        return app

    def _own_routes(self, guard: Callable[..., Any]) -> FlaskBlueprint:
        routes = FlaskBlueprint("own", __name__)

        @routes.get("/parcours")
        @guard
        def list_parcours(actor: Actor) -> ResponseReturnValue:
            self.actors.append(actor)
            limit, after = int(request.args["limit"]), request.args.get("after")
            mine = [known for known in self.parcours.values() if self._is_party(known["parcours_id"], actor)]
            if "ids" in request.args:
                mine = [known for known in mine if known["parcours_id"] in request.args["ids"].split(",")]
            mine.sort(key=lambda known: known["instance_id"], reverse=True)
            left = [known for known in mine if after is None or known["instance_id"] < after]
            following = left[limit - 1]["instance_id"] if len(left) > limit else None
            return jsonify({"items": left[:limit], "next": following})

        @routes.get("/parcours/facts")
        @guard
        def facts(actor: Actor) -> ResponseReturnValue:
            asked = [each for each in request.args["ids"].split(",") if self._is_party(each, actor)]
            return jsonify({"items": [{"parcours_id": each, **self.facts.get(each, {})} for each in asked]})

        @routes.get("/parcours/<uuid:parcours_id>")
        @guard
        def one_parcours(actor: Actor, parcours_id: UUID) -> ResponseReturnValue:
            if str(parcours_id) not in self.parcours or not self._is_party(str(parcours_id), actor):
                raise NotFound
            return jsonify(self.parcours[str(parcours_id)])

        @routes.get("/parcours/<uuid:parcours_id>/diagram")
        @guard
        def diagram(actor: Actor, parcours_id: UUID) -> ResponseReturnValue:
            asked = (request.args.get("drawing"), request.args.get("on"))
            if asked not in self.diagrams or not self._is_party(str(parcours_id), actor):
                raise NotFound
            return jsonify(self.diagrams[asked])

        @routes.get("/parcours/<uuid:parcours_id>/plan")
        @guard
        def plan(actor: Actor, parcours_id: UUID) -> ResponseReturnValue:
            if str(parcours_id) not in self.plans or not self._is_party(str(parcours_id), actor):
                raise NotFound
            return jsonify(self.plans[str(parcours_id)])

        @routes.get("/documents")
        @guard
        def documents(actor: Actor) -> ResponseReturnValue:
            if request.args["parcours_id"] not in self.parcours:
                raise NotFound
            return jsonify({"documents": self.documents, "attachments": [], "invitations": []})

        @routes.get("/parcours/<uuid:parcours_id>/transfer")
        @guard
        def propose(actor: Actor, parcours_id: UUID) -> ResponseReturnValue:
            return jsonify({"proposed": None})

        @routes.post("/parcours/<uuid:parcours_id>/transfer")
        @guard
        def transfer(actor: Actor, parcours_id: UUID) -> ResponseReturnValue:
            self.transfers.append(request.get_json())
            return jsonify({"parcours_id": str(parcours_id)}), 201

        @routes.get("/people/<uuid:person_id>/parcours")
        @guard
        def followed(actor: Actor, person_id: UUID) -> ResponseReturnValue:
            items = [{"readable": True} | each for each in self.followed.get(str(person_id), [])]
            return jsonify({"items": items, "next": None})

        @routes.post("/parcours/<uuid:parcours_id>/people")
        @guard
        def replace(actor: Actor, parcours_id: UUID) -> ResponseReturnValue:
            self.replaced.append((str(parcours_id), request.get_json()))
            for person_id, known in self.followed.items():
                self.followed[person_id] = [p for p in known if p["parcours_id"] != str(parcours_id)]
            return jsonify({"parcours_id": str(parcours_id)})

        @routes.post("/pupils/import")
        @guard
        def import_file(actor: Actor) -> ResponseReturnValue:
            self.imported.append(request.files["file"].read())
            if isinstance(self.import_result, Exception):
                raise self.import_result
            return jsonify(self.import_result)

        @routes.post("/pupils/search")
        @guard
        def search(actor: Actor) -> ResponseReturnValue:
            asked = request.get_json()
            found = [pupil for pupil in self.pupils if asked["text"].lower() in pupil["nom"].lower()]
            start = int(asked["after"] or 0)
            end = start + asked["limit"]
            return jsonify({"items": found[start:end], "next": str(end) if end < len(found) else None})

        @routes.post("/parcours")
        @guard
        def open_parcours(actor: Actor) -> ResponseReturnValue:
            pupil = next(pupil for pupil in self.pupils if pupil["id"] == request.get_json()["pupil_id"])
            if pupil.get("fails"):
                raise StartFailed(element_id="lire_delais", reason="decision_null")
            if pupil.get("refused"):
                raise BadInput({"pupil_id": [pupil["refused"]]})
            pupil["parcours_id"] = pupil["parcours_id"] or uuid7()
            self.show_parcours(pupil["parcours_id"], [actor.organisation_id])
            return jsonify({"parcours_id": pupil["parcours_id"]}), 201

        return routes

    def _is_party(self, parcours_id: str, actor: Actor) -> bool:
        return actor.organisation_id in self.process.parties.get(parcours_id, ())
