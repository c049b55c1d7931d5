"""An absence in a real browser: the référent says it, who stands in does the task, by keyboard only too."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from shared.ids import uuid7
from tests.inbox.interview import GARANCE, INTERVIEW
from tests.inbox.people import of
from tests.inbox.test_browser import answer_by_keyboard, sign_in, sign_out_and_in
from tests.support.browser import violations
from tests.support.by_keyboard import tab_to
from tests.support.inbox_world import World
from tests.support.served import served

BOTH = "Claire Fontaine, en l’absence de Karim Benali"


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Karim Benali has the task « Mener l’entretien »."""
    parcours_id = uuid7()
    world.enrolment.process.forms["entretien"] = json.dumps(INTERVIEW).encode()
    world.enrolment.process.variables[parcours_id] = {"eleve_nom": "Ferrand"}
    world.enrolment.open_task(
        "Mener l’entretien", GARANCE, role="referent", form="entretien", due=date(2026, 9, 10),
        parcours_id=parcours_id, assignee=(of("Karim Benali")[0], "Karim Benali"),
    )  # fmt: skip
    world.enrolment.show_parcours(parcours_id, [GARANCE[1]])
    with served(world.app) as url:
        yield url


def test_a_substitute_is_named_does_the_task_and_both_names_stay(
    world: World, address: str, page: Page
) -> None:
    sign_in(page, address, "Karim Benali")
    page.get_by_role("link", name="Mon équipe").click()
    assert violations(page) == []
    page.get_by_role("link", name="Absences et délégations").click()
    assert violations(page) == []
    page.get_by_label("Qui supplée ?").select_option(label="Claire Fontaine (référent de parcours)")
    page.get_by_label("Au (compris)").fill("2026-09-11")
    page.get_by_role("button", name="Enregistrer la suppléance").click()
    expect(page.get_by_text("Claire Fontaine supplée Karim Benali")).to_be_visible()
    sign_out_and_in(page, "Claire Fontaine")
    expect(
        page.get_by_text("Vous suppléez Karim Benali jusqu’au vendredi 11 septembre 2026.")
    ).to_be_visible()
    page.get_by_role("button", name="Agir pour Karim Benali").click()
    expect(page.get_by_label("À la place de qui vous agissez")).to_contain_text("Karim Benali")
    assert violations(page) == []
    page.get_by_role("link", name="Mener l’entretien").click()
    page.get_by_label("Date de l’entretien").fill("2026-09-10")
    page.get_by_label("Réorientation").check()
    page.get_by_label("Vers quelle solution ?").fill("Un CAP")
    page.get_by_role("button", name="Terminer la tâche").click()
    expect(page.get_by_text("La tâche est terminée.")).to_be_visible()
    page.get_by_role("button", name="Revenir à ma place").click()
    expect(page.get_by_label("À la place de qui vous agissez")).to_have_count(0)
    page.goto(f"{address}/taches?vue=terminees")
    page.get_by_role("link", name="Mener l’entretien").click()
    expect(page.locator("main")).to_contain_text(BOTH)
    assert world.enrolment.process.completed[0][1]["vers"] == "Un CAP"


def press(page: Page, name: str, leads_to: str) -> None:
    """Tab to what says ``name``, press Enter, and be on the page with that title."""
    tab_to(page, name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(leads_to)


def test_the_same_by_keyboard_alone(world: World, address: str, page: Page) -> None:
    page.goto(address)
    press(page, "Karim Benali", "Tâches")
    press(page, "Mon équipe", "Mon équipe")
    press(page, "Absences et délégations", "Absences et délégations")
    tab_to(page, "Qui supplée ?")
    page.keyboard.type("Claire")
    tab_to(page, "Au (compris)")
    page.keyboard.type("11092026")
    tab_to(page, "Enregistrer la suppléance")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("La suppléance est enregistrée.")
    press(page, "Se déconnecter", "Connexion")
    press(page, "Claire Fontaine", "Tâches")
    tab_to(page, "Agir pour Karim Benali")
    page.keyboard.press("Enter")
    expect(page.get_by_label("À la place de qui vous agissez")).to_be_visible()
    press(page, "Mener l’entretien", "Mener l’entretien")
    answer_by_keyboard(page)
    tab_to(page, "Revenir à ma place")
    page.keyboard.press("Enter")
    expect(page.get_by_label("À la place de qui vous agissez")).to_have_count(0)
    assert world.enrolment.process.completed[0][1]["vers"] == "Un CAP"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_team_s_pages_hold_the_accessibility_rules_and_fit_a_narrow_screen(
    address: str, page: Page, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 320, "height": 740})
    sign_in(page, address, "Hélène Vasseur")
    karim = of("Karim Benali")[0]
    for path in ("", "/suppleances", f"/{karim}", f"/{karim}/depart"):
        page.goto(f"{address}/equipe{path}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    sign_out_and_in(page, "Dominique Aubry")
    page.goto(f"{address}/assistance")
    page.get_by_role("searchbox").fill("benali")
    page.get_by_role("button", name="Chercher").click()
    assert violations(page) == []
    page.get_by_label("Karim Benali").check()
    page.get_by_label("Pourquoi ?").fill("Il ne voit pas sa tâche")
    page.get_by_role("button", name="Voir pendant trente minutes").click()
    expect(page.get_by_label("À la place de qui vous agissez")).to_contain_text("Il ne voit pas sa tâche")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
