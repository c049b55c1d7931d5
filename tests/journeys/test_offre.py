"""An offer of the Mission Locale with one seat, and two pupils whose plans choose it: by HTTP, over the services."""

from datetime import timedelta

from tests.journeys.by_http import HttpJourney
from tests.journeys.stack import Stack
from tests.journeys.test_outcomes import (
    ADULT,
    CAP_LAST_YEAR,
    CONSEILLER,
    DROPOUT,
    HEAD,
    MANAGER,
    OFFICE,
    REFERENT,
)

TITLE, PARTNER, PLACE = "Trouver un employeur", "Atelier du Rhône", "Lyon"
COMPOSE, WHAT, INTO = (
    "Reprendre le plan, solution par solution",
    "Que voulez-vous faire ?",
    "Solution à ajouter",
)
TAKE, LEFT_OUT = "Prendre en charge et planifier les actions", f"Il n’y a plus de place à « {TITLE} »."


def test_the_last_seat_goes_to_the_first_pupil_and_the_second_finds_it_taken(stack: Stack) -> None:
    first, second = (HttpJourney(stack.address, stack.clock) for _ in range(2))
    choice = offered(first)
    for journey, name in ((first, "LISERON"), (second, "MUGUET")):
        taken_on(journey, name)
    for journey in (first, second):
        journey.does(
            REFERENT, COMPOSE, {WHAT: "Ajouter une solution", f"{INTO} > Offre de la Mission Locale": choice}
        )
        journey.sees(REFERENT, f"offre : {TITLE}")
    entrusted(first)
    assert LEFT_OUT not in first.finds(CONSEILLER, TAKE).text
    assert TITLE not in composing(second), "it is no longer offered"
    entrusted(second)
    told = second.finds(CONSEILLER, TAKE).text
    assert LEFT_OUT in told
    assert "Places libres de même nature : aucune." in told
    second.does(
        CONSEILLER, TAKE,
        {"Premier rendez-vous le": second.today, "Actions et périodes planifiées": "Une autre offre."},
    )  # fmt: skip
    second.finds(CONSEILLER, "Composer le plan de l'avenant")


def offered(journey: HttpJourney) -> str:
    """The Mission Locale adds the offer; how it is told to who may choose it."""
    begins, ends = journey.today + timedelta(days=7), journey.today + timedelta(days=21)
    page = journey.as_(CONSEILLER).get("/offre/ajouter")
    page.send(
        "/ajouter", kind="tre", title=TITLE, partner=PARTNER, place=PLACE, first_on=begins.isoformat(),
        last_on=ends.isoformat(), seats="1",
    )  # fmt: skip
    assert TITLE in page.text
    return f"{TITLE}, {PARTNER}, {PLACE}, du {begins:%d/%m/%Y} au {ends:%d/%m/%Y}, places libres : 1"


def taken_on(journey: HttpJourney, family_name: str) -> None:
    """A parcours that runs on paper, whose plan is to be written."""
    columns, pupil = "Nom de famille;Prénom;Né(e) le;Code MEF;Classe", f"{family_name};Camille;{ADULT}"
    journey.imports(OFFICE, f"{columns}\r\n{pupil};{CAP_LAST_YEAR};2CAPPAT\r\n")
    journey.opens(HEAD, family_name, on_paper=True)
    signers = ("de l'élève", "du référent", "du conseiller")
    journey.does(
        DROPOUT, "Reprendre le parcours commencé sur papier",
        {"Référent de parcours": REFERENT, "Mission Locale": "Mission Locale Lyon-Centre (Lyon)",
         "Volontariat daté du": journey.today, "Entrée dans le parcours le": journey.today,
         "Fin du statut scolaire fixée au": journey.today + timedelta(days=90),
         **{f"Signature {each}": journey.today for each in signers}},
    )  # fmt: skip


def composing(journey: HttpJourney) -> str:
    """What who composes the plan may choose from."""
    page = journey.finds(REFERENT, COMPOSE)
    return page.send("/terminer", **{"champ-plan_action": "ajouter"}).text


def entrusted(journey: HttpJourney) -> None:
    journey.does(REFERENT, COMPOSE, {WHAT: "Terminer : le plan est complet"})
    journey.does(
        MANAGER,
        "Désigner le conseiller du parcours repris",
        {"Réponse de la Mission Locale": "Nous prenons ce jeune en charge", "Conseiller": CONSEILLER},
    )
