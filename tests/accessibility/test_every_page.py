"""No page breaks a rule of accessibility, in either colour scheme, on a wide and on a narrow screen.

Which pages there are is the application's to say: a new address without an entry in ``routes`` fails here, by name.
"""

from collections import defaultdict
from urllib.parse import urlsplit

import pytest
from lxml import html
from playwright.sync_api import Response

from shared.catalogue import has_sentence
from tests.accessibility.looks import faults
from tests.accessibility.routes import PAGES, ROUTES, Elsewhere, File, Page
from tests.accessibility.states import STATES
from tests.accessibility.windows import Windows
from tests.accessibility.world import World, applications


def test_every_address_of_the_application_is_among_those_that_are_looked_at(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made = applications(tmp_path_factory.mktemp("map"))
    answered = {
        rule.rule
        for app in made.values()
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
    }
    for app in made.values():
        app.extensions["inbox"].close()
    assert answered - {"/erreur/<int:code>"} == ROUTES.keys()


def test_every_page_has_words_of_help_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    views = {
        rule.rule: rule.endpoint
        for app in applications(tmp_path_factory.mktemp("help")).values()
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
    }
    assert [rule for rule in PAGES if not has_sentence(f"aide.{views[rule]}")] == []


@pytest.mark.parametrize("rule", PAGES)
def test_every_page_holds_the_rules(windows: Windows, rule: str) -> None:
    entry = PAGES[rule]
    page, answer = windows.goto(entry.person, entry.path, entry.at)
    assert answer is not None
    assert (answer.status, answer.headers["content-type"]) == (entry.status, "text/html; charset=utf-8")
    assert not (found := faults(page)), "\n".join(found)
    assert windows.faults == []


@pytest.mark.parametrize("name", STATES)
def test_what_is_refused_and_what_goes_wrong_holds_the_rules(windows: Windows, name: str) -> None:
    state = STATES[name]
    page, answer = windows.goto(state.person, state.path, state.at)
    statuses = [answer.status if answer else 0]

    def note(each: Response) -> None:
        if each.request.is_navigation_request():
            statuses.append(each.status)

    page.on("response", note)
    state.way(page)
    page.remove_listener("response", note)
    assert statuses[-1] == state.status, page.locator("main").inner_text()
    assert not (found := faults(page)), "\n".join(found)
    assert windows.faults == []
    if state.status == 401:
        windows.forget(state.person)


@pytest.mark.parametrize("rule", [rule for rule, answer in ROUTES.items() if not isinstance(answer, Page)])
def test_what_is_no_page_says_what_it_is(windows: Windows, world: World, rule: str) -> None:
    entry = ROUTES[rule]
    window = windows.window(entry.person, entry.at)
    answer = window.request.get(world.addresses[entry.at] + windows.address(entry.path))
    if isinstance(entry, Elsewhere):
        assert urlsplit(answer.url).path == windows.address(entry.to)
    if isinstance(entry, File):
        assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, entry.kind)


def test_no_two_pages_have_the_same_title(windows: Windows, world: World) -> None:
    """Beside pages that are one page at different inboxes: what a sign-in has come to."""
    titles = defaultdict(list)
    for rule, entry in PAGES.items():
        if entry.at == "":
            window = windows.window(entry.person)
            answer = window.request.get(world.addresses[""] + windows.address(entry.path))
            titles[html.fromstring(answer.text()).findtext(".//title")].append(rule)
    assert {title: rules for title, rules in titles.items() if len(rules) > 1} == {}
