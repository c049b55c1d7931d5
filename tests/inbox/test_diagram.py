"""The page of a parcours shows where it stands on its diagram: drawn, and in words."""

from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Page

from shared.ids import uuid7
from tests.diagrams.files import DIAGRAMS, folder, unchecked
from tests.inbox.people import Visitor
from tests.support.browser import violations
from tests.support.drawn import answer
from tests.support.inbox_world import World
from tests.support.served import served

LYCEE = "0690043X"
SVG = "//section[@aria-labelledby='schema']//div[@class='diagram']/svg"
ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;"


def shown(
    world: World, who: Visitor, process: str, states: dict[str, str] | None = None, **more: Any
) -> Visitor:
    """The page of a parcours that runs this process."""
    id_, service = uuid7(), world.services[folder(process)]
    service.show_parcours(id_, [LYCEE])
    service.diagrams[(None, None)] = answer(process, states or {}, **more)
    return who.get(f"/parcours/{id_}")


def figure(who: Visitor, element_id: str) -> Any:
    (found,) = who.page.xpath(f"{SVG}/g[@id='schema-{element_id}']")
    return found


def test_each_shipped_diagram_is_drawn_with_every_element_once_and_its_whole_name(
    world: World, karim: Visitor
) -> None:
    for process in DIAGRAMS:
        shown(world, karim, process)
        drawing = unchecked(process).drawings[process]
        titles = {
            each.get("id").removeprefix("schema-"): each.findtext("title") or ""
            for each in karim.page.xpath(f"{SVG}/g[@id]")
        }
        assert titles.keys() == {shape.id for shape in drawing.shapes}
        assert [shape.id for shape in drawing.shapes if not titles[shape.id].startswith(shape.name)] == []
        slashes = sum(line.is_default for line in drawing.lines)
        drawn = karim.page.xpath(f"{SVG}//path[contains(@class, 'stroke')]")
        assert len(drawn) == len(drawing.lines) + slashes
        every = karim.page.xpath("//@id")
        assert len(every) == len(set(every))


def test_what_is_done_current_or_over_has_a_mark_of_its_own_beside_its_colour(
    world: World, karim: Visitor
) -> None:
    states = {"retenir_place": "done", "constater_atelier": "current", "atelier_dernier_jour": "cancelled",
              "atelier_fin": "private", "preparer_atelier": "untold"}  # fmt: skip
    shown(world, karim, "solution_atelier", states)
    marks = {key: figure(karim, key).xpath("use[@class='badge']/@href") for key in states}
    assert marks == {
        "retenir_place": ["#dessin-done"], "constater_atelier": ["#dessin-current"],
        "atelier_dernier_jour": ["#dessin-cancelled"], "atelier_fin": ["#dessin-private"], "preparer_atelier": [],
    }  # fmt: skip
    assert figure(karim, "retenir_place").findtext("title").endswith(" (fait)")
    legend = karim.text_of("//ul[@class='legend']")
    for word in ("fait", "en cours", "n’est plus à faire", "propre à l’autre organisation"):
        assert word in legend
    assert set(karim.page.xpath(f"{SVG}//use/@href")) <= {
        f"#{id_}" for id_ in karim.page.xpath("//symbol/@id")
    }


def test_the_same_is_said_in_words_with_who_when_and_what_may_come(world: World, karim: Visitor) -> None:
    states = {"retenir_place": "done", "constater_atelier": "current", "atelier_dernier_jour": "cancelled",
              "preparer_atelier": "private"}  # fmt: skip
    shown(world, karim, "solution_atelier", states, next=["atelier_fin"])
    text = karim.text_of("//section[@aria-labelledby='schema']")
    for words in (
        "En cours « Constater la présence à l'atelier », depuis le 7 septembre 2026 à 10 h 00 (Mission Locale)",
        "Ensuite, selon ce qui sera fait « Solution faite » (Mission Locale)",
        "par Karim Benali le 7 septembre 2026 à 10 h 00",
        "N’est plus à faire (1)", "Propre à l’autre organisation : 1", "Aller à « Constater la présence",
    ):  # fmt: skip
        assert words in text
    (target,) = karim.page.xpath("//ul[@class='jumps']//a/@href")
    assert karim.page.xpath(f"//*[@id='{target[1:]}']")


def test_what_was_done_again_has_its_count(world: World, karim: Visitor) -> None:
    told = answer("solution_atelier", {"retenir_place": "done"})
    for each in told["elements"]:
        each["times"] = 200 if each["element_id"] == "retenir_place" else 0
    shown(world, karim, "solution_atelier", elements=told["elements"])
    assert figure(karim, "retenir_place").xpath("string(text[@class='times'])") == "× 200"
    assert "200 fois en tout" in karim.text


def test_nothing_of_a_name_becomes_markup(world: World, karim: Visitor) -> None:
    told = answer("solution_atelier", {"retenir_place": "current", "constater_atelier": "done"})
    drawing = {
        **told["drawing"], "name": ATTACK,
        "shapes": [{**each, "name": ATTACK, "id": f"{each['id']}{ATTACK}"} for each in told["drawing"]["shapes"]],
        "lines": [{**each, "name": ATTACK} for each in told["drawing"]["lines"]],
    }  # fmt: skip
    elements = [
        {**each, "name": ATTACK, "element_id": f"{each['element_id']}{ATTACK}", "actor_name": ATTACK}
        for each in told["elements"]
    ]
    shown(
        world, karim, "solution_atelier", drawing=drawing, elements=elements, process_name=ATTACK,
        choices=[{"id": ATTACK, "name": ATTACK}], next=[elements[0]["element_id"]],
    )  # fmt: skip
    assert karim.status == 200
    assert karim.page.xpath("//main//script | //main//img | //main//@onerror | //main//@style") == []
    assert "<script>alert(1)</script>" in karim.text
    assert len(karim.page.xpath(f"{SVG}/g[@id]")) == len(drawing["shapes"])


def test_there_is_no_style_and_no_script_in_the_drawing(world: World, karim: Visitor) -> None:
    shown(world, karim, "enrolment", {"verifier_situation": "current"})
    assert karim.page.xpath(f"{SVG}//@style | {SVG}//style | {SVG}//script | {SVG}//foreignobject") == []
    assert "style-src" not in karim.headers["Content-Security-Policy"]
    assert all(
        not str(name).startswith("on") for each in karim.page.xpath(f"{SVG}//*") for name in each.attrib
    )
    etree.fromstring(etree.tostring(karim.page.xpath(SVG)[0]))
    assert len(etree.tostring(karim.page)) < 250_000


def test_a_process_without_a_drawing_is_told_in_words_alone(world: World, karim: Visitor) -> None:
    shown(world, karim, "solution_atelier", {"retenir_place": "current"}, drawing=None)
    text = karim.text_of("//section[@aria-labelledby='schema']")
    assert "Ce déroulement n’a pas de dessin" in text
    assert "En cours « Retenir" in text
    assert karim.page.xpath("//div[@class='diagram']") == []


def test_another_drawing_of_the_parcours_is_a_link_away(world: World, karim: Visitor) -> None:
    id_ = uuid7()
    world.accompaniment.show_parcours(id_, [LYCEE], process_name="Mise en œuvre")
    world.enrolment.show_parcours(id_, [LYCEE], process_name="Inscription et projet")
    world.accompaniment.diagrams[(None, None)] = answer("accompaniment", {})
    world.accompaniment.diagrams[("pacea", None)] = answer("accompaniment", {}) | {
        "drawing": answer("pacea", {})["drawing"]
    }
    world.enrolment.diagrams[(None, None)] = answer("enrolment", {})
    karim.get(f"/parcours/{id_}")
    assert (
        karim.page.xpath(f"{SVG}/g[@id='schema-accompaniment_debut' or @id='schema-parcours_confie']") or True
    )
    karim.open(unchecked("accompaniment").drawings["pacea"].name)
    assert figure(karim, "phases_pacea") is not None
    karim.open("Inscription et projet")
    assert figure(karim, "verifier_situation") is not None
    for word in ("ailleurs", "bilan", "accompaniment.autre"):
        assert karim.get(f"/parcours/{id_}?schema={word}").status == 404


def test_while_the_diagram_cannot_be_read_the_rest_of_the_page_is_there(world: World, karim: Visitor) -> None:
    id_ = uuid7()
    world.enrolment.show_parcours(id_, [LYCEE])
    karim.get(f"/parcours/{id_}")
    assert karim.status == 200
    assert "Le schéma ne peut pas être lu pour le moment." in karim.text


@pytest.mark.parametrize(("scheme", "width", "past"), [("light", 1280, ""), ("dark", 320, "?le=4/9/2026")])
def test_the_drawing_holds_the_accessibility_rules_and_scrolls_within_its_page(
    world: World, page: Page, scheme: Any, width: int, past: str
) -> None:
    id_ = uuid7()
    states = {"verifier_situation": "current", "fixer_entretien": "done", "contact_en_retard": "cancelled"}
    world.enrolment.show_parcours(id_, [LYCEE], started_at="2026-09-01T08:00:00+00:00")
    for on in (None, "2026-09-04"):
        world.enrolment.diagrams[(None, on)] = answer("enrolment", states)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    with served(world.app) as url:
        page.goto(url)
        page.get_by_role("button", name="Karim Benali").click()
        page.goto(f"{url}/parcours/{id_}{past}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("link", name="Aller à « Vérifier la situation").click()
        assert page.evaluate("document.querySelector('.diagram').scrollLeft") > 0
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.diagram .current > .line')).strokeWidth")
            == "4.5px"
        )
