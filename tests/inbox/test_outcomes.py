"""« Ce qui se passe ensuite » on the page of a task."""

from typing import Any

from tests.inbox.interview import OpenInterview, address
from tests.inbox.people import Visitor
from tests.support.inbox_world import World


def way(then: list[tuple[str, str, str | None]], *asked: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "asked": [
            {"field": field, "question": question, "answer": answer} for field, question, answer in asked
        ],
        "then": [{"name": name, "type": type_, "organisation": place} for name, type_, place in then],
    }


def test_what_comes_after_each_choice_is_told_in_the_words_of_the_form(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    world.enrolment.process.ways = [
        way([("Fixer l’entretien", "userTask", "mission_locale")], ("avis", "", "autre")),
        way([("Inscrire", "userTask", "lycee")], ("", "Admis ?", "oui"), ("accord", "", "true")),
        way([("", "userTask", "mission_locale"), ("Parcours clos", "endEvent", None)]),
    ]
    told = karim.get(address(interview())).text_of("//section[@aria-labelledby='ensuite']")
    assert "Si « Avis » est « Réorientation » « Fixer l’entretien », à la Mission Locale" in told
    assert "Si « Admis ? » : oui et « Volontariat confirmé » est coché « Inscrire », au lycée" in told
    assert "une suite chez le partenaire" in told
    assert "« Parcours clos » : fin de cette partie du parcours" in told


def test_a_task_of_which_nothing_is_known_says_nothing(interview: OpenInterview, karim: Visitor) -> None:
    assert not karim.get(address(interview())).page.xpath("//section[@aria-labelledby='ensuite']")
