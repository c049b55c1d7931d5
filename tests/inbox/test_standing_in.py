"""An absence: who stands in sees and does the tasks between its days, with the rights of the absent and both names."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.inbox.app import TABLES
from services.inbox.identity.people import signed_in
from services.inbox.team.acts import Act
from services.inbox.team.members import change_roles
from shared.database import Database
from shared.ids import uuid7
from shared.tasks.tables import task as task_table
from tests.inbox.interview import GARANCE, OpenInterview
from tests.inbox.people import Visitor, of
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import World

KARIM, CLAIRE, HELENE, MARTINE, SAMIRA = (
    of(name)[0]
    for name in ("Karim Benali", "Claire Fontaine", "Hélène Vasseur", "Martine Gauthier", "Samira Haddad")
)
PAGE = "/equipe/suppleances"
WEEK = {"suppleant": CLAIRE, "du": "07/09/2026", "au": "11/09/2026"}
BOTH = "Claire Fontaine, en l’absence de Karim Benali"


@pytest.fixture
def inbox_database(make_database: MakeDatabase) -> Database:
    return make_database(TABLES)


@pytest.fixture
def head(world: World) -> Visitor:
    return Visitor(world.app.test_client()).sign_in("Hélène Vasseur")


def take(visitor: Visitor, name: str = "Karim Benali") -> Visitor:
    """Press « Agir pour … » on the list of tasks."""
    visitor.get("/taches")
    number = next(
        place for place, form in enumerate(visitor.page.xpath("//main//form"))
        if f"Agir pour {name}" in form.text_content()
    )  # fmt: skip
    return visitor.send(number)


def is_offered(visitor: Visitor) -> bool:
    return "Agir pour" in visitor.get("/taches").text


def again(visitor: Visitor, name: str, world: World, day: int, hour: int = 8) -> Visitor:
    """The same person on another day: the session of the day before has ended."""
    world.clock.set(datetime(2026, 9, day, hour, tzinfo=UTC))
    return visitor.sign_in(name)


def arranged(karim: Visitor, **changed: Any) -> Visitor:
    karim.get(PAGE).send("/suppleances", **(WEEK | changed))
    assert "La suppléance est enregistrée." in karim.text
    return karim


def test_who_stands_in_does_the_tasks_of_the_absent_and_the_history_has_both_names(
    world: World, karim: Visitor, claire: Visitor, interview: OpenInterview
) -> None:
    task = interview(assignee=(KARIM, "Karim Benali"))
    path = f"/taches/enrolment/{task}"
    assert "Mener l’entretien" not in claire.get("/taches").text
    arranged(karim)
    take(claire)
    assert (
        "en l’absence d’une autre personne : Karim Benali, jusqu’au vendredi 11 septembre 2026" in claire.text
    )
    assert BOTH in claire.text_of("//header")
    claire.get(path).send(
        "/terminer", champ_entretien_le="2026-09-10", champ_avis="favorable", champ_vers="Un CAP"
    )
    assert "La tâche est terminée." in claire.text
    assert f"{BOTH}" in karim.get(path).text
    with world.enrolment.database.read() as look:
        row = look.execute(task_table.select()).one()
        assert (row.completed_by, row.completed_by_name, row.assignee) == (CLAIRE, BOTH, KARIM)


def test_what_is_taken_in_somebody_s_place_is_that_person_s_and_stays(
    world: World, karim: Visitor, claire: Visitor
) -> None:
    world.enrolment.open_task("Relire", GARANCE, role="referent")
    arranged(karim)
    take(claire).get("/taches").open("Relire").send("/prendre")
    assert "Prise par Karim Benali" in claire.text_of("//section[@aria-labelledby='qui']")
    claire.send("/rendre")
    assert "Personne ne l’a encore prise" in claire.text_of("//section[@aria-labelledby='qui']")
    claire.send("/prendre")
    claire.post("/agir/fin", {"csrf_token": claire.page.xpath("//input[@name='csrf_token']/@value")[0]})
    assert "Karim Benali" in claire.get("/taches?vue=organisation").text
    assert "Vous l’avez prise" in karim.get("/taches").open("Relire").text


def test_it_begins_and_ends_by_the_clock_alone(world: World, karim: Visitor, claire: Visitor) -> None:
    arranged(karim, du="09/09/2026", au="10/09/2026")
    assert not is_offered(claire)
    assert is_offered(again(claire, "Claire Fontaine", world, 9))
    assert is_offered(again(claire, "Claire Fontaine", world, 10, 21))
    take(claire)
    world.clock.advance(timedelta(hours=1, minutes=5) - timedelta(minutes=10))
    claire.get("/taches")
    assert "acting" in claire.page.xpath("//aside/@class")
    world.clock.set(world.clock.now().replace(hour=22, minute=0))
    assert "Vous n’agissez plus à la place de quelqu’un d’autre" in claire.get("/taches").text
    assert not claire.page.xpath("//aside[@class='acting']")
    assert not is_offered(claire)


def test_what_is_sent_in_a_place_that_has_just_ended_is_not_done(
    world: World, karim: Visitor, claire: Visitor
) -> None:
    world.enrolment.open_task("Relire", GARANCE, role="referent", assignee=(KARIM, None))
    arranged(karim)
    take(claire).get("/taches").open("Relire")
    karim.get(PAGE).send("/fin")
    claire.send("/terminer")
    assert (claire.status, "Rien n’a été fait" in claire.text) == (409, True)
    assert world.enrolment.process.completed == []
    assert "À vous" in karim.get("/taches").text


def test_the_rights_are_those_of_the_absent_at_this_moment_and_no_more(
    world: World, karim: Visitor, claire: Visitor, head: Visitor
) -> None:
    world.enrolment.open_task("Décider", GARANCE, role="chef_etablissement")
    head.get(PAGE).send("/suppleances", **(WEEK | {"absent": HELENE}))
    assert "Décider" not in claire.get("/taches").text
    take(claire, "Hélène Vasseur")
    assert "Décider" in claire.get("/taches").text
    assert "Inviter" not in claire.get("/equipe").text, "nor does she keep the team"
    with world.database.begin() as tx:
        own = signed_in(tx, HELENE, GARANCE[1])
        assert own is not None
        change_roles(tx, own, HELENE, ["referent"], Act.of(own, world.clock.now(), uuid7))
    assert "Décider" not in claire.get("/taches").text


def test_who_stands_in_gives_the_place_to_nobody(world: World, karim: Visitor, claire: Visitor) -> None:
    arranged(karim)
    token = take(claire).page.xpath("//input[@name='csrf_token']/@value")[0]
    sent = {"csrf_token": token, "absent": KARIM, "suppleant": HELENE, "du": "07/09/2026", "au": "08/09/2026"}
    assert claire.post(PAGE, sent).status == 403


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"suppleant": KARIM}, "Choisissez une autre personne de votre organisation."),
        ({"suppleant": SAMIRA}, "Choisissez une autre personne de votre organisation."),
        ({"suppleant": ""}, "Choisissez une autre personne de votre organisation."),
        ({"du": "06/09/2026"}, "ne peut pas être avant aujourd’hui (07/09/2026)"),
        ({"du": "demain"}, "Écrivez une date"),
        ({"au": ""}, "Écrivez une date"),
        ({"du": "11/09/2026", "au": "10/09/2026"}, "celle du début ou après"),
        ({"au": "30/09/2027"}, "au plus un an plus tard"),
    ],
)
def test_an_absence_that_says_something_wrong_is_refused(
    karim: Visitor, claire: Visitor, changed: dict[str, Any], said: str
) -> None:
    karim.get(PAGE).send("/suppleances", **(WEEK | changed))
    assert (karim.status, said in karim.text) == (422, True), karim.text
    assert not is_offered(claire)


def test_two_do_not_stand_in_at_once(karim: Visitor) -> None:
    arranged(karim)
    karim.get(PAGE).send(
        "/suppleances", **(WEEK | {"suppleant": HELENE, "du": "11/09/2026", "au": "12/09/2026"})
    )
    assert (karim.status, "Quelqu’un agit déjà à cette place" in karim.text) == (422, True)


def test_for_a_colleague_only_who_keeps_the_team_says_it_and_for_the_head_only_the_head(
    world: World, karim: Visitor, claire: Visitor, head: Visitor
) -> None:
    karim.get(PAGE).send("/suppleances", **(WEEK | {"absent": CLAIRE, "suppleant": HELENE}))
    assert karim.status == 403
    office = Visitor(world.app.test_client()).sign_in("Martine Gauthier")
    office.get(PAGE).send("/suppleances", **(WEEK | {"absent": HELENE, "suppleant": MARTINE}))
    assert office.status == 403
    office.get(PAGE).send("/suppleances", **(WEEK | {"absent": KARIM}))
    assert "La suppléance est enregistrée." in office.text
    assert is_offered(claire)
    assert "Martine Gauthier a enregistré une suppléance par Claire Fontaine" in head.get("/equipe").text


def test_a_place_is_taken_by_nobody_else(
    world: World, karim: Visitor, claire: Visitor, head: Visitor
) -> None:
    arranged(karim)
    path = claire.get("/taches").page.xpath("//form[starts-with(@action, '/agir/')]/@action")[0]
    token = head.get("/taches").page.xpath("//input[@name='csrf_token']/@value")[0]
    assert head.post(path, {"csrf_token": token}).status == 403
    end = karim.get(PAGE).form("/fin").get("action")
    other = Visitor(world.app.test_client()).sign_in("Samira Haddad")
    token = other.get("/taches").page.xpath("//input[@name='csrf_token']/@value")[0]
    assert other.post(end, {"csrf_token": token}).status == 404
    nadia = Visitor(world.app.test_client()).sign_in("Nadia Cherif")
    token = nadia.get("/taches").page.xpath("//input[@name='csrf_token']/@value")[0]
    assert nadia.post(end, {"csrf_token": token}).status == 403
    assert is_offered(claire)


def test_with_the_absent_gone_from_the_team_the_place_is_nobody_s(
    world: World, karim: Visitor, claire: Visitor, head: Visitor
) -> None:
    arranged(karim)
    take(claire)
    head.get(f"/equipe/{KARIM}/depart").send(0)
    assert "Vous n’agissez plus" in claire.get("/taches").text
    assert not is_offered(claire)


def test_an_absence_said_by_the_office_before_the_absent_became_head_does_not_give_the_head_s_rights(
    world: World, karim: Visitor, head: Visitor
) -> None:
    world.enrolment.open_task("Décider", GARANCE, role="chef_etablissement")
    world.enrolment.open_task("Relire", GARANCE, role="referent")
    office = Visitor(world.app.test_client()).sign_in("Martine Gauthier")
    office.get(PAGE).send("/suppleances", **(WEEK | {"absent": KARIM, "suppleant": MARTINE}))
    assert "La suppléance est enregistrée." in office.text
    _given(world, KARIM, ["referent", "chef_etablissement"])
    take(office)
    seen = office.get("/taches").text
    assert ("Relire" in seen, "Décider" in seen) == (True, False)
    _given(world, KARIM, ["chef_etablissement"])
    assert not is_offered(again(office, "Martine Gauthier", world, 8)), "it is worth nothing any more"


def test_an_absence_that_a_head_or_the_absent_has_said_gives_a_head_s_rights(
    world: World, karim: Visitor, claire: Visitor
) -> None:
    world.enrolment.open_task("Décider", GARANCE, role="chef_etablissement")
    arranged(karim)
    _given(world, KARIM, ["referent", "chef_etablissement"])
    assert "Décider" in take(claire).get("/taches").text


def _given(world: World, person_id: str, roles: list[str]) -> None:
    with world.database.begin() as tx:
        own = signed_in(tx, HELENE, GARANCE[1])
        assert own is not None
        change_roles(tx, own, person_id, roles, Act.of(own, world.clock.now(), uuid7))
