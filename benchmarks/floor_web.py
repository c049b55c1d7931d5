"""The floor behind a bare Flask route: ``gunicorn benchmarks.floor_web:app()``; ``FLOOR_URL`` names the database.

One row per instance, one per task; no token, no form, no story, no outbox, no second click.
"""

import os
import threading
import uuid
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from SpiffWorkflow.util.task import TaskState

from benchmarks import workload
from benchmarks.floor import Engine, connect

TABLES = (
    "create table floor_instance (id varchar(36) primary key, state text)",
    "create table floor_task (uid varchar(36) primary key, instance varchar(36), name text, owner text, is_open int,"
    " due_on text)",
    "create index floor_task_open on floor_task (owner, due_on, uid) where is_open = 1",
    "create index floor_task_instance on floor_task (instance)",
)
PAGE = (
    "select uid, instance, name, due_on from floor_task where is_open = 1 and owner = ?"
    " order by due_on, uid limit 25"
)


class Rows:
    """A connection for each thread; statements with ``?`` on both back ends."""

    def __init__(self, url: str) -> None:
        self.url, self._own = url, threading.local()
        self._mark = "?" if url.startswith("sqlite") else "%s"
        self._is_sqlite = url.startswith("sqlite")

    @property
    def connection(self) -> Any:
        if not hasattr(self._own, "connection"):
            self._own.connection = connect(self.url)
        return self._own.connection

    def do(self, statement: str, *values: Any) -> Any:
        return self.connection.execute(statement.replace("?", self._mark), values)

    def begin(self) -> None:
        if self._is_sqlite:
            self.connection.execute("begin immediate")

    def state(self, instance: str) -> str:
        wanted = "select state from floor_instance where id = ?"
        row = self.do(wanted if self._is_sqlite else f"{wanted} for update", instance).fetchone()
        return str(row[0])


def prepare(url: str) -> None:
    rows = Rows(url)
    for statement in TABLES:
        rows.do(statement)
    rows.connection.commit()
    rows.connection.close()


def app() -> Flask:
    made, rows, engine = Flask("floor"), Rows(os.environ["FLOOR_URL"]), Engine()

    @made.post("/start")
    def start() -> ResponseReturnValue:
        instance = str(uuid.uuid4())
        workflow = engine.start(workload.plain(workload.start_variables(request.get_json()["size"])))
        rows.begin()
        text = engine.serializer.serialize_json(workflow)
        rows.do("insert into floor_instance values (?, ?)", instance, text)
        _open_rows(rows, instance, workflow, set())
        rows.connection.commit()
        return jsonify(instance)

    @made.get("/open/<instance>")
    def open_tasks(instance: str) -> ResponseReturnValue:
        found = rows.do(
            "select uid, name from floor_task where instance = ? and is_open = 1", instance
        ).fetchall()
        rows.connection.commit()
        return jsonify([list(row) for row in found])

    @made.post("/complete/<instance>/<uid>")
    def complete(instance: str, uid: str) -> ResponseReturnValue:
        rows.begin()
        workflow = engine.serializer.deserialize_json(rows.state(instance))
        rows.do("update floor_task set is_open = 0 where uid = ? and is_open = 1", uid)
        known = {str(task.id) for task in _ready(workflow)}
        task = next(task for task in _ready(workflow) if str(task.id) == uid)
        engine.complete(workflow, task, request.get_json())
        _open_rows(rows, instance, workflow, known)
        text = engine.serializer.serialize_json(workflow)
        rows.do("update floor_instance set state = ? where id = ?", text, instance)
        rows.connection.commit()
        return jsonify(ok=True)

    @made.get("/row/<instance>")
    def row(instance: str) -> ResponseReturnValue:
        found = rows.do("select state from floor_instance where id = ?", instance).fetchone()
        rows.connection.commit()
        return f"<!doctype html><title>Row</title><p>{found[0]}</p>"

    @made.get("/tasks")
    def tasks() -> ResponseReturnValue:
        found = rows.do(PAGE, request.args["owner"]).fetchall()
        rows.connection.commit()
        return jsonify([{"uid": a, "instance": b, "name": c, "due_on": d} for a, b, c, d in found])

    return made


def _ready(workflow: Any) -> Any:
    return workflow.get_tasks(state=TaskState.READY, manual=True)


def _open_rows(rows: Rows, instance: str, workflow: Any, known: set[str]) -> None:
    for task in _ready(workflow):
        if str(task.id) not in known:
            values = (str(task.id), instance, task.task_spec.name, "u1", "9999-12-01")
            rows.do("insert into floor_task values (?, ?, ?, ?, 1, ?)", *values)
