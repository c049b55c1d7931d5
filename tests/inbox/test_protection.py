"""What holds for every page, taken from the application itself: headers, no inline code, no post from another site."""

import re
from collections.abc import Iterator

import pytest
from lxml import html
from werkzeug.routing import Rule

from services.inbox.limits.rules import USUAL, WRITE
from services.inbox.limits.rules import Rule as Limit
from services.inbox.security import CONTENT_SECURITY_POLICY, HEADERS
from shared.ids import uuid7
from tests.inbox.people import Visitor
from tests.support.inbox_world import World, inbox_app

EXEMPT = re.compile(r"/mon-parcours/|/prise-en-charge/|/connexion/fermeture$")
"""A secret in the address, or a signed token in the body, is what another site cannot know."""
VALUES = {"service": "enrolment", "signer": "eleve", "code": "2026-2027", "secret": "x", "name": "x", "key": "x",
          "kind": "pdf", "version": 1, "filename": "inbox.css"}  # fmt: skip
PEOPLE = ("Hélène Vasseur", "Marc Tessier", "Laure Vidal", "Agathe Colin", "Roland Faure", "Solène Marty")


def addresses(world: World, method: str) -> Iterator[tuple[Rule, str]]:
    """Every rule of the application for a method, with an address of it."""
    adapter = world.app.url_map.bind("localhost")
    for rule in world.app.url_map.iter_rules():
        if method in (rule.methods or ()):
            filled = {name: VALUES.get(name, uuid7()) for name in rule.arguments}
            yield rule, adapter.build(rule.endpoint, filled, method=method)


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_no_post_is_taken_without_the_session_s_own_token(
    world: World, karim: Visitor, headers: dict[str, str]
) -> None:
    seen = 0
    for rule, path in addresses(world, "POST"):
        if EXEMPT.search(rule.rule):
            continue
        for token in ({}, {"csrf_token": "of another session"}):
            answer = karim.client.post(path, data=token, headers=headers)
            assert (answer.status_code, "La page a expiré" in answer.text) == (400, True), rule.rule
            seen += 1
    assert seen > 100


def test_every_answer_has_every_header_whatever_it_is(world: World, karim: Visitor) -> None:
    for _rule, path in addresses(world, "GET"):
        with karim.client.get(path) as answer:
            told = {name: answer.headers.get(name) for name in HEADERS}
        stricter = (
            {"Referrer-Policy": "no-referrer"} if EXEMPT.search(path) else {}
        )  # the address is a secret
        assert told in (dict(HEADERS), {**HEADERS, **stricter}), path


def test_errors_have_them_too(world: World, karim: Visitor) -> None:
    urls = {name: service.url for name, service in world.services.items()}
    strict = inbox_app(
        world.database, urls, world.clock, limits={**USUAL, WRITE: Limit(1, 1, USUAL[WRITE].within)}
    )
    hasty = Visitor(strict.test_client()).sign_in("Karim Benali")
    hasty.get("/preferences").send(0)
    answers = [
        karim.client.get("/nulle-part"), karim.client.put("/taches"), karim.client.get("/taches?suite=%00"),
        karim.client.post("/preferences", data={"x": "x" * 1_200_000}), hasty.client.post("/preferences"),
    ]  # fmt: skip
    hasty.get("/preferences").send(0)
    assert (hasty.status, [answer.status_code for answer in answers]) == (429, [404, 405, 400, 413, 400])
    for answer in answers:
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert hasty.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    strict.extensions["inbox"].close()


@pytest.mark.parametrize("name", PEOPLE)
def test_no_page_as_it_is_served_has_code_or_style_within(world: World, name: str) -> None:
    client = Visitor(world.app.test_client()).sign_in(name).client
    seen = 0
    for rule, path in addresses(world, "GET"):
        with client.get(path, follow_redirects=True) as answer:
            if answer.mimetype != "text/html" or rule.arguments:
                continue
            page = html.fromstring(answer.get_data())
        events = "starts-with(name(), 'on') or starts-with(name(), 'hx-on')"
        inline = page.xpath(
            f"//script[not(@src)] | //style | //*[@style] | //*[@*[{events}]] | //a[starts-with(@href, 'javascript:')]"
        )
        foreign = [
            each for each in page.xpath("//script/@src | //link/@href | //img/@src")
            if re.match(r"(https?:)?//", each)
        ]  # fmt: skip
        assert (inline, foreign) == ([], []), path
        seen += 1
    assert seen > 10


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_within() -> None:
    for word in ("unsafe-inline", "unsafe-eval", "http:", "https:", "*", "blob:"):
        assert word not in CONTENT_SECURITY_POLICY
    for directive in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'"):
        assert directive in CONTENT_SECURITY_POLICY


def test_cookies_are_for_the_server_alone(world: World) -> None:
    visitor = Visitor(world.app.test_client())
    token = visitor.get("/connexion").filled(0)["csrf_token"]
    person = visitor.page.xpath("//button[@name='person']/@value | //input[@name='person']/@value")[0]
    answer = visitor.client.post("/connexion", data={"csrf_token": token, "person": person})
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain=" not in cookie
