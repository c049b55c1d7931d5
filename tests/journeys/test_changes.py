"""A fiche that comes back and one without an answer; a plan that would break R9: by HTTP, over the three services."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from services import embedded
from services.simulate.clock import SimulationClock
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


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, SimulationClock]]:
    folder = tmp_path_factory.mktemp("changes")
    clock = SimulationClock(folder / "clock", date(2026, 9, 7))
    with embedded.running(folder, env="test", clock_offset_file=folder / "clock") as addresses:
        yield addresses.inbox, clock


@pytest.fixture
def journey(place: tuple[str, SimulationClock]) -> HttpJourney:
    return HttpJourney(*place)


def test_a_plan_change_that_would_break_r9_is_told_the_days_and_mended(journey: HttpJourney) -> None:
    end = followed(journey, "JONQUILLE")
    entry = journey.today
    journey.later(entry + timedelta(days=30))
    journey.does(
        REFERENT, "Faire le point : part du référent",
        {"Jours de présence en cours ou en PFMP depuis le dernier point": 10},
    )  # fmt: skip
    journey.does(
        CONSEILLER, "Faire le point : part du conseiller",
        {"Point d'étape fait le": journey.today, "Jours de présence aux actions depuis le dernier point": 4,
         "Actions suivies et avancées": "Deux ateliers.", "Faut-il changer le projet ?": "Oui, par un avenant"},
    )  # fmt: skip
    journey.does(CONSEILLER, "Rédiger l'avenant au projet", {"Ce que l'avenant change": "Une PFMP de plus."})
    adds(journey, journey.today, end)
    said = journey.finds(CONSEILLER, COMPOSE).text
    assert all(words in said for words in ("jours permis", "restants", "de trop"))
    done = {WHAT: "Terminer : le plan est complet"}
    assert "ne respecte pas encore les règles" in journey.is_refused(CONSEILLER, COMPOSE, done)
    journey.does(CONSEILLER, COMPOSE, {WHAT: "Retirer une solution", "Numéro de la solution à retirer": 2})
    adds(journey, journey.today, journey.today + timedelta(days=20))
    journey.does(CONSEILLER, COMPOSE, done)
    journey.does(REFERENT, "Faire signer l'avenant", {"Avenant signé de tous le": journey.today})
    journey.finds(REFERENT, "Établir la convention de la période")
    leaves(journey, "Emploi ou apprentissage trouvé")
    has_a_bilan(journey)
    concludes(
        journey, "Emploi ou apprentissage",
        {"Employeur": "Boulangerie Martin", "Contrat": "CDI", "Début de la solution": journey.today},
    )  # fmt: skip
    closed(journey)


def test_a_fiche_that_is_returned_then_not_answered_goes_by_the_co_pilots_to_who_takes_it(
    journey: HttpJourney,
) -> None:
    opened(journey, "KALMIA", ADULT)
    volunteers(journey)
    sat_the_exam(journey)
    has_a_referent(journey)
    sends(journey, CENTRE)
    journey.does(
        MANAGER, "Désigner le conseiller",
        {"Réponse de la Mission Locale": "Il ne relève pas de notre territoire",
         "De quel territoire relève-t-il, ou pourquoi le retour": "Il habite Villeurbanne."},
    )  # fmt: skip
    sends(journey, EST)
    journey.does_not_see(MANAGER, "Est lyonnais")
    journey.later(journey.today + timedelta(days=30))
    journey.sees(REFERENT, "Répondre à la place du responsable")
    journey.later(journey.today + timedelta(days=30))
    journey.does(
        REFERENT, "Choisir la suite sans réponse de la Mission Locale",
        {"Quelle suite ?": "Saisir les copilotes du PSAD (CIO et Mission Locale)",
         "Copilotes saisis le": journey.today},
    )  # fmt: skip
    journey.does(
        REFERENT, "Enregistrer la réponse des copilotes du PSAD",
        {"Réponse reçue le": journey.today, "Ce que proposent les copilotes": "Lyon-Centre le suit."},
    )  # fmt: skip
    sends(journey, CENTRE)
    journey.does(
        MANAGER, "Désigner le conseiller",
        {"Réponse de la Mission Locale": "Nous l'accompagnons déjà", "Conseiller": CONSEILLER},
    )  # fmt: skip
    journey.finds(CONSEILLER, "Contacter le jeune et fixer l'entretien")


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
