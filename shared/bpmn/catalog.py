"""The definitions of a service in its database. Old versions stay: a running instance keeps the one it began with."""

import io
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import Connection, delete, insert, select, update

from shared.bpmn.definition import Definition, reload
from shared.bpmn.definition_tables import active_definition, process_definition
from shared.bpmn.errors import UnknownDefinition
from shared.bpmn.vocabulary import DefinitionFiles, Vocabulary

_KINDS = ("bpmn", "dmn", "forms")


class Catalog:
    """Registers and finds definitions; each version is read once per Python process."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._read: dict[str, Definition] = {}
        self._lock = Lock()

    def register(self, tx: Connection, definitions: Sequence[Definition], now: datetime) -> None:
        """Keep the definitions and make them the active ones, all in the caller's transaction.

        The same files change nothing; a process that is no longer among them starts no new instance.

        They were checked when they were loaded: a bad file never gets here.
        """
        for definition in definitions:
            if not _is_kept(tx, definition.version):
                tx.execute(insert(process_definition).values(
                    version=definition.version, process_id=definition.process_id,
                    files=pack(definition.files), registered_at=now,
                ))  # fmt: skip
            _activate(tx, definition, now)
        named = [definition.process_id for definition in definitions]
        tx.execute(delete(active_definition).where(active_definition.c.process_id.not_in(named)))

    def active(self, tx: Connection, process_id: str) -> Definition:
        """The version that new instances start with. Raises UnknownDefinition."""
        wanted = select(active_definition.c.version).where(active_definition.c.process_id == process_id)
        version = tx.scalar(wanted)
        if version is None:
            raise UnknownDefinition(process_id=process_id)
        return self.version(tx, version)

    def actives(self, tx: Connection) -> list[Definition]:
        """The active version of every process, by process id."""
        versions = tx.scalars(select(active_definition.c.version).order_by(active_definition.c.process_id))
        return [self.version(tx, version) for version in versions.all()]

    def version(self, tx: Connection, version: str) -> Definition:
        """One version, active or not. Raises UnknownDefinition."""
        found = self._read.get(version)
        return found if found is not None else self._fetch(tx, version)

    def _fetch(self, tx: Connection, version: str) -> Definition:
        row = tx.execute(select(process_definition).where(process_definition.c.version == version)).first()
        if row is None:
            raise UnknownDefinition(version=version)
        definition = reload(unpack(row.files), row.process_id, self._vocabulary)
        with self._lock:
            return self._read.setdefault(version, definition)


def _is_kept(tx: Connection, version: str) -> bool:
    same = process_definition.c.version == version
    return tx.scalar(select(process_definition.c.version).where(same)) is not None


def _activate(tx: Connection, definition: Definition, now: datetime) -> None:
    same = active_definition.c.process_id == definition.process_id
    before = tx.scalar(select(active_definition.c.version).where(same))
    if before is None:
        tx.execute(insert(active_definition).values(
            process_id=definition.process_id, version=definition.version, since=now
        ))  # fmt: skip
    elif before != definition.version:
        tx.execute(update(active_definition).where(same).values(version=definition.version, since=now))


def pack(files: DefinitionFiles) -> bytes:
    """A zip of the files, the same bytes for the same files."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for kind in _KINDS:
            for name, content in sorted(getattr(files, kind).items()):
                archive.writestr(ZipInfo(f"{kind}/{name}"), content, ZIP_DEFLATED)
    return out.getvalue()


def unpack(packed: bytes) -> DefinitionFiles:
    kinds: dict[str, dict[str, bytes]] = {kind: {} for kind in _KINDS}
    with ZipFile(io.BytesIO(packed)) as archive:
        for path in archive.namelist():
            kind, _, name = path.partition("/")
            kinds[kind][name] = archive.read(path)
    return DefinitionFiles(**kinds)
