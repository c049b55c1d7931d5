"""The inbox with three fake services behind it, all in this process, over real HTTP."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask

from services.inbox.app import SERVICES, create_app
from services.inbox.demo import seed
from shared.clock import FixedClock
from shared.database import Database
from shared.identity import TokenSigner, new_private_key, public_key
from shared.ids import uuid7
from shared.settings import MailSettings
from tests.support.databases import MakeDatabase
from tests.support.fake_service import FakeService

KEY = new_private_key()


@dataclass(frozen=True)
class World:
    app: Flask
    database: Database
    clock: FixedClock
    services: dict[str, FakeService]

    @property
    def enrolment(self) -> FakeService:
        return self.services["enrolment"]

    @property
    def accompaniment(self) -> FakeService:
        return self.services["accompaniment"]

    @property
    def bilan(self) -> FakeService:
        return self.services["bilan"]


@contextmanager
def serving(database: Database, make_sqlite_database: MakeDatabase, clock: FixedClock) -> Iterator[World]:
    """The demonstration's people are seeded; the services know nothing yet."""
    with database.begin() as tx:
        seed(tx)
    with ExitStack() as running:
        services = {
            name: running.enter_context(
                FakeService(name, make_sqlite_database(["shared.tasks"]), clock, {"k1": public_key(KEY)})
            )
            for name in SERVICES
        }
        app = inbox_app(database, {name: service.url for name, service in services.items()}, clock)
        running.callback(app.extensions["inbox"].close)
        yield World(app, database, clock, services)


def inbox_app(database: Database, urls: dict[str, str], clock: FixedClock, **changed: Any) -> Flask:
    """The inbox as tests build it; ``changed`` arguments of ``create_app`` replace the usual ones."""
    usual: dict[str, Any] = {
        "env": "test", "listen": "127.0.0.1", "database": database, "service_urls": urls,
        "signer": TokenSigner({"k1": KEY}, clock, uuid7), "session_secret": "a secret for tests only",
        "clock": clock, "business_clock": clock, "mail": MailSettings(mail="local"),
    }  # fmt: skip
    return create_app(**(usual | changed))
