"""A delegation by the head of school: a named scope until a day, both names in what is done, nothing else."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.inbox.app import TABLES
from shared.database import Database
from tests.inbox.interview import GARANCE
from tests.inbox.people import Visitor, of
from tests.inbox.test_standing_in import PAGE, is_offered, take
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import World

CLAIRE, KARIM = of("Claire Fontaine")[0], of("Karim Benali")[0]
HEAD = "Hélène Vasseur"
ADMISSIONS = {"suppleant": CLAIRE, "du": "07/09/2026", "au": "11/09/2026", "perimetre": "admissions"}
BOTH = "Claire Fontaine, par délégation de Hélène Vasseur"
BOSS = "chef_etablissement"


@pytest.fixture
def inbox_database(make_database: MakeDatabase) -> Database:
    return make_database(TABLES)


@pytest.fixture
def head(world: World) -> Visitor:
    return Visitor(world.app.test_client()).sign_in(HEAD)


def delegate(head: Visitor, **changed: Any) -> Visitor:
    return head.get(PAGE).send("/delegations", **(ADMISSIONS | changed))


def test_who_has_a_delegation_does_the_tasks_of_its_scope_and_both_names_stay(
    world: World, head: Visitor, claire: Visitor
) -> None:
    decide = world.enrolment.open_task("Décider", GARANCE, role=BOSS, element="decider_admission")
    world.enrolment.open_task("Répondre", GARANCE, role=BOSS, element="repondre_transfert")
    world.enrolment.open_task("Mener", GARANCE, role="referent")
    assert "La délégation est enregistrée." in delegate(head).text
    take(claire, HEAD)
    assert "par délégation (admissions) : Hélène Vasseur, jusqu’au vendredi 11 septembre 2026" in claire.text
    assert [
        row.xpath(".//span[@class='row-name']")[0].text for row in claire.page.xpath("//li[@class='row']")
    ] == ["Décider"]
    claire.open("Décider").send("/terminer")
    assert "La tâche est terminée." in claire.text
    assert [id_ for id_, _ in world.enrolment.process.completed] == [decide]
    assert BOTH in head.get(f"/taches/enrolment/{decide}").text


def test_what_is_not_in_the_scope_is_refused_by_its_service(
    world: World, head: Visitor, claire: Visitor
) -> None:
    other = world.enrolment.open_task("Répondre", GARANCE, role=BOSS, element="repondre_transfert")
    held = world.enrolment.open_task(
        "Décider", GARANCE, role=BOSS, element="decider_admission", assignee=(KARIM, None)
    )
    delegate(head)
    take(claire, HEAD)
    for task in (other, held):
        claire.get(f"/taches/enrolment/{task}")
        token = claire.page.xpath("//input[@name='csrf_token']/@value")[0]
        sent = {"csrf_token": token, "version": "1", "key": task}
        assert claire.post(f"/taches/enrolment/{task}/terminer", sent).status in (403, 409)
    assert world.enrolment.process.completed == []


def test_the_powers_of_the_head_that_are_not_in_the_scope_stay_with_the_head(
    world: World, head: Visitor, claire: Visitor
) -> None:
    world.enrolment.open_task("Décider", GARANCE, role=BOSS, element="decider_admission")
    delegate(head)
    take(claire, HEAD)
    assert claire.get("/a-valider").status == 200
    assert "Décider" not in claire.get("/taches?vue=organisation").page.xpath("//main")[0].xpath(
        "string(.//select)"
    )
    assert claire.get("/eleves/import").status == 403
    assert claire.get("/coordonnees").status == 403
    token = claire.get("/equipe").page.xpath("//input[@name='csrf_token']/@value")[0]
    assert claire.post("/taches/confier", {"csrf_token": token}).status == 403
    assert claire.post(f"/equipe/{KARIM}/roles", {"csrf_token": token, "roles": "referent"}).status == 403


def test_it_ends_by_itself_at_its_date_and_before_when_the_head_says_so(
    world: World, head: Visitor, claire: Visitor
) -> None:
    delegate(head)
    assert is_offered(claire)
    head.get(PAGE).send("/fin")
    assert not is_offered(claire)
    delegate(head)
    world.clock.set(datetime(2026, 9, 11, 21, 50, tzinfo=UTC))
    assert is_offered(claire.sign_in("Claire Fontaine"))
    world.clock.set(datetime(2026, 9, 11, 22, 0, tzinfo=UTC))
    assert not is_offered(claire)


def test_nobody_but_the_head_delegates_what_is_the_head_s(
    world: World, karim: Visitor, head: Visitor
) -> None:
    karim.get(PAGE)
    token = karim.page.xpath("//input[@name='csrf_token']/@value")[0]
    assert karim.post("/equipe/delegations", ADMISSIONS | {"csrf_token": token}).status == 403
    office = Visitor(world.app.test_client()).sign_in("Martine Gauthier").get(PAGE)
    token = office.page.xpath("//input[@name='csrf_token']/@value")[0]
    assert office.post("/equipe/delegations", ADMISSIONS | {"csrf_token": token}).status == 403
    assert delegate(head, perimetre="tout").status == 422
    assert delegate(head, au="01/09/2026").status == 422
    assert delegate(head).status == 200
    assert delegate(head, suppleant=KARIM).status == 422, "one at a time has a scope"
    assert delegate(head, suppleant=KARIM, perimetre="conventions").status == 200
