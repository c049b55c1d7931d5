"""The plan of the projet and of an avenant: one catalogue of solutions, said once, checked at each change."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.dmn import parse_dmn
from shared.errors import BadInput
from shared.forms import FormContext
from tests.diagrams.files import WORKFLOWS, form
from tests.diagrams.scenarios import ADMITTED, EN, Scenario, do, period
from tests.diagrams.world import World

MORNING = datetime(2026, 9, 7, 8, tzinfo=UTC)
COMPOSING = (("enrolment", "composer_plan"), ("accompaniment", "composer_avenant"))
DATES = {"entree_le": date(2026, 9, 10), "fin_de_statut_le": date(2027, 1, 9)}
both = pytest.mark.parametrize(("service", "key"), COMPOSING)


def natures(service: str, key: str) -> dict[str, str]:
    options = form(service, key).fields["solution_nature"].options
    return {option.value: option.label for option in options}


def describe(service: str, nature: str) -> Any:
    model = parse_dmn((WORKFLOWS / service / "solutions.dmn").read_bytes())
    return model.evaluate("solutions", {"solution_nature": nature}, now=MORNING).value


def test_both_services_have_the_same_catalogue() -> None:
    one, other = ((WORKFLOWS / service / "solutions.dmn").read_bytes() for service, _ in COMPOSING)
    assert one == other


@both
def test_the_form_names_each_solution_as_the_catalogue_does(service: str, key: str) -> None:
    assert natures(service, key) == {
        nature: describe(service, nature)["libelle"] for nature in natures(service, key)
    }


@both
def test_only_a_complementary_training_asks_why_it_is_necessary(service: str, key: str) -> None:
    asked = {nature: "solution_motif" in _shown(service, key, nature) for nature in natures(service, key)}
    assert asked == {nature: describe(service, nature)["complementaire"] for nature in asked}


@both
def test_only_a_period_in_a_company_asks_for_its_legal_frame(service: str, key: str) -> None:
    """R25."""
    asked = {nature for nature in natures(service, key) if "solution_cadre" in _shown(service, key, nature)}
    assert asked == {"entreprise"}


def _shown(service: str, key: str, nature: str) -> set[str]:
    answers = {"plan_action": "ajouter", "solution_nature": nature}
    context = FormContext({**DATES, "plan": [], "plan_conforme": True, "resultat_examen": None}, MORNING)
    parts = form(service, key).visible(answers, context)
    return {inner.key for part in parts for inner in (part, *part.components) if inner.key}


def _preparing_exams(result: str) -> Any:
    answers = {
        "plan_action": "ajouter", "solution_nature": "epreuves", "solution_structure": "Lycée du Port",
        "solution_du": "14/09/2026", "solution_au": "30/10/2026", "solution_motif": "Finir le CAP.",
    }  # fmt: skip
    context = FormContext({**DATES, "plan": None, "plan_conforme": None, "resultat_examen": result}, MORNING)
    return form("enrolment", "composer_plan").validate(answers, context)


def test_exams_are_prepared_again_when_blocks_are_validated_and_only_then() -> None:
    assert _preparing_exams("blocs_valides")["solution_nature"] == "epreuves"
    with pytest.raises(BadInput) as refused:
        _preparing_exams("ajourne")
    assert refused.value.errors.keys() == {"solution_nature"}


@both
@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"plan_action": "retirer", "solution_numero": "2"}, "solution_numero"),
        ({"plan_action": "terminer"}, "plan_action"),
    ],
    ids=["a number that is not there", "a plan that does not hold"],
)  # fmt: skip
def test_a_composition_that_cannot_be_is_refused_at_its_field(
    service: str, key: str, answers: dict[str, str], field: str
) -> None:
    variables = {**DATES, "plan": [{"id": "s1"}], "plan_conforme": False, "resultat_examen": None}
    with pytest.raises(BadInput) as refused:
        form(service, key).validate(answers, FormContext(variables, MORNING))
    assert refused.value.errors.keys() == {field}


def test_each_change_of_the_plan_is_answered_with_the_days_allowed_planned_and_remaining() -> None:
    """R9."""
    world = World(Scenario((*ADMITTED, *do(EN, "projet_conseiller", "projet_referent")), ends={}))
    for step in do(EN, "composer_plan", **period("2026-10-01", "2026-10-31")):
        world.play(step)
    assert world.variable("enrolment/plan_message").endswith("81 jours permis, 31 prévus, 50 restants.")
    assert world.variable("enrolment/plan_texte").startswith("1. Période en entreprise, Boulangerie du Port")
