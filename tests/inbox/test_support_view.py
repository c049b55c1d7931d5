"""Support sees as somebody else: with a banner, a reason, half an hour, reading only, and told to that person."""

from datetime import timedelta

import pytest

from services.inbox.app import TABLES
from shared.database import Database
from tests.inbox.interview import GARANCE
from tests.inbox.people import Visitor, of
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import World

KARIM, _, HERE = of("Karim Benali")
HEAD = "Hélène Vasseur"
WHY = "Il ne voit pas le bouton « Terminer »"


@pytest.fixture
def inbox_database(make_database: MakeDatabase) -> Database:
    return make_database(TABLES)


@pytest.fixture
def support(world: World) -> Visitor:
    return Visitor(world.app.test_client()).sign_in("Dominique Aubry")


def watch(
    support: Visitor, motif: str = WHY, personne: str = f"{KARIM}@{HERE}", texte: str = "benali"
) -> Visitor:
    support.get("/assistance").send("/chercher", texte=texte)
    return support.send("/assistance", motif=motif, personne=personne)


def banner(visitor: Visitor) -> str:
    return " ".join(visitor.page.xpath("//aside[@class='acting']")[0].text_content().split())


def test_support_sees_what_the_person_sees_with_a_banner_on_every_page(
    world: World, support: Visitor
) -> None:
    world.enrolment.open_task("Relire", GARANCE, assignee=(KARIM, None))
    watch(support)
    for path in ("/taches", "/taches?vue=organisation", "/parcours", "/nulle-part"):
        support.get(path)
        said = banner(support)
        assert "Assistance, en lecture seule, jusqu’à 10 h 30 : vous voyez ce que voit Karim Benali." in said
        assert f"Motif : {WHY}" in said
    assert "Relire" in support.get("/taches").text
    actor = world.enrolment.actors[-1]
    assert (actor.is_support, actor.organisation_id) == (True, HERE)
    assert actor.name == "Dominique Aubry, assistance auprès de Karim Benali"


def test_nothing_is_done_as_that_person(world: World, support: Visitor) -> None:
    task = world.enrolment.open_task("Relire", GARANCE, assignee=(KARIM, None))
    watch(support).open("Relire")
    assert support.page.xpath("//button[contains(., 'Terminer la tâche')]") == []
    token = support.page.xpath("//input[@name='csrf_token']/@value")[0]
    for verb in ("terminer", "rendre", "commenter", "brouillon"):
        sent = {"csrf_token": token, "version": "1", "key": "k", "text": "Bonjour"}
        answer = support.post(f"/taches/enrolment/{task}/{verb}", sent)
        assert (answer.status, "L’assistance regarde sans rien faire" in answer.text) == (403, True)
    for path in ("/preferences", "/connexions", "/equipe", "/equipe/suppleances", "/assistance"):
        assert support.get(path).status == 403, path
    assert world.enrolment.process.completed == []


def test_it_ends_after_half_an_hour_or_when_support_leaves(world: World, support: Visitor) -> None:
    watch(support)
    world.clock.advance(timedelta(minutes=30))
    assert "Vous n’agissez plus" in support.get("/taches").text
    assert support.page.xpath("//aside[@class='acting']") == []
    watch(support)
    token = support.page.xpath("//input[@name='csrf_token']/@value")[0]
    support.post("/agir/fin", {"csrf_token": token})
    assert support.page.xpath("//aside[@class='acting']") == []
    assert "Dominique Aubry" in support.text_of("//header")


@pytest.mark.parametrize(
    ("motif", "personne", "said"),
    [
        ("", f"{KARIM}@{HERE}", "Écrivez le motif, de 10 à 500 caractères."),
        ("aide", f"{KARIM}@{HERE}", "Écrivez le motif, de 10 à 500 caractères."),
        ("x" * 501, f"{KARIM}@{HERE}", "Écrivez le motif, de 10 à 500 caractères."),
        (WHY, "personne", "Choisissez une personne de la liste."),
    ],
)
def test_without_a_reason_or_a_person_nothing_is_seen(
    support: Visitor, motif: str, personne: str, said: str
) -> None:
    watch(support, motif, personne)
    assert (support.status, said in support.text) == (422, True)
    assert support.page.xpath("//aside[@class='acting']") == []


def test_nobody_else_sees_as_somebody_and_the_platform_s_people_are_not_seen_as(
    world: World, support: Visitor, karim: Visitor
) -> None:
    token = karim.get("/taches").page.xpath("//input[@name='csrf_token']/@value")[0]
    assert karim.get("/assistance").status == 403
    assert (
        karim.post("/assistance", {"csrf_token": token, "motif": WHY, "personne": f"{KARIM}@{HERE}"}).status
        == 403
    )
    dpo = of("Agathe Colin")
    assert watch(support, personne=f"{dpo[0]}@{dpo[2]}").status == 403


def test_the_person_and_the_dpo_read_who_looked_when_and_why(
    world: World, support: Visitor, karim: Visitor
) -> None:
    assert "L’assistance n’a jamais regardé." in karim.get("/connexions").text
    watch(support)
    for reader in (
        karim.get("/connexions"),
        Visitor(world.app.test_client()).sign_in("Agathe Colin").get("/donnees/assistance"),
    ):
        assert "Dominique Aubry" in reader.text
        assert WHY in reader.text
    assert "L’assistance (Dominique Aubry) a regardé l’application comme Karim Benali." in (
        Visitor(world.app.test_client()).sign_in(HEAD).get("/equipe").text
    )


def pages(world: World) -> list[str]:
    """Every page that has an address of its own, from the application itself."""
    rules = [
        rule
        for rule in world.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    ]
    return sorted(rule.rule for rule in rules if not rule.rule.startswith(("/metrics", "/health")))


def test_no_page_fails_for_who_only_looks_and_each_has_the_banner(world: World, support: Visitor) -> None:
    watch(support, personne=f"{of(HEAD)[0]}@{HERE}")
    for path in pages(world):
        support.get(path)
        assert support.status != 500, path
        if support.page is not None and support.path != "/connexion" and support.status != 503:
            assert support.page.xpath("//aside[@class='acting']"), (path, support.status)
