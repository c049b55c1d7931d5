"""The inbox over the three real services, with the parcours of a pupil who is 18 on 1 October 2026.

It is played once; each test has the databases as they were then.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from services.embedded import PROCESS_SERVICES
from services.inbox.app import TABLES
from services.inbox.demo import seed
from shared.database import Database
from shared.settings import MailSettings
from tests.diagrams.scenarios import ADMITTED, PROJECT, RIGHTS, SIGNED
from tests.documents.world import Parcours
from tests.family.world import ADDRESS, BORN_ON, Family, told
from tests.support.databases import SqliteCopies
from tests.support.inbox_world import inbox_app
from tests.support.served import served


@pytest.fixture(scope="session")
def played(sqlite_copies: SqliteCopies) -> Iterator[tuple[Family, Callable[[], None]]]:
    """In étape 3, the projet to be signed; and what brings that back."""
    made: list[Database] = []

    def make(packages: Sequence[str]) -> Database:
        made.append(Database(sqlite_copies.url(packages), application_name="tests"))
        return made[-1]

    facts = {"eleve_nom": "Moreau", "eleve_prenom": "Lina", "eleve_ne_le": BORN_ON}
    with ExitStack() as running:
        opened = Parcours(make, facts, date(2026, 9, 7))
        running.callback(opened.close)
        opened.play(told((*ADMITTED, *RIGHTS, *PROJECT)))
        urls = {
            name: running.enter_context(served(PROCESS_SERVICES[name].create_web(each)))
            for name, each in opened.services.items()
        }
        database = make(TABLES)
        with database.begin() as tx:
            seed(tx)
        mail = MailSettings(mail="local", sms="local", address=ADDRESS)
        app = inbox_app(database, urls, opened.clock, mail=mail)
        running.callback(app.extensions["inbox"].close)
        every = [database, *(each.database for each in opened.services.values())]
        yield Family(opened, app, database, urls), _snapshot(opened, every)
    for each in made:
        each.dispose()
        sqlite_copies.drop(each.url)


def _snapshot(opened: Parcours, databases: Sequence[Database]) -> Callable[[], None]:
    now, files = opened.clock.now(), [Path(each.url.removeprefix("sqlite:///")) for each in databases]
    for database, file in zip(databases, files, strict=True):
        database.dispose()
        shutil.copyfile(file, file.with_suffix(".kept"))

    def restore() -> None:
        vars(opened.clock)["_now"] = now  # by itself it only goes forward
        for database, file in zip(databases, files, strict=True):
            database.dispose()
            for rest in ("-wal", "-shm"):
                Path(f"{file}{rest}").unlink(missing_ok=True)
            shutil.copyfile(file.with_suffix(".kept"), file)

    return restore


@pytest.fixture
def family(played: tuple[Family, Callable[[], None]]) -> Iterator[Family]:
    found, restore = played
    yield found
    restore()


@pytest.fixture
def entrusted(family: Family) -> Callable[[], None]:
    """The projet is signed and the parcours in étape 4."""

    def play() -> None:
        family.opened.play(SIGNED)

    return play
