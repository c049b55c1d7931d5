"""What an erasure takes out of a database leaves its file too, the gaps in pages and the journal included (R40)."""

import random
from pathlib import Path

import sqlalchemy as sa

from shared.database import Database
from shared.database.wiping import ask, wipe_if_asked

metadata = sa.MetaData()
kept = sa.Table(
    "kept", metadata, sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.Text, index=True), sa.Column("text", sa.Text),
)  # fmt: skip
NAMES = [f"Planterose{number:03d}" for number in range(300)]
ERASED = NAMES[::4]


SEED = 0  # one that leaves gaps


def _database(folder: Path) -> Database:
    database = Database(f"sqlite:///{folder / 'some.sqlite'}", application_name="tests")
    with database.begin() as tx:
        metadata.create_all(tx)
    return database


def _spread(database: Database) -> None:
    """Rows that grow and shrink, so that SQLite moves them from page to page."""
    chance = random.Random(SEED)
    with database.begin() as tx:
        for number, name in enumerate(NAMES):
            text = name * chance.randint(0, 60)
            tx.execute(sa.insert(kept).values(id=str(chance.random()), name=name, text=text))
            other = NAMES[chance.randint(0, number)]
            changed = sa.update(kept).where(kept.c.name == other)
            tx.execute(changed.values(text=other * chance.randint(0, 60)))


def _erase(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(sa.delete(kept).where(kept.c.name.in_(ERASED)))
        ask(tx)


def _settle(database: Database) -> None:
    """What is committed goes from the journal into the file."""
    raw = database.engine.raw_connection()
    raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()


def _left(folder: Path) -> set[str]:
    content = b"".join(path.read_bytes() for path in folder.iterdir())
    return {name for name in ERASED if name.encode() in content}


def test_after_the_wipe_no_byte_of_an_erased_row_is_in_any_file(tmp_path: Path) -> None:
    database = _database(tmp_path)
    _spread(database)
    _erase(database)
    _settle(database)
    assert _left(tmp_path) != set()  # what secure_delete alone leaves
    assert wipe_if_asked(database) > 0
    assert _left(tmp_path) == set()
    assert wipe_if_asked(database) == 0  # it was asked for once
    database.dispose()


def test_a_wipe_that_somebody_is_in_the_way_of_is_made_later(tmp_path: Path) -> None:
    database = _database(tmp_path)
    _spread(database)
    with database.read() as look:
        look.execute(sa.select(kept)).first()
        _erase(database)
        wipe_if_asked(database)
        assert _left(tmp_path) != set()
    assert wipe_if_asked(database) > 0
    assert _left(tmp_path) == set()
    database.dispose()


def test_an_erasure_that_is_undone_asks_for_nothing(tmp_path: Path) -> None:
    database = _database(tmp_path)
    with database.engine.connect() as undone:
        ask(undone)
        undone.rollback()
    assert wipe_if_asked(database) == 0
    database.dispose()
