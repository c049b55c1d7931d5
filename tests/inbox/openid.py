"""The inbox with a provider, as the tests of sign-in use it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from services.inbox.app import SERVICES
from services.inbox.directory.persons import PeopleImported, import_people, read_people
from services.inbox.tables import organisation
from shared.clock import FixedClock
from shared.database import Database
from shared.ids import uuid7
from tests.inbox.people import Visitor, of
from tests.support.inbox_world import inbox_app
from tests.support.openid import OpenIdProcess, brought_back

KARIM, CLAIRE = "karim.benali@lycee.example", "claire.fontaine@lycee.example"
NOBODY = "http://127.0.0.1:9"
IMPORTED = datetime(2026, 9, 7, 8, tzinfo=UTC)
SUBJECT = "sub-of-karim"
PERSON: Mapping[str, Any] = {
    "sub": SUBJECT, "email": "Karim.Benali@lycee.example", "email_verified": True, "given_name": "Karim",
    "usual_name": "Benali", "siret": "19690043700017", "idp_id": "idp-1",
}  # fmt: skip
HEADER = "courriel;prenom;nom;organisation;role;personne"


def row(name: str, email: str, role: str = "referent") -> str:
    """A line that gives one of the demonstration's people an address."""
    id_, _, place = of(name)
    given, _, family = name.partition(" ")
    return f"{email};{given};{family};{place};{role};{id_}"


def import_rows(database: Database, rows: Sequence[str], header: str = HEADER) -> PeopleImported:
    with database.begin() as tx:
        return import_people(tx, read_people("\n".join((header, *rows)).encode()), uuid7, IMPORTED)


def set_siret(database: Database, place: str, siret: str) -> None:
    with database.begin() as tx:
        tx.execute(update(organisation).where(organisation.c.id == place).values(siret=siret))


@dataclass
class SigningIn:
    """An inbox where people sign in at the process's provider of that kind."""

    database: Database
    clock: FixedClock
    process: OpenIdProcess
    kind: str
    app: Any

    def browser(self) -> Visitor:
        return Visitor(self.app.test_client())

    def sign_in(self, visitor: Visitor | None = None, path: str = "/connexion/ouvrir") -> Visitor:
        who = visitor or self.browser()
        return who.get(brought_back(who.client, path))

    def again(self, **settings: str) -> "SigningIn":
        """The same with other settings."""
        return signing_in(self.database, self.clock, self.process, self.kind, **settings)

    def with_faults(self, *faults: str, **how: Any) -> Visitor:
        self.process.behave(faults=list(faults), **how)
        return self.sign_in()


def signing_in(
    database: Database, clock: FixedClock, process: OpenIdProcess, kind: str, **settings: str
) -> SigningIn:
    """No service answers: sign-in needs none."""
    provider = process.provider(kind, clock, **settings)
    app = inbox_app(database, dict.fromkeys(SERVICES, NOBODY), clock, provider=provider)
    return SigningIn(database, clock, process, kind, app)


def is_out(visitor: Visitor) -> bool:
    return visitor.get("/taches").title == "Connexion"


def sign_out(visitor: Visitor) -> Visitor:
    token = visitor.page.xpath("//header//input[@name='csrf_token']/@value")[0]
    return visitor.post("/deconnexion", {"csrf_token": token})
