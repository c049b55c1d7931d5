"""A person sees where she or he is signed in, and ends it."""

import re

import pytest

from services.inbox.identity.devices import device_of
from tests.inbox.people import Visitor
from tests.support.inbox_world import World

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1"
)
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/138.0 Safari/537.36 Edg/138.0"


def on(world: World, agent: str, name: str = "Karim Benali") -> Visitor:
    client = world.app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = agent
    return Visitor(client).sign_in(name)


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/preferences").title == "Mes préférences"


def test_a_person_sees_her_devices_and_nobody_else_s(world: World) -> None:
    on(world, SAFARI), on(world, EDGE, "Claire Fontaine")
    page = on(world, FIREFOX).get("/preferences").open("Mes connexions")
    rows = page.page.xpath("//tbody/tr/th")
    assert sorted(" ".join(each.text_content().split()) for each in rows) == [
        "Firefox sur Windows (cet appareil)", "Safari sur iPhone",
    ]  # fmt: skip


def test_one_device_is_signed_out_from_another(world: World) -> None:
    lost, here = on(world, SAFARI), on(world, FIREFOX)
    here.get("/connexions").send(next(
        number for number, form in enumerate(here.get("/connexions").page.xpath("//main//form"))
        if re.fullmatch(r"/connexions/[0-9a-f]{16}/fin", form.get("action"))
    ))  # fmt: skip
    assert "L’appareil est déconnecté." in here.text
    assert not is_in(lost)
    assert is_in(here)


def test_all_devices_are_signed_out_at_once_this_one_too(world: World) -> None:
    lost, here, claire = on(world, SAFARI), on(world, FIREFOX), on(world, EDGE, "Claire Fontaine")
    assert here.get("/connexions").send("/connexions/fin").title == "Connexion"
    assert not is_in(lost)
    assert not is_in(here)
    assert is_in(claire)


def test_nobody_ends_somebody_else_s_session(world: World) -> None:
    karim, claire = on(world, FIREFOX), on(world, EDGE, "Claire Fontaine")
    hers = on(world, SAFARI, "Claire Fontaine").get("/connexions")
    key = next(
        a for a in hers.page.xpath("//main//form/@action") if a not in ("/deconnexion", "/connexions/fin")
    )
    karim.get("/connexions")
    karim.post(key, karim.filled("/connexions/fin"))
    assert "Cette connexion était déjà fermée." in karim.text
    assert is_in(claire)


def test_the_list_of_sessions_is_for_who_is_signed_in(visitor: Visitor) -> None:
    for path in ("/connexions", "/connexions/organisation"):
        assert visitor.get(path).title == "Connexion"


@pytest.mark.parametrize(
    ("agent", "name"),
    [(FIREFOX, "Firefox sur Windows"), (SAFARI, "Safari sur iPhone"), (EDGE, "Edge sur Windows"),
     ("", "Navigateur"), ("curl/8 (Linux)", "Navigateur sur Linux")],
)  # fmt: skip
def test_a_device_has_a_short_name(agent: str, name: str) -> None:
    assert device_of(agent) == name
