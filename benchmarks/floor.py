"""The naive floor: bare SpiffWorkflow as it comes, and nothing of ours. A child: ``floor MODE SIZE [URL PID]``.

mem: live workflow objects. round-trip: its own JSON serializer around every completion. sqlite, postgresql: the same
with SELECT, UPDATE and COMMIT of one row. ``PID``: the postmaster, whose processes' CPU is added.
"""

import io
import sqlite3
import sys
import threading
import time
from typing import Any

import psycopg
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from benchmarks import measuring, workload
from benchmarks.children import Answer, in_threads, serve


class Engine:
    """W1 on the library's public door."""

    def __init__(self, xml: str = "") -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_io(io.BytesIO((xml or workload.spiff_xml()).encode()))
        self.spec = parser.get_spec("w1")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))

    def start(self, variables: dict[str, Any]) -> Any:
        workflow = BpmnWorkflow(self.spec)
        workflow.get_next_task(state=TaskState.READY).data.update(variables)
        self._advance(workflow)
        return workflow

    def complete(self, workflow: Any, task: Any = None, answers: dict[str, Any] | None = None) -> None:
        """The task given, else the first one, with its answers."""
        task = task or workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data.update(answers or workload.answers(task.task_spec.name))
        task.run()
        self._advance(workflow)

    def _advance(self, workflow: Any) -> None:
        workflow.do_engine_steps()
        workflow.refresh_waiting_tasks()


class Memory:
    """Live objects; or with the serializer's text in between."""

    def __init__(self, engine: Engine, round_trip: bool) -> None:
        self.engine, self.round_trip = engine, round_trip
        self.kept: dict[int, Any] = {}

    def put(self, key: int, workflow: Any) -> None:
        self.kept[key] = self.engine.serializer.serialize_json(workflow) if self.round_trip else workflow

    def complete(self, key: int) -> None:
        kept = self.kept[key]
        workflow = self.engine.serializer.deserialize_json(kept) if self.round_trip else kept
        self.engine.complete(workflow)
        self.put(key, workflow)


class Rows:
    """One row per instance; a connection per thread."""

    def __init__(self, engine: Engine, url: str) -> None:
        self.engine, self.url = engine, url
        self.mark = "?" if url.startswith("sqlite") else "%s"
        self._own = threading.local()
        self._do("create table if not exists floor (id integer primary key, state text)")
        self.connection().commit()

    def connection(self) -> Any:
        if not hasattr(self._own, "connection"):
            self._own.connection = connect(self.url)
        return self._own.connection

    def put(self, key: int, workflow: Any) -> None:
        text = self.engine.serializer.serialize_json(workflow)
        self._do("delete from floor where id = ?", key)
        self._do("insert into floor values (?, ?)", key, text)
        self.connection().commit()

    def complete(self, key: int) -> None:
        row = self._do("select state from floor where id = ?", key).fetchone()
        workflow = self.engine.serializer.deserialize_json(row[0])
        self.engine.complete(workflow)
        self._do(
            "update floor set state = ? where id = ?", self.engine.serializer.serialize_json(workflow), key
        )
        self.connection().commit()

    def _do(self, statement: str, *values: Any) -> Any:
        return self.connection().execute(statement.replace("?", self.mark), values)


def connect(url: str) -> Any:
    if not url.startswith("sqlite"):
        return psycopg.connect(url.replace("+psycopg", ""))
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)
    for pragma in ("journal_mode=wal", "synchronous=full"):
        connection.execute(f"pragma {pragma}")
    return connection


def main(mode: str, size: str, url: str = "", postmaster: str = "") -> None:
    engine, variables = Engine(), workload.plain(workload.start_variables(int(size)))
    store: Any = Memory(engine, mode == "round-trip") if mode in ("mem", "round-trip") else Rows(engine, url)
    database = int(postmaster) if mode == "postgresql" else None

    def used() -> float:
        return time.process_time() + (measuring.tree_cpu(database) if database else 0.0)

    def one_round(question: dict[str, int]) -> Answer:
        instances, clients = question["instances"], question.get("clients", 1)
        for number in range(instances):
            store.put(number, engine.start(variables))
        half, before = 0, used()
        for task in workload.TASKS:
            in_threads(clients, range(instances), store.complete)
            half = len(store.kept[0]) if task == "u4" and mode == "round-trip" else half
        return {"cpu": (used() - before) / (instances * len(workload.TASKS)), "bytes": half}

    serve(one_round)


if __name__ == "__main__":
    main(*sys.argv[1:])
