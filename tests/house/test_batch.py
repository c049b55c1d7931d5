"""Rows that are gathered and written together are those that were given, on both databases."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from shared.database import Database, Instant
from shared.database.batch import Batch, Changes, Rows

metadata = sa.MetaData()
paper = sa.Table(
    "paper", metadata, sa.Column("id", sa.String(36), primary_key=True), sa.Column("title", sa.Text),
    sa.Column("at", Instant), sa.Column("day", sa.Date), sa.Column("seal", sa.LargeBinary),
    sa.Column("about", sa.JSON(none_as_null=True)), sa.Column("status", sa.String(10)),
    sa.Column("version", sa.Integer),
)  # fmt: skip
line = sa.Table(
    "line", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.Text, unique=True)
)
PAPERS, LINES = Rows(paper), Rows(line)
CLOSINGS = Changes(paper, only=paper.c.status == "open", also={paper.c.version: paper.c.version + 1})
PAPER: dict[str, Any] = {
    "id": "a", "title": "L'été à 100 % : « \\u0000 » %s ☀", "at": datetime(2026, 3, 29, 1, 30, 0, 123456, UTC),
    "day": date(2028, 2, 29), "seal": b"\x00\xff\\x", "about": {"jours": [1, 2.5, None], "vrai": True},
    "status": "open", "version": 1,
}  # fmt: skip


@pytest.fixture
def packages() -> tuple[str, ...]:
    return ("shared.process",)


@pytest.fixture
def papers(database: Database) -> Database:
    with database.begin() as tx:
        metadata.create_all(tx)
    return database


def _all(database: Database, table: sa.Table) -> list[dict[str, Any]]:
    with database.read() as look:
        return [dict(row._mapping) for row in look.execute(sa.select(table).order_by(table.c.id))]


def test_every_kind_of_value_comes_back_as_it_was_given(papers: Database) -> None:
    empty = dict.fromkeys(PAPER) | {"id": "b"}
    with papers.begin() as tx, Batch(tx) as batch:
        PAPERS.insert(batch, [PAPER, empty])
    assert _all(papers, paper) == [PAPER, empty]


def test_rows_of_one_table_keep_their_order(papers: Database) -> None:
    with papers.begin() as tx, Batch(tx) as batch:
        LINES.insert(batch, [{"text": text} for text in "zyx"])
        LINES.insert(batch, [{"text": "w"}])
    assert [each["text"] for each in _all(papers, line)] == list("zyxw")


def test_several_tables_are_one_statement_on_postgresql(papers: Database) -> None:
    seen: list[str] = []
    sa.event.listen(papers.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    with papers.begin() as tx:
        with Batch(tx) as batch:
            PAPERS.insert(batch, [PAPER])
            LINES.insert(batch, [{"text": "une"}, {"text": "deux"}])
        written = [text for text in seen if not text.startswith("BEGIN")]
    assert len(written) == (1 if papers.is_postgresql else 2)


def test_a_change_finds_its_rows_by_key_and_leaves_those_that_it_is_not_for(papers: Database) -> None:
    with papers.begin() as tx:
        PAPERS.insert(tx, [PAPER, PAPER | {"id": "b", "status": "closed"}, PAPER | {"id": "c"}])
    with papers.begin() as tx, Batch(tx) as batch:
        for key in "ab":
            CLOSINGS.update(batch, [{"id": key, "status": "closed", "title": None}])
    found = {each["id"]: (each["status"], each["title"], each["version"]) for each in _all(papers, paper)}
    kept = PAPER["title"]
    assert found == {"a": ("closed", None, 2), "b": ("closed", kept, 1), "c": ("open", kept, 1)}


def test_a_row_that_is_gathered_and_then_changed_twice_is_changed_twice(papers: Database) -> None:
    counted = Changes(paper, also={paper.c.version: paper.c.version + 1})
    with papers.begin() as tx, Batch(tx) as batch:
        PAPERS.insert(batch, [PAPER])
        CLOSINGS.update(batch, [{"id": "a", "title": "relu"}])
        CLOSINGS.update(batch, [{"id": "a", "title": "relu encore"}])
        counted.update(batch, [{"id": "a", "status": "closed"}])
    (found,) = _all(papers, paper)
    assert (found["title"], found["status"], found["version"]) == ("relu encore", "closed", 4)


def test_what_fails_leaves_nothing(papers: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        _write(papers, [PAPER], [{"text": "une"}, {"text": "une"}])
    with pytest.raises(ValueError, match="unlike"):
        _write(papers, [PAPER], [{"text": "une"}, {"text": "deux", "id": 2}])
    assert (_all(papers, paper), _all(papers, line)) == ([], [])


@pytest.mark.parametrize("title", ["Planterose\0", "Planterose\ud800"])
def test_a_text_that_postgresql_cannot_store_is_refused_without_being_quoted(
    papers: Database, title: str
) -> None:
    if not papers.is_postgresql:
        return  # SQLite stores both
    with pytest.raises((ValueError, TypeError)) as refused:
        _write(papers, [PAPER | {"title": title}], [])
    assert "Planterose" not in f"{refused.value} {refused.value.__cause__}"


def _write(database: Database, papers: list[dict[str, Any]], lines: list[dict[str, Any]]) -> None:
    with database.begin() as tx, Batch(tx) as batch:
        PAPERS.insert(batch, papers)
        LINES.insert(batch, lines)
