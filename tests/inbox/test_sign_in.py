"""Signing in and out: sessions, cookies, redirects."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.inbox.app import TABLES
from services.inbox.identity.sessions import PER_PERSON
from services.inbox.oidc import provider_of
from services.inbox.tables import session
from services.inbox.views.dev_login import DevLoginRefused
from shared.database import Database
from shared.settings import OidcSettings
from tests.inbox.people import Visitor, of
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import World, inbox_app

OIDC = OidcSettings("https://fca.example/api/v2", "proconnect", "client", "secret")


@pytest.fixture
def inbox_database(make_database: MakeDatabase) -> Database:
    return make_database(TABLES)


def test_the_sign_in_page_lists_everybody_under_their_organisation(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert page.status == 200
    assert page.title == "Connexion"
    assert len(page.page.xpath("//button[@name='person']")) >= 29
    assert "Mission Locale de l’Est lyonnais" in page.text
    assert "chef d’établissement" in page.text


def test_a_person_signs_in_and_sees_who_she_is(visitor: Visitor) -> None:
    page = visitor.sign_in("Hélène Vasseur")
    assert page.title == "Tâches"
    assert "Hélène Vasseur" in page.text_of("//header")
    assert "Lycée professionnel Louise-Garance" in page.text_of("//header")


def test_someone_who_is_not_in_the_list_does_not_get_in(visitor: Visitor) -> None:
    person, _, _ = of("Hélène Vasseur")
    page = visitor.get("/connexion").send(0, person=f"{person}@ml-lyon-centre")
    assert page.status == 400
    assert page.get("/taches").title == "Connexion"


def test_after_signing_in_one_is_where_one_wanted_to_be(visitor: Visitor) -> None:
    visitor.get("/preferences")
    assert visitor.title == "Connexion"
    person, _, place = of("Hélène Vasseur")
    assert visitor.send(0, person=f"{person}@{place}").title == "Mes préférences"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "\\\\ailleurs.example",
     "javascript:alert(1)", "/taches\r\nSet-Cookie: a=b", "http:/ailleurs.example"],
)  # fmt: skip
def test_signing_in_never_leads_to_another_site(visitor: Visitor, elsewhere: str) -> None:
    person, _, place = of("Hélène Vasseur")
    visitor.get("/connexion", query_string={"suite": elsewhere})
    data = visitor.filled(0, person=f"{person}@{place}") | {"suite": elsewhere}
    answer = visitor.client.post("/connexion", data=data)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/taches"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Visitor) -> None:
    person, _, place = of("Hélène Vasseur")
    data = visitor.get("/connexion").filled(0, person=f"{person}@{place}")
    cookies = visitor.client.post("/connexion", data=data).headers.getlist("Set-Cookie")
    cookie = next(cookie for cookie in cookies if cookie.startswith("ae_session="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_a_session_planted_before_sign_in_is_worth_nothing_after_it(visitor: Visitor, world: World) -> None:
    visitor.client.set_cookie("ae_session", "planted-by-somebody")
    visitor.sign_in("Hélène Vasseur")
    somebody = Visitor(world.app.test_client())
    somebody.client.set_cookie("ae_session", "planted-by-somebody")
    assert somebody.get("/taches").title == "Connexion"


def test_signing_in_again_closes_the_session_that_the_browser_had(visitor: Visitor, world: World) -> None:
    visitor.sign_in("Hélène Vasseur")
    before = visitor.client.get_cookie("ae_session")
    assert before
    visitor.sign_in("Karim Benali")
    somebody = Visitor(world.app.test_client())
    somebody.client.set_cookie("ae_session", before.value)
    assert somebody.get("/taches").title == "Connexion"


def test_signing_out_closes_the_session_on_the_server(visitor: Visitor, world: World) -> None:
    visitor.sign_in("Hélène Vasseur")
    cookie = visitor.client.get_cookie("ae_session")
    assert cookie
    action = visitor.page.xpath("//header//form/@action")[0]
    token = visitor.page.xpath("//header//input[@name='csrf_token']/@value")[0]
    assert visitor.post(action, {"csrf_token": token}).title == "Connexion"
    visitor.client.set_cookie("ae_session", cookie.value)
    assert visitor.get("/taches").title == "Connexion"


def test_an_hour_without_a_request_ends_the_session(visitor: Visitor, world: World) -> None:
    visitor.sign_in("Hélène Vasseur")
    world.clock.advance(timedelta(minutes=61))
    assert visitor.get("/taches").title == "Connexion"


def test_working_keeps_the_session_open_but_not_beyond_ten_hours(visitor: Visitor, world: World) -> None:
    visitor.sign_in("Hélène Vasseur")
    for _ in range(12):
        world.clock.advance(timedelta(minutes=50))
        visitor.get("/preferences")
    assert visitor.title == "Connexion"
    visitor.sign_in("Hélène Vasseur")
    for _ in range(11):
        world.clock.advance(timedelta(minutes=50))
        assert visitor.get("/preferences").title == "Mes préférences"


def test_a_post_after_the_end_of_the_session_says_so_and_does_nothing(visitor: Visitor, world: World) -> None:
    visitor.sign_in("Hélène Vasseur").get("/preferences")
    data = visitor.filled(0, theme="sombre")
    world.clock.advance(timedelta(hours=2))
    page = visitor.post("/preferences", data)
    assert (page.status, page.title) == (401, "Vous n’êtes plus connecté")
    assert visitor.sign_in("Hélène Vasseur").page.get("data-theme") == "auto"


def test_what_was_sent_after_the_end_of_the_session_is_sent_again_once_the_same_person_is_back(
    visitor: Visitor, world: World
) -> None:
    visitor.sign_in("Hélène Vasseur").get("/preferences")
    data = visitor.filled(0, theme="sombre")
    world.clock.advance(timedelta(hours=2))
    ended = visitor.post("/preferences", data)
    kept = ended.filled("/preferences")
    assert kept["theme"] == ["sombre"]
    for name, title in (("Karim Benali", "La page a expiré"), ("Hélène Vasseur", "La page a expiré")):
        visitor.sign_in(name).post("/preferences", kept)
        assert visitor.title == title, "somebody else was here meanwhile"


def test_the_same_person_back_in_another_window_sends_what_the_page_kept(
    visitor: Visitor, world: World
) -> None:
    visitor.sign_in("Hélène Vasseur").get("/preferences")
    data = visitor.filled(0, theme="sombre")
    world.clock.advance(timedelta(hours=2))
    kept = visitor.post("/preferences", data).filled("/preferences")
    page = visitor.sign_in("Hélène Vasseur").post("/preferences", kept)
    assert (page.title, page.page.get("data-theme")) == ("Mes préférences", "sombre")


def test_a_page_that_saves_itself_says_that_the_session_ended_and_stays(
    visitor: Visitor, world: World
) -> None:
    visitor.sign_in("Karim Benali").get("/preferences")
    token = visitor.filled(0)["csrf_token"]
    world.clock.advance(timedelta(hours=2))
    task = "/taches/enrolment/0190aaaa-0000-7000-8000-000000000000"
    for verb in ("brouillon", "formulaire"):
        answer = visitor.client.post(
            f"{task}/{verb}", data={"csrf_token": token}, headers={"HX-Request": "true"}
        )
        assert (answer.status_code, answer.headers["HX-Retarget"]) == (401, "#brouillon")
        assert "HX-Redirect" not in answer.headers
        assert "elles restent sur cette page" in answer.get_data(as_text=True)


def test_signing_in_again_leads_back_to_the_page_where_the_session_ended(
    visitor: Visitor, world: World
) -> None:
    visitor.sign_in("Karim Benali")
    token = visitor.get("/preferences").filled(0)["csrf_token"]
    world.clock.advance(timedelta(hours=2))
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/taches?vue=moi"}
    assert visitor.client.get("/taches", headers=headers).headers["HX-Redirect"] == (
        "/connexion?suite=/taches?vue%3Dmoi"
    )
    page = visitor.post(
        "/connexions/fin", {"csrf_token": token}, headers={"Referer": "http://ailleurs.example/x"}
    )
    assert page.page.xpath("//main//a/@href") == ["/connexion"]
    page = visitor.post(
        "/connexions/fin", {"csrf_token": token}, headers={"Referer": "http://localhost/connexions"}
    )
    assert page.page.xpath("//main//a/@href") == ["/connexion?suite=/connexions"]


def test_an_enhanced_request_after_the_end_of_the_session_goes_to_the_sign_in_page(visitor: Visitor) -> None:
    answer = visitor.client.get("/taches", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/connexion"


def test_a_person_has_a_bounded_number_of_sessions(world: World) -> None:
    visitors = [Visitor(world.app.test_client()) for _ in range(PER_PERSON + 2)]
    for each in visitors:
        each.sign_in("Hélène Vasseur")
        world.clock.advance(timedelta(seconds=1))
    open_ones = [each.get("/preferences").title == "Mes préférences" for each in visitors]
    assert open_ones == [False] * 2 + [True] * PER_PERSON


def test_expired_sessions_are_forgotten_at_the_next_sign_in(visitor: Visitor, world: World) -> None:
    visitor.sign_in("Hélène Vasseur")
    world.clock.advance(timedelta(days=1))
    visitor.sign_in("Karim Benali")
    with world.database.read() as tx:
        assert tx.execute(select(func.count()).select_from(session)).scalar() == 1


def test_the_table_of_sessions_holds_no_token(visitor: Visitor, world: World) -> None:
    visitor.sign_in("Hélène Vasseur")
    cookie = visitor.client.get_cookie("ae_session")
    assert cookie
    with world.database.read() as tx:
        assert cookie.value not in str(tx.execute(select(session)).all())


@pytest.mark.parametrize(("env", "listen"), [("demo", "0.0.0.0"), ("test", "192.168.1.4"), ("demo", "::")])  # noqa: S104
def test_sign_in_without_password_refuses_to_load_beyond_loopback(
    world: World, env: str, listen: str
) -> None:
    with pytest.raises(DevLoginRefused, match="loopback"):
        inbox_app(world.database, urls(world), world.clock, env=env, listen=listen)


@pytest.mark.parametrize("listen", ["127.0.0.1", "::1", "localhost", "127.0.0.2"])
def test_sign_in_without_password_loads_on_loopback(world: World, listen: str) -> None:
    app = inbox_app(world.database, urls(world), world.clock, listen=listen)
    assert app.test_client().get("/connexion").status_code == 200
    app.extensions["inbox"].close()


def test_in_production_the_sign_in_without_password_refuses_to_load(world: World) -> None:
    with pytest.raises(DevLoginRefused, match="demo or test"):
        inbox_app(world.database, urls(world), world.clock, env="production")


def test_where_there_is_a_provider_nobody_signs_in_without_a_password(world: World) -> None:
    provider = provider_of("production", OIDC, "https://ambition-emploi.example", world.clock)
    for env in ("production", "test"):
        app = inbox_app(world.database, urls(world), world.clock, env=env, provider=provider)
        visitor = Visitor(app.test_client()).get("/connexion")
        assert (visitor.status, visitor.title) == (200, "Connexion")
        assert "Hélène" not in visitor.text
        assert "dev_login" not in app.blueprints
        person, _, place = of("Hélène Vasseur")
        assert app.test_client().post("/connexion", data={"person": f"{person}@{place}"}).status_code in (
            400,
            405,
        )
        app.extensions["inbox"].close()


def test_in_a_demonstration_another_host_name_is_refused(visitor: Visitor) -> None:
    """A page of another site whose name is made to point here cannot drive the sign-in."""
    assert visitor.client.get("/connexion", headers={"Host": "ailleurs.example"}).status_code == 400


def urls(world: World) -> dict[str, str]:
    return {name: service.url for name, service in world.services.items()}
