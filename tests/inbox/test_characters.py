"""NUL and other control characters: refused in words at every address of the inbox, kept nowhere, never a failure."""

import io

import pytest
from werkzeug.routing import Rule

from tests.inbox.interview import OpenInterview
from tests.inbox.people import Visitor
from tests.support.inbox_world import World

SAID = "caractère de commande invisible"
SOME = "0199a0f2-0000-7000-8000-000000000001"
FORBIDDEN = ("\x00", "\x07", "\x0b", "\x1f", "\x7f", "\x85")


def addresses(world: World, method: str) -> list[str]:
    """Every address that takes a method, with something in the place of its parts."""
    rules = [rule for rule in world.app.url_map.iter_rules() if method in (rule.methods or ())]
    return [address(rule) for rule in rules]


def address(rule: Rule) -> str:
    path = rule.rule
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        value = SOME if kind == "UUIDConverter" else "1" if kind == "IntegerConverter" else "enrolment"
        path = path.replace(next(part for part in _parts(path) if part.rstrip(">").endswith(name)), value)
    return path


def _parts(path: str) -> list[str]:
    return ["<" + each.split(">")[0] + ">" for each in path.split("<")[1:]]


def test_every_form_refuses_them_in_words(world: World, karim: Visitor) -> None:
    asked = addresses(world, "POST")
    assert len(asked) > 40
    for path in asked:
        karim.post(path, {"texte": "Ferrand\x00"})
        assert (path, karim.status, SAID in karim.text) == (path, 400, True)


def test_every_query_refuses_them_in_words(world: World, karim: Visitor) -> None:
    asked = [path for path in addresses(world, "GET") if not path.startswith("/static")]
    assert len(asked) > 40
    for path in asked:
        for query in ("suite=%00", "%00=1", "texte=a%1Bb"):
            karim.get(f"{path}?{query}")
            assert (path, karim.status, SAID in karim.text) == (path, 400, True)


@pytest.mark.parametrize("character", FORBIDDEN)
def test_a_search_refuses_each_of_them_and_takes_what_people_type(karim: Visitor, character: str) -> None:
    karim.get("/parcours").send("/parcours", texte=f"Ferr{character}and")
    assert (karim.status, SAID in karim.text) == (400, True)
    assert character not in karim.text
    assert karim.get("/parcours").send("/parcours", texte="Œuvré – n°\t12’ é\u0301\u202f€").status == 200


def test_the_name_of_a_file_is_looked_at_too(karim: Visitor) -> None:
    file = (io.BytesIO(b"nom;prenom"), "eleves\x07.csv")
    assert karim.post("/eleves/import", {"file": file}).status == 400
    assert SAID in karim.text


def test_no_address_has_one(karim: Visitor) -> None:
    for path in ("/campagnes/2026%00", "/taches%07", "/nulle-part/%7F"):
        assert karim.get(path).status == 404


def test_a_comment_with_one_is_not_written(karim: Visitor, interview: OpenInterview) -> None:
    page = karim.get(f"/taches/enrolment/{interview()}")
    path = page.path
    page.send("/commenter", text="Rappelé\x00 hier")
    assert (karim.status, SAID in karim.text) == (400, True)
    assert "Rappelé" not in karim.get(path).text


@pytest.mark.parametrize("character", ["\x0b", "\x85", "\x92"])
def test_a_comment_loses_what_was_pasted_with_it(
    karim: Visitor, interview: OpenInterview, character: str
) -> None:
    karim.get(f"/taches/enrolment/{interview()}").send("/commenter", text=f"Vu l{character}élève\r\nhier")
    assert (karim.status, "Vu lélève hier" in karim.text) == (200, True)


@pytest.mark.parametrize("verb", ["/refuser", "/rouvrir"])
def test_a_reason_loses_what_was_pasted_with_it(karim: Visitor, interview: OpenInterview, verb: str) -> None:
    page = karim.get(f"/taches/enrolment/{interview()}").filled("/refuser", reason="L\x92élève est parti")
    assert karim.post(f"{karim.path}{verb}", page).status != 400


def test_what_is_pasted_into_a_task_loses_them_but_nul_is_refused(
    world: World, karim: Visitor, interview: OpenInterview
) -> None:
    """The service takes out what comes with a pasted text; no page sends NUL."""
    answers = {"champ_entretien_le": "10/09/2026", "champ_avis": "favorable"}
    path = f"/taches/enrolment/{interview()}"
    assert karim.get(path).send("/terminer", champ_compte_rendu="a\x00", **answers).status == 400
    assert not world.enrolment.process.completed
    assert karim.get(path).send("/terminer", champ_compte_rendu="Venu\x0b à l’heure", **answers).status == 200
    ((_, values),) = world.enrolment.process.completed
    assert values["compte_rendu"] == "Venu à l’heure"
