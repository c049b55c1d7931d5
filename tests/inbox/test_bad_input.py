"""What people type wrong in one task: said in words, never kept wrong, never a failure."""

from datetime import date

import pytest

from tests.inbox.interview import OpenInterview, address
from tests.inbox.people import Visitor
from tests.support.inbox_world import World

FINE = {"champ_avis": "favorable"}


@pytest.mark.parametrize(
    "typed", ["1/9/26", "01.09.2026", "1-9-2026", "1er septembre 2026", "mardi 1er sept. 2026", "2026-09-01"]
)
def test_a_date_in_any_french_form_is_understood(
    world: World, interview: OpenInterview, karim: Visitor, typed: str
) -> None:
    karim.get(address(interview())).send("/terminer", champ_entretien_le=typed, **FINE)
    assert world.enrolment.process.completed[0][1]["entretien_le"] == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("lundi", "Un jour de la semaine ne dit pas de quelle date il s'agit"),
        ("31/02/2026", "Ce n'est pas une date"),
        ("lundi 1er septembre 2026", "Ce n'est pas une date"),
    ],
)
def test_what_is_no_date_is_said_and_stays_on_the_page(
    world: World, interview: OpenInterview, karim: Visitor, typed: str, said: str
) -> None:
    karim.get(address(interview())).send("/terminer", champ_entretien_le=typed, **FINE)
    assert karim.status == 422
    assert said in karim.text_of("//div[@id='erreurs']")
    assert "01/09/2026" in karim.text_of("//div[@id='erreurs']"), "what is allowed"
    assert karim.page.xpath("//input[@id='champ-entretien_le']/@value") == [typed]


@pytest.mark.parametrize(
    "name",
    ["Jean-Marc O’Neil d’Arc", "N'Guyen--Le Goff", "Zoé D’Été-Œil", "‘Abd al-Raḥmān", "X Æ A-12"],
)
def test_names_of_all_kinds_are_kept_as_they_are(
    world: World, interview: OpenInterview, karim: Visitor, name: str
) -> None:
    answers = {"champ_entretien_le": "1/9/26", "champ_avis": "autre", "champ_vers": name}
    task = interview()
    karim.get(address(task)).send("/terminer", to="/formulaire", **answers)
    karim.send("/terminer", to="/brouillon", **answers)
    assert karim.page.xpath("//input[@name='champ-vers']/@value")[0] == name
    karim.send("/terminer")
    assert world.enrolment.process.completed[0][1]["vers"] == name


@pytest.mark.parametrize("typed", ["d'arc", "D’ARC", "o neil", "jean marc", "ŒIL", "oeil"])
def test_a_compound_name_is_found_however_it_is_typed(
    world: World, interview: OpenInterview, karim: Visitor, typed: str
) -> None:
    interview(subject="Jean-Marc O’Neil d’Arc-Œil")
    karim.get("/taches").send("/taches", texte=typed)
    assert "Jean-Marc O’Neil d’Arc-Œil" in karim.text_of("//main")


def test_a_comment_of_five_megabytes_is_refused_in_words_and_not_written(
    interview: OpenInterview, karim: Visitor
) -> None:
    task = interview()
    karim.get(address(task)).send("/commenter", text="é" * 5_000_000)
    assert (karim.status, karim.title) == (413, "Texte trop long")
    assert "au plus 4 000 caractères" in karim.text
    assert "Aucun message." in karim.get(address(task)).text


def test_a_comment_that_is_somewhat_too_long_stays_on_the_page(
    interview: OpenInterview, karim: Visitor
) -> None:
    karim.get(address(interview())).send("/commenter", text="é" * 4_001)
    assert karim.status == 422
    assert "Entre 1 et 4000 caractères." in karim.text
    assert karim.page.xpath("//textarea[@id='text']")[0].text_content().strip() == "é" * 4_001


def test_an_answer_that_is_too_long_for_a_draft_is_said_and_stays(
    interview: OpenInterview, karim: Visitor
) -> None:
    karim.get(address(interview())).send("/terminer", to="/brouillon", champ_compte_rendu="é" * 10_001)
    assert karim.status == 422
    assert "Au plus 10000 caractères." in karim.text
    data = karim.filled("/terminer", champ_compte_rendu="é" * 10_001)
    told = karim.client.post(
        f"{karim.path.rsplit('/', 1)[0]}/brouillon", data=data, headers={"HX-Request": "true"}
    )
    assert (told.status_code, "Au plus 10000 caractères." in told.get_json()["said"]) == (422, True)


def test_the_back_button_and_a_double_click_do_a_thing_once(
    world: World, interview: OpenInterview, karim: Visitor
) -> None:
    task = interview()
    karim.get(address(task))
    sent = karim.filled("/terminer", champ_entretien_le="1/9/26", **FINE)
    comment = karim.filled("/commenter", text="Une fois")
    for _ in range(2):
        karim.post(f"{address(task)}/commenter", comment)
    for _ in range(3):
        assert karim.post(f"{address(task)}/terminer", sent).title == "Tâches"
    assert len(world.enrolment.process.completed) == 1
    assert karim.get(address(task)).text.count("Une fois") == 1
