"""Headers, CSRF, plain error pages, logs without personal data."""

import logging
import re
from pathlib import Path

import pytest

from services.inbox.oidc import provider_of
from services.inbox.views import layout
from shared.settings import OidcSettings
from tests.inbox.people import Visitor
from tests.support.inbox_world import World, inbox_app

OIDC = OidcSettings("https://fca.example/api/v2", "proconnect", "client", "secret")
TEMPLATES = Path(__file__).parents[2] / "services/inbox/templates"


def test_every_page_has_a_strict_content_security_policy(visitor: Visitor) -> None:
    for path in ("/connexion", "/nulle-part", "/static/inbox.css"):
        with visitor.client.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_pages_carry_the_usual_protections_and_are_not_kept_by_the_browser(visitor: Visitor) -> None:
    headers = visitor.sign_in("Karim Benali").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_no_template_needs_an_inline_script_or_style() -> None:
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", re.IGNORECASE
    )
    for template in TEMPLATES.glob("*.html"):
        assert not inline.search(template.read_text(encoding="utf-8")), template.name


def test_in_production_cookies_are_for_https_only(world: World) -> None:
    urls = {name: service.url for name, service in world.services.items()}
    provider = provider_of("production", OIDC, "https://ambition-emploi.example", world.clock)
    app = inbox_app(world.database, urls, world.clock, env="production", provider=provider)
    assert app.config["SESSION_COOKIE_SECURE"] is True
    assert app.test_client().get("/nulle-part").headers["Strict-Transport-Security"].startswith("max-age=")
    app.extensions["inbox"].close()


@pytest.mark.parametrize(
    "path",
    ["/connexion", "/deconnexion", "/preferences", "/taches", "/parcours", "/eleves", "/eleves/import",
     "/taches/enrolment/0190aaaa-0000-7000-8000-000000000000/terminer",
     "/eleves/0190aaaa-0000-7000-8000-000000000000/parcours"],
)  # fmt: skip
def test_a_post_from_another_site_is_refused(visitor: Visitor, path: str) -> None:
    visitor.sign_in("Karim Benali").post(path, {"person": "x"})
    assert (visitor.status, visitor.title) == (400, "La page a expiré")


def test_the_forms_of_one_session_are_not_valid_in_the_next(visitor: Visitor) -> None:
    token = visitor.sign_in("Karim Benali").get("/preferences").filled(0)["csrf_token"]
    visitor.sign_in("Claire Fontaine").post("/preferences", {"csrf_token": token, "theme": "sombre"})
    assert visitor.status == 400


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/nulle-part", 404, "Page introuvable"),
        ("GET", "/parcours/pas-un-identifiant", 404, "Page introuvable"),
        ("PUT", "/taches", 405, "Action impossible"),
        ("GET", "/deconnexion", 405, "Action impossible"),
    ],
)
def test_what_goes_wrong_is_a_plain_french_page(
    visitor: Visitor, method: str, path: str, status: int, title: str
) -> None:
    visitor.sign_in("Karim Benali")
    visitor.read(visitor.client.open(path, method=method))
    assert (visitor.status, visitor.title) == (status, title)
    assert "Revenir à l’accueil" in visitor.text


def test_a_body_that_is_too_large_is_refused_plainly(visitor: Visitor) -> None:
    visitor.sign_in("Karim Benali").get("/preferences")
    visitor.send(0, theme="x" * 1_200_000)
    assert (visitor.status, visitor.title) == (413, "Texte trop long")


def test_a_fault_of_ours_shows_no_trace_and_logs_no_message(
    world: World, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    @world.app.get("/panne")
    def fault() -> str:
        raise RuntimeError("Lina Ferrand")

    visitor.get("/panne")
    assert (visitor.status, visitor.title) == (500, "Un problème est survenu")
    assert "RuntimeError" in caplog.text
    assert "Lina" not in visitor.text + caplog.text


def test_logs_name_no_one(world: World, visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.enrolment.open_task(
        "Mener l’entretien", ("lycee", "0690043X"), role="referent", subject="Lina Ferrand"
    )
    visitor.sign_in("Karim Benali").get("/taches").send("/taches", texte="Ferrand")
    visitor.open("Lina Ferrand").send("/commenter", text="Lina va bien")
    for name in ("Ferrand", "Lina", "Benali", "Karim"):
        assert name not in caplog.text


def test_probes_answer_without_a_session(visitor: Visitor) -> None:
    assert visitor.client.get("/health/live").status_code == 200
    assert visitor.client.get("/health/ready").status_code == 200


def test_pages_work_when_the_third_party_file_is_absent(world: World) -> None:
    layout.describe(world.app, {"inbox.css": "hash", "saisie.js": "hash"})
    page = Visitor(world.app.test_client()).sign_in("Karim Benali")
    assert page.title == "Tâches"
    assert not page.page.xpath(
        "//script[not(contains(@src, '/saisie.js'))] | //*[@*[starts-with(name(), 'hx-')]]"
    )


def test_the_style_sheet_stays_small() -> None:
    assert (TEMPLATES.parent / "static/inbox.css").stat().st_size < 20_000
