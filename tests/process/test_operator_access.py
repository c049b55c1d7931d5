"""The operators' door opens to operators only, and says nothing to others."""

import pytest

from shared.identity import Actor
from tests.process.support import CONSEILLER, OPERATOR, REFERENT, House

ANALYST = Actor("analyste-1", "Nora Petit", "system:analysts", "system", frozenset({"analyst"}))
WORKER = Actor.system("essai")
LYCEE_OPERATOR = Actor("faux", "Faux", "0690043X", "lycee", frozenset({"operator"}))

DOORS = ["/operator/incidents", "/operator/messages", "/operator/messages/acts"]


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("actor", [REFERENT, CONSEILLER, ANALYST, WORKER, LYCEE_OPERATOR])
def test_nobody_but_an_operator_is_let_in(house: House, path: str, actor: Actor) -> None:
    answer = house.get(path, actor)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "identity.operator_only")


@pytest.mark.parametrize("path", DOORS)
def test_without_a_token_nobody_is_let_in(house: House, path: str) -> None:
    assert house.client.get(path).status_code == 401


def test_a_stranger_is_refused_before_what_was_asked_is_read(house: House) -> None:
    assert house.get("/operator/incidents?limit=nonsense", REFERENT).status_code == 403
    assert house.get("/operator/incidents?limit=nonsense", OPERATOR).status_code == 422


def test_an_operator_sees_no_tasks_and_no_parcours_of_people(house: House) -> None:
    parcours_id = house.start()
    assert house.get(f"/parcours/{parcours_id}", OPERATOR).status_code == 404
    assert house.get("/tasks?scope=organisation", OPERATOR).get_json()["items"] == []


def test_incidents_come_by_pages_the_oldest_first(house: House) -> None:
    house.fault = RuntimeError()
    opened = [house.start() for _ in range(3)]
    for parcours_id in opened:
        house.complete(parcours_id, REFERENT, {"secret": "discret"})
        house.complete(parcours_id, CONSEILLER, {"avis": "oui"})
    first = house.get("/operator/incidents?limit=2", OPERATOR).get_json()
    last = house.get(f"/operator/incidents?limit=2&after={first['next']}", OPERATOR).get_json()
    told = [item["parcours_id"] for item in first["items"] + last["items"]]
    assert (told, last["next"]) == (opened, None)
    assert house.get("/operator/incidents?state=resolved", OPERATOR).get_json()["items"] == []
