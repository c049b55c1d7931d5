"""Writes the rows of the directory's file: what is new, what changed, what is refused, which territory moved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from services.inbox.directory import csv_file
from services.inbox.directory.checks import SERVING, Checked, check_row
from services.inbox.tables import directory, directory_import, organisation
from shared.catalogue import sentence
from shared.parcours.refusal import Reason

COMMUNE, LYCEE = "commune", "lycee"
IMPORTS_SHOWN = 10
_WRITTEN = ("name", "city", "siret", "academie", "closed_on")


@dataclass(frozen=True)
class Refused:
    line: int
    reasons: list[str]


@dataclass
class ImportResult:
    """``moved``: sentences, one for each commune that another organisation served before."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    moved: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    @property
    def has_changed(self) -> bool:
        return bool(self.created or self.updated or self.moved)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def import_directory(
    tx: Connection, rows: Sequence[csv_file.Row], *, import_id: str, by: tuple[str, str], now: datetime
) -> ImportResult:
    """Write every row that may be, and who imported them (``by``: id and name). The same file again changes nothing."""
    work = _Work(tx)
    for row in rows:
        checked, reasons = check_row(row)
        if checked is not None:
            reasons = list(work.conflicts(checked))
        if checked is None or reasons:
            said = [sentence(reason.code, **reason.params) for reason in reasons]
            work.result.refused.append(Refused(row.line, said))
        else:
            work.write(checked)
    result = work.result
    tx.execute(insert(directory_import).values(
        id=import_id, at=now, actor_id=by[0], actor_name=by[1], created=result.created, updated=result.updated,
        unchanged=result.unchanged, moved=len(result.moved), refused=len(result.refused),
    ))  # fmt: skip
    return result


def imports(look: Connection) -> Sequence[Row[Any]]:
    """The last imports, the newest first."""
    return look.execute(
        select(directory_import).order_by(directory_import.c.at.desc()).limit(IMPORTS_SHOWN)
    ).all()


def territories(look: Connection, today: date) -> dict[str, list[str]]:
    """Open Mission Locale → the communes (INSEE codes) that it serves; none of those that several serve (R43)."""
    query = (
        select(directory.c.serves, directory.c.mission_locale_id)
        .join(organisation, organisation.c.id == directory.c.mission_locale_id)
        .where(directory.c.serves_kind == COMMUNE, organisation.c.kind == "mission_locale")
        .where(organisation.c.closed_on.is_(None) | (organisation.c.closed_on > today))
    )
    serving: dict[str, list[str]] = {}
    for row in look.execute(query):
        serving.setdefault(row.serves, []).append(row.mission_locale_id)
    territory: dict[str, list[str]] = {}
    for commune, found in sorted(serving.items()):
        if len(found) == 1:
            territory.setdefault(found[0], []).append(commune)
    return territory


class _Work:
    """One import: what the directory holds, kept up to date as rows are written."""

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self.result = ImportResult()
        self._known = {row.id: dict(row._mapping) for row in tx.execute(select(organisation))}
        self._served: dict[tuple[str, str], set[str]] = {}
        for row in tx.execute(select(directory)):
            self._served.setdefault((row.mission_locale_id, row.serves_kind), set()).add(row.serves)
        self._holder = self._holders()
        self._seen: dict[str, int] = {}
        self._claimed: dict[str, int] = {}

    def conflicts(self, checked: Checked) -> Iterator[Reason]:
        """What stands against a well-formed row, in the directory or further up in the file."""
        if checked.id in self._seen:
            yield Reason("annuaire.twice", {"line": self._seen[checked.id]})
        known = self._known.get(checked.id)
        if known is not None and known["kind"] != checked.kind:
            yield Reason("annuaire.other_kind", {"kind": known["kind"]})
        if checked.siret and any(
            each["siret"] == checked.siret and id_ != checked.id for id_, each in self._known.items()
        ):
            yield Reason("annuaire.siret_taken")
        if checked.kind == "mission_locale":
            for commune in sorted((checked.communes or set()) & self._claimed.keys()):
                yield Reason("annuaire.commune_twice", {"commune": commune, "line": self._claimed[commune]})

    def write(self, checked: Checked) -> None:
        before = self._known.get(checked.id)
        values = {name: getattr(checked, name) for name in _WRITTEN}
        changed = before is None or any(before[name] != value for name, value in values.items())
        if before is None:
            row = {"id": checked.id, "kind": checked.kind, "uai": checked.uai, **values}
            self._tx.execute(insert(organisation).values(row))
        elif changed:
            self._tx.execute(update(organisation).where(organisation.c.id == checked.id).values(values))
        serves = self._write_served(checked) if checked.kind in SERVING else False
        self._known[checked.id] = {**(before or {"id": checked.id, "kind": checked.kind}), **values}
        self._seen[checked.id] = checked.line
        self._count(before is None, changed or serves)

    def _count(self, is_new: bool, is_changed: bool) -> None:
        name = "created" if is_new else "updated" if is_changed else "unchanged"
        setattr(self.result, name, getattr(self.result, name) + 1)

    def _write_served(self, checked: Checked) -> bool:
        """A commune has one Mission Locale: it is taken from the one before. A lycée may have several."""
        changed = False
        for kind, wanted in ((COMMUNE, checked.communes), (LYCEE, checked.lycees)):
            if wanted is None:
                continue
            before = self._served.get((checked.id, kind), set())
            for gone in sorted(before - wanted):
                self._leave(checked.id, kind, gone)
            for come in sorted(wanted - before):
                if kind == COMMUNE and checked.kind == "mission_locale":
                    self._move(come, checked)
                self._enter(checked.id, kind, come)
            changed = changed or before != wanted
            self._served[(checked.id, kind)] = set(wanted)
        if checked.kind == "mission_locale":
            self._claimed |= dict.fromkeys(checked.communes or (), checked.line)
        return changed

    def _move(self, commune: str, checked: Checked) -> None:
        holder = self._holder.get(commune)
        if holder is not None and holder != checked.id:
            self._leave(holder, COMMUNE, commune)
            self._served[(holder, COMMUNE)].discard(commune)
            said = {"commune": commune, "before": self._known[holder]["name"], "after": checked.name}
            self.result.moved.append(sentence("annuaire.moved", **said))
        self._holder[commune] = checked.id

    def _enter(self, id_: str, kind: str, served: str) -> None:
        row = {"mission_locale_id": id_, "serves_kind": kind, "serves": served}
        self._tx.execute(insert(directory).values(row))

    def _leave(self, id_: str, kind: str, served: str) -> None:
        table = directory.c
        self._tx.execute(delete(directory).where(
            table.mission_locale_id == id_, table.serves_kind == kind, table.serves == served
        ))  # fmt: skip
        if kind == COMMUNE and self._holder.get(served) == id_:
            del self._holder[served]

    def _holders(self) -> dict[str, str]:
        kinds: Mapping[str, str] = {id_: row["kind"] for id_, row in self._known.items()}
        return {
            commune: id_
            for (id_, kind), served in self._served.items()
            if kind == COMMUNE and kinds[id_] == "mission_locale"
            for commune in served
        }
