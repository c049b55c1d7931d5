"""The family's pages in a real browser: as people use them, by keyboard only, without JavaScript, on a small screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.family.world import ADDRESS, Family
from tests.inbox.test_browser import sign_in
from tests.support.browser import violations
from tests.support.served import served

PROJET = "Projet personnalisé"
TITLES = {"eleve": "Bonjour Lina", "responsable_legal": "Le parcours de Lina"}
FOUND = {
    "eleve": "J’ai trouvé quelque chose (un emploi, une formation…)",
    "responsable_legal": "Mon enfant a trouvé quelque chose (un emploi, une formation…)",
}


@pytest.fixture
def address(family: Family) -> Iterator[str]:
    with served(family.app) as url:
        yield url


def signed_by(family: Family) -> list[str]:
    return [each["as"] for each in family.opened.document("enrolment", "projet")["signatures"]]


def tab_on_to(page: Page, wanted: Locator) -> None:
    """Press Tab until ``wanted`` has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise LookupError(str(wanted))


@pytest.mark.parametrize("signer", TITLES)
def test_somebody_of_the_family_reads_signs_and_says_something(
    family: Family, address: str, page: Page, signer: str
) -> None:
    page.goto(address + family.gives(signer))
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[signer])
    assert violations(page) == []
    paper = page.get_by_role("article", name=PROJET)
    with page.expect_download() as download:
        paper.get_by_role("link", name="Lire le document").click()
    assert download.value.suggested_filename.endswith(".pdf")
    paper.get_by_role("button", name="Signer").click()
    expect(page.get_by_role("alert")).to_have_text("Lisez le document, puis cochez la case avant de signer.")
    assert violations(page) == []
    page.get_by_role("article", name=PROJET).get_by_role("checkbox").check()
    page.get_by_role("article", name=PROJET).get_by_role("button", name="Signer").click()
    expect(page.get_by_role("status")).to_have_text(
        "C’est signé. Votre référent et votre conseiller le voient."
    )
    assert signed_by(family) == [signer]
    page.get_by_label(FOUND[signer]).check()
    page.get_by_label("Quelques mots").fill("Un contrat chez Dumas")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("status")).to_have_text("Votre mot est envoyé.")
    assert violations(page) == []


@pytest.mark.parametrize("signer", TITLES)
def test_the_same_by_keyboard_only_and_without_javascript(
    family: Family, address: str, page_without_javascript: Page, signer: str
) -> None:
    page = page_without_javascript
    page.goto(address + family.gives(signer))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    paper = page.get_by_role("article", name=PROJET)
    with page.expect_download():
        tab_on_to(page, paper.get_by_role("link"))
        page.keyboard.press("Enter")
    tab_on_to(page, paper.get_by_role("checkbox"))
    page.keyboard.press("Space")
    tab_on_to(page, paper.get_by_role("button", name="Signer"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text(
        "C’est signé. Votre référent et votre conseiller le voient."
    )
    assert signed_by(family) == [signer]
    tab_on_to(page, page.get_by_label(FOUND[signer]))
    page.keyboard.press("Space")
    tab_on_to(page, page.get_by_label("Quelques mots"))
    page.keyboard.type("Un contrat")
    tab_on_to(page, page.get_by_role("button", name="Envoyer"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Votre mot est envoyé.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_of_the_links_has_a_fault_for_axe(
    family: Family, address: str, page: Page, scheme: str, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 800})
    for path in (family.gives(), family.gives("responsable_legal"), "/mon-parcours/inconnu"):
        page.goto(address + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    sign_in(page, address, "Karim Benali")
    page.goto(address + family.links_page)
    assert violations(page) == []
    page.get_by_label("Sur papier").first.check()
    page.get_by_role("button", name="Donner ce lien").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Page personnelle : Lina Moreau")
    expect(page.get_by_text(f"{ADDRESS}/mon-parcours/")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_keeps_a_text_has_no_fault_for_axe_and_sends_it_again_by_keyboard(
    family: Family, address: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(address + family.gives())
    page.get_by_label(FOUND["eleve"]).check()
    page.get_by_label("Quelques mots").fill("Un contrat chez Dumas")
    with monkeypatch.context() as cut:
        cut.setitem(family.app.extensions["inbox"].sources._addresses, "enrolment", "http://127.0.0.1:9")
        page.get_by_role("button", name="Envoyer").click()
        expect(page.get_by_label("Quelques mots")).to_have_value("Un contrat chez Dumas")
        assert violations(page) == []
    late = page.context.new_page()
    late.goto(address + family.gives("responsable_legal"))
    tab_on_to(page, page.get_by_role("button", name="Envoyer de nouveau"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Votre mot est envoyé.")
    late.get_by_label(FOUND["responsable_legal"]).check()
    late.get_by_label("Quelques mots").fill("Un stage")
    late.get_by_role("button", name="Envoyer").click()
    expect(late.get_by_label("Votre texte")).to_have_value("Un stage")
    assert violations(late) == []


def test_the_referrer_of_a_link_is_told_to_nobody(family: Family, address: str, page: Page) -> None:
    told: list[str] = []
    page.on("request", lambda request: told.append(request.headers.get("referer", "")))
    page.goto(address + family.gives())
    page.get_by_role("link", name="Aller au contenu").focus()
    assert [each for each in told if each] == []
    assert page.context.cookies() == []
