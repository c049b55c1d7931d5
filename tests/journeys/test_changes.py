"""A fiche that comes back and one without an answer; a plan that would break R9: by HTTP, over the three services."""

from datetime import date, timedelta

from tests.journeys.by_http import HttpJourney
from tests.journeys.test_outcomes import (
    ADULT,
    CONSEILLER,
    MANAGER,
    REFERENT,
    closed,
    concludes,
    followed,
    has_a_bilan,
    has_a_referent,
    leaves,
    opened,
    sat_the_exam,
    volunteers,
)

CENTRE, EST = "Mission Locale Lyon-Centre (Lyon)", "Mission Locale de l’Est lyonnais (Villeurbanne)"
COMPOSE, WHAT, INTO = "Composer le plan de l'avenant", "Que voulez-vous faire ?", "Solution à ajouter"


def test_a_plan_change_that_would_break_r9_is_told_the_days_and_mended(by_http: HttpJourney) -> None:
    end = followed(by_http, "JONQUILLE")
    entry = by_http.today
    by_http.later(entry + timedelta(days=30))
    by_http.does(
        REFERENT, "Faire le point : part du référent",
        {"Jours de présence en cours ou en PFMP depuis le dernier point": 10},
    )  # fmt: skip
    by_http.does(
        CONSEILLER, "Faire le point : part du conseiller",
        {"Point d'étape fait le": by_http.today, "Jours de présence aux actions depuis le dernier point": 4,
         "Actions suivies et avancées": "Deux ateliers.", "Faut-il changer le projet ?": "Oui, par un avenant"},
    )  # fmt: skip
    by_http.does(CONSEILLER, "Rédiger l'avenant au projet", {"Ce que l'avenant change": "Une PFMP de plus."})
    adds(by_http, by_http.today, end)
    said = by_http.finds(CONSEILLER, COMPOSE).text
    assert all(words in said for words in ("jours permis", "restants", "de trop"))
    done = {WHAT: "Terminer : le plan est complet"}
    assert "ne respecte pas encore les règles" in by_http.is_refused(CONSEILLER, COMPOSE, done)
    by_http.does(CONSEILLER, COMPOSE, {WHAT: "Retirer une solution", "Numéro de la solution à retirer": 2})
    adds(by_http, by_http.today, by_http.today + timedelta(days=20))
    by_http.does(CONSEILLER, COMPOSE, done)
    by_http.does(
        REFERENT, "Faire signer l'avenant",
        {"L'avenant est-il signé de tous ?": "Oui", "Avenant signé de tous le": by_http.today},
    )  # fmt: skip
    by_http.finds(REFERENT, "Établir la convention de la période")
    leaves(by_http, "Emploi ou apprentissage trouvé")
    has_a_bilan(by_http)
    concludes(
        by_http, "Emploi ou apprentissage",
        {"Employeur": "Boulangerie Martin", "Contrat": "CDI", "Début de la solution": by_http.today},
    )  # fmt: skip
    closed(by_http)


def test_a_fiche_that_is_returned_then_not_answered_goes_by_the_co_pilots_to_who_takes_it(
    by_http: HttpJourney,
) -> None:
    opened(by_http, "KALMIA", ADULT)
    volunteers(by_http)
    sat_the_exam(by_http)
    has_a_referent(by_http)
    sends(by_http, CENTRE)
    by_http.does(
        MANAGER, "Désigner le conseiller",
        {"Réponse de la Mission Locale": "Il ne relève pas de notre territoire",
         "De quel territoire relève-t-il, ou pourquoi le retour": "Il habite Villeurbanne."},
    )  # fmt: skip
    sends(by_http, EST)
    by_http.does_not_see(MANAGER, "Est lyonnais")
    by_http.later(by_http.today + timedelta(days=30))
    by_http.sees(REFERENT, "Répondre à la place du responsable")
    by_http.later(by_http.today + timedelta(days=30))
    by_http.does(
        REFERENT, "Choisir la suite sans réponse de la Mission Locale",
        {"Quelle suite ?": "Saisir les copilotes du PSAD (CIO et Mission Locale)",
         "Copilotes saisis le": by_http.today},
    )  # fmt: skip
    by_http.does(
        REFERENT, "Enregistrer la réponse des copilotes du PSAD",
        {"Réponse reçue le": by_http.today, "Ce que proposent les copilotes": "Lyon-Centre le suit."},
    )  # fmt: skip
    sends(by_http, CENTRE)
    by_http.does(
        MANAGER, "Désigner le conseiller",
        {"Réponse de la Mission Locale": "Nous l'accompagnons déjà", "Conseiller": CONSEILLER},
    )  # fmt: skip
    by_http.finds(CONSEILLER, "Contacter le jeune et fixer l'entretien")


def sends(journey: HttpJourney, mission_locale: str) -> None:
    journey.does(
        REFERENT, "Établir et envoyer la fiche de liaison",
        {"Téléphone": "06 39 98 01 01", "Mission Locale destinataire": mission_locale,
         "Coordonnées vérifiées le": journey.today, "Fiche envoyée le": journey.today},
    )  # fmt: skip


def adds(journey: HttpJourney, first: date, last: date) -> None:
    """A PFMP into the plan of the avenant."""
    journey.does(
        CONSEILLER, COMPOSE,
        {WHAT: "Ajouter une solution", f"{INTO} > Nature": "Période en entreprise",
         f"{INTO} > Cadre": "Période de formation en milieu professionnel (PFMP)",
         f"{INTO} > Structure d'accueil ou partenaire": "Pâtisserie Roux",
         f"{INTO} > Premier jour": first, f"{INTO} > Dernier jour": last},
    )  # fmt: skip
