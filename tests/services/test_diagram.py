"""Where a followed parcours stands on its diagram, with what it calls: through the doors of the services."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clock import FixedClock
from shared.identity import Actor
from tests.services.followed import CONSEILLER, OTHER_CONSEILLER, OTHER_REFERENT, REFERENT, followed
from tests.support.databases import MakeDatabase
from tests.support.three_services import ThreeServices, three_services


@pytest.fixture
def world(make_sqlite_database: MakeDatabase) -> Iterator[ThreeServices]:
    with three_services(make_sqlite_database, FixedClock(datetime(2026, 10, 12, 8, tzinfo=UTC))) as built:
        yield built


def element(told: dict[str, Any], element_id: str) -> dict[str, Any]:
    return next(each for each in told["elements"] if each["element_id"] == element_id)


def test_each_side_sees_what_waits_but_not_that_the_other_waits_for_what_is_its_own(
    world: ThreeServices,
) -> None:
    parcours_id = followed(world)
    lycee, ml = diagram(world, REFERENT, parcours_id), diagram(world, CONSEILLER, parcours_id)
    for told in (lycee, ml):
        assert element(told, "prendre_en_charge")["state"] == "current"
        assert element(told, "mise_en_oeuvre")["state"] == "current"
        assert "lancer_plan" in told["next"]
    hidden = {"signer_pacea", "mener_pacea", "pacea_ouvert", "fin_de_phase"}
    assert {element(lycee, each)["state"] for each in hidden} == {"private"}
    assert (element(ml, "signer_pacea")["state"], element(ml, "pacea_ouvert")["state"]) == (
        "current",
        "current",
    )
    assert not hidden & set(lycee["next"])
    assert [
        each for each in lycee["elements"] if each["state"] == "private" and (each["at"] or each["times"])
    ] == []
    for stranger in (OTHER_REFERENT, OTHER_CONSEILLER):
        for service in ("enrolment", "accompaniment"):
            assert world.ask(stranger, service, f"/parcours/{parcours_id}/diagram").status_code == 404
    inside = diagram(world, REFERENT, parcours_id, "pacea")["drawing"]
    unnamed = {each["id"] for each in inside["shapes"] if not each["name"]}
    assert {"signer_pacea", "fin_de_phase", "phases_pacea"} <= unnamed
    assert {each["name"] for each in inside["lines"]} == {""}
    whole = diagram(world, CONSEILLER, parcours_id, "pacea")["drawing"]
    assert "Enregistrer un PACEA et sa première phase" in {each["name"] for each in whole["shapes"]}
    shapes = {each["id"] for each in lycee["drawing"]["shapes"]}
    assert "signer_pacea" not in shapes  # of a process that is called, which has a drawing of its own
    assert "pacea" in {each["id"] for each in lycee["choices"]}


def test_a_process_that_several_calls_share_is_current_only_where_it_runs(world: ThreeServices) -> None:
    parcours_id = followed(world)
    world.complete(
        CONSEILLER, "accompaniment", "prendre_en_charge", prise_en_charge_le="2026-10-12",
        actions_prevues="Préparer l'atelier.",
    )  # fmt: skip
    world.complete(CONSEILLER, "accompaniment", "retenir_place", place_retenue_le="2026-10-12",
        atelier_lieu="Mission Locale, 9 h à 12 h",
    )  # fmt: skip
    told = diagram(world, REFERENT, parcours_id)
    assert element(told, "premier_jour")["state"] == "current"
    assert {each: element(told, each)["state"] for each in ("mener_atelier", "suivre_atelier")} == {
        "mener_atelier": "current", "suivre_atelier": "current",
    }  # fmt: skip
    for other in ("mener_formation", "mener_service_civique", "suivre_formation"):
        assert element(told, other)["state"] == "untold"
    inside = diagram(world, REFERENT, parcours_id, "absences")
    assert inside["drawing"]["name"] == "Absences et accidents"


def diagram(
    world: ThreeServices, who: Actor, parcours_id: str, drawing: str = "accompaniment"
) -> dict[str, Any]:
    answer = world.ask(who, "accompaniment", f"/parcours/{parcours_id}/diagram?drawing={drawing}")
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())
