"""Rows that are gathered and written together are those that were given, on both databases."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from shared.database import Database, Instant
from shared.database.batch import Batch, Changes, Rows
from tests.support.databases import MakeDatabase

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


@pytest.fixture
def papers_on_postgresql(make_postgresql_database: MakeDatabase) -> Database:
    database = make_postgresql_database(())
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


def test_on_postgresql_one_part_that_fails_takes_the_others_with_it(papers_on_postgresql: Database) -> None:
    papers = papers_on_postgresql
    with papers.begin() as tx:
        with pytest.raises(sa.exc.IntegrityError), tx.begin_nested():
            _gather(tx, [PAPER], [{"text": "une"}, {"text": "une"}])
        LINES.insert(tx, [{"text": "deux"}])
    assert (_all(papers, paper), [each["text"] for each in _all(papers, line)]) == ([], ["deux"])


@pytest.mark.parametrize("keys", [["7"], ["7", "8", "9"]])
def test_rows_are_found_by_their_keys_however_few_there_are(
    papers_on_postgresql: Database, keys: list[str]
) -> None:
    """PostgreSQL reads a small table whole when it does not know how few rows are looked for."""
    seen: list[tuple[str, Any]] = []
    with papers_on_postgresql.begin() as tx:
        PAPERS.insert(tx, [PAPER | {"id": str(number)} for number in range(3_000)])
        tx.execute(sa.text("ANALYZE paper"))
        sa.event.listen(tx, "before_cursor_execute", lambda *given: seen.append((given[2], given[3])))
        CLOSINGS.update(tx, [{"id": key, "status": "closed"} for key in keys])
        statement, given = seen[0]
        plan = "\n".join(tx.exec_driver_sql(f"EXPLAIN {statement}", given).scalars())
    assert ("Index Scan" in plan, "Seq Scan" in plan) == (True, False), plan


@pytest.mark.parametrize(
    "values", [{"title": "Planterose\0"}, {"title": "Planterose\ud800"}, {"about": {"nom": ["Planterose\0"]}}]
)
def test_a_text_that_postgresql_cannot_store_is_refused_without_being_quoted(
    papers_on_postgresql: Database, values: dict[str, Any]
) -> None:
    with pytest.raises((ValueError, TypeError)) as refused:
        _write(papers_on_postgresql, [PAPER | values], [])
    assert "Planterose" not in f"{refused.value} {refused.value.__cause__}"


def test_a_naive_instant_is_refused(papers: Database) -> None:
    with pytest.raises((TypeError, sa.exc.StatementError)):
        _write(papers, [PAPER | {"at": datetime(2026, 3, 29)}], [])  # noqa: DTZ001
    assert _all(papers, paper) == []


def test_two_changes_of_one_row_at_once_are_refused(papers: Database) -> None:
    change = {"id": "a", "title": "relu"}
    with papers.begin() as tx, pytest.raises(ValueError, match="one row"):
        CLOSINGS.update(tx, [change, change])


@pytest.mark.parametrize(
    "column", [sa.Column("n", sa.Integer, default=1), sa.Column("n", sa.JSON, nullable=True)]
)
def test_a_table_that_the_two_databases_would_fill_unlike_is_refused(column: sa.Column[Any]) -> None:
    with pytest.raises(ValueError, match=r"t\.n"):
        Rows(sa.Table("t", sa.MetaData(), column))


def _write(database: Database, papers: list[dict[str, Any]], lines: list[dict[str, Any]]) -> None:
    with database.begin() as tx:
        _gather(tx, papers, lines)


def _gather(tx: sa.Connection, papers: list[dict[str, Any]], lines: list[dict[str, Any]]) -> None:
    with Batch(tx) as batch:
        PAPERS.insert(batch, papers)
        LINES.insert(batch, lines)
