"""One instance goes to another version, or back, inside the transaction that it is given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

from sqlalchemy import Connection, Row, delete, insert, select, update

from shared.bpmn import store
from shared.bpmn.instance_migration.verdicts import Migrated, Migration, MigrationRefused, Verdict
from shared.bpmn.store import InstanceRow
from shared.database.batch import Batch
from shared.errors import Conflict
from shared.identity import Actor
from shared.process import incidents, record
from shared.process.instance_migration import tasks as migration_tasks
from shared.process.instance_migration.tables import migrated_instance
from shared.process.processes import MoveFailed, Processes
from shared.process.tables import party


class UndoRefused(Conflict):
    """The instance stays as it is. ``reason``: undone_already | went_on | moved_since | taken_since."""

    code: ClassVar[str] = "process.undo_refused"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason=reason)


@dataclass(frozen=True)
class Step:
    """Which migration, in which transaction, by whom."""

    tx: Connection
    processes: Processes
    route: Migration
    migration_id: str
    actor: Actor


def move(step: Step, row: InstanceRow) -> Verdict:
    """Carry a locked instance over. Raises MigrationRefused: nothing that was written may be kept."""
    tx, route, now = step.tx, step.route, step.processes.clock.now()
    migrated = route.apply(row.state, now=now, context=tx)
    rows = migration_tasks.open_tasks(tx, [row.id])
    verdict = migration_tasks.with_tasks(route, migrated.verdict, rows)
    if verdict.reasons:
        raise MigrationRefused(verdict)
    found = migration_tasks.changes(route, migrated.kept, rows)
    before = {"label": row.label, "etape": row.etape, "tasks": migration_tasks.as_json(found)}
    migration_tasks.pin_closed(tx, row.id, route.old.version)
    migration_tasks.write(tx, found, now)
    before["parties"] = _write_parties(tx, row, migrated, now)
    _write_instance(step, row, migrated)
    _audit(step, row, migrated, before)
    _go_on(step, row, migrated)
    return verdict


def _write_parties(
    tx: Connection, row: InstanceRow, migrated: Migrated, now: Any
) -> list[dict[str, Any]] | None:
    """Who has a task has a part in the parcours. The parties before, when that changed them."""
    before = _parties(tx, row.parcours_id)
    for task in migrated.kept:
        record.add_party(tx, row.parcours_id, task.organisation, task.organisation_id, now)
    return before if _parties(tx, row.parcours_id) != before else None


def _parties(tx: Connection, parcours_id: str) -> list[dict[str, Any]]:
    rows = tx.execute(select(party).where(party.c.parcours_id == parcours_id).order_by(party.c.organisation))
    return [dict(row._mapping) | {"since": row.since.isoformat()} for row in rows]


def _write_instance(step: Step, row: InstanceRow, migrated: Migrated) -> None:
    new, progress = step.route.new, migrated.progress
    etape = record.etape_of(new, progress) or row.etape
    if migrated.went_on:
        store.save(step.tx, row, progress, etape, step.processes.clock.now(), held=True)
    store.carry(step.tx, row, new.version, progress, progress.label or row.label, etape)


def _audit(step: Step, row: InstanceRow, migrated: Migrated, before: dict[str, Any]) -> None:
    kept = {} if migrated.went_on else {"state_before": row.state, "rows_before": before}
    entry = {
        "migration_id": step.migration_id, "instance_id": row.id, "parcours_id": row.parcours_id,
        "at": step.processes.clock.now(), "moves": row.moves, "went_on": migrated.went_on,
        "state_after": _digest(migrated.progress.state), **kept,
    }  # fmt: skip
    step.tx.execute(insert(migrated_instance).values(entry))


def _go_on(step: Step, row: InstanceRow, migrated: Migrated) -> None:
    """What automatic steps brought about; and messages that came before anyone awaited them."""
    tx, processes, progress = step.tx, step.processes, migrated.progress
    if migrated.went_on:
        now = processes.clock.now()
        with Batch(tx) as batch:
            processes.record_move(batch, step.route.new, row.id, row.parcours_id, progress, step.actor, now)
    if row.status != "running":
        return  # who is held takes no message until an operator lets it go on
    try:
        with tx.begin_nested():
            processes.deliver_waiting(tx, row.id, row.parcours_id, progress)
    except MoveFailed as failed:
        incidents.record(tx, failed, processes)


def undo(step: Step, entry: Row[Any]) -> None:
    """Put an instance back as it was, byte by byte. Raises UndoRefused: it stays as it is."""
    tx, now = step.tx, step.processes.clock.now()
    row = store.lock(tx, entry.instance_id)
    if row is None or entry.undone_at is not None:
        raise UndoRefused("undone_already")
    if entry.went_on:
        raise UndoRefused("went_on")
    same = (row.version, row.moves, _digest(row.state)) == (
        step.route.new.version, entry.moves, entry.state_after
    )  # fmt: skip
    if not same or entry.state_before is None:
        raise UndoRefused("moved_since")
    _put_back(step, row, entry.state_before, entry.rows_before)
    same_entry = (
        migrated_instance.c.migration_id == entry.migration_id,
        migrated_instance.c.instance_id == entry.instance_id,
    )
    undone = {
        "undone_at": now, "undone_by": step.actor.person_id, "undone_by_name": step.actor.name,
        "state_before": None, "rows_before": None,
    }  # fmt: skip
    tx.execute(update(migrated_instance).where(*same_entry).values(undone))


def _put_back(step: Step, row: InstanceRow, state: bytes, before: dict[str, Any]) -> None:
    tx, old = step.tx, step.route.old
    tasks = migration_tasks.open_tasks(tx, [row.id])
    if migration_tasks.would_be_taken_away(before["tasks"], tasks):
        raise UndoRefused("taken_since")
    progress = replace(step.processes.runtime(old).at_rest(state), state=state)
    store.carry(tx, row, old.version, progress, before["label"], before["etape"])
    migration_tasks.unpin_closed(tx, row.id, old.version)
    migration_tasks.put_back(tx, before["tasks"], tasks, step.processes.clock.now())
    if before["parties"] is not None:
        _put_parties_back(tx, row.parcours_id, before["parties"])


def _put_parties_back(tx: Connection, parcours_id: str, before: Sequence[dict[str, Any]]) -> None:
    tx.execute(delete(party).where(party.c.parcours_id == parcours_id))
    for each in before:
        tx.execute(insert(party).values(each | {"since": datetime.fromisoformat(each["since"])}))


def _digest(state: bytes) -> str:
    return sha256(state).hexdigest()
