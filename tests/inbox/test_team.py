"""My organisation's team: who is in it, invitations, roles, departures; what is refused."""

import threading
from typing import Any

import pytest

from services.inbox.app import TABLES
from services.inbox.identity.people import people_of, signed_in
from services.inbox.team.acts import Act
from services.inbox.team.invitations import VALID
from services.inbox.team.members import change_roles
from services.inbox.team.tables import team_act
from shared.clock import FixedClock
from shared.database import Database
from shared.errors import Forbidden
from shared.ids import uuid7
from tests.inbox.interview import GARANCE
from tests.inbox.people import Visitor, of
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import World

KARIM, CLAIRE, HELENE, MARTINE = (
    of(name)[0] for name in ("Karim Benali", "Claire Fontaine", "Hélène Vasseur", "Martine Gauthier")
)
ZOE = {"prenom": "Zoé", "nom": "Martin", "courriel": "Zoe.Martin@lycee.example", "roles": ["referent"]}


@pytest.fixture
def inbox_database(make_database: MakeDatabase) -> Database:
    return make_database(TABLES)


@pytest.fixture
def head(world: World) -> Visitor:
    return Visitor(world.app.test_client()).sign_in("Hélène Vasseur")


@pytest.fixture
def office(world: World) -> Visitor:
    """Keeps the team, and answers for nothing."""
    return Visitor(world.app.test_client()).sign_in("Martine Gauthier")


def roles(world: World, person_id: str) -> set[str]:
    with world.database.read() as look:
        found = people_of(look, GARANCE[1], person_id=person_id)
    return set(found[0].roles) if found else set()


def acts(world: World) -> list[str]:
    with world.database.read() as look:
        return list(
            look.scalars(team_act.select().with_only_columns(team_act.c.what).order_by(team_act.c.id))
        )


def give_roles(visitor: Visitor, person_id: str, *held: str) -> Visitor:
    return visitor.get(f"/equipe/{person_id}").send("/roles", roles=list(held))


def test_everybody_sees_the_team_and_only_who_keeps_it_changes_it(karim: Visitor) -> None:
    assert "Claire Fontaine" in karim.get("/equipe").text
    assert "Inviter" not in karim.text
    token = karim.page.xpath("//input[@name='csrf_token']")[0].get("value")
    for path in (f"/{CLAIRE}/roles", f"/{CLAIRE}/depart", "/invitations"):
        assert karim.post(f"/equipe{path}", {"csrf_token": token} | ZOE).status == 403
    assert karim.get(f"/equipe/{CLAIRE}").status == 403


def test_the_load_of_each_is_counted_over_all_services(
    world: World, head: Visitor, clock: FixedClock
) -> None:
    for service in (world.enrolment, world.bilan):
        service.open_task("Relire", GARANCE, assignee=(KARIM, None), due=clock.today().replace(day=1))
    world.accompaniment.open_task("Prendre", GARANCE)
    head.get("/equipe")
    loads = {
        row.xpath("th")[0].text_content(): row.xpath("td")[1].text_content()
        for row in head.page.xpath("//tbody/tr")
    }
    assert loads["Karim Benali"].split() == ["2", "dont", "2", "en", "retard"]
    assert loads["Tâches que personne n’a prises"] == "1"
    assert loads["Claire Fontaine"] == "0"


def test_the_team_s_head_gives_the_tasks_of_a_member_to_another_from_her_page(
    world: World, head: Visitor
) -> None:
    world.enrolment.open_task("Relire", GARANCE, assignee=(KARIM, None))
    head.get(f"/equipe/{KARIM}")
    ticked = [box.get("value") for box in head.page.xpath("//input[@name='choix']")]
    head.send("/confier", choix=ticked, assignee=CLAIRE)
    assert "Confiées à Claire Fontaine : 1 sur 1." in head.text


def test_an_invitation_is_written_said_by_e_mail_and_recorded(world: World, head: Visitor) -> None:
    head.get("/equipe").send("/invitations", **ZOE)
    assert "zoe.martin@lycee.example" in head.text
    letter = head.get("/courriels").text
    assert "Hélène Vasseur vous invite" in letter
    assert "http://127.0.0.1:8080/connexion" in letter
    assert "mot de passe à créer" in letter
    assert acts(world) == ["invited"]
    assert "Hélène Vasseur a invité une personne (référent de parcours)." in head.get("/equipe").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"courriel": "zoe"}, "Écrivez une adresse électronique"),
        ({"prenom": ""}, "Ce nom a de 1 à 100 caractères"),
        ({"nom": "x" * 101}, "Ce nom a de 1 à 100 caractères"),
        ({"roles": []}, "Choisissez au moins un rôle"),
        ({"roles": ["conseiller"]}, "n’existe pas dans une organisation de ce genre"),
        ({"roles": ["operator"]}, "n’existe pas dans une organisation de ce genre"),
    ],
)
def test_an_invitation_that_says_something_wrong_is_refused_and_stays_typed(
    world: World, head: Visitor, changed: dict[str, Any], said: str
) -> None:
    head.get("/equipe").send("/invitations", **(ZOE | changed))
    assert (head.status, said in head.text) == (422, True)
    assert acts(world) == []
    assert "zoe" in head.page.xpath("//input[@name='courriel']/@value")[0].lower()


def test_nobody_is_invited_twice_until_the_first_is_revoked_or_over(
    world: World, head: Visitor, clock: FixedClock
) -> None:
    head.get("/equipe").send("/invitations", **ZOE)
    head.get("/equipe").send("/invitations", **ZOE)
    assert "déjà en cours" in head.text
    head.get("/equipe").send("/revoquer")
    assert "n’ouvre plus rien" in head.text
    assert head.get("/equipe").send("/invitations", **ZOE).status == 200
    clock.advance(VALID)
    head.sign_in("Hélène Vasseur")
    assert "date dépassée" in head.get("/equipe").text
    assert head.send("/invitations", **ZOE).status == 200
    assert acts(world) == ["invited", "revoked", "invited", "invited"]


def test_another_organisation_s_invitation_is_not_found(world: World, head: Visitor) -> None:
    head.get("/equipe").send("/invitations", **ZOE)
    path = head.form("/revoquer").get("action")
    other = Visitor(world.app.test_client()).sign_in("Philippe Arnaud")
    token = other.get("/equipe").page.xpath("//input[@name='csrf_token']")[0].get("value")
    assert other.post(path, {"csrf_token": token}).status == 404
    assert acts(world) == ["invited"]


def test_roles_change_within_the_kind_and_are_recorded(world: World, head: Visitor) -> None:
    give_roles(head, KARIM, "referent", "professeur_principal")
    assert roles(world, KARIM) == {"referent", "professeur_principal"}
    assert (
        "Hélène Vasseur a changé les rôles de Karim Benali : référent de parcours → "
        "professeur principal, référent de parcours." in head.text
    )
    assert "Rien n’a changé" in give_roles(head, KARIM, "referent", "professeur_principal").text
    assert acts(world) == ["roles"]


def test_an_older_page_gives_no_role_back_that_was_withdrawn_meanwhile(
    world: World, head: Visitor, office: Visitor
) -> None:
    give_roles(head, KARIM, "referent", "professeur_principal", "referent_decrochage")
    office.get(f"/equipe/{KARIM}")
    give_roles(head, KARIM, "referent", "professeur_principal")
    office.send("/roles", roles=["referent", "referent_decrochage", "secretariat"])
    assert office.status == 200
    assert roles(world, KARIM) == {"referent", "secretariat"}, "what it ticked and unticked, and no other"


def test_a_page_of_roles_that_does_not_say_what_it_showed_gives_none(world: World, head: Visitor) -> None:
    token = head.get(f"/equipe/{KARIM}").filled("/roles")["csrf_token"]
    head.post(f"/equipe/{KARIM}/roles", {"csrf_token": token, "roles": ["referent", "secretariat"]})
    assert (head.status, "changé entre-temps" in head.text, roles(world, KARIM)) == (409, True, {"referent"})


@pytest.mark.parametrize("held", [[], ["conseiller"], ["dpo"]])
def test_a_role_of_another_kind_or_none_at_all_is_refused(
    world: World, head: Visitor, held: list[str]
) -> None:
    assert give_roles(head, KARIM, *held).status == 422
    assert roles(world, KARIM) == {"referent"}


def test_only_who_answers_for_the_organisation_gives_a_role_that_does(world: World, office: Visitor) -> None:
    assert give_roles(office, KARIM, "referent", "chef_etablissement").status == 422
    assert "seule une personne qui en a un de ce rang" in office.text
    assert roles(world, KARIM) == {"referent"}
    office.get(f"/equipe/{HELENE}").send("/roles", roles=["secretariat"])
    assert roles(world, HELENE) == {"chef_etablissement", "secretariat"}, "what is not offered to her stays"
    assert office.get(f"/equipe/{HELENE}/depart").send(0).status == 409
    assert "chef_etablissement" in roles(world, HELENE)


def test_an_organisation_is_never_left_without_an_administrator(world: World, head: Visitor) -> None:
    give_roles(head, MARTINE, "secretariat")
    assert give_roles(head, HELENE, "referent").status == 422
    assert "L’équipe n’aurait plus personne pour la tenir." in head.text
    head.get(f"/equipe/{HELENE}/depart").send(0)
    assert (head.status, "n’aurait plus personne" in head.text) == (409, True)
    assert roles(world, HELENE) == {"chef_etablissement"}
    give_roles(head, MARTINE, "secretariat", "administrateur_equipe")
    give_roles(head, HELENE, "referent")
    assert roles(world, HELENE) == {"referent"}


def test_who_holds_nothing_leaves_and_the_session_ends(world: World, head: Visitor, karim: Visitor) -> None:
    head.get(f"/equipe/{KARIM}/depart")
    assert "n’a plus ni tâche ouverte, ni parcours à suivre" in head.text
    head.send(0)
    assert "Karim Benali ne fait plus partie de l’équipe." in head.text
    assert karim.get("/taches").title == "Connexion"
    assert acts(world) == ["left"]


def test_what_a_leaver_holds_is_shown_and_given_on_first(world: World, head: Visitor) -> None:
    for service in (world.enrolment, world.accompaniment):
        service.open_task("Relire", GARANCE, assignee=(KARIM, None), role="referent")
    parcours = "0199a0f2-0000-7000-8000-000000000001"
    world.enrolment.followed[KARIM] = [{"parcours_id": parcours, "label": "Lina Ferrand", "role": "referent"}]
    head.get(f"/equipe/{KARIM}/depart")
    assert "Lina Ferrand : référent de parcours" in head.text
    assert len(head.page.xpath("//main//li/a")) == 2
    assert head.send(0, suite="").status == 422
    assert head.send(0, suite=HELENE).status == 422, "she is no référente"
    head.send(0, suite=CLAIRE)
    assert "Karim Benali ne fait plus partie de l’équipe." in head.text
    ((replaced, said),) = world.enrolment.replaced
    assert (replaced, said["person_id"], said["role"]) == (parcours, CLAIRE, "referent")
    assert len(head.get(f"/equipe/{CLAIRE}").page.xpath("//li[@class='row']")) == 2


def test_what_is_held_by_a_role_that_goes_is_given_on_first_and_the_rest_stays(
    world: World, head: Visitor
) -> None:
    give_roles(head, KARIM, "referent", "professeur_principal")
    world.enrolment.open_task("Relire", GARANCE, assignee=(KARIM, None), role="referent")
    world.enrolment.open_task("Animer", GARANCE, assignee=(KARIM, None), role="professeur_principal")
    parcours = "0199a0f2-0000-7000-8000-000000000001"
    world.enrolment.followed[KARIM] = [{"parcours_id": parcours, "label": "Lina Ferrand", "role": "referent"}]
    give_roles(head, KARIM, "professeur_principal")
    assert (head.status, roles(world, KARIM)) == (422, {"referent", "professeur_principal"})
    assert "Lina Ferrand : référent de parcours" in head.text
    assert len(head.page.xpath("//main//li/a")) == 1, "what the other role does is not asked for"
    head.send(0, suite=CLAIRE)
    assert "Les rôles de Karim Benali sont enregistrés." in head.text
    assert roles(world, KARIM) == {"professeur_principal"}
    ((replaced, said),) = world.enrolment.replaced
    assert (replaced, said["person_id"], said["reason"]) == (
        parcours, CLAIRE, "Changement de rôle dans l’organisation",
    )  # fmt: skip
    assert len(head.get(f"/equipe/{KARIM}").page.xpath("//li[@class='row']")) == 1


def test_who_may_not_give_tasks_takes_no_role_by_which_some_are_held(world: World, office: Visitor) -> None:
    world.enrolment.open_task("Relire", GARANCE, assignee=(KARIM, None), role="referent")
    give_roles(office, KARIM, "professeur_principal")
    assert (office.status, "demandez-le-lui d’abord" in office.text) == (422, True)
    assert roles(world, KARIM) == {"referent"}


def test_with_a_service_down_no_role_is_taken(world: World, head: Visitor) -> None:
    page = head.get(f"/equipe/{KARIM}")
    world.bilan.stop()
    assert page.send("/roles", roles=["professeur_principal"]).status == 503
    assert roles(world, KARIM) == {"referent"}


def test_a_parcours_that_nobody_can_read_is_to_be_checked_and_keeps_nobody_from_leaving(
    world: World, head: Visitor
) -> None:
    parcours = "0199a0f2-0000-7000-8000-000000000001"
    told = {"parcours_id": parcours, "label": "Lina Ferrand", "role": "referent", "readable": False}
    world.enrolment.followed[KARIM] = [told]
    head.get(f"/equipe/{KARIM}/depart")
    assert "Lina Ferrand : à vérifier" in head.text
    head.send(0)
    assert "Karim Benali ne fait plus partie de l’équipe." in head.text
    assert world.enrolment.replaced == []


def test_who_may_not_give_tasks_ends_no_membership_that_holds_some(world: World, office: Visitor) -> None:
    world.enrolment.open_task("Relire", GARANCE, assignee=(KARIM, None))
    office.get(f"/equipe/{KARIM}/depart")
    assert "demandez-le-lui d’abord" in office.text
    assert office.send(0, suite=CLAIRE).status == 422
    assert roles(world, KARIM) == {"referent"}


def test_with_a_service_down_nobody_leaves(world: World, head: Visitor) -> None:
    head.get(f"/equipe/{KARIM}/depart")
    world.bilan.stop()
    assert head.send(0).status == 503
    assert roles(world, KARIM) == {"referent"}


def test_the_members_of_another_organisation_are_not_found(head: Visitor) -> None:
    for path in ("", "/depart"):
        assert head.get(f"/equipe/{of('Samira Haddad')[0]}{path}").status == 404


def test_the_platform_s_people_have_no_such_page(world: World) -> None:
    assert Visitor(world.app.test_client()).sign_in("Roland Faure").get("/equipe").status == 404


def test_of_two_heads_who_take_each_other_s_role_at_once_one_stays(world: World, head: Visitor) -> None:
    give_roles(head, MARTINE, "secretariat")
    give_roles(head, KARIM, "chef_etablissement")
    refused: list[Exception] = []
    with world.database.read() as look:  # as each request finds them, before either has done anything
        seen = {each: signed_in(look, each, GARANCE[1]) for each in (KARIM, HELENE)}

    def take_from(other: str, by: str) -> None:
        try:
            with world.database.begin() as tx:
                who = seen[by]
                assert who is not None
                change_roles(tx, who, other, ["referent"], Act.of(who, world.clock.now(), uuid7))
        except Forbidden as last:
            refused.append(last)

    both = [threading.Thread(target=take_from, args=pair) for pair in ((KARIM, HELENE), (HELENE, KARIM))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    heads = [person for person in (KARIM, HELENE) if "chef_etablissement" in roles(world, person)]
    assert (len(heads), len(refused)) == (1, 1)
