"""Signing in and out in a real browser: the way through two sites, a session that ends while somebody types."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from services.inbox.demo import seed
from services.inbox.oidc import provider_of
from shared.clock import FixedClock
from shared.database import Database
from shared.ids import uuid7
from tests.inbox.interview import INTERVIEW
from tests.inbox.openid import KARIM, NOBODY, PERSON, SERVICES, import_rows, row
from tests.support.browser import violations
from tests.support.inbox_world import World, inbox_app
from tests.support.openid import OpenIdProcess
from tests.support.served import served

TWO_PLACES = "courriel;prenom;nom;organisation;role"


@dataclass
class Late:
    """A WSGI application that is built once its own address is known."""

    app: Any = None

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = self.app(environ, start_response)
        return answer


@pytest.fixture
def address(inbox_database: Database, openid: OpenIdProcess, clock: FixedClock) -> Iterator[str]:
    """The inbox at the provider's process; Karim Benali works for two schools."""
    openid.fresh(clock.now(), PERSON)
    with inbox_database.begin() as tx:
        seed(tx)
    import_rows(inbox_database, [row("Karim Benali", KARIM)])
    import_rows(inbox_database, [f"{KARIM};Karim;Benali;0690048C;referent"], TWO_PLACES)
    late = Late()
    with served(late) as url:  # type: ignore[arg-type]
        openid.behave(redirects=[f"{url}/connexion/retour"], ends=[f"{url}/connexion/fin"])
        provider = provider_of("test", openid.settings("proconnect"), url, clock)
        late.app = inbox_app(inbox_database, dict.fromkeys(SERVICES, NOBODY), clock, provider=provider)
        yield url
        late.app.extensions["inbox"].close()


def expect_page(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert violations(page) == []


def test_a_person_signs_in_by_the_provider_and_out_again_there_too(
    address: str, page: Page, openid: OpenIdProcess
) -> None:
    page.goto(f"{address}/preferences")
    expect_page(page, "Connexion")
    page.get_by_role("link", name="Se connecter avec ProConnect").click()
    expect_page(page, "Pour quelle organisation travaillez-vous ?")
    page.get_by_role("button", name="Trois-Ponts").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes préférences")
    page.get_by_role("link", name="Mes connexions").click()
    expect_page(page, "Mes connexions")
    page.get_by_role("button", name="Déconnecter tous mes appareils").click()
    page.wait_for_url("**/connexion/fin?state=*")
    expect_page(page, "Vous êtes déconnecté")
    assert openid.told()["signed_out"] == [PERSON["sub"]]
    page.goto(f"{address}/taches")
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")


def test_a_refusal_is_a_page_that_holds_the_rules_too(
    address: str, page: Page, openid: OpenIdProcess
) -> None:
    openid.behave(faults=["nonce"])
    page.goto(f"{address}/connexion/ouvrir")
    expect_page(page, "Vous n’êtes pas connecté")


def test_what_is_typed_outlives_the_session(world: World, page: Page) -> None:
    """The page stays; the same person signs in again in another window and goes on."""
    world.enrolment.process.forms["entretien"] = json.dumps(INTERVIEW).encode()
    world.enrolment.open_task(
        "Mener l’entretien", ("lycee", "0690043X"), role="referent", form="entretien", due=date(2026, 9, 4),
        parcours_id=uuid7(),
    )  # fmt: skip
    with served(world.app) as address:
        page.goto(address)
        page.get_by_role("button", name="Karim Benali").click()
        page.get_by_role("link", name="Mener l’entretien").click()
        page.get_by_role("button", name="Prendre la tâche").click()
        world.clock.advance(timedelta(hours=2))
        page.get_by_label("Compte rendu").fill("Une longue conversation")
        page.get_by_label("Compte rendu").blur()
        said = page.locator("#brouillon")
        expect(said).to_contain_text("elles restent sur cette page")
        with page.context.expect_page() as opened:
            said.get_by_role("link", name="Se connecter dans une nouvelle fenêtre").click()
        opened.value.get_by_role("button", name="Karim Benali").click()
        expect(opened.value.get_by_role("heading", level=1)).to_have_text("Tâches")
        opened.value.close()
        page.get_by_label("Réorientation").check()
        expect(said).to_have_text("Brouillon enregistré.")
        page.reload()
        expect(page.get_by_label("Compte rendu")).to_have_value("Une longue conversation")
