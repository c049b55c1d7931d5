"""Who composes a plan chooses from the local offer, without JavaScript: enrolment's task, accompaniment's offer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.accompaniment import app as accompaniment
from shared.clock import FixedClock
from shared.identity import TokenSigner, public_key
from shared.ids import uuid7
from shared.settings import ServiceSettings
from tests.inbox.interview import GARANCE
from tests.inbox.people import Visitor
from tests.services.test_offre import KEEPER, Offers
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import KEY, World, inbox_app
from tests.support.served import served

COMPOSING = Path("workflows/enrolment/forms/composer_plan.form")
PSAD = Path("workflows/bilan/forms/saisir_psad.form")
KNOWN = {
    "eleve_nom": "Moreau", "eleve_prenom": "Lina", "eleve_ne_le": "2008-05-04", "mission_locale": "ml-lyon-centre",
    "entree_le": "2026-09-10", "fin_de_statut_le": "2027-01-09", "plan": [], "plan_conforme": True,
    "plan_texte": None, "plan_message": None, "resultat_examen": "admis",
}  # fmt: skip


@dataclass(frozen=True)
class Choosing:
    """The inbox over accompaniment, the two other services stood in for."""

    app: Any
    offers: Offers
    world: World

    def offer(self, **terms: Any) -> str:
        return str(self.offers.add(**terms).get_json()["id"])

    def karim(self, born: str = "2008-05-04") -> Visitor:
        """The référent before « Composer le plan », who has said that he adds a solution."""
        process, parcours_id = self.world.enrolment.process, uuid7()
        process.forms["composer_plan"] = COMPOSING.read_bytes()
        process.variables[parcours_id] = KNOWN | {"eleve_ne_le": born}
        task_id = self.world.enrolment.open_task(
            "Composer le plan", GARANCE, role="referent", form="composer_plan", due=date(2026, 9, 10),
            parcours_id=parcours_id,
        )  # fmt: skip
        visitor = Visitor(self.app.test_client()).sign_in("Karim Benali")
        visitor.get(f"/taches/enrolment/{task_id}")
        return visitor.send("/terminer", to="/formulaire", champ_plan_action="ajouter")

    @property
    def stored(self) -> Any:
        """What the last completed task brought."""
        return self.world.enrolment.process.completed[-1][1]


@pytest.fixture
def choosing(world: World, make_sqlite_database: MakeDatabase, clock: FixedClock) -> Iterator[Choosing]:
    url = make_sqlite_database(accompaniment.TABLES).url
    service = accompaniment.build(ServiceSettings("test", url, "", {"k1": public_key(KEY)}), clock)
    web = accompaniment.create_web(service)
    with served(web) as at:
        urls = {"enrolment": world.enrolment.url, "accompaniment": at, "bilan": world.bilan.url}
        app = inbox_app(world.database, urls, clock)
        offers = Offers(service, web.test_client(), TokenSigner({"k1": KEY}, clock, uuid7))
        yield Choosing(app, offers, world)
        app.extensions["inbox"].close()
    service.database.dispose()


def test_a_choice_brings_kind_host_and_dates_and_what_people_write_themselves_counts(
    choosing: Choosing,
) -> None:
    offer_id = choosing.offer()
    karim = choosing.karim()
    assert (
        "Trouver un employeur, Atelier du Rhône, Lyon, du 05/10/2026 au 30/10/2026, places libres : 2"
        in karim.text
    )
    karim.send("/terminer", champ_solution_offre=offer_id)
    assert karim.path == "/taches"
    assert choosing.stored == {
        "plan_action": "ajouter", "solution_offre": offer_id, "solution_nature": "tre", "solution_cadre": None,
        "solution_structure": "Atelier du Rhône, Lyon", "solution_du": date(2026, 10, 5),
        "solution_au": date(2026, 10, 30), "solution_motif": None, "solution_numero": None,
    }  # fmt: skip
    choosing.karim().send("/terminer", champ_solution_offre=offer_id, champ_solution_du="2026-10-12")
    assert (choosing.stored["solution_du"], choosing.stored["solution_au"]) == (
        date(2026, 10, 12),
        date(2026, 10, 30),
    )


def test_a_choice_may_ask_for_more_and_shows_what_it_brought(choosing: Choosing) -> None:
    """A complementary training says why it is necessary: the page comes back with the question."""
    offer_id = choosing.offer(kind="mlds")
    karim = choosing.karim().send("/terminer", champ_solution_offre=offer_id)
    assert karim.status == 422
    assert karim.page.get_element_by_id("champ-solution_structure").value == "Atelier du Rhône, Lyon"
    karim.send("/terminer", champ_solution_motif="Reprendre les bases.")
    assert choosing.stored["solution_motif"] == "Reprendre les bases."


def test_a_choice_that_does_not_fit_or_is_gone_is_refused_beside_its_field(choosing: Choosing) -> None:
    offer_id, karim = choosing.offer(), choosing.karim()
    karim.send(
        "/terminer", champ_solution_offre=offer_id, champ_solution_nature="psychosocial",
        champ_solution_du="2026-09-14",
    )  # fmt: skip
    assert karim.status == 422
    assert "est d’une autre nature" in karim.text
    assert "va du 05/10/2026 au 30/10/2026" in karim.text
    young = choosing.karim(born="2011-05-04").send("/terminer", champ_solution_offre=offer_id)
    assert "demande d’avoir 16 ans" in young.text
    gone = choosing.offer(title="Complète")
    choosing.offer(title="Simuler un entretien")
    karim = choosing.karim()
    choosing.offers.ask(KEEPER, "POST", f"/{gone}/close", version=1)
    karim.send("/terminer", champ_solution_offre=gone)
    assert karim.status == 422
    assert "Places libres : « Simuler un entretien » (2), « Trouver un employeur » (2)." in karim.text
    assert choosing.world.enrolment.process.completed == []


def test_a_solution_is_described_without_an_offer_when_nobody_answers_for_it(world: World) -> None:
    urls = {"enrolment": world.enrolment.url, "accompaniment": "http://127.0.0.1:9", "bilan": world.bilan.url}
    app = inbox_app(world.database, urls, world.clock)
    choosing = Choosing(app, Any, world)
    choosing.karim().send(
        "/terminer", champ_solution_nature="tre", champ_solution_structure="Ailleurs", champ_solution_du="2026-10-05",
        champ_solution_au="2026-10-09",
    )  # fmt: skip
    assert (choosing.stored["solution_structure"], choosing.stored["solution_offre"]) == ("Ailleurs", None)
    app.extensions["inbox"].close()


def test_the_search_with_the_psad_chooses_from_its_partners_offers(choosing: Choosing) -> None:
    choosing.offer()
    choosing.offer(title="Simuler un entretien", is_psad=False)
    process, parcours_id = choosing.world.bilan.process, uuid7()
    process.forms["saisir_psad"], process.variables[parcours_id] = (
        PSAD.read_bytes(),
        {**KNOWN, "issue": "sans_solution"},
    )
    task_id = choosing.world.bilan.open_task(
        "Saisir la PSAD", ("mission_locale", KEEPER.organisation_id), role="conseiller", form="saisir_psad",
        due=date(2026, 9, 10), parcours_id=parcours_id,
    )  # fmt: skip
    samira = Visitor(choosing.app.test_client()).sign_in("Samira Haddad").get(f"/taches/bilan/{task_id}")
    (select,) = samira.page.xpath("//select[@name='champ-psad_offre']")
    words = "Trouver un employeur, Atelier du Rhône, Lyon, du 05/10/2026 au 30/10/2026"
    assert select.value_options == ["", words]
    samira.send(
        "/terminer",
        champ_psad_offre=words,
        champ_psad_saisie_le="2026-09-07",
        champ_psad_suite="Reçue lundi.",
    )
    assert process.completed[-1][1]["psad_offre"] == words


def planned(world: World, *offer_ids: str) -> str:
    """The page of a parcours whose plan names these offers."""
    parcours_id = uuid7()
    plan = [{"id": f"s{n}", "libelle": "Ateliers", "offre": each} for n, each in enumerate(offer_ids, 1)]
    said = {"name": "plan", "label": "Plan : solutions", "type": "list", "value": plan}
    world.enrolment.show_parcours(parcours_id, ["0690043X"], etape=3, variables=[said])
    return f"/parcours/{parcours_id}"


def test_the_page_of_a_parcours_names_the_offers_of_its_plan_and_shows_no_id(choosing: Choosing) -> None:
    offer_id, gone = choosing.offer(), uuid7()
    karim = Visitor(choosing.app.test_client()).sign_in("Karim Benali")
    karim.get(planned(choosing.world, offer_id, gone))
    assert "offre : Trouver un employeur" in karim.text
    choosing.offers.ask(KEEPER, "POST", f"/{offer_id}/close", version=1)
    karim.get(planned(choosing.world, offer_id))
    assert "offre : Trouver un employeur" in karim.text, "closed since"
    assert not [each for each in (offer_id, gone) if each in karim.text]


def test_the_page_shows_no_id_either_when_nobody_answers_for_the_offers(world: World) -> None:
    urls = {"enrolment": world.enrolment.url, "accompaniment": "http://127.0.0.1:9", "bilan": world.bilan.url}
    app, offer_id = inbox_app(world.database, urls, world.clock), uuid7()
    karim = Visitor(app.test_client()).sign_in("Karim Benali").get(planned(world, offer_id))
    assert (karim.status, "Ateliers" in karim.text, offer_id in karim.text) == (200, True, False)
    app.extensions["inbox"].close()
