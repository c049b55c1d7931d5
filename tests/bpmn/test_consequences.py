"""What follows on a task, way by way, read from the real diagrams."""

from functools import cache

import pytest

from services.accompaniment import app as accompaniment
from services.bilan import app as bilan
from services.enrolment import app as enrolment
from shared.bpmn import Definition
from shared.identity import Actor
from shared.process import definitions
from shared.process.task_process import told_next
from shared.settings import ServiceSettings

LYCEE = Actor("0190b5a0-0000-7000-8000-000000000001", "X", "0690001A", "lycee", frozenset({"referent"}))


@cache
def read() -> dict[str, Definition]:
    found = {}
    for app in (enrolment, accompaniment, bilan):
        built = app.build(ServiceSettings("test", "sqlite://", "", {}))
        for each in definitions.load_service(built.vocabulary, frozenset(built.handlers), built.workflows):
            found[each.process_id] = each
    return found


def ways(process: str, element: str, form: str) -> list[tuple[list[str], list[str]]]:
    definition = read()[process]
    fields = definition.plan.form_outputs[form]
    return [
        (
            [f"{each.field or each.question}={each.answer}" for each in way.asked],
            [node.id for node in way.then],
        )
        for way in definition.consequences.of(element, fields)
    ]


def test_an_answer_of_the_form_leads_where_its_condition_says_and_the_rest_in_the_words_of_the_drawing() -> (
    None
):
    assert ways("enrolment", "valider_entretien", "valider_entretien") == [
        (["entretien_suite=a_refixer"], ["fixer_entretien"]),
        (["Entretien tenu\xa0?=oui, ou retrait"], ["decider_admission"]),
    ]


def test_conditions_in_a_row_are_told_together() -> None:
    found = ways("enrolment", "decider_admission", "decider_admission")
    assert ["decision_admission=admis", "Entrée possible à cette date\xa0?=oui"] in [
        asked for asked, _ in found
    ]


def test_a_way_back_to_the_task_itself_is_told() -> None:
    assert ["composer_plan"] in [then for _, then in ways("enrolment", "composer_plan", "composer_plan")]


def test_the_end_of_one_of_several_is_told_and_not_what_waits_for_all_of_them() -> None:
    (only,) = ways("enrolment", "ouvrir_droit", "ouvrir_droit")
    assert only[0] == []
    assert "projet_pret" not in only[1]


@pytest.mark.parametrize("process", ["enrolment", "accompaniment", "bilan", "transfert", "avenirpro"])
def test_every_task_of_every_parcours_says_what_comes(process: str) -> None:
    definition = read()[process]
    tasks = [each for each in definition.elements.values() if each.type == "userTask"]
    assert tasks
    assert [each.id for each in tasks if not definition.consequences.of(each.id, ())] == []


def test_what_is_the_other_sides_own_has_no_name() -> None:
    definition = read()["accompaniment"]
    private = next(
        each for each in definition.elements.values() if each.side == "ml" and each.type == "userTask"
    )
    assert told_next(definition, private.id, LYCEE)["name"] == ""
