"""What the inbox says of itself to everybody: legal pages, personal data, cookies, security, help."""

import re
import tomllib
from pathlib import Path

import pytest

from services.inbox.site import site_of
from services.inbox.site.legal import SETTINGS
from shared.settings import SettingsRefused, SiteSettings
from tests.inbox.people import Visitor
from tests.support.inbox_world import World, inbox_app

ROOT = Path(__file__).parents[2]
ADDRESS = "https://ambition-emploi.example.org"
SAID = SiteSettings(
    publisher="Ville des Trois-Ponts, 1 place du Marché, Lyon", director="Camille Ferrand", host="Hébergeur, Lyon",
    contact="accessibilite@example.org", dpo="dpo@example.org", security="mailto:securite@example.org",
)  # fmt: skip


@pytest.fixture
def told(world: World) -> Visitor:
    """Somebody before an inbox whose operator has said everything."""
    urls = {name: service.url for name, service in world.services.items()}
    app = inbox_app(world.database, urls, world.clock, said=site_of("production", SAID, ADDRESS))
    return Visitor(app.test_client())


@pytest.mark.parametrize("name", SETTINGS)
def test_in_production_whoever_answers_for_the_site_has_to_be_said(name: str) -> None:
    missing = SiteSettings(**(vars(SAID) | {name: ""}))
    with pytest.raises(SettingsRefused, match=f"AE_{SETTINGS[name]} is missing"):
        site_of("production", missing, ADDRESS)
    assert name not in site_of("demo", missing, ADDRESS).said


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("contact", "écrivez-nous", "AE_CONTACT is .* allowed: an e-mail address"),
        ("dpo", "https://example.org", "AE_DPO_CONTACT is .* allowed: an e-mail address"),
        ("security", "securite@example.org", "AE_SECURITY_CONTACT is .* allowed: https://… or mailto:…"),
        ("security", "http://example.org/faille", "AE_SECURITY_CONTACT is .* allowed: https://… or mailto:…"),
        ("publisher", "x" * 501, "AE_PUBLISHER: allowed: 500 characters"),
        ("host", "Lyon\nParis", "AE_HOSTED_BY: allowed: .* on one line"),
    ],
)
def test_what_is_said_badly_is_refused_by_name(name: str, text: str, why: str) -> None:
    with pytest.raises(SettingsRefused, match=why):
        site_of("demo", SiteSettings(**(vars(SAID) | {name: text})), ADDRESS)


def test_the_legal_pages_say_who_answers_for_the_site(told: Visitor) -> None:
    legal = told.get("/mentions-legales").text
    for name in ("publisher", "director", "host", "contact", "security"):
        assert getattr(SAID, name) in legal
    assert SAID.dpo in told.get("/donnees-personnelles").text
    assert SAID.contact in told.get("/accessibilite").text


def test_what_nobody_has_said_is_asked_for_by_the_name_of_its_setting(visitor: Visitor) -> None:
    said = visitor.get("/mentions-legales").text
    for name in ("PUBLISHER", "PUBLICATION_DIRECTOR", "HOSTED_BY", "CONTACT"):
        assert f"réglage AE_{name}" in said


def test_every_cookie_that_the_inbox_sets_is_told(visitor: Visitor) -> None:
    names = set(visitor.get("/donnees-personnelles").page.xpath("//tbody//th/text()"))
    set_by_us = {
        found
        for path in (ROOT / "services/inbox").rglob("*.py")
        for found in re.findall(r'"(ae_[a-z]+)"', path.read_text(encoding="utf-8"))
    }
    assert names == set_by_us


def test_a_weakness_can_be_told_to_somebody(told: Visitor) -> None:
    """RFC 9116; the clock is at 7 September 2026."""
    answer = told.client.get("/.well-known/security.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.splitlines() == [
        "Contact: mailto:securite@example.org",
        "Expires: 2027-03-06T00:00:00Z",
        "Preferred-Languages: fr, en",
        f"Canonical: {ADDRESS}/.well-known/security.txt",
    ]


def test_where_nobody_is_said_there_is_no_such_file(visitor: Visitor) -> None:
    assert visitor.get("/.well-known/security.txt").status == 404


def test_every_page_leads_to_the_pages_for_everybody(visitor: Visitor) -> None:
    for page in (visitor.get("/connexion"), visitor.get("/nulle-part"), visitor.sign_in("Karim Benali")):
        links = page.links("//footer")
        assert links == [
            "Accessibilité : non conforme", "Mentions légales", "Données personnelles et cookies", "Statistiques",
        ]  # fmt: skip


def test_the_help_of_a_refused_form_is_that_of_its_page(visitor: Visitor) -> None:
    visitor.sign_in("Hélène Vasseur").get("/eleves/import")
    of_page = visitor.text_of("//details[@class='aide']")
    assert "SIECLE" in of_page
    visitor.send(0)
    assert (visitor.status, visitor.text_of("//details[@class='aide']")) == (422, of_page)


def test_an_error_says_that_nothing_is_lost(visitor: Visitor) -> None:
    assert "Rien n’est perdu" in visitor.get("/nulle-part").text_of("//details[@class='aide']")


def test_no_word_of_help_is_left_over(world: World) -> None:
    """One of a page that is no more would mislead whoever looks for the words of a page."""
    written = set(tomllib.loads((ROOT / "shared/catalogue/aide.toml").read_text(encoding="utf-8")))
    elsewhere = {"provider.leave", "provider.come_back", "provider.ended", "toutes", "erreur"}
    assert written - elsewhere <= world.app.view_functions.keys()
