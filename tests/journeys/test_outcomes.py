"""One journey per outcome, through the pages, in a real browser or without JavaScript, over all as it is deployed."""

from datetime import date, timedelta

import pytest

from shared.parcours.end_date import latest_end
from tests.journeys.by_http import HttpJourney
from tests.journeys.driver import Journey

HEAD, OFFICE, DROPOUT, REFERENT = "Hélène Vasseur", "Martine Gauthier", "Nadia Cherif", "Karim Benali"
MANAGER, CONSEILLER = "Marc Tessier", "Samira Haddad"
STRANGERS = ("Philippe Arnaud", "Valérie Noël")
CAP_LAST_YEAR = "2412214122"
ADULT, MINOR = "05/05/2007", "15/06/2009"  # 17 years old in these journeys

Told = Journey | HttpJourney
"""In a browser, or by HTTP: the same words, a sixth of the time."""

pytestmark = pytest.mark.usefixtures("stack")


def test_a_pupil_who_has_found_a_job_is_not_eligible(by_http: HttpJourney) -> None:
    opened(by_http, "BRUYERE", ADULT)
    volunteers(by_http, engagement="Oui, il occupe un emploi")
    sat_the_exam(by_http)
    has_a_referent(by_http)
    by_http.does(HEAD, "Notifier la décision et les recours", {"Décision notifiée le": by_http.today})
    by_http.sees(HEAD, "Le parcours est terminé.")
    for stranger in (*STRANGERS, CONSEILLER):
        by_http.does_not_find(stranger)


def test_a_pupil_who_withdraws_is_refused(by_http: HttpJourney) -> None:
    interviewed(by_http, "CAMOMILLE")
    by_http.does(
        HEAD, "Décider de l'admission",
        {"Décision": "Refuser l'admission", "Date de la décision": by_http.today,
         "Motif du refus": "L'élève a retiré son volontariat", "L'élève s'est retiré le": by_http.today,
         "Précisions sur la décision": "Courrier reçu."},
    )  # fmt: skip
    by_http.does(HEAD, "Notifier la décision et les recours", {"Décision notifiée le": by_http.today})
    by_http.sees(HEAD, "Le parcours est terminé.")
    by_http.sees(CONSEILLER, "Le parcours est terminé.")


def test_a_pupil_is_reoriented(by_http: HttpJourney) -> None:
    interviewed(by_http, "DIGITALE")
    by_http.does(
        HEAD, "Décider de l'admission",
        {"Décision": "Réorienter l'élève", "Date de la décision": by_http.today, "Réorientation vers": "Une formation",
         "Précisions sur la décision": "Un second CAP dans le lycée voisin."},
    )  # fmt: skip
    by_http.does(HEAD, "Notifier la décision et les recours", {"Décision notifiée le": by_http.today})
    by_http.sees(REFERENT, "Le parcours est terminé.")


def test_a_pupil_finds_a_job_before_the_end(journey: Journey) -> None:
    followed(journey, "EGLANTINE")
    leaves(journey, "Emploi ou apprentissage trouvé")
    has_a_bilan(journey)
    concludes(
        journey, "Emploi ou apprentissage",
        {"Employeur": "Boulangerie Martin", "Contrat": "CDI", "Début de la solution": journey.today},
    )  # fmt: skip
    closed(journey)


def test_a_pupil_goes_on_in_a_parcours_d_insertion_with_a_cej_the_day_after(by_http: HttpJourney) -> None:
    followed(by_http, "FOUGERE")
    leaves(by_http, "Entrée dans un parcours d'insertion")
    has_a_bilan(by_http)
    concludes(
        by_http, "Parcours d'insertion avec un acteur du service public de l'emploi",
        {"Structure": "Mission Locale Lyon-Centre", "Dispositif": "Contrat d'engagement jeune (CEJ)",
         "Début de la solution": by_http.today + timedelta(days=1)},
    )  # fmt: skip
    closed(by_http)


def test_a_minor_of_17_gives_up_and_after_two_months_the_departement_is_told(by_http: HttpJourney) -> None:
    followed(by_http, "GENTIANE", MINOR)
    leaves(by_http, "Abandon ou absence prolongée")
    has_a_bilan(by_http)
    concludes(by_http, "Abandon ou départ", {"Motif du départ": "Sans nouvelles du jeune"})
    by_http.does(
        CONSEILLER, "Signaler l'obligation de formation",
        {"Mission Locale du domicile": "Mission Locale Lyon-Centre (Lyon)", "Situation signalée le": by_http.today,
         "PSAD saisie le": by_http.today},
    )  # fmt: skip
    closed(by_http)
    by_http.does(
        CONSEILLER, "Convoquer le jeune et son responsable légal",
        {"Jeune et responsable légal convoqués le": by_http.today, "Rendez-vous le": by_http.today},
    )  # fmt: skip
    convened = by_http.today
    by_http.finds(CONSEILLER, "Recevoir le jeune et suivre la recherche")
    by_http.later(convened + timedelta(days=63))
    by_http.does(
        MANAGER, "Informer le président du conseil départemental",
        {"Président du conseil départemental informé le": by_http.today},
    )  # fmt: skip


def test_a_minor_finds_a_course_and_both_parents_have_signed(journey: Journey) -> None:
    end = followed(journey, "HORTENSIA", MINOR)
    journey.later(end - timedelta(days=20))
    has_a_bilan(journey)
    concludes(
        journey, "Formation : une nouvelle formation est choisie",
        {"Établissement ou organisme": "CFA de Lyon", "Formation > Formation": "CAP Pâtissier",
         "Nouvelle inscription sous statut scolaire ?": "Non", "Début de la solution": journey.today},
    )  # fmt: skip
    closed(journey)


def test_a_pupil_without_a_solution_is_handed_to_the_psad(by_http: HttpJourney) -> None:
    end = followed(by_http, "IRIS")
    by_http.later(end - timedelta(days=20))
    has_a_bilan(by_http)
    concludes(by_http, "Sans solution", {"Recherche à poursuivre": "Apprentissage en pâtisserie."})
    by_http.does(
        CONSEILLER, "Saisir la PSAD", {"PSAD saisie le": by_http.today, "Recherche engagée": "Avec le CIO."}
    )
    by_http.does(
        CONSEILLER, "Chercher une solution avec la PSAD",
        {"La recherche a-t-elle donné une solution ?": "Non, pas de solution pour le moment",
         "Ce que la recherche a donné": "Deux contacts, sans suite."},
    )  # fmt: skip
    closed(by_http)


def opened(journey: Told, family_name: str, born_on: str) -> None:
    """The office imports the pupil, the head of school opens the parcours."""
    words = journey.imports(
        OFFICE,
        "Nom de famille;Prénom;Né(e) le;Code MEF;Classe\r\n"
        f"{family_name};Camille;{born_on};{CAP_LAST_YEAR};2CAPPAT\r\n",
    )
    assert "lignes refusées" in words
    journey.opens(HEAD, family_name)


def volunteers(journey: Told, engagement: str = "Non") -> None:
    journey.does(
        DROPOUT, "Recueillir le volontariat",
        {"L'élève est-il volontaire pour le parcours Ambition Emploi ?": "Oui",
         "Date du choix de l'élève": journey.today,
         "L'élève est-il déjà engagé dans un emploi ou une formation ?": engagement},
    )  # fmt: skip


def sat_the_exam(journey: Told) -> None:
    journey.does(
        OFFICE, "Renseigner l'examen passé",
        {"L'élève a-t-il passé les épreuves de la dernière session ?": "Oui, à la session principale",
         "Résultat à l'examen": "Ajourné, avec des blocs validés"},
    )  # fmt: skip


def has_a_referent(journey: Told) -> None:
    journey.does(HEAD, "Désigner le référent de parcours", {"Référent de parcours": REFERENT})
    journey.does(
        REFERENT, "Accepter d'être référent de parcours",
        {"J'accepte d'être référent de parcours, le": journey.today},
    )  # fmt: skip


def interviewed(journey: Told, family_name: str, born_on: str = ADULT) -> None:
    """Up to the joint interview: the Mission Locale sees the parcours from the fiche on, and nothing before."""
    opened(journey, family_name, born_on)
    volunteers(journey)
    sat_the_exam(journey)
    has_a_referent(journey)
    journey.does_not_find(MANAGER)
    group = "Responsable légal de l'élève mineur"
    parents = {
        f"{group} > Responsable légal": f"Dominique {family_name.title()}",
        f"{group} > Second responsable légal, s'il signe aussi": f"Claude {family_name.title()}",
    }
    journey.does(
        REFERENT, "Établir et envoyer la fiche de liaison",
        {"Téléphone": "06 39 98 01 01", **(parents if born_on == MINOR else {}),
         "Mission Locale destinataire": "Mission Locale Lyon-Centre (Lyon)",
         "Coordonnées vérifiées le": journey.today, "Fiche envoyée le": journey.today},
    )  # fmt: skip
    journey.does(
        MANAGER, "Désigner le conseiller",
        {"Réponse de la Mission Locale": "Nous prenons ce jeune en charge", "Conseiller": CONSEILLER},
    )  # fmt: skip
    journey.does_not_see(CONSEILLER, "Recueillir le volontariat", "Renseigner l'examen passé", "blocs")
    journey.does(
        CONSEILLER, "Contacter le jeune et fixer l'entretien",
        {"Contact du": journey.today, "Résultat du contact": "Rendez-vous pris",
         "Date de l'entretien de situation": journey.today, "Lieu": "Au lycée"},
    )  # fmt: skip
    journey.does(
        REFERENT, "Rendre compte : part du référent",
        {"Parcours scolaire et acquis": "Deux blocs validés.", "Projet exprimé par l'élève": "La pâtisserie."},
    )  # fmt: skip
    journey.does(
        CONSEILLER, "Rendre compte : part du conseiller", {"Besoins et appuis possibles": "Mobilité."}
    )
    journey.does(
        REFERENT, "Valider le compte rendu d'entretien",
        {"L'entretien a-t-il eu lieu ?": "Oui", "Date de l'entretien": journey.today,
         "Synthèse partagée": "Favorable."},
    )  # fmt: skip


def followed(journey: Told, family_name: str, born_on: str = ADULT) -> date:
    """Admitted, with a signed project, and taken in charge; returns the last day of the parcours (R8)."""
    interviewed(journey, family_name, born_on)
    entry = journey.today
    journey.does(
        HEAD, "Décider de l'admission",
        {"Décision": "Admettre l'élève", "Date de la décision": entry, "Entrée dans le parcours le": entry},
    )  # fmt: skip
    journey.does(OFFICE, "Inscrire l'élève dans SIECLE", {"Inscrit dans SIECLE le": entry})
    concerned = {"Régime": "Interne", "Prend un transport scolaire": True}
    journey.does(OFFICE, "Dire quels droits concernent l'élève", concerned)
    for right in ("Statut scolaire", "Allocation de PFMP", "Internat", "Restauration", "Transport scolaire"):
        done = {"Suite donnée": "Ouvert ou renouvelé", "Fait ou constaté le": entry}
        journey.does(OFFICE, f"Ouvrir ou renouveler un droit : {right}", done)
    journey.does(
        REFERENT, "Élaborer le projet : part du référent",
        {"Ce que le lycée apporte : cours, soutien, accompagnement": "Un cours par semaine."},
    )  # fmt: skip
    journey.does(
        CONSEILLER, "Élaborer le projet : part du conseiller",
        {"Objectif professionnel du jeune": "Devenir pâtissier.", "Actions, partenaires et dates": "TRE en octobre."},
    )  # fmt: skip
    compose, into = "Composer le plan, solution par solution", "Solution à ajouter"
    journey.does(
        REFERENT, compose,
        {"Que voulez-vous faire ?": "Ajouter une solution", f"{into} > Nature": "Période en entreprise",
         f"{into} > Cadre": "Période de formation en milieu professionnel (PFMP)",
         f"{into} > Structure d'accueil ou partenaire": "Boulangerie Martin",
         f"{into} > Premier jour": entry + timedelta(days=7), f"{into} > Dernier jour": entry + timedelta(days=20)},
    )  # fmt: skip
    journey.does(REFERENT, compose, {"Que voulez-vous faire ?": "Terminer : le plan est complet"})
    signed = dict.fromkeys(
        ("Élève", "Référent de parcours", "Conseiller de la Mission Locale"), journey.today
    )
    if born_on == MINOR:
        signed |= dict.fromkeys(("Responsable légal", "Second responsable légal"), journey.today)
    journey.does(
        REFERENT, "Faire signer le projet",
        {"Le projet est-il signé de tous ?": "Oui"} | {f"Signatures > {who}": on for who, on in signed.items()},
    )  # fmt: skip
    journey.does(
        CONSEILLER, "Prendre en charge et planifier les actions",
        {"Premier rendez-vous le": entry, "Actions et périodes planifiées": "Atelier chaque mardi."},
    )  # fmt: skip
    journey.sees(REFERENT, "Étape 4 sur 5")
    return latest_end(entry)


def leaves(journey: Told, why: str) -> None:
    journey.does(
        CONSEILLER, "Signaler un départ anticipé",
        {"Pourquoi le suivi s'arrête-t-il ?": why, "À quelle date": journey.today, "Situation du jeune": "Constatée."},
    )  # fmt: skip


def has_a_bilan(journey: Told) -> None:
    journey.does(
        CONSEILLER, "Convoquer les trois au bilan",
        {"Convocations envoyées le": journey.today, "Date du bilan": journey.today, "Lieu": "À la Mission Locale"},
    )  # fmt: skip
    journey.does(
        REFERENT, "Rédiger le bilan : part du référent",
        {"Acquis du parcours au lycée": "Assidu.", "Avis du référent sur la suite": "Favorable."},
    )  # fmt: skip
    journey.does(
        CONSEILLER, "Rédiger le bilan : part du conseiller",
        {"Actions réalisées": "Trois ateliers.", "Solutions trouvées et pistes": "Deux pistes."},
    )  # fmt: skip
    journey.does(
        REFERENT, "Valider le bilan à trois",
        {"Le bilan a-t-il eu lieu à trois ?": "Oui", "Bilan tenu le": journey.today,
         "Conclusion partagée": "Tous d'accord."},
    )  # fmt: skip


def concludes(journey: Told, issue: str, details: dict[str, object]) -> None:
    journey.does(
        REFERENT, "Constater l'issue du parcours",
        {"Issue du parcours": issue, "Date de sortie du parcours": journey.today} | details,
    )  # fmt: skip


def closed(journey: Told) -> None:
    """The attestation is signed, the exit is recorded; both sides read that the parcours has ended."""
    journey.does(HEAD, "Signer l'attestation de parcours", {"Attestation signée le": journey.today})
    journey.does(
        OFFICE, "Enregistrer la sortie dans SIECLE", {"Sortie enregistrée dans SIECLE le": journey.today}
    )
    journey.sees(REFERENT, "Le parcours est terminé.")
    journey.sees(CONSEILLER, "Le parcours est terminé.")
    for stranger in STRANGERS:
        journey.does_not_find(stranger)
