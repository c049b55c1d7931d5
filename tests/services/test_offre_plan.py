"""A plan chooses from the local offer: seats taken, given back, refused; a plan changes within R9, by one person.

Through accompaniment's doors: the message that entrusts a parcours, and the tasks of those who change its plan.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest

from services.accompaniment import app, handlers
from shared.identity import Actor
from shared.ids import uuid7
from shared.messaging.envelope import Envelope
from shared.process import definitions
from tests.services.test_offre import KEEPER, REFERENT, STRANGER, TERMS, Offers, forget, offers_of, said
from tests.support.databases import MakeDatabase, SqliteCopies

ML = KEEPER.organisation_id
NOBODY_S = "0199a0f2-0000-7000-8000-0000000000ff"
PERIOD = {
    "plan_action": "ajouter", "solution_nature": "entreprise", "solution_cadre": "pfmp",
    "solution_structure": "Boulangerie du Port",
}  # fmt: skip


class Suivi:
    """Accompaniment with its offer. ``solution``: one of a plan, from an offer."""

    def __init__(self, url: str) -> None:
        self.offers: Offers = offers_of(url, datetime(2026, 9, 14, 8, tzinfo=UTC))
        self.service = built = self.offers.service
        definitions.register(
            built.database, built.catalog, built.vocabulary, frozenset(built.handlers), built.clock, built.workflows
        )  # fmt: skip

    def offer(self, **terms: Any) -> str:
        return str(self.offers.add(**terms).get_json()["id"])

    def seats_left(self, title: str = str(TERMS["title"])) -> int:
        items = self.offers.listed()["items"]
        return int(next(each["seats_left"] for each in items if each["title"] == title))

    def entrust(self, *plan: Mapping[str, Any], mission_locale: str = ML, born: str = "2008-05-04") -> str:
        """A parcours with this signed plan arrives; its id."""
        parcours_id = uuid7()
        data = {
            "eleve_nom": "Moreau", "eleve_prenom": "Lina", "eleve_ne_le": born, "lycee": REFERENT.organisation_id,
            "mission_locale": mission_locale, "referent": REFERENT.person_id, "conseiller": KEEPER.person_id,
            "campagne": "2026-2027", "entree_le": "2026-09-10", "fin_de_statut_le": "2027-01-09", "plan": list(plan),
        }  # fmt: skip
        with self.service.database.begin() as tx:
            name = "enrolment.parcours_confie.v1"
            known = self.service.catalog.active(tx, "accompaniment").start_messages[name]
            body = {field.name: data.get(field.name) for field in known.fields}
            now = self.service.clock.now()
            message = Envelope(
                id=uuid7(), type=name, source="enrolment", subject=parcours_id, time=now, data=body
            )
            handlers.take_over_parcours(tx, message, self.service.processes)
        return parcours_id

    def task(self, parcours_id: str, element: str, actor: Actor = KEEPER) -> Any:
        path = f"/tasks?scope=parcours&parcours_id={parcours_id}"
        items = self.offers.ask(actor, "GET", path, root="").get_json()["items"]
        found = [each for each in items if each.get("element_id") == element and each["status"] == "open"]
        assert found, sorted(each["name"] for each in items)
        return self.offers.ask(actor, "GET", f"/tasks/{found[0]['id']}", root="").get_json()

    def complete(self, task: Any, values: Mapping[str, Any], actor: Actor = KEEPER) -> Any:
        return self.offers.ask(
            actor, "POST", f"/tasks/{task['id']}/complete", {"values": values}, task["version"], root="",
            key=uuid7(),
        )  # fmt: skip

    def do(self, parcours_id: str, element: str, actor: Actor = KEEPER, **values: Any) -> None:
        done = self.complete(self.task(parcours_id, element, actor), values, actor)
        assert done.status_code == 200, done.get_json()

    def take_in_charge(self, parcours_id: str) -> Any:
        """Returns what the conseiller read."""
        task = self.task(parcours_id, "prendre_en_charge")
        self.do(
            parcours_id, "prendre_en_charge", prise_en_charge_le="2026-09-14", actions_prevues="Atelier de recherche."
        )  # fmt: skip
        return task["values"]

    def amending(self) -> str:
        """A parcours whose plan is being changed: an avenant is composed."""
        parcours_id = self.entrust(solution(NOBODY_S))
        self.take_in_charge(parcours_id)
        return parcours_id

    def compose(self, parcours_id: str, **values: Any) -> Any:
        """One turn of the composition. Returns the values of the next one, None when there is none."""
        self.do(parcours_id, "composer_avenant", **values)
        items = self.offers.ask(
            KEEPER, "GET", f"/tasks?scope=parcours&parcours_id={parcours_id}", root=""
        ).get_json()["items"]
        again = any(
            each.get("element_id") == "composer_avenant" and each["status"] == "open" for each in items
        )
        return self.task(parcours_id, "composer_avenant")["values"] if again else None

    def choose(self, parcours_id: str, offer_id: str) -> Any:
        return self.compose(parcours_id, **chosen(offer_id))


def solution(offer_id: str | None, number: int = 1) -> dict[str, Any]:
    return {
        "id": f"s{number}", "nature": "tre", "libelle": "Ateliers", "suivi": "atelier", "cadre": None,
        "structure": "Atelier du Rhône, Lyon", "du": {"$d": "2026-10-05"}, "au": {"$d": "2026-10-30"}, "motif": None,
        "offre": offer_id,
    }  # fmt: skip


def chosen(offer_id: str, first: str = "2026-10-05", last: str = "2026-10-30") -> dict[str, Any]:
    """What the inbox posts once somebody has chosen an offer."""
    return {
        "plan_action": "ajouter", "solution_offre": offer_id, "solution_nature": "tre",
        "solution_structure": "Atelier du Rhône, Lyon", "solution_du": first, "solution_au": last,
    }  # fmt: skip


@pytest.fixture(scope="module")
def built(sqlite_copies: SqliteCopies) -> Iterator[Suivi]:
    built = Suivi(sqlite_copies.url(app.TABLES))
    yield built
    built.service.database.dispose()


@pytest.fixture
def suivi(built: Suivi) -> Suivi:
    forget(built.service)
    return built


def test_a_signed_plan_holds_its_seats_and_the_end_of_the_follow_up_gives_back_those_to_come(
    suivi: Suivi,
) -> None:
    offer_id = suivi.offer()
    parcours_id = suivi.entrust(solution(offer_id))
    assert suivi.seats_left() == 1
    assert suivi.take_in_charge(parcours_id)["places_message"] is None
    suivi.do(
        parcours_id, "signaler_depart", motif_fin="emploi", depart_le="2026-09-14", situation_fin="Embauchée."
    )
    assert suivi.seats_left() == 2


def test_who_finds_no_seat_reads_what_is_free_and_composes_an_avenant_at_once(suivi: Suivi) -> None:
    full = suivi.offer(seats=1)
    suivi.offer(title="Simuler un entretien", seats=4)
    suivi.entrust(solution(full))
    late = suivi.entrust(solution(full), solution(None, 2))
    told = suivi.take_in_charge(late)["places_message"]
    assert "Il n’y a plus de place à « Trouver un employeur »." in told
    assert "« Simuler un entretien » (4)" in told
    composing = suivi.task(late, "composer_avenant")["values"]
    assert [each["id"] for each in composing["plan"]] == ["s2"], "the other solution stays"
    assert composing["places_message"] == told


def test_an_avenant_takes_a_seat_as_it_goes_to_its_signature_and_gives_one_back_once_it_is_signed(
    suivi: Suivi,
) -> None:
    first, second = suivi.offer(), suivi.offer(title="Simuler un entretien")
    parcours_id = suivi.entrust(solution(first), solution(NOBODY_S, 2))
    suivi.take_in_charge(parcours_id)
    suivi.choose(parcours_id, second)
    suivi.compose(parcours_id, plan_action="retirer", solution_numero=2)
    assert (suivi.seats_left(), suivi.seats_left("Simuler un entretien")) == (1, 2), "nothing is taken yet"
    assert suivi.compose(parcours_id, plan_action="terminer") is None
    assert (suivi.seats_left(), suivi.seats_left("Simuler un entretien")) == (1, 1), (
        "not signed: it holds both"
    )
    suivi.do(parcours_id, "signer_avenant", REFERENT, plan_action="signer", avenant_signe_le="2026-09-14")
    assert (suivi.seats_left(), suivi.seats_left("Simuler un entretien")) == (2, 1)


def test_an_avenant_that_is_given_up_holds_no_seat(suivi: Suivi) -> None:
    offer_id = suivi.offer()
    parcours_id = suivi.amending()
    suivi.choose(parcours_id, offer_id)
    assert suivi.compose(parcours_id, plan_action="renoncer") is None
    assert suivi.seats_left() == 2


@pytest.mark.parametrize(("answer", "left"), [("renoncer", 2), ("revoir", 1)])
def test_an_avenant_that_is_not_signed_is_given_up_with_its_seat_or_composed_again_with_it(
    suivi: Suivi, answer: str, left: int
) -> None:
    offer_id = suivi.offer()
    parcours_id = suivi.amending()
    suivi.choose(parcours_id, offer_id)
    assert suivi.compose(parcours_id, plan_action="terminer") is None
    reserve = {"avenant_reserve": "D'autres dates."} if answer == "revoir" else {}
    suivi.do(parcours_id, "signer_avenant", REFERENT, plan_action=answer, **reserve)
    assert suivi.seats_left() == left
    if answer == "revoir":
        assert suivi.task(parcours_id, "composer_avenant")["values"]["avenant_reserve"] == "D'autres dates."
        assert suivi.compose(parcours_id, plan_action="renoncer") is None
        assert suivi.seats_left() == 2


def test_an_offer_that_the_solution_does_not_fit_is_refused_with_what_is_allowed(suivi: Suivi) -> None:
    offer_id, closed = suivi.offer(minimum_age=20), suivi.offer(title="Autre")
    suivi.offers.ask(KEEPER, "POST", f"/{closed}/close", version=1)
    theirs = str(suivi.offers.add(STRANGER).get_json()["id"])
    parcours_id = suivi.amending()
    for wrong, why in (
        (chosen(offer_id, "2026-10-01"), "05/10/2026 au 30/10/2026"),
        (chosen(offer_id) | {"solution_nature": "psychosocial"}, "autre nature"),
        (chosen(offer_id), "d’avoir 20 ans"),
        (chosen(closed), "n’est plus ouverte"),
        (chosen(theirs), "pas dans l’offre locale"),
    ):
        told = suivi.compose(parcours_id, **wrong)
        assert (why in told["plan_message"], told["plan_conforme"]) == (True, False), told["plan_message"]
        refused = suivi.complete(
            suivi.task(parcours_id, "composer_avenant"), {"plan_action": "terminer"}
        ).get_json()
        assert refused["errors"].keys() == {"plan_action"}
        suivi.compose(parcours_id, plan_action="retirer", solution_numero=1)


def test_the_last_seat_goes_to_one_of_two_who_send_their_avenants_at_once(
    make_database: MakeDatabase,
) -> None:
    """The other stays with the composition, told what is free."""
    suivi = Suivi(make_database(app.TABLES).url)
    offer_id = suivi.offer(seats=1)
    both = [suivi.amending(), suivi.amending()]
    for parcours_id in both:
        assert suivi.choose(parcours_id, offer_id)["plan_conforme"] is True
    tasks, ready = [suivi.task(each, "composer_avenant") for each in both], Barrier(2)

    def send(task: Any) -> int:
        ready.wait()
        return int(suivi.complete(task, {"plan_action": "terminer"}).status_code)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, tasks)) == [200, 200]
    assert suivi.seats_left() == 0
    items = suivi.offers.ask(KEEPER, "GET", "/tasks?scope=organisation", root="").get_json()["items"]
    composing = [each for each in items if each["element_id"] == "composer_avenant"]
    assert len(composing) == 1
    told = suivi.task(composing[0]["parcours_id"], "composer_avenant")["values"]["plan_message"]
    assert "plus de place à « Trouver un employeur ». Places libres de même nature : aucune." in told
    suivi.service.database.dispose()


def test_two_people_who_change_one_plan_at_once_change_it_once(suivi: Suivi) -> None:
    parcours_id = suivi.amending()
    task, ready = suivi.task(parcours_id, "composer_avenant"), Barrier(2)

    def change(first: str) -> int:
        ready.wait()
        values = PERIOD | {"solution_du": first, "solution_au": "2026-11-29"}
        return int(suivi.complete(task, values).status_code)

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(change, ("2026-11-02", "2026-11-03")))
    assert answers == [200, 409]
    assert len(suivi.task(parcours_id, "composer_avenant")["values"]["plan"]) == 1


def test_an_avenant_that_breaks_r9_is_refused_with_the_days_still_possible(suivi: Suivi) -> None:
    """R9: of 122 days 81 may be in companies; 35 are planned, so 46 are left, and 49 are refused."""
    parcours_id = suivi.amending()
    held = suivi.compose(parcours_id, **PERIOD, solution_du="2026-11-02", solution_au="2026-12-06")
    assert held["plan_message"].endswith("81 jours permis, 35 prévus, 46 restants.")
    told = suivi.compose(parcours_id, **PERIOD, solution_du="2026-09-14", solution_au="2026-11-01")
    assert not told["plan_conforme"]
    assert "81 jours permis, 84 prévus, 0 restants, 3 de trop." in told["plan_message"]
    refused = suivi.complete(suivi.task(parcours_id, "composer_avenant"), {"plan_action": "terminer"})
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["plan_action"])
    suivi.compose(parcours_id, plan_action="retirer", solution_numero=1)
    assert suivi.compose(parcours_id, **PERIOD, solution_du="2026-09-14", solution_au="2026-10-29")[
        "plan_conforme"
    ]


def test_an_offer_whose_seats_are_held_keeps_them_and_what_it_is(suivi: Suivi) -> None:
    offer_id = suivi.offer()
    for _ in range(2):
        suivi.entrust(solution(offer_id))
    for changed, why in (
        ({"seats": 1}, "2 places sont déjà tenues"),
        ({"kind": "mobilisation"}, "la nature et le cadre ne changent plus"),
    ):
        refused = suivi.offers.ask(KEEPER, "PUT", f"/{offer_id}", TERMS | changed, version=1)
        assert (refused.status_code, why in said(refused)) == (422, True)
    assert suivi.offers.ask(KEEPER, "POST", f"/{offer_id}/close", version=1).get_json()["seats_left"] == 0


def test_a_period_in_a_company_has_the_frame_of_its_offer(suivi: Suivi) -> None:
    """R25."""
    offer_id = suivi.offer(kind="entreprise", frame="stage")
    parcours_id = suivi.amending()
    days = {"solution_offre": offer_id, "solution_du": "2026-10-05", "solution_au": "2026-10-09"}
    told = suivi.compose(parcours_id, **PERIOD, **days)
    assert "a un autre cadre (stage)" in told["plan_message"]
    suivi.compose(parcours_id, plan_action="retirer", solution_numero=1)
    assert suivi.compose(parcours_id, **(PERIOD | {"solution_cadre": "stage"}), **days)["plan_conforme"]
