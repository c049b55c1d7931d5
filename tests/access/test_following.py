"""Who is not reached yet, with the calls; a Mission Locale's young people, with i-Milo number and a text to copy."""

import re
from dataclasses import replace
from datetime import timedelta

from services.inbox.demo import LYCEE_GARANCE, LYCEE_TROIS_PONTS, ML_CENTRE, ML_EST
from shared.clock import local_date
from shared.identity import Actor, ActsFor
from tests.access.world import Whole, everybody, walked
from tests.inbox.people import Visitor
from tests.support.walked import Walked


def task(walk: Walked, element: str) -> dict[str, object]:
    return next(each for each in walk.open_tasks() if each["element_id"] == element)


def holder(walk: Walked, element: str) -> Actor:
    return next(each for each in everybody() if each.person_id == task(walk, element)["assignee"])


def call(world: Whole, walk: Walked, result: str) -> Actor:
    """The conseiller notes a call; who that is."""
    actor = holder(walk, "fixer_entretien")
    today = local_date(world.services.clock.now()).isoformat()
    answer = world.services.try_to_complete(
        actor, "enrolment", task(walk, "fixer_entretien"), contact_le=today, contact_resultat=result,
        contact_precision="Répondeur.",
    )  # fmt: skip
    assert answer.status_code == 200, answer.get_json()
    return actor


def rows(visitor: Visitor) -> list[str]:
    return [" ".join(row.text_content().split()) for row in visitor.page.xpath("//tbody/tr")]


def test_who_is_not_reached_stands_with_each_call_and_what_comes_next_until_there_is_a_rendez_vous(
    world: Whole,
) -> None:
    walk = walked(world)
    walk.until("etablir_fiche")
    referent = holder(walk, "etablir_fiche")
    page = world.visitor(referent)
    (row,) = rows(page.get("/suivis/a-joindre"))
    assert "Aucun appel noté" in row
    assert "Établir et envoyer la fiche de liaison" in row
    walk.until("fixer_entretien")
    conseiller = call(world, walk, "sans_reponse")
    (row,) = rows(page.get("/suivis/a-joindre"))
    assert "07/09/2026 : Contacté sans réponse" in row
    assert "Jour du rappel" in row
    assert conseiller.name in row
    assert re.search(r"Planterose ?0\d{9}", row)
    walk.until("fixer_entretien")
    assert rows(world.visitor(conseiller).get("/suivis/a-joindre")) != []
    walk.until("entretien_referent")
    page = world.visitor(referent).get("/suivis/a-joindre")
    assert rows(page) == []
    assert "Personne n’attend un premier rendez-vous" in page.text


def test_one_s_own_are_shown_first_and_those_of_the_whole_organisation_on_demand(world: Whole) -> None:
    walk = walked(world)
    walk.until("etablir_fiche")
    referent = holder(walk, "etablir_fiche")
    colleague = next(
        each for each in everybody()
        if each.organisation_id == LYCEE_GARANCE and each.person_id != referent.person_id and "referent" in each.roles
    )  # fmt: skip
    page = world.visitor(colleague)
    assert rows(page.get("/suivis/a-joindre")) == []
    assert len(rows(page.open("Voir toute mon organisation"))) == 1
    assert rows(page.open("Ne voir que ceux que je suis")) == []


def test_other_organisations_see_nobody(world: Whole) -> None:
    walk = walked(world)
    walk.until("fixer_entretien")
    ml = str(task(walk, "fixer_entretien")["organisation"]["id"])  # type: ignore[index]
    for person in everybody():
        if person.organisation_id in (LYCEE_TROIS_PONTS, *({ML_CENTRE, ML_EST} - {ml})):
            assert rows(world.visitor(person).get("/suivis/a-joindre?tous=oui")) == [], person.name


def test_a_conseiller_has_all_lycees_on_one_page_with_a_text_to_copy(world: Whole) -> None:
    walk = walked(world)
    walk.until("fixer_entretien")
    page = world.visitor(holder(walk, "fixer_entretien")).get("/suivis")
    assert page.text_of("//h2") == "Lycée professionnel Louise-Garance 1"
    (text,) = page.page.xpath("//textarea[@readonly]/text()")
    lines = text.splitlines()
    assert "Nom : Planterose" in lines
    assert "Date de naissance : 01/03/2009" in lines
    assert "Lycée d'inscription : Lycée professionnel Louise-Garance" in lines
    assert any(line.startswith("Parcours Ambition Emploi : étape 2") for line in lines)
    assert "oursier" not in text


def test_the_number_of_a_dossier_is_kept_changed_and_taken_away(world: Whole) -> None:
    walk = walked(world)
    walk.until("fixer_entretien")
    page = world.visitor(holder(walk, "fixer_entretien")).get("/suivis")
    page.send("/imilo", numero="  2026-004 512 ")
    assert "Le numéro de dossier est enregistré." in page.text
    assert page.page.xpath("//input[@name='numero']/@value") == ["2026-004 512"]
    assert "Dossier i-Milo : 2026-004 512" in page.page.xpath("//textarea/text()")[0]
    page.send("/imilo", numero="n°12 <3")
    assert page.status == 422
    assert "au plus 20 caractères" in page.text
    assert page.page.xpath("//input[@name='numero']/@value") == ["n°12 <3"]
    page.get("/suivis").send("/imilo", numero="")
    assert "Dossier i-Milo :" not in page.get("/suivis").page.xpath("//textarea/text()")[0]


def test_nobody_but_the_mission_locale_of_the_parcours_writes_or_reads_the_number(world: Whole) -> None:
    walk = walked(world)
    walk.until("fixer_entretien")
    conseiller, path = holder(walk, "fixer_entretien"), f"/parcours/{walk.parcours_id}/imilo"
    put = {"number": "mot-secret"}
    for person in everybody():
        status = world.services.ask(person, "enrolment", path, put, method="PUT").status_code
        is_theirs = person.organisation_id == conseiller.organisation_id
        if is_theirs and person.roles & {"conseiller", "responsable_ml"}:
            assert status == 200, person.name
        else:
            assert status in (403, 404), person.name
            everything = [
                world.services.ask(person, "enrolment", f"/parcours/followed?whose=all&which={which}").text
                for which in ("running", "unreached")
            ]
            if not is_theirs:
                assert "mot-secret" not in "".join(everything), person.name
    assert world.visitor(next(iter(everybody()))).get("/suivis").status == 403


def test_a_mission_locale_s_reading_of_the_page_is_written_down(world: Whole) -> None:
    """R41."""
    walk = walked(world)
    walk.until("fixer_entretien")
    conseiller = holder(walk, "fixer_entretien")
    world.services.clock.advance(timedelta(hours=2))
    world.visitor(conseiller).get("/suivis")
    reader = next(each for each in everybody() if each.organisation_id == LYCEE_GARANCE)
    told = world.services.ask(reader, "enrolment", f"/parcours/{walk.parcours_id}/access").get_json()["items"]
    assert (conseiller.name, "parcours") in {(each["person_name"], each["what"]) for each in told}


def test_who_stands_in_sees_those_whom_the_absent_follows_and_a_delegate_does_not(world: Whole) -> None:
    walk = walked(world)
    ask = world.inbox.extensions["inbox"].sources.ask

    def seen(actor: Actor, which: str) -> int:
        return len(
            ask(actor, "enrolment", "GET", "/parcours/followed", params={"which": which}).body["items"]
        )

    for element, which in (("etablir_fiche", "unreached"), ("fixer_entretien", "running")):
        walk.until(element)
        absent = holder(walk, element)
        colleague = next(
            each for each in everybody()
            if each.organisation_id == absent.organisation_id and each.person_id != absent.person_id
        )  # fmt: skip
        assert (seen(absent, which), seen(colleague, which)) == (1, 0)
        place = ActsFor("absence", absent.person_id, absent.name)
        assert seen(replace(colleague, roles=absent.roles, acts_for=place), which) == 1
        by_scope = ActsFor("delegation", absent.person_id, absent.name, "attestations")
        assert seen(replace(colleague, roles=frozenset(), acts_for=by_scope), which) == 0
