"""Every address that the inbox answers to a GET, with somebody who may read it: what is missing here fails by name."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.accessibility.world import DPO, PILOT, TEACHER
from tests.journeys.test_outcomes import CONSEILLER, DROPOUT, HEAD, OFFICE, REFERENT

ADMINISTRATOR, OPERATOR = "Roland Faure", "Dominique Aubry"
SERVICE = "<any(enrolment, accompaniment, bilan):service>"


@dataclass(frozen=True)
class Page:
    """HTML for ``person`` (None: anybody) at ``path``, whose ``{words}`` are the world's ids; ``at``: which inbox."""

    path: str
    person: str | None = None
    at: str = ""
    status: int = 200


@dataclass(frozen=True)
class Elsewhere:
    """It only leads to another page of this table."""

    path: str
    to: str
    person: str | None = None
    at: str = ""


@dataclass(frozen=True)
class File:
    """No page: ``kind`` is its content type."""

    path: str
    kind: str
    person: str | None = None
    at: str = ""


Answer = Page | Elsewhere | File
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ROUTES: Mapping[str, Answer] = {
    "/.well-known/security.txt": File("/.well-known/security.txt", "text/plain", at="alone"),
    "/": Elsewhere("/", "/connexion"),
    "/accessibilite": Page("/accessibilite"),
    "/apparence.css": File("/apparence.css", "text/css", at="alone"),
    "/apparence/logo": File("/apparence/logo", "image/svg+xml", at="alone"),
    "/a-valider": Page("/a-valider", HEAD),
    "/agenda/<secret>.ics": File("/agenda/{feed}.ics", "text/calendar"),
    "/annuaire": Page("/annuaire", ADMINISTRATOR),
    "/assistance": Page("/assistance", OPERATOR),
    "/ateliers": Page("/ateliers", TEACHER),
    "/ateliers/<uuid:cycle_id>": Page("/ateliers/{cycle}", CONSEILLER),
    "/ateliers/seances/<uuid:session_id>": Page("/ateliers/seances/{session}", CONSEILLER),
    "/ateliers/seances/<uuid:session_id>/feuille.<kind>": File(
        "/ateliers/seances/{session}/feuille.xlsx", XLSX, CONSEILLER
    ),
    "/campagnes": Page("/campagnes", PILOT),
    "/campagnes/<code>": Page("/campagnes/{campagne}", PILOT),
    "/campagnes/<code>/modifier": Page("/campagnes/{campagne}/modifier", PILOT),
    "/campagnes/<code>/suivante": Page("/campagnes/{campagne}/suivante", PILOT),
    "/campagnes/<code>/versions/<int:version>": Page("/campagnes/{campagne}/versions/1", PILOT),
    "/chiffres": Page("/chiffres", HEAD),
    "/chiffres/<name>.csv": File("/chiffres/parcours.csv", "text/csv", HEAD),
    "/chiffres/chiffres.xlsx": File("/chiffres/chiffres.xlsx", XLSX, HEAD),
    "/connexion": Page("/connexion"),
    "/connexion/fin": Page("/connexion/fin", at="provider"),
    "/connexion/ouvrir": Page("/connexion/ouvrir", at="provider", status=503),
    "/connexion/retour": Page("/connexion/retour", at="provider", status=403),
    "/connexions": Page("/connexions", REFERENT),
    "/connexions/organisation": Page("/connexions/organisation", REFERENT),
    "/coordonnees": Page("/coordonnees", HEAD),
    "/courriels": Page("/courriels", REFERENT),
    f"/documents/{SERVICE}/<uuid:parcours_id>/<uuid:document_id>.pdf": File(
        "{document}", "application/pdf", REFERENT
    ),
    "/donnees": Page("/donnees", DPO),
    "/donnees/assistance": Page("/donnees/assistance", DPO),
    "/donnees/demandes": Page("/donnees/demandes", DPO),
    "/donnees/effacements": Page("/donnees/effacements", DPO),
    "/donnees/personnes": Page("/donnees/personnes", DPO),
    "/donnees/personnes/<uuid:pupil_id>": Page("/donnees/personnes/{pupil}", DPO),
    "/donnees/personnes/<uuid:pupil_id>/export.json": File(
        "/donnees/personnes/{pupil}/export.json", "application/json", DPO
    ),
    "/donnees-personnelles": Page("/donnees-personnelles"),
    "/eleves": Page("/eleves", DROPOUT),
    "/eleves/<uuid:pupil_id>/fiche": Page("/eleves/{pupil}/fiche", OFFICE),
    "/eleves/doublons": Page("/eleves/doublons", OFFICE),
    "/eleves/import": Page("/eleves/import", OFFICE),
    "/eleves/proposes": Page("/eleves/proposes", DROPOUT),
    "/equipe": Page("/equipe", HEAD),
    "/equipe/suppleances": Page("/equipe/suppleances", HEAD),
    "/equipe/<uuid:person_id>": Page("/equipe/{colleague}", HEAD),
    "/equipe/<uuid:person_id>/depart": Page("/equipe/{colleague}/depart", HEAD),
    "/health/live": File("/health/live", "application/json"),
    "/health/ready": File("/health/ready", "application/json"),
    f"/invitations/{SERVICE}/<uuid:invitation_id>.ics": File("{invitation}", "text/calendar", REFERENT),
    "/mentions-legales": Page("/mentions-legales"),
    "/metrics": File("/metrics", "text/plain"),
    "/mon-parcours/<code>": Page("{family}"),
    "/mon-parcours/<code>/mot": Elsewhere("{family}/mot", "{family}"),
    f"/mon-parcours/<code>/{SERVICE}/<uuid:document_id>.pdf": File("{family_document}", "application/pdf"),
    f"/mon-parcours/<code>/{SERVICE}/<uuid:document_id>/signer": Elsewhere("{family_signing}", "{family}"),
    "/offre": Page("/offre", CONSEILLER),
    "/offre/<uuid:offer_id>": Page("/offre/{offer}", CONSEILLER),
    "/offre/ajouter": Page("/offre/ajouter", CONSEILLER),
    "/parcours": Page("/parcours", REFERENT),
    "/parcours/<uuid:parcours_id>": Page("/parcours/{parcours}", CONSEILLER),
    "/parcours/<uuid:parcours_id>/consultations": Page("/parcours/{parcours}/consultations", HEAD),
    "/parcours/<uuid:parcours_id>/documents": Page("/parcours/{parcours}/documents", REFERENT),
    "/parcours/<uuid:parcours_id>/liens": Page("/parcours/{parcours}/liens", REFERENT),
    "/parcours/<uuid:parcours_id>/remplacer": Page("/parcours/{parcours}/remplacer", HEAD),
    "/parcours/<uuid:parcours_id>/transferer": Page("/parcours/{parcours}/transferer", HEAD),
    f"/pieces/{SERVICE}/<uuid:attachment_id>": File("{attachment}", "application/pdf", REFERENT),
    "/preferences": Page("/preferences", REFERENT),
    "/preferences/agenda": Page("/preferences/agenda", REFERENT),
    "/prise-en-charge/<code>": Page("/prise-en-charge/inconnu", status=404),
    "/stats": Page("/stats"),
    "/static/<path:filename>": File("/static/inbox.css", "text/css"),
    "/suivis": Page("/suivis", CONSEILLER),
    "/suivis/a-joindre": Page("/suivis/a-joindre", CONSEILLER),
    "/taches": Page("/taches", REFERENT),
    f"/taches/{SERVICE}/<uuid:task_id>": Page("{task}", REFERENT),
    "/taches/taches.csv": File("/taches/taches.csv", "text/csv", REFERENT),
    "/taches/taches.xlsx": File("/taches/taches.xlsx", XLSX, REFERENT),
    "/taches/attente": Page("/taches/attente", REFERENT),
}
"""Rule of the application's map → where the demonstration has it."""

PAGES = {rule: answer for rule, answer in ROUTES.items() if isinstance(answer, Page)}
