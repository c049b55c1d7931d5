"""The list in a browser: narrowed by keyboard, the focus on the message of an action, on paper only what counts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.inbox.interview import GARANCE
from tests.inbox.test_browser import sign_in
from tests.inbox.test_filters import open_with
from tests.support.by_keyboard import tab_to
from tests.support.inbox_world import World
from tests.support.served import served


@pytest.fixture
def address(world: World) -> Iterator[str]:
    open_with(world.enrolment, "Mener l’entretien", GARANCE, mineur=True)
    open_with(world.enrolment, "Faire le point", GARANCE, mineur=False)
    with served(world.app) as url:
        yield url


def test_minors_are_chosen_by_keyboard_and_the_focus_stays_where_it_was(address: str, page: Page) -> None:
    sign_in(page, address, "Karim Benali")
    expect(page.locator("li.row")).to_have_count(2)
    tab_to(page, "Mineur")
    page.keyboard.press("ArrowDown")
    expect(page.locator("li.row")).to_have_count(1)
    expect(page.get_by_label("Mineur")).to_be_focused()
    expect(page.get_by_label("Mineur")).to_have_value("oui")
    tab_to(page, "Tout montrer")
    page.keyboard.press("Enter")
    expect(page.locator("li.row")).to_have_count(2)


def test_the_message_of_an_action_has_the_focus_so_that_it_is_read_first(address: str, page: Page) -> None:
    sign_in(page, address, "Karim Benali")
    page.goto(f"{address}/preferences")
    tab_to(page, "Enregistrer")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vos préférences sont enregistrées.")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Vos préférences sont enregistrées.")).not_to_be_focused()


def test_on_paper_the_list_has_its_tasks_and_none_of_its_tools(address: str, page: Page) -> None:
    sign_in(page, address, "Hélène Vasseur")
    page.goto(f"{address}/taches?vue=organisation")
    page.emulate_media(media="print")
    expect(page.locator("li.row").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for tool in (".tools", ".row-tick", ".row-why", "#confier", ".jumps", ".bar nav", ".skip"):
        expect(page.locator(tool).first).to_be_hidden()
