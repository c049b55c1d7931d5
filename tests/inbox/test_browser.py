"""The pages in a real browser: by keyboard, without JavaScript, in both colour schemes."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from shared.ids import uuid7
from tests.inbox.interview import INTERVIEW
from tests.support.browser import violations
from tests.support.by_keyboard import tab_to
from tests.support.inbox_world import World
from tests.support.served import served

GARANCE = ("lycee", "0690043X")


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """The inbox, with one task « Mener l’entretien » of Lina Ferrand's parcours."""
    parcours_id = uuid7()
    world.enrolment.process.forms["entretien"] = json.dumps(INTERVIEW).encode()
    world.enrolment.process.variables[parcours_id] = {"eleve_nom": "Ferrand"}
    world.enrolment.open_task(
        "Mener l’entretien",
        GARANCE,
        role="referent",
        form="entretien",
        due=date(2026, 9, 4),
        parcours_id=parcours_id,
    )
    world.enrolment.show_parcours(parcours_id, [GARANCE[1]])
    with served(world.app) as url:
        yield url


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.get_by_role("button", name=name).click()


def answer_by_keyboard(page: Page) -> None:
    """The interview ends with another way than the parcours."""
    tab_to(page, "Date de l’entretien")
    page.get_by_label("Date de l’entretien").fill("2026-09-10")
    tab_to(page, "Favorable")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Vers quelle solution ?")).to_be_visible()
    tab_to(page, "Vers quelle solution ?")
    page.keyboard.type("Un CAP")
    tab_to(page, "Terminer la tâche")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("La tâche est terminée.")


def test_a_task_is_found_filled_in_and_done_by_keyboard(world: World, address: str, page: Page) -> None:
    page.goto(address)
    tab_to(page, "Karim Benali")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tâches")
    tab_to(page, "Mener l’entretien")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mener l’entretien")
    answer_by_keyboard(page)
    assert world.enrolment.process.completed[0][1]["vers"] == "Un CAP"


def test_the_list_is_narrowed_and_tasks_are_given_by_keyboard(world: World, address: str, page: Page) -> None:
    sign_in(page, address, "Hélène Vasseur")
    page.goto(f"{address}/taches?vue=organisation")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "Échéance")
    page.keyboard.press("e")  # « En retard »
    expect(page.get_by_text("La liste ne montre que : En retard.")).to_be_visible()
    expect(page.get_by_label("Échéance")).to_be_focused()
    tab_to(page, "Confier les tâches cochées à")
    page.keyboard.press("k")  # Karim Benali
    tab_to(page, "Cocher")
    page.keyboard.press("Space")
    tab_to(page, "Pourquoi ?")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Elle est pour le rôle « référent de parcours ».")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Confier").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Confiées à Karim Benali : 1 sur 1.")
    assert violations(page) == []


def test_what_is_typed_stays_while_questions_come_and_go(address: str, page: Page) -> None:
    sign_in(page, address, "Karim Benali")
    page.get_by_role("link", name="Mener l’entretien").click()
    page.get_by_label("Réorientation").check()
    page.get_by_label("Compte rendu").fill("Déjà écrit")
    page.get_by_label("Vers quelle solution ?").fill("Un CAP")
    page.get_by_label("Favorable").check()
    expect(page.get_by_label("Vers quelle solution ?")).to_have_count(0)
    assert page.get_by_label("Compte rendu").input_value() == "Déjà écrit"


def test_the_form_of_a_task_one_holds_saves_itself(world: World, address: str, page: Page) -> None:
    sign_in(page, address, "Karim Benali")
    page.get_by_role("link", name="Mener l’entretien").click()
    page.get_by_role("button", name="Prendre la tâche").click()
    page.get_by_label("Compte rendu").fill("À finir")
    page.get_by_label("Volontariat confirmé").check()
    expect(page.get_by_text("Brouillon enregistré.")).to_be_visible()
    page.reload()
    assert page.get_by_label("Compte rendu").input_value() == "À finir"


def test_errors_take_the_focus_and_lead_to_their_field(address: str, page: Page) -> None:
    sign_in(page, address, "Karim Benali")
    page.get_by_role("link", name="Mener l’entretien").click()
    page.get_by_role("button", name="Terminer la tâche").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Date de l’entretien").click()
    assert page.evaluate("document.activeElement.id || location.hash").lstrip("#") == "champ-entretien_le"


def test_the_whole_way_works_with_javascript_off(
    world: World, address: str, page_without_javascript: Page
) -> None:
    page = page_without_javascript
    sign_in(page, address, "Karim Benali")
    page.get_by_label("Étape").select_option("2")
    page.get_by_role("button", name="Filtrer").click()
    page.get_by_role("link", name="Mener l’entretien").click()
    page.get_by_role("button", name="Prendre la tâche").click()
    page.get_by_label("Date de l’entretien").fill("2026-09-10")
    page.get_by_label("Réorientation").check()
    page.get_by_role("button", name="Mettre à jour les questions").click()
    page.get_by_label("Vers quelle solution ?").fill("Un CAP")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    page.get_by_role("button", name="Terminer la tâche").click()
    expect(page.get_by_text("La tâche est terminée.")).to_be_visible()
    assert len(world.enrolment.process.completed) == 1
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_hold_the_accessibility_rules(address: str, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    assert violations(page) == []
    sign_in(page, address, "Nadia Cherif")
    for path in (
        "/taches?vue=organisation",
        "/taches?echeance=late",
        "/taches/attente",
        "/parcours",
        "/eleves",
        "/eleves/import",
        "/preferences",
        "/nulle-part",
    ):
        page.goto(address + path)
        assert violations(page) == []
    page.get_by_role("link", name="Parcours", exact=True).click()
    page.get_by_role("link", name="Lina Ferrand").click()
    assert violations(page) == []
    sign_out_and_in(page, "Karim Benali")
    page.get_by_role("link", name="Mener l’entretien").click()
    page.get_by_role("button", name="Terminer la tâche").click()
    assert violations(page) == []


def test_a_narrow_screen_needs_no_sideways_scrolling(address: str, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 740})
    sign_in(page, address, "Karim Benali")
    for link in ("Tâches", "En attente des autres", "Tâches", "Mener l’entretien", "Voir le parcours"):
        page.get_by_role("link", name=link).first.click()
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def sign_out_and_in(page: Page, name: str) -> None:
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion")
    page.get_by_role("button", name=name).click()
