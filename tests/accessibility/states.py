"""What pages become when something is refused, missing or done: each by the way that leads there in a browser."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

from services.inbox.errors import KNOWN
from tests.accessibility.routes import ADMINISTRATOR, OPERATOR
from tests.accessibility.world import DPO, PILOT, TEACHER
from tests.journeys.test_outcomes import CONSEILLER, HEAD, OFFICE, REFERENT

STRANGER = "Philippe Arnaud"
Way = Callable[[Page], object]
SENT_AS_IT_IS = "form => { form.noValidate = true; form.requestSubmit() }"


@dataclass(frozen=True)
class State:
    """``way``: what ``person`` does at ``path``; ``status``: of the page that she or he then has."""

    path: str
    person: str | None
    way: Way = lambda page: None
    status: int = 200
    at: str = ""


def send(ends: str = "", **typed: str) -> Way:
    """Send the form whose address ends so (by default: the one that has none), whatever the browser would ask for."""
    address = f"[action$='{ends}']" if ends else ":not([action])"

    def act(page: Page) -> None:
        form = page.locator(f"main form[method=post]{address}").first
        for name, value in typed.items():
            form.locator(f"[name='{name}']").first.evaluate(
                "(field, value) => { field.value = value }", value
            )
        with page.expect_navigation():
            form.evaluate(SENT_AS_IT_IS)

    return act


def refused(path: str, person: str, ends: str = "", **typed: str) -> State:
    return State(path, person, send(ends, **typed), 422)


def search(text: str) -> Way:
    def act(page: Page) -> None:
        page.get_by_role("main").get_by_role("searchbox").fill(text)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    return act


def follow(name: str) -> Way:
    def act(page: Page) -> None:
        page.get_by_role("main").get_by_role("link", name=name).first.click()

    return act


def _without_a_session(page: Page) -> None:
    page.context.clear_cookies(name="ae_session")
    send()(page)


def _importing(page: Page) -> None:
    """A file whose only line is refused: the pupils stay as they are."""
    line = "Nom de famille;Prénom;Né(e) le;Code MEF;Classe\r\n;Camille;05/05/2007;2412214122;2CAPPAT\r\n"
    page.get_by_label("Fichier de votre lycée").set_input_files(
        {"name": "eleves.csv", "mimeType": "text/csv", "buffer": line.encode()}
    )
    send()(page)


def _no_address(page: Page) -> None:
    page.get_by_role("textbox", name="Courriel").first.fill("sans arobase")
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer").first.evaluate(
            "button => { button.form.noValidate = true; button.form.requestSubmit() }"
        )


def _no_day(page: Page) -> None:
    """Of a browser that knows no field for dates."""
    page.get_by_label("Y revenir le").evaluate("field => { field.type = 'text' }")
    send("/suivre", follow_up_on="hier")(page)


def _without_a_reason(page: Page) -> None:
    search("Benali")(page)
    send("/assistance", motif="")(page)


def _everything_open(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")


STATES: Mapping[str, State] = {
    "refused: a word without its subject": State("{family}", None, send("/mot"), 422),
    "refused: a link by no way": refused("/parcours/{parcours}/liens", REFERENT, "/eleve", par="rien"),
    "a link that is no more": State("/mon-parcours/inconnu", None, status=404),
    "refused: to look as somebody else": State("/assistance", OPERATOR, _without_a_reason, 422),
    "a search of the support": State("/assistance", OPERATOR, search("Benali")),
    "refused: an absence": refused("/equipe/suppleances", HEAD, "/suppleances"),
    "refused: a number of i-Milo": refused("/suivis", CONSEILLER, "/imilo", numero="x" * 80),
    "refused: an invitation": refused("/equipe", HEAD, "/invitations"),
    "refused: a departure": refused("/equipe/{colleague}/depart", HEAD),
    "refused: a task": refused("{task}", REFERENT, "/terminer"),
    "refused: a task of the Mission Locale": refused("{departure}", CONSEILLER, "/terminer"),
    "refused: a follow-up": State("{task}", REFERENT, _no_day, 422),
    "refused: to refuse a task without a reason": refused("{task}", REFERENT, "/refuser"),
    "refused: a comment": refused("{task}", REFERENT, "/commenter"),
    "refused: a batch without a choice": refused("/a-valider", HEAD, "/admissions"),
    "refused: an import without a file": refused("/eleves/import", OFFICE),
    "refused: a correction without a reason": refused("/eleves/{pupil}/fiche", OFFICE),
    "refused: an address": State("/coordonnees", HEAD, _no_address, 422),
    "refused: addresses without a file": refused("/coordonnees", HEAD, "/import"),
    "refused: an attachment without a file": refused(
        "/parcours/{parcours}/documents", REFERENT, "/documents"
    ),
    "refused: a replacement": refused("/parcours/{parcours}/remplacer", HEAD),
    "refused: a transfer": refused("/parcours/{parcours}/transferer", HEAD),
    "refused: an offer": refused("/offre/ajouter", CONSEILLER, "/ajouter"),
    "refused: offers without a file": refused("/offre", CONSEILLER, "/import"),
    "refused: a second cycle": refused("/ateliers", TEACHER),
    "refused: a session": refused("/ateliers/{cycle}", CONSEILLER, "/seances"),
    "refused: a sheet that is not whole": State(
        "/ateliers/seances/{session}", CONSEILLER, send("/reporter", on="", at="", reason=""), 422
    ),
    "refused: a campagne that somebody has published": State(
        "/campagnes/{campagne}/modifier", PILOT, send("/modifier", version="9"), 412
    ),
    "refused: a request": refused("/donnees/demandes", DPO, received_on=""),
    "refused: the directory without a file": refused("/annuaire", ADMINISTRATOR, "/import"),
    "refused: an erasure that is not sure": refused("/donnees/personnes/{pupil}", DPO, "/effacer"),
    "a task opened wide": State("{task}", REFERENT, _everything_open),
    "a parcours opened wide": State("/parcours/{parcours}", REFERENT, _everything_open),
    "a task of the partner": State("/taches/attente", REFERENT, follow("ROMARIN")),
    "the list of everybody": State("/taches?vue=organisation", HEAD, _everything_open),
    "the list of what is done": State("/taches?vue=terminees", REFERENT),
    "a search in tasks": State("/taches", REFERENT, search("verveine")),
    "a search without result": State("/parcours", REFERENT, search("zzz")),
    "a search of the DPO": State("/donnees/personnes", DPO, search("verveine")),
    "the result of an import": State("/eleves/import", OFFICE, _importing),
    "a past day of a parcours": State("/parcours/{parcours}?le=2026-09-07", REFERENT),
    "pupils that may be enrolled one by one": State("/ateliers/{cycle}", TEACHER),
    "a session that has ended meanwhile": State("/preferences", "Claire Fontaine", _without_a_session, 401),
    "not found": State("/nulle-part", REFERENT, status=404),
    "not found, not signed in": State("/nulle-part", None, status=404),
    "not for this role": State("/donnees", REFERENT, status=403),
    "what is too large": State("/preferences", REFERENT, send(theme="x" * 1_100_000), 413),
    "a service that does not answer": State("/taches", REFERENT, at="alone"),
    "a page that needs it": State("/campagnes", PILOT, status=503, at="alone"),
    **{
        f"error {status}": State(f"/erreur/{status}", None, status=status, at="alone")
        for status in sorted(KNOWN)
    },
}
"""Its name → how one comes there in the demonstration."""
