"""Imports the rows of a file into one lycée, in the caller's transaction; a second import changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from services.enrolment.pupils.checks import RowRefusal, Values, check_row, complete
from services.enrolment.pupils.matching import KnownPupils
from services.enrolment.pupils.rows import FIELDS, PupilFile
from services.enrolment.pupils.tables import pupil
from shared.catalogue import sentence
from shared.ids import Ids
from shared.parcours.mef import Mef
from shared.parcours.refusal import Reason, Refusal

Progress = Callable[[int, int], None]
"""Called after each row with the rows done and their total."""

_KEPT_WHEN_BLANK = {"ine", "former_ine"}  # a file that lacks an identifier does not take it away


@dataclass(frozen=True)
class RefusedRow:
    """``reasons``: French sentences; nothing of the row was stored."""

    line: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class UpdatedRow:
    """``fields``: French names of the fields that changed."""

    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A known pupil whose row changed: columns of ``pupil`` before and after."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class ImportResult:
    """What an import did, row by row (R35). Numbers of pupils; lines are those of the file, from 1.

    ``not_sendable``: accepted rows of pupils who are under 16 today (R36); ``outside``: accepted rows whose
    course is not the last year of one of the four diplomas; ``namesakes``: lines of new pupils whose name and
    date of birth were already known under another INE (R42); ``not_read``: columns of the file left aside.
    """

    created: int
    updated: int
    unchanged: int
    refused: tuple[RefusedRow, ...]
    updates: tuple[UpdatedRow, ...]
    namesakes: tuple[int, ...]
    not_sendable: int
    outside: int
    not_read: tuple[str, ...]
    changes: tuple[Change, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON; the changed values themselves are told to nobody."""
        return {name: value for name, value in asdict(self).items() if name != "changes"}


def import_pupils(
    tx: sa.Connection, file: PupilFile, *, uai: str, today: date, now: datetime, ids: Ids,
    progress: Progress | None = None, aliases: Mapping[str, str] | None = None,
) -> ImportResult:  # fmt: skip
    """Creates and updates the pupils of the lycée ``uai`` from ``file``; a refused row stores nothing.

    ``today`` decides ages, ``now`` is the instant of change; ``aliases``: identifiers that a merged record had → the
    record that stayed (R42). Two imports of one lycée run in turn.
    The caller commits: all accepted rows are stored, or none.
    """
    lock_lycee(tx, uai)
    known = KnownPupils(_pupils_of(tx, uai), aliases or {})
    work = _Import(known, file, uai=uai, today=today, now=now, ids=ids)
    for done, row in enumerate(file.rows, 1):
        work.take(row.line, check_row(row, uai, today))
        if progress:
            progress(done, len(file.rows))
    work.write(tx)
    return work.result()


def lock_lycee(tx: sa.Connection, uai: str) -> None:
    """Whoever changes pupils of a lycée does so in turn."""
    if tx.dialect.name == "postgresql":  # SQLite's transactions already exclude each other
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(f"pupils {uai}"))))


def _pupils_of(tx: sa.Connection, uai: str) -> list[Mapping[str, Any]]:
    return [dict(row) for row in tx.execute(sa.select(pupil).where(pupil.c.uai == uai)).mappings()]


class _Import:
    """The running import: what is known, what is to be written, what is to be said."""

    def __init__(
        self, known: KnownPupils, file: PupilFile, *, uai: str, today: date, now: datetime, ids: Ids
    ) -> None:
        self.known, self.file, self.uai = known, file, uai
        self.today, self.now, self.ids = today, now, ids
        self.line_of: dict[str, int] = {}  # pupil id → line of this file
        self.created: list[Values] = []
        self.changed: list[Values] = []
        self.refused: list[RefusedRow] = []
        self.updates: list[UpdatedRow] = []
        self.namesakes: list[int] = []
        self.accepted: list[Values] = []
        self.changes: list[Change] = []

    def take(self, line: int, checked: Values | RowRefusal) -> None:
        if isinstance(checked, RowRefusal):
            self._refuse(line, *checked.reasons)
            return
        try:
            found = self.known.find(checked)
        except Refusal as refusal:
            self._refuse(line, refusal.reason)
            return
        if found is None:
            self._create(line, checked)
        elif found["id"] in self.line_of:
            self._refuse(line, Reason("pupils.twice", {"line": self.line_of[found["id"]]}))
        else:
            self._update(line, found, self.known.without_aliases(checked))

    def write(self, tx: sa.Connection) -> None:
        if self.created:
            tx.execute(sa.insert(pupil), self.created)
        for values in self.changed:
            tx.execute(sa.update(pupil).where(pupil.c.id == values["id"]).values(values))

    def result(self) -> ImportResult:
        courses = [Mef(values["mef"]) for values in self.accepted]
        return ImportResult(
            created=len(self.created), updated=len(self.updates),
            unchanged=len(self.accepted) - len(self.created) - len(self.updates),
            refused=tuple(self.refused), updates=tuple(self.updates), namesakes=tuple(self.namesakes),
            not_sendable=sum(values["sendable_from"] > self.today for values in self.accepted),
            outside=sum(not course.is_last_year and not course.is_pae for course in courses),
            not_read=self.file.not_read, changes=tuple(self.changes),
        )  # fmt: skip

    def _refuse(self, line: int, *reasons: Reason) -> None:
        self.refused.append(RefusedRow(line, tuple(sentence(r.code, **r.params) for r in reasons)))

    def _create(self, line: int, values: Values) -> None:
        if self.known.has_namesake(values):
            self.namesakes.append(line)
        whole = dict.fromkeys(column.name for column in pupil.columns) | values
        whole |= {"id": self.ids(), "uai": self.uai, "created_at": self.now, "updated_at": self.now}
        self.created.append(whole)
        self._accept(line, whole)

    def _update(self, line: int, found: Mapping[str, Any], values: Values) -> None:
        merged = complete({**found, **_said(values, found)})
        changed = [name for name in FIELDS if name in merged and merged[name] != found.get(name)]
        if changed:
            merged["updated_at"] = self.now
            self.changed.append(merged)
            self.changes.append(Change(found, merged))
            self.updates.append(UpdatedRow(line, tuple(FIELDS[name] for name in changed)))
        self._accept(line, merged)

    def _accept(self, line: int, whole: Values) -> None:
        self.line_of[whole["id"]] = line
        self.accepted.append(whole)
        self.known.put(whole)


def _said(values: Values, found: Mapping[str, Any]) -> Values:
    """What the row says of a known pupil: its fields, but blank identifiers, and the course of the parcours.

    SIECLE shows a pupil in the parcours under its own MEF (R6): the course that was followed is kept.
    """
    said = {
        name: value for name, value in values.items() if value is not None or name not in _KEPT_WHEN_BLANK
    }
    if Mef(values["mef"]).is_pae:
        said["mef"] = found["mef"]
    return said
