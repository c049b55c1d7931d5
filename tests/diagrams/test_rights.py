"""The rights that a pupil keeps with the statut scolaire (R5): a task of the lycée for each that applies."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.errors import BadInput
from shared.forms import FormContext
from tests.diagrams.files import form
from tests.diagrams.scenarios import ADMITTED, EN, FEW, PROJECT, SIGNED, Scenario, do
from tests.diagrams.world import World

NOW = datetime(2026, 9, 10, 8, tzinfo=UTC)
OF_ALL = ["Statut scolaire", "Allocation de PFMP"]


def admitted(**facts: Any) -> World:
    """The secretariat has said what concerns the pupil."""
    return World(Scenario((*ADMITTED, *do(EN, "ouvrir_droits", **FEW | facts)), {}))


def to_open(world: World) -> list[str | None]:
    return [task.objet for task in world.open[EN] if task.element_id == "ouvrir_droit"]


def closes(right: str, **answers: str) -> Any:
    known = {"droit": {"droit": right}, "decision_le": date(2026, 9, 7)}
    told = {"droit_etat": "ouvert", "droit_le": "10/09/2026", **answers}
    return form("enrolment", "ouvrir_droit").validate(told, FormContext(known, NOW))


def refused(right: str, **answers: str) -> dict[str, list[str]]:
    with pytest.raises(BadInput) as found:
        closes(right, **answers)
    return dict(found.value.errors)


@pytest.mark.parametrize(
    ("facts", "rights"),
    [
        ({}, OF_ALL),
        ({"boursier": True}, ["Statut scolaire", "Bourse", "Allocation de PFMP"]),
        ({"fonds_sociaux": True}, [*OF_ALL, "Fonds sociaux"]),
        ({"regime_scolaire": "interne"}, [*OF_ALL, "Internat", "Restauration"]),
        ({"regime_scolaire": "demi_pensionnaire"}, [*OF_ALL, "Restauration"]),
        ({"transport_scolaire": True}, [*OF_ALL, "Transport scolaire"]),
        ({"amenagement": True}, [*OF_ALL, "Aménagement"]),
        ({"droits_precision": "Prêt d'un ordinateur"}, [*OF_ALL, "Prêt d'un ordinateur"]),
    ],
)
def test_a_pupil_has_a_task_for_each_right_that_applies_and_no_other(
    facts: dict[str, Any], rights: list[str]
) -> None:
    assert to_open(admitted(**facts)) == rights


def test_the_project_is_ready_only_when_each_right_is_open_or_sans_objet() -> None:
    world = admitted(boursier=True)
    for step in (*do(EN, "inscrire_siecle"), *PROJECT, *SIGNED):
        world.play(step)
    for right in ("Statut scolaire", "Bourse"):
        assert to_open(world)[0] == right
        world.play(do(EN, "ouvrir_droit", droit_etat="ouvert", droit_le="2026-09-07", droit_motif="")[0])
    assert to_open(world) == ["Allocation de PFMP"]
    nothing_planned = {
        "droit_etat": "sans_objet",
        "droit_le": "2026-09-07",
        "droit_motif": "Aucune PFMP prévue.",
    }
    world.play(do(EN, "ouvrir_droit", **nothing_planned)[0])
    assert to_open(world) == []
    assert world.open["accompaniment"] != []
    day = date(2026, 9, 7)
    assert world.variable("enrolment/droits_ouverts") == [
        {"droit": "Statut scolaire", "suite": "ouvert", "le": day, "precision": None},
        {"droit": "Bourse", "suite": "ouvert", "le": day, "precision": None},
        {"droit": "Allocation de PFMP", "suite": "sans_objet", "le": day, "precision": "Aucune PFMP prévue."},
    ]


def test_the_story_tells_which_right_was_opened() -> None:
    world = admitted()
    world.play(do(EN, "ouvrir_droit", droit_etat="ouvert")[0])
    told = [entry.name for entry in world.now_at[EN].trace if entry.element_id == "ouvrir_droit"]
    assert told == ["Ouvrir ou renouveler un droit : Statut scolaire"]


def test_neither_the_statut_nor_a_bourse_is_ever_sans_objet() -> None:
    """R5: the statut scolaire keeps all rights of a pupil."""
    why = {"droit_etat": "sans_objet", "droit_motif": "Non demandé."}
    for right in ("statut", "bourse"):
        assert closes(right)["droit_etat"] == "ouvert"
        assert refused(right, **why).keys() == {"droit_etat"}
    assert closes("transport", **why)["droit_etat"] == "sans_objet"


def test_a_right_that_is_sans_objet_says_why_and_no_day_before_the_decision_or_to_come_is_taken() -> None:
    assert refused("transport", droit_etat="sans_objet").keys() == {"droit_motif"}
    for day in ("06/09/2026", "11/09/2026", ""):
        assert refused("transport", droit_le=day).keys() == {"droit_le"}
