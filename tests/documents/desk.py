"""A parcours of the real services behind the inbox."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import Any

from services.embedded import PROCESS_SERVICES
from services.inbox.app import TABLES
from services.inbox.demo import seed
from tests.documents.world import Parcours
from tests.inbox.people import Visitor
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import inbox_app
from tests.support.served import served


class Desk:
    """A parcours behind the inbox; ``sign_in`` gives a browser."""

    def __init__(self, opened: Parcours, app: Any) -> None:
        self.opened, self.app = opened, app
        self.address = f"/parcours/{opened.id}/documents"

    def sign_in(self, name: str) -> Visitor:
        return Visitor(self.app.test_client()).sign_in(name)


@contextmanager
def desk_of(make_sqlite_database: MakeDatabase, **settings: Any) -> Iterator[Desk]:
    """Lina Moreau's parcours, just opened; ``settings`` of the services."""
    with ExitStack() as running:
        facts = {"eleve_nom": "Moreau", "eleve_prenom": "Lina"}
        opened = Parcours(make_sqlite_database, facts, date(2026, 9, 7), **settings)
        running.callback(opened.close)
        urls = {
            name: running.enter_context(served(PROCESS_SERVICES[name].create_web(each)))
            for name, each in opened.services.items()
        }
        database = make_sqlite_database(TABLES)
        with database.begin() as tx:
            seed(tx)
        app = inbox_app(database, urls, opened.clock)
        running.callback(app.extensions["inbox"].close)
        yield Desk(opened, app)
