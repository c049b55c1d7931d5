"""Running instances go to another version of their process: a dry run, the move itself, and its undoing.

One transaction per instance: the instance is locked, looked at again, carried over and audited, or left as it is. Who
is killed in between starts again: what has moved is no longer among the instances of the old version.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Connection, Row, exists, func, insert, select, update

from shared.bpmn import UnknownDefinition, store
from shared.bpmn.definition_tables import process_definition
from shared.bpmn.instance_migration.verdicts import IdMapping, Migration, MigrationRefused, Verdict
from shared.bpmn.store import InstanceRow
from shared.bpmn.tables import instance
from shared.database import Database
from shared.errors import NotFound, Problem, Unavailable
from shared.identity import Actor
from shared.process.instance_migration import move as migration_move
from shared.process.instance_migration import tasks as migration_tasks
from shared.process.instance_migration.tables import migrated_instance
from shared.process.instance_migration.tables import migration as migration_table
from shared.process.processes import Processes

PAGE = 100
NO_MAPPING = IdMapping()


class AmbiguousVersion(Problem):
    """Several versions begin like this. ``version``: what was asked for."""

    code: ClassVar[str] = "process.ambiguous_version"
    status: ClassVar[int] = 422


@dataclass(frozen=True)
class Wanted:
    """What an operator asks for. Versions by their first digits; '' from: every running one, '' to: the active one."""

    process_id: str = ""
    from_version: str = ""
    to_version: str = ""
    ids: IdMapping = NO_MAPPING


@dataclass(frozen=True)
class Migrations:
    """What an operator may do with the running instances of one service."""

    database: Database
    processes: Processes

    def routes(self, wanted: Wanted) -> list[Migration]:
        """From which versions to which; none when nothing runs. Raises UnknownDefinition, AmbiguousVersion,
        MappingRefused."""
        with self.database.read() as look:
            found = [self.processes.catalog.version(look, version) for version in self._from(look, wanted)]
            asked = [each for each in found if wanted.process_id in ("", each.process_id)]
            targets = [(each.version, self._to(look, wanted, each.process_id)) for each in asked]
            return [self._between(look, old, new, wanted.ids) for old, new in targets if new not in ("", old)]

    def _from(self, look: Connection, wanted: Wanted) -> Sequence[str]:
        if wanted.from_version:
            return [_version(look, wanted.from_version, wanted.process_id)]
        return store.versions_in_use(look)

    def _to(self, look: Connection, wanted: Wanted, process_id: str) -> str:
        """'' for a process that is no longer there: its instances keep what they have."""
        if wanted.to_version:
            return _version(look, wanted.to_version, process_id)
        try:
            return self.processes.catalog.active(look, process_id).version
        except UnknownDefinition:
            return ""

    def _between(self, look: Connection, version: str, to: str, ids: IdMapping) -> Migration:
        catalog, processes = self.processes.catalog, self.processes
        old, new = catalog.version(look, version), catalog.version(look, to)
        return Migration(old, new, ids, processes.vocabulary, processes.ids)

    def verdicts(self, route: Migration, after: str = "") -> Iterator[tuple[InstanceRow, Verdict]]:
        """A dry run: every running instance of the old version with what would become of it. Writes nothing."""
        while True:
            with self.database.read() as look:
                rows = store.running_on(look, route.old.version, after, PAGE)
                tasks = migration_tasks.open_tasks(look, [row.id for row in rows])
            for row in rows:
                verdict = route.verdict(row.state, now=self.processes.clock.now())
                yield row, migration_tasks.with_tasks(route, verdict, tasks)
            if len(rows) < PAGE:
                return
            after = rows[-1].id

    def count(self, route: Migration) -> int:
        with self.database.read() as look:
            return store.count_running_on(look, route.old.version)

    def begin(self, route: Migration, actor: Actor) -> str:
        """Write down that a migration begins, by whom and with what mapping. Returns its id."""
        migration_id = self.processes.ids()
        run = {
            "id": migration_id, "process_id": route.old.process_id, "from_version": route.old.version,
            "to_version": route.new.version, "mapping": route.ids.as_json(),
            "started_at": self.processes.clock.now(), "actor_id": actor.person_id, "actor_name": actor.name,
        }  # fmt: skip
        with self.database.begin() as tx:
            tx.execute(insert(migration_table).values(run))
        return migration_id

    def move(
        self, migration_id: str, route: Migration, instance_id: str, actor: Actor
    ) -> tuple[str, Verdict | None]:
        """Move one instance, in a transaction of its own: the outcome, and why.

        ``moved``; ``needs_mapping`` or ``cannot``; ``not_there``: it has ended or gone to another version since;
        ``busy``: somebody else holds it. Only with the first is anything written.
        """
        try:
            with self.database.begin() as tx:
                row = store.lock(tx, instance_id)
                if row is None or row.version != route.old.version or row.status == "ended":
                    return "not_there", None
                step = migration_move.Step(tx, self.processes, route, migration_id, actor)
                return "moved", migration_move.move(step, row)
        except MigrationRefused as refused:
            return refused.verdict.outcome, refused.verdict
        except Unavailable:
            return "busy", None

    def waiting(self, route: Migration, after: str = "") -> Iterator[str]:
        """The ids of the running instances of the old version, from ``after`` on."""
        while True:
            with self.database.read() as look:
                page = [row.id for row in store.running_on(look, route.old.version, after, PAGE)]
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1]

    # back

    def moved(self, migration_id: str, before: str = "") -> Iterator[str]:
        """The instances that a migration has moved and that were not put back, by id, the last one first."""
        mine = (migrated_instance.c.migration_id == migration_id, migrated_instance.c.undone_at.is_(None))
        wanted = select(migrated_instance.c.instance_id).where(*mine)
        while True:
            page = wanted.order_by(migrated_instance.c.instance_id.desc()).limit(PAGE)
            with self.database.read() as look:
                found = look.scalars(
                    page.where(migrated_instance.c.instance_id < before) if before else page
                ).all()
            yield from found
            if len(found) < PAGE:
                return
            before = found[-1]

    def route_of(self, migration_id: str) -> Migration:
        """The route of a migration that was begun. Raises NotFound."""
        with self.database.read() as look:
            run = look.execute(select(migration_table).where(migration_table.c.id == migration_id)).first()
            if run is None:
                raise NotFound(migration=migration_id)
            return self._between(look, run.from_version, run.to_version, IdMapping.of(run.mapping))

    def undo(self, migration_id: str, route: Migration, instance_id: str, actor: Actor) -> str:
        """Put one instance back, in a transaction of its own: ``undone``, ``busy``, or why it stays as it is."""
        same = (
            migrated_instance.c.migration_id == migration_id,
            migrated_instance.c.instance_id == instance_id,
        )
        try:
            with self.database.begin() as tx:
                store.lock(tx, instance_id)
                entry = tx.execute(select(migrated_instance).where(*same)).first()
                if entry is None:
                    raise NotFound(instance=instance_id)
                step = migration_move.Step(tx, self.processes, route, migration_id, actor)
                migration_move.undo(step, entry)
                return "undone"
        except migration_move.UndoRefused as refused:
            return refused.reason
        except Unavailable:
            return "busy"

    # the record

    def list(self, limit: int, before: str = "") -> Sequence[Row[Any]]:
        """The migrations begun so far, the newest first, with how many instances moved and were put back."""
        counts = (
            select(
                migrated_instance.c.migration_id,
                func.count().label("moved"),
                func.count(migrated_instance.c.undone_at).label("undone"),
            )
            .group_by(migrated_instance.c.migration_id)
            .subquery()
        )
        runs = (
            select(migration_table, func.coalesce(counts.c.moved, 0).label("moved"),
                   func.coalesce(counts.c.undone, 0).label("undone"))
            .outerjoin(counts, counts.c.migration_id == migration_table.c.id)
            .order_by(migration_table.c.id.desc())
            .limit(limit)
        )  # fmt: skip
        with self.database.read() as look:
            return look.execute(runs.where(migration_table.c.id < before) if before else runs).all()


def forget_moved(tx: Connection, _now: datetime) -> None:
    """What an instance was before its migration is of no use once it has moved on, and holds people's data."""
    moved_on = exists().where(
        instance.c.id == migrated_instance.c.instance_id, instance.c.moves != migrated_instance.c.moves
    )
    kept = migrated_instance.c.state_before.is_not(None)
    tx.execute(update(migrated_instance).where(kept, moved_on).values(state_before=None, rows_before=None))


def _version(look: Connection, prefix: str, process_id: str) -> str:
    """The version that begins with ``prefix``. Raises UnknownDefinition, AmbiguousVersion."""
    like = select(process_definition.c.version).where(
        process_definition.c.version.startswith(prefix, autoescape=True)
    )
    found = look.scalars(
        (like.where(process_definition.c.process_id == process_id) if process_id else like).limit(2)
    ).all()
    if not found:
        raise UnknownDefinition(version=prefix)
    if len(found) > 1:
        raise AmbiguousVersion(version=prefix)
    return str(found[0])
