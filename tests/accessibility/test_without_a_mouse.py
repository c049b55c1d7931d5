"""People of the demonstration at work without a mouse. The last file of its folder: what they do changes the world."""

from playwright.sync_api import Page, expect

from tests.accessibility.windows import Windows
from tests.accessibility.world import FIRST_DAY
from tests.journeys.test_outcomes import CONSEILLER, HEAD, REFERENT
from tests.support.by_keyboard import press_until, tab_to


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_a_head_of_school_admits_several_pupils_at_once(windows: Windows) -> None:
    page, _ = windows.goto(HEAD, "/taches")
    tab_to(page, "À valider et à signer")
    page.keyboard.press("Enter")
    heading(page, "À valider et à signer")
    for pupil in ("SARRIETTE", "VERVEINE"):
        tab_to(page, f"Camille {pupil} – Décider")
        page.keyboard.press("Space")
    tab_to(page, "Admettre")
    page.keyboard.press("Enter")
    main = page.get_by_role("main")
    for pupil in ("SARRIETTE", "VERVEINE"):
        expect(main.get_by_role("row").filter(has_text=pupil)).to_contain_text("fait")


def test_a_referent_writes_to_the_partner_on_what_he_waits_for(windows: Windows) -> None:
    page, _ = windows.goto(REFERENT, "/taches")
    tab_to(page, "En attente des autres")
    page.keyboard.press("Enter")
    heading(page, "En attente des autres")
    tab_to(page, "Camille ROMARIN")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Écrire un message")).to_be_visible()
    tab_to(page, "Écrire un message")
    page.keyboard.type("Le tuteur a appelé.")
    tab_to(page, "Ajouter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_text("Le tuteur a appelé.")).to_be_visible()


def test_a_conseiller_ends_a_follow_up_early(windows: Windows) -> None:
    page, _ = windows.goto(CONSEILLER, "/taches")
    tab_to(page, "Signaler un départ anticipé")
    page.keyboard.press("Enter")
    heading(page, "Signaler un départ anticipé")
    tab_to(page, "Terminer la tâche")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()  # the faults, which lead to their questions
    tab_to(page, "L'élève retire son volontariat")
    press_until(page, "ArrowDown", "Emploi ou apprentissage trouvé")
    tab_to(page, "À quelle date")
    page.get_by_label("À quelle date").fill(
        FIRST_DAY.isoformat()
    )  # whose parts each browser orders its own way
    tab_to(page, "Situation du jeune")
    page.keyboard.type("Embauché en boulangerie.")
    tab_to(page, "Terminer la tâche")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="La tâche est terminée.")).to_be_visible()
