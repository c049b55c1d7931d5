"""What people and time do, step by step: data only. Each scenario says how every process that it starts ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Do:
    """Somebody completes a task (``service/element``): these answers, the others drawn from the form."""

    task: str
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refuse:
    """Somebody refuses a task."""

    task: str


@dataclass(frozen=True)
class Wait:
    """Time passes until this timer (``service/element``) is due, and it fires."""

    timer: str


@dataclass(frozen=True)
class Arrive:
    """A message that was held up on its way (``Scenario.late``) arrives."""

    message: str


Step = Do | Refuse | Wait | Arrive


@dataclass(frozen=True)
class Scenario:
    """``opened``: the day of opening; ``ends``: service → end event; ``facts``: variables of the opening.

    ``late``: messages that arrive when a step says so, and not at once.
    """

    steps: tuple[Step, ...]
    ends: Mapping[str, str]
    opened: date = date(2026, 9, 7)
    facts: Mapping[str, Any] = field(default_factory=dict)
    sees: Mapping[str, Any] = field(default_factory=dict)
    late: frozenset[str] = frozenset()


def do(service: str, *names: str, **answers: Any) -> tuple[Step, ...]:
    """The tasks of one service in a row; the answers are the last one's."""
    return (*(Do(f"{service}/{name}") for name in names[:-1]), Do(f"{service}/{names[-1]}", answers))


EN, AC, BI, OB = "enrolment", "accompaniment", "bilan", "obligation"
LATE = "depart_apres_bilan"
DEPARTURE = "accompaniment.depart_signale.v1"

ENTRY_FILE = (
    *do(EN, "recueillir_volontariat", volontariat_choix="oui", engagement="aucun"),
    *do(EN, "renseigner_examen", session_examen="derniere"),
)
REFERENT = do(EN, "designer_referent", "accepter_role")
FICHE = (
    *do(EN, "etablir_fiche", responsable2_nom=""), *do(EN, "designer_conseiller", reponse_ml="prise_en_charge"),
)  # fmt: skip
MEETING = do(EN, "fixer_entretien", contact_resultat="rendez_vous_pris")
INTERVIEW = (
    *MEETING, *do(EN, "entretien_referent", "entretien_conseiller", "valider_entretien", entretien_suite="tenu"),
)  # fmt: skip
SILENCE = (Wait("enrolment/sans_reponse_responsable"), Wait("enrolment/sans_reponse_ml"))
REORIENTED = do(EN, "decider_admission", decision_admission="reoriente") + do(EN, "notifier_decision")
BEFORE_DECISION = (*ENTRY_FILE, *REFERENT, *FICHE, *INTERVIEW)
ADMITTED = (
    *BEFORE_DECISION,
    *do(EN, "decider_admission", decision_admission="admis", entree_le="2026-09-10"),
)
FEW = {
    "boursier": False, "regime_scolaire": "externe", "transport_scolaire": False, "fonds_sociaux": False,
    "amenagement": False, "droits_precision": "",
}  # fmt: skip
"""Of a pupil with the rights that all have: statut scolaire and allocation de PFMP."""
RIGHTS = (
    *do(EN, "inscrire_siecle"), *do(EN, "ouvrir_droits", **FEW),
    *do(EN, "ouvrir_droit", "ouvrir_droit", droit_etat="ouvert"),
)  # fmt: skip
PLANNED = do(EN, "composer_plan", plan_action="terminer")
PROJECT = (*do(EN, "projet_conseiller", pacea_souhaite=False), *do(EN, "projet_referent"), *PLANNED)
SIGNED = do(EN, "recueillir_signatures", projet_signe="oui")
ENTRUSTED = (*ADMITTED, *RIGHTS, *PROJECT, *SIGNED)
TAKEN = (*ENTRUSTED, *do(AC, "prendre_en_charge"))
PACEA = {
    "pacea_diagnostic_le": "2026-09-01", "pacea_signe_le": "2026-09-07", "pacea_phase_du": "2026-09-07",
    "pacea_phase_au": "2026-10-07",
}  # fmt: skip
NEXT_PHASE = {"pacea_suite": "phase", "pacea_suivante_du": "2026-10-08", "pacea_suivante_au": "2026-11-15"}
UNFOUND = {"recherche_suite": "aucune"}
SEARCHED = ("saisir_psad", "rechercher_solution")
CLOSED_AT_SCHOOL = do(EN, "enregistrer_sortie")
ENDS_ALL = {EN: "fin_parcours_clos", AC: "fin_suivi_clos"}


def bilan(issue: str, *after: str, **answers: Any) -> tuple[Step, ...]:
    """A bilan of three, its outcome, what follows from it, and the attestation."""
    return (
        *do(BI, "convoquer", "bilan_referent", "bilan_conseiller", "valider_bilan", bilan_suite="tenu"),
        *do(BI, "constater_issue", issue=issue, **answers),
        *(Do(f"bilan/{name}", UNFOUND if name == "rechercher_solution" else {}) for name in after),
        *do(BI, "signer_attestation"),
        *CLOSED_AT_SCHOOL,
    )


def point(suite: str) -> tuple[Step, ...]:
    return (Wait("accompaniment/prochain_point"), *do(AC, "point_lycee", "point_ml", point_suite=suite))


def contact(result: str) -> tuple[Step, ...]:
    """One attempt of the conseiller to reach the young person."""
    return do(EN, "fixer_entretien", contact_resultat=result)


def period(first: str, last: str, frame: str = "pfmp") -> dict[str, Any]:
    """One period in a company, as the forms of the plan ask for it."""
    return {
        "plan_action": "ajouter", "solution_nature": "entreprise", "solution_cadre": frame,
        "solution_structure": "Boulangerie du Port", "solution_du": first, "solution_au": last,
    }  # fmt: skip


def in_company(solution_id: str, first: date, last: date) -> dict[str, Any]:
    """The same period in the plan."""
    return {
        "id": solution_id, "nature": "entreprise", "libelle": "Période en entreprise", "suivi": "periode",
        "du": first, "au": last, "motif": None, "structure": "Boulangerie du Port", "cadre": "pfmp", "offre": None,
    }  # fmt: skip


def solution(nature: str, first: str, last: str, **answers: Any) -> dict[str, Any]:
    """A solution that is no period in a company."""
    return {
        "plan_action": "ajouter", "solution_nature": nature, "solution_structure": "MLDS du Rhône",
        "solution_du": first, "solution_au": last, **answers,
    }  # fmt: skip


def planned(*solutions: Mapping[str, Any]) -> tuple[Step, ...]:
    """A signed projet with these solutions, taken in charge by the Mission Locale."""
    added = (step for each in solutions for step in do(EN, "composer_plan", **each))
    projet = (
        *do(EN, "projet_conseiller", pacea_souhaite=False),
        *do(EN, "projet_referent"),
        *added,
        *PLANNED,
    )
    return (*ADMITTED, *RIGHTS, *projet, *SIGNED, *do(AC, "prendre_en_charge"))


USUAL_HOURS = {
    "heures_par_jour": "7", "heures_par_semaine": "35", "heure_debut": "8", "heure_fin": "17", "jours_de_repos": "2",
    "dimanche_travaille": False, "responsable2_nom": "",
}  # fmt: skip
ALL_SIGNED = {"convention_suite": "signee"}
CONVENTION = (
    *do("accompaniment", "etablir_convention", **USUAL_HOURS), *do("accompaniment", "signer_convention", **ALL_SIGNED),
)  # fmt: skip
AMENDED = do("accompaniment", "signer_avenant", plan_action="signer")
ON_PAPER = {"volontariat_le": "2026-09-01", "entree_le": "2026-09-07"}
OF_PAPER = {"reprise": True, "eleve_ne_le": date(2007, 3, 2)}
TAKEN_ON = (
    *do(EN, "reprendre_parcours", **ON_PAPER, fin_papier_le="2026-12-18"),
    *do(EN, "reprendre_plan", plan_action="ajouter", solution_nature="tre"),
    *do(EN, "reprendre_plan", plan_action="terminer"),
)
"""From paper, and to be entrusted to its Mission Locale."""
GONE_OFFER = "0199a0f2-0000-7000-8000-0000000000ff"
TAKE_AWAY = {"plan_action": "retirer", "solution_numero": 1}


SCENARIOS: Mapping[str, Scenario] = {
    "the bilan is convened in time and closes the follow-up before its term, with a formation": Scenario(
        (
            *TAKEN, *point("continuer"), Wait("accompaniment/bilan_a_convoquer"),
            *bilan("formation", formation_statut="oui"),
        ),
        {EN: "fin_parcours_clos", AC: "fin_suivi_clos_avant_terme", BI: "fin_formation"},
        sees={"enrolment/statut_conserve": True, "accompaniment/issue": "formation"},
    ),
    "a job ends the follow-up early, and the bilan is asked for at once": Scenario(
        (*TAKEN, *do(AC, "signaler_depart", motif_fin="emploi"), *bilan("emploi")),
        {**ENDS_ALL, BI: "fin_emploi"},
        sees={"bilan/motif_fin": "emploi", "enrolment/statut_conserve": False},
    ),
    "a departure signalled while the outcome's attestation waits: the outcome is found again": Scenario(
        (
            *TAKEN, Wait("accompaniment/bilan_a_convoquer"),
            *do(BI, "convoquer", "bilan_referent", "bilan_conseiller", "valider_bilan", bilan_suite="tenu"),
            *do(BI, "constater_issue", issue="formation", formation_statut="non"),
            *do(AC, "signaler_depart", motif_fin="emploi"),
            *do(BI, "signer_attestation"), *do(BI, "constater_issue", issue="emploi"),
            *do(BI, "signer_attestation"), *CLOSED_AT_SCHOOL,
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        sees={"bilan/motif_fin": "emploi", "accompaniment/issue": "emploi"},
    ),
    "a minor leaves while the attestation waits: the obligation de formation is opened once (R26)": Scenario(
        (
            *TAKEN, Wait("accompaniment/bilan_a_convoquer"), *bilan("sans_solution", "signaler_obligation")[:-2],
            *do(AC, "signaler_depart", motif_fin="abandon"),
            *do(BI, "signer_attestation", "constater_issue", issue="abandon"),
            *do(BI, "signer_attestation"), *CLOSED_AT_SCHOOL,
            *do(OB, "convoquer_jeune", "suivre_obligation", obligation_suite="satisfaite"),
        ),
        {**ENDS_ALL, BI: "fin_abandon", OB: "fin_satisfaite"},
        facts={"eleve_ne_le": date(2010, 1, 15)},
    ),
    "a departure that the bilan hears of before its outcome is read there, once": Scenario(
        (
            *TAKEN, Wait("accompaniment/bilan_a_convoquer"), *do(AC, "signaler_depart", motif_fin="emploi"),
            *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        sees={"bilan/motif_fin": "emploi"},
    ),
    "a departure crosses the closing of the bilan: the outcome stays right": Scenario(
        (
            *TAKEN, Wait("accompaniment/bilan_a_convoquer"), *do(AC, "signaler_depart", motif_fin="emploi"),
            *bilan("emploi"), Arrive(DEPARTURE), *do(LATE, "rapprocher_depart", rapprochement="juste"),
        ),
        {**ENDS_ALL, BI: "fin_emploi", LATE: "fin_issue_inchangee"},
        late=frozenset({DEPARTURE}),
        sees={"bilan/motif_fin": None, "depart_apres_bilan/motif_fin": "emploi"},
    ),
    "a departure crosses the closing of the bilan, and changes the outcome": Scenario(
        (
            *TAKEN, Wait("accompaniment/bilan_a_convoquer"), *bilan("formation", formation_statut="non")[:-2],
            *do(AC, "signaler_depart", motif_fin="emploi"), *do(BI, "signer_attestation"), *CLOSED_AT_SCHOOL,
            Arrive(DEPARTURE),
            *do(LATE, "rapprocher_depart", rapprochement="a_corriger", issue_corrigee="emploi"),
            *do(LATE, "signer_attestation_corrigee", "corriger_sortie"),
        ),
        {**ENDS_ALL, BI: "fin_formation", LATE: "fin_issue_corrigee"},
        late=frozenset({DEPARTURE}),
    ),
    "the status ends while the bilan that was asked for in time is late": Scenario(
        (
            *TAKEN, Wait("accompaniment/bilan_a_convoquer"), Wait("accompaniment/fin_du_statut"),
            *bilan("insertion"),
        ),
        {**ENDS_ALL, BI: "fin_insertion"},
        sees={"enrolment/fin_de_statut_le": date(2027, 1, 9)},
    ),
    "an adult without solution: the PSAD goes on searching": Scenario(
        (*TAKEN, *do(AC, "signaler_depart"), *bilan("sans_solution", *SEARCHED)),
        {**ENDS_ALL, BI: "fin_sans_solution"},
        facts={"eleve_ne_le": date(2007, 3, 2)},
    ),
    "a minor gives up: the obligation de formation is notified (R26)": Scenario(
        (
            *TAKEN, *do(AC, "signaler_depart", motif_fin="abandon"), *bilan("abandon", "signaler_obligation"),
            *do(OB, "convoquer_jeune", "suivre_obligation", obligation_suite="en_cours"),
            Wait("obligation/deux_mois"), *do(OB, "informer_departement"),
        ),
        {**ENDS_ALL, BI: "fin_abandon", OB: "fin_departement"},
        facts={"eleve_ne_le": date(2010, 1, 15)},
    ),
    "a minor comes of age before the obligation de formation is notified: the PSAD searches (R26)": Scenario(
        (
            *TAKEN, *do(AC, "signaler_depart", motif_fin="abandon"), *bilan("abandon")[:-2],
            Wait("bilan/majorite"), *do(BI, "saisir_psad", "rechercher_solution", **UNFOUND),
            *do(BI, "signer_attestation"), *CLOSED_AT_SCHOOL,
        ),
        {**ENDS_ALL, BI: "fin_abandon"},
        facts={"eleve_ne_le": date(2008, 12, 15)},
    ),
    "who is a minor at the bilan and turns 18 before the exit falls under the obligation (R26)": Scenario(
        (
            *TAKEN, Wait("accompaniment/bilan_a_convoquer"),
            *bilan("sans_solution", "signaler_obligation", sortie_le="2027-01-09"),
            *do(OB, "convoquer_jeune", "suivre_obligation", obligation_suite="satisfaite"),
        ),
        {**ENDS_ALL, BI: "fin_sans_solution", AC: "fin_suivi_clos_avant_terme", OB: "fin_satisfaite"},
        facts={"eleve_ne_le": date(2009, 1, 5)},
        sees={"bilan/statut_termine_le": date(2027, 1, 9)},
    ),
    "the follow-up is suspended, prolonged and goes on; a point that was due waits (R8)": Scenario(
        (
            *TAKEN, *do(AC, "suspendre_suivi", suspension_au="2026-10-20"), Wait("accompaniment/prochain_point"),
            *do(AC, "reprendre_suivi", reprise_suite="prolongation", suspension_au="2026-10-30"),
            *do(AC, "reprendre_suivi", reprise_suite="reprise", suspension_fin_le="2026-09-28"),
            *point("continuer"), *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        sees={"accompaniment/fin_de_statut_le": date(2027, 1, 9)},
    ),
    "the young person does not come back from a suspension: abandonment": Scenario(
        (
            *TAKEN, *do(AC, "suspendre_suivi"), *do(AC, "reprendre_suivi", reprise_suite="abandon"),
            *bilan("abandon", *SEARCHED),
        ),
        {**ENDS_ALL, BI: "fin_abandon"},
        facts={"eleve_ne_le": date(2007, 3, 2)},
        sees={"bilan/motif_fin": "abandon"},
    ),
    "a PACEA goes through two phases and ends on the 26th birthday (R21)": Scenario(
        (
            *TAKEN, *do(AC, "signer_pacea", **PACEA), Wait("accompaniment/fin_de_phase"),
            *do(AC, "evaluer_phase", **NEXT_PHASE), Wait("accompaniment/terme_pacea"),
            *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        facts={"eleve_ne_le": date(2000, 11, 15)},
    ),
    "a PACEA ends with the evaluation of its phase, and the follow-up goes on (R21, R22)": Scenario(
        (
            *TAKEN, *do(AC, "signer_pacea", **PACEA), Wait("accompaniment/fin_de_phase"),
            *do(AC, "evaluer_phase", pacea_suite="fin"), *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
    ),
    "the young person turns 18 during the follow-up and is told what changes (R16, R26, R39)": Scenario(
        (*TAKEN, Wait("accompaniment/dix_huit_ans"), *do(AC, "informer_majorite", "signaler_depart"), *bilan("emploi")),
        {**ENDS_ALL, BI: "fin_emploi"},
        facts={"eleve_ne_le": date(2008, 10, 1)},
    ),
    "the young person turns 26 during the follow-up: no PACEA any more (R21, R23)": Scenario(
        (
            *TAKEN, Wait("accompaniment/jour_des_vingt_six_ans"),
            *do(AC, "acter_vingt_six_ans", "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        facts={"eleve_ne_le": date(2000, 10, 1)},
    ),
    "the search with the PSAD finds a job: the outcome is found again": Scenario(
        (
            *TAKEN, *do(AC, "signaler_depart"),
            *do(BI, "convoquer", "bilan_referent", "bilan_conseiller", "valider_bilan", bilan_suite="tenu"),
            *do(BI, "constater_issue", issue="sans_solution"),
            *do(BI, "saisir_psad", "rechercher_solution", recherche_suite="trouvee"),
            *do(BI, "constater_issue", issue="emploi"), *do(BI, "signer_attestation"), *CLOSED_AT_SCHOOL,
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        facts={"eleve_ne_le": date(2007, 3, 2)},
    ),
    "a minor who does not volunteer and has no solution is followed until one is found (R26)": Scenario(
        (
            *do(EN, "recueillir_volontariat", volontariat_choix="non", engagement="aucun"),
            *do(EN, "renseigner_examen", session_examen="derniere"), *REFERENT,
            *do(EN, "notifier_decision", solution_connue="non"),
            *do(OB, "convoquer_jeune", "suivre_obligation", obligation_suite="satisfaite"),
        ),
        {EN: "fin_non_eligible", OB: "fin_satisfaite"},
        facts={"eleve_ne_le": date(2010, 1, 15)},
    ),
    "somebody of 15 without solution: the obligation de formation opens on the 16th birthday (R26, R36)": Scenario(
        (
            *do(EN, "recueillir_volontariat", volontariat_choix="non", engagement="aucun"),
            *do(EN, "renseigner_examen", session_examen="derniere"), *REFERENT,
            *do(EN, "notifier_decision", solution_connue="non"), Wait("enrolment/attendre_obligation"),
            *do(OB, "convoquer_jeune", "suivre_obligation", obligation_suite="satisfaite"),
        ),
        {EN: "fin_non_eligible", OB: "fin_satisfaite"},
        facts={"eleve_ne_le": date(2010, 11, 3)},
    ),
    "the obligation de formation ends on the 18th birthday (R26)": Scenario(
        (
            *do(EN, "recueillir_volontariat", volontariat_choix="non", engagement="aucun"),
            *do(EN, "renseigner_examen", session_examen="derniere"), *REFERENT,
            *do(EN, "notifier_decision", solution_connue="non"), *do(OB, "convoquer_jeune"),
            Wait("obligation/majorite"),
        ),
        {EN: "fin_non_eligible", OB: "fin_majorite"},
        facts={"eleve_ne_le": date(2008, 10, 15)},
    ),
    "an avenant breaks R9, is mended, signed, and the follow-up goes on": Scenario(
        (
            *TAKEN, *point("avenant"),
            *do(AC, "rediger_avenant", "composer_avenant", **period("2026-10-01", "2027-01-09")),
            *do(AC, "composer_avenant", **TAKE_AWAY),
            *do(AC, "composer_avenant", **period("2026-11-02", "2026-11-29")),
            *do(AC, "composer_avenant", plan_action="terminer"), *AMENDED,
            *point("continuer"), *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        sees={"accompaniment/periodes": [in_company("a2", date(2026, 11, 2), date(2026, 11, 29))]},
    ),
    "the solutions of a minor run side by side to their ends (R16, R19, R44)": Scenario(
        (
            *planned(
                period("2026-10-05", "2026-10-16", "stage"), solution("mlds", "2026-09-14", "2026-11-27"),
                solution("service_civique", "2026-09-14", "2026-12-18"), solution("tre", "2026-09-21", "2026-10-02"),
            ),
            *do(AC, "retenir_place", "inscrire_formation", "engager_service_civique"),
            *do(AC, "etablir_convention", **(USUAL_HOURS | {"heures_par_jour": "9"})),
            *do(AC, "enregistrer_derogation", "signer_convention", **ALL_SIGNED),
            Wait("accompaniment/atelier_dernier_jour"), *do(AC, "constater_atelier", atelier_presence="Réalisé"),
            Wait("accompaniment/attendre_periode"), *do(AC, "signaler_fait", fait_suite="continue"),
            *do(AC, "prendre_acte"), *do(AC, "signaler_fait", fait_suite="arret"),
            *do(AC, "prendre_acte", "attester_periode"),
            Wait("accompaniment/formation_dernier_jour"), *do(AC, "constater_formation", "lire_acquis"),
            Wait("accompaniment/service_civique_dernier_jour"), *do(AC, "constater_service_civique"),
            *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        facts={"eleve_ne_le": date(2009, 5, 15)},
    ),
    "an absence is told the same day by who hosts, whatever the solution, and may end it (R44)": Scenario(
        (
            *planned(
                solution("mlds", "2026-09-14", "2026-11-27"), solution("service_civique", "2026-09-14", "2026-12-18"),
                solution("tre", "2026-09-21", "2026-10-02"),
            ),
            *do(AC, "retenir_place", "inscrire_formation", "engager_service_civique"),
            *(Wait("accompaniment/premier_jour"),) * 3,
            *do(AC, "signaler_absence_lycee", fait_suite="continue"), *do(AC, "prendre_acte_ml"),
            *do(AC, "signaler_absence_lycee", fait_suite="arret"),
            *do(AC, "prendre_acte_ml", "constater_formation", "lire_acquis"),
            *do(AC, "signaler_absence_ml", fait_suite="continue"), *do(AC, "prendre_acte_lycee"),
            *do(AC, "signaler_absence_ml", fait_suite="arret"), *do(AC, "prendre_acte_lycee"),
            *do(AC, "signaler_absence_ml", fait_suite="arret"), *do(AC, "prendre_acte_lycee"),
            *do(AC, "constater_service_civique"), *do(AC, "constater_atelier", atelier_presence="Réalisé"),
            *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
    ),
    "a tuteur takes three trainees at once, an avenant takes a period away, another runs to its end (R18)": Scenario(
        (
            *planned(*[period("2026-10-05", "2026-10-09", "stage")] * 4),
            *do(AC, "etablir_convention", tuteur="Anne Roy", **USUAL_HOURS) * 4,
            *do(AC, "etablir_convention", tuteur="Paul Lee", **USUAL_HOURS),
            *point("avenant"), *do(AC, "rediger_avenant", "composer_avenant", **(TAKE_AWAY)),
            *do(AC, "composer_avenant", plan_action="terminer"), *AMENDED,
            *do(AC, "signer_convention", **ALL_SIGNED), Wait("accompaniment/attendre_periode"),
            Wait("accompaniment/fin_periode"),
            *do(AC, "attester_periode"), *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
    ),
    "a convention is not signed in time: no day of its period is counted, and another one takes its place": Scenario(
        (
            *planned(period("2026-09-14", "2026-11-29")), *do(AC, "etablir_convention", **USUAL_HOURS),
            *point("avenant"), *do(AC, "signer_convention", convention_suite="annulee"),
            *do(AC, "rediger_avenant", "composer_avenant", **period("2026-11-02", "2026-12-31")),
            *do(AC, "composer_avenant", plan_action="terminer"), *AMENDED, *do(AC, "signaler_depart"),
            *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        sees={"accompaniment/periodes": [in_company("a1", date(2026, 11, 2), date(2026, 12, 31))]},
    ),
    "a period is stopped: the days that were left of it go to another (R9)": Scenario(
        (
            *planned(period("2026-09-14", "2026-11-29")), *CONVENTION, Wait("accompaniment/attendre_periode"),
            *do(AC, "signaler_fait", fait_nature="arret", fait_le="2026-09-14", fait_suite="arret"),
            *do(AC, "prendre_acte"), *do(AC, "attester_periode", jours_attestes=1), *point("avenant"),
            *do(AC, "rediger_avenant", "composer_avenant", **period("2026-11-02", "2027-01-09")),
            *do(AC, "composer_avenant", plan_action="terminer"), *AMENDED, *do(AC, "signaler_depart"),
            *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        sees={
            "accompaniment/periodes": [
                in_company("s1", date(2026, 9, 14), date(2026, 9, 14)),
                in_company("a1", date(2026, 11, 2), date(2027, 1, 9)),
            ]
        },
    ),
    "a departure during a PFMP: its days are attested to that day, and the follow-up is closed then (R20)": Scenario(
        (
            *planned(period("2026-09-14", "2026-10-30")), *CONVENTION,
            Wait("accompaniment/attendre_periode"),
            *do(AC, "signaler_depart", motif_fin="emploi", depart_le="2026-09-14"), *bilan("emploi"),
            Wait("accompaniment/fin_periode"), *do(AC, "attester_periode", jours_attestes="1"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
    ),
    "a PFMP that runs after a bilan before the term, and that nobody attests, lapses": Scenario(
        (
            *planned(period("2026-12-01", "2027-01-09")), *CONVENTION,
            Wait("accompaniment/attendre_periode"),
            Wait("accompaniment/bilan_a_convoquer"), *bilan("emploi", sortie_le="2027-01-09"),
            Wait("accompaniment/delai_attestation"),
        ),
        {EN: "fin_parcours_clos", AC: "fin_suivi_clos_avant_terme", BI: "fin_emploi"},
    ),
    "an offer has no seat left when the parcours is taken over: an avenant is composed at once": Scenario(
        (
            *planned(solution("tre", "2026-09-21", "2026-10-02", solution_offre=GONE_OFFER)),
            *do(AC, "composer_avenant", **solution("tre", "2026-09-21", "2026-10-02")),
            *do(AC, "composer_avenant", plan_action="terminer"), *AMENDED, *do(AC, "retenir_place"),
            *point("continuer"), *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        sees={"accompaniment/places_message": None},
    ),
    "an avenant is not signed: it is composed again, then given up, and the plan signed before stays": Scenario(
        (
            *TAKEN, *point("avenant"),
            *do(AC, "rediger_avenant", "composer_avenant", **period("2026-11-02", "2026-11-29")),
            *do(AC, "composer_avenant", plan_action="terminer"),
            *do(AC, "signer_avenant", plan_action="revoir", avenant_reserve="Une autre entreprise."),
            *do(AC, "composer_avenant", **TAKE_AWAY), *do(AC, "composer_avenant", **period("2026-11-09", "2026-11-29")),
            *do(AC, "composer_avenant", plan_action="terminer"), *do(AC, "signer_avenant", plan_action="renoncer"),
            *point("continuer"), *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        sees={"accompaniment/plan": [], "accompaniment/plan_signe": []},
    ),
    "an avenant is begun and given up: the signed plan stays": Scenario(
        (
            *TAKEN, *point("avenant"),
            *do(AC, "rediger_avenant", "composer_avenant", **period("2026-11-02", "2026-11-29")),
            *do(AC, "composer_avenant", plan_action="renoncer"), *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        sees={"accompaniment/plan": []},
    ),
    "the young person misses the bilan, is convened again, and misses it again (R13)": Scenario(
        (
            *TAKEN, *do(AC, "signaler_depart"),
            *do(BI, "convoquer", "bilan_conseiller", "bilan_referent", "valider_bilan", bilan_suite="reconvoquer"),
            *do(BI, "convoquer", "bilan_conseiller", "bilan_referent", "valider_bilan", bilan_suite="absence"),
            *do(BI, "constater_issue", issue="formation", formation_statut="non"), *do(BI, "signer_attestation"),
            *CLOSED_AT_SCHOOL,
        ),
        {**ENDS_ALL, BI: "fin_formation"},
        sees={"enrolment/bilan_tenu_le": None},
    ),
    "the projet breaks R9, then a signatory wants it changed, then it is signed with a PACEA": Scenario(
        (
            *ADMITTED, *do(EN, "projet_conseiller"),
            *do(EN, "projet_referent", "composer_plan", **period("2026-09-10", "2027-01-09")),
            *do(EN, "composer_plan", **TAKE_AWAY), *do(EN, "composer_plan", plan_action="revoir"),
            *do(EN, "projet_conseiller", "projet_referent", "composer_plan", **period("2026-10-05", "2026-10-30")),
            *PLANNED, *do(EN, "recueillir_signatures", projet_signe="non"),
            *do(EN, "projet_conseiller", pacea_souhaite=True), *do(EN, "projet_referent", "composer_plan", **TAKE_AWAY),
            *PLANNED, *SIGNED,
            *do(EN, "enregistrer_pacea"), *RIGHTS, *do(AC, "prendre_en_charge"), *do(AC, "signaler_depart"),
            *bilan("insertion"),
        ),
        {**ENDS_ALL, BI: "fin_insertion"},
    ),
    "the volontariat is withdrawn before the projet is signed: a bilan all the same (R4, R13)": Scenario(
        (*ADMITTED, *RIGHTS, *do(EN, "signaler_fin_anticipee", motif_fin="retrait"), *bilan("abandon", *SEARCHED)),
        {EN: "fin_parcours_clos", BI: "fin_abandon"},
        facts={"eleve_ne_le": date(2007, 3, 2)},
        sees={"bilan/motif_fin": "retrait"},
    ),
    "the status ends before the projet is ready": Scenario(
        (*ADMITTED, Wait("enrolment/fin_du_statut"), *bilan("emploi")),
        {EN: "fin_parcours_clos", BI: "fin_emploi"},
    ),
    "the chosen référent refuses, the first Mission Locale is the wrong one, the interview is set again": Scenario(
        (
            *ENTRY_FILE, *do(EN, "designer_referent"), Refuse("enrolment/accepter_role"), *REFERENT,
            *do(EN, "etablir_fiche", "designer_conseiller", reponse_ml="mauvais_territoire"),
            *do(EN, "etablir_fiche", "designer_conseiller", reponse_ml="deja_accompagne"),
            *MEETING, *do(EN, "entretien_conseiller", "entretien_referent"),
            *do(EN, "valider_entretien", entretien_suite="a_refixer"), *INTERVIEW,
            *do(EN, "decider_admission", decision_admission="refuse", refus_motif="ineligibilite"),
            *do(EN, "notifier_decision"),
        ),
        {EN: "fin_refuse"},
    ),
    "the pupil withdraws at the interview: the head of school refuses, with the day of the withdrawal (R4)": Scenario(
        (
            *ENTRY_FILE, *REFERENT, *FICHE, *MEETING, *do(EN, "entretien_referent", "entretien_conseiller"),
            *do(EN, "valider_entretien", entretien_suite="retrait"),
            *do(
                EN, "decider_admission", decision_admission="refuse", refus_motif="retrait",
                retrait_le="2026-09-07", decision_precision="Un CAP commencé.",
            ),
            *do(EN, "notifier_decision"),
        ),
        {EN: "fin_refuse"},
        sees={
            "enrolment/volontariat_retire_le": date(2026, 9, 7), "enrolment/issue": "refuse",
            "enrolment/motifs_decision": "Un CAP commencé.",
        },
    ),
    "the decision is put off, the first date of entry comes too early (R7), then the pupil is re-oriented": Scenario(
        (
            *BEFORE_DECISION, *do(EN, "decider_admission", decision_admission="reporte", report_jusqu_au="2026-08-20"),
            Wait("enrolment/attendre_report"),
            *do(EN, "decider_admission", decision_admission="admis", entree_le="2026-08-25"),
            *do(EN, "decider_admission", decision_admission="reoriente"), *do(EN, "notifier_decision"),
        ),
        {EN: "fin_reoriente"},
        opened=date(2026, 7, 6),
    ),
    "a pupil who is no volunteer and took no exam is told why": Scenario(
        (
            *do(EN, "recueillir_volontariat", volontariat_choix="non", engagement="emploi"),
            *do(EN, "renseigner_examen", session_examen="aucune"), *REFERENT, *do(EN, "notifier_decision"),
        ),
        {EN: "fin_non_eligible"},
        sees={"enrolment/issue": "non_eligible"},
    ),
    "a pupil under 16 waits for the birthday before anything reaches the Mission Locale (R36)": Scenario(
        (
            *ENTRY_FILE, *REFERENT, Wait("enrolment/attendre_seize_ans"), *FICHE, *INTERVIEW,
            *do(EN, "decider_admission", decision_admission="refuse"),
            *do(EN, "notifier_decision", solution_connue="non"),
        ),
        {EN: "fin_refuse"},
        facts={"eleve_ne_le": date(2010, 11, 3)},
    ),
    "the Mission Locale is reminded, its directeur answers in the place of the responsable (R45)": Scenario(
        (
            *ENTRY_FILE, *REFERENT, *do(EN, "etablir_fiche"), Wait("enrolment/relance_fiche"),
            Wait("enrolment/sans_reponse_responsable"),
            *do(EN, "repondre_direction", reponse_ml="prise_en_charge"), *INTERVIEW, *REORIENTED,
        ),
        {EN: "fin_reoriente"},
        sees={"enrolment/relance_le": date(2026, 9, 15)},
    ),
    "a Mission Locale never answers: another one, then the co-pilots of the PSAD, then an answer (R45)": Scenario(
        (
            *ENTRY_FILE, *REFERENT, *do(EN, "etablir_fiche"), *SILENCE, *do(EN, "choisir_repli", repli="autre_ml"),
            *do(EN, "etablir_fiche"), *SILENCE, *do(EN, "choisir_repli", repli="copilotes"),
            *do(EN, "recevoir_copilotes"), *FICHE, *INTERVIEW, *REORIENTED,
        ),
        {EN: "fin_reoriente"},
    ),
    "the young person is reached at the sixth attempt, after another conseiller and the directeur stepped in": Scenario(
        (
            *ENTRY_FILE, *REFERENT, *FICHE, *contact("sans_reponse"), Wait("enrolment/attendre_rappel"),
            *contact("coordonnees_incorrectes"), *do(EN, "verifier_situation", situation_suite="continue"),
            *contact("deja_accompagne"), Wait("enrolment/contact_en_retard"), *do(EN, "reprendre_contact"),
            *contact("injoignable"), *do(EN, "verifier_situation", situation_suite="continue"),
            Wait("enrolment/contact_en_retard"), Wait("enrolment/contact_sans_suite"),
            *do(EN, "repondre_direction", reponse_ml="deja_accompagne"), *contact("nouveau_projet"),
            *do(EN, "verifier_situation", situation_suite="continue"), *INTERVIEW, *REORIENTED,
        ),
        {EN: "fin_reoriente"},
        sees={
            "enrolment/contacts": [
                {"le": date(2026, 9, 7), "contact": "sans_reponse"},
                {"le": date(2026, 9, 14), "contact": "coordonnees_incorrectes"},
                {"le": date(2026, 9, 14), "contact": "deja_accompagne"},
                {"le": date(2026, 9, 29), "contact": "injoignable"},
                {"le": date(2026, 11, 5), "contact": "nouveau_projet"},
                {"le": date(2026, 11, 5), "contact": "rendez_vous_pris"},
            ]
        },
    ),
    "the young person does not want to be accompanied: the référent takes the withdrawal down (R4, R26)": Scenario(
        (
            *ENTRY_FILE, *REFERENT, *FICHE, *contact("ne_veut_pas"),
            *do(EN, "verifier_situation", situation_suite="retrait"),
            *do(EN, "notifier_decision", solution_connue="non"),
        ),
        {EN: "fin_retrait"},
        facts={"eleve_ne_le": date(2010, 1, 15)},
        sees={"enrolment/issue": "retrait", "enrolment/solution_connue": "non"},
    ),
    "a parcours that runs on paper is taken on in étape 4, once its dates hold (R7, R8)": Scenario(
        (
            *do(EN, "reprendre_parcours", **ON_PAPER, fin_papier_le="2027-01-07"),
            *do(EN, "reprendre_parcours", **ON_PAPER, fin_papier_le="2027-01-06"),
            *do(EN, "reprendre_plan", plan_action="ajouter", solution_nature="tre"),
            *do(EN, "reprendre_plan", plan_action="terminer"),
            *do(EN, "designer_conseiller_repris", reponse_ml="prise_en_charge"),
            *do(AC, "prendre_en_charge"), *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        opened=date(2026, 10, 12),
        facts=OF_PAPER,
        sees={"enrolment/fin_de_statut_le": date(2027, 1, 6)},
    ),
    "the Mission Locale of a parcours from paper returns it, the next is silent, its direction answers": Scenario(
        (
            *TAKEN_ON, *do(EN, "designer_conseiller_repris", reponse_ml="mauvais_territoire"),
            *do(EN, "choisir_ml_reprise"), Wait("enrolment/reprise_sans_responsable"),
            *do(EN, "repondre_direction_reprise", reponse_ml="prise_en_charge"),
            *do(AC, "prendre_en_charge"), *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        opened=date(2026, 10, 12),
        facts=OF_PAPER,
    ),
    "nobody of the Mission Locale of a parcours from paper answers: its status ends, and the bilan is asked for (R13)":
    Scenario(
        (
            *TAKEN_ON, Wait("enrolment/reprise_sans_responsable"), Wait("enrolment/reprise_sans_ml"),
            *do(EN, "choisir_ml_reprise"), Wait("enrolment/reprise_fin_du_statut"), *bilan("emploi"),
        ),
        {EN: "fin_parcours_clos", BI: "fin_emploi"},
        opened=date(2026, 10, 12),
        facts=OF_PAPER,
        sees={"bilan/conseiller": None, "bilan/fin_anticipee_le": None},
    ),
    "a parcours from paper ends before the Mission Locale answers: the bilan is asked for (R13)": Scenario(
        (
            *TAKEN_ON, *do(EN, "signaler_fin_reprise", motif_fin="emploi", fin_anticipee_le="2026-10-12"),
            *bilan("emploi"),
        ),
        {EN: "fin_parcours_clos", BI: "fin_emploi"},
        opened=date(2026, 10, 12),
        facts=OF_PAPER,
        sees={"bilan/motif_fin": "emploi", "bilan/fin_anticipee_le": date(2026, 10, 12)},
    ),
    "the volontariat is withdrawn while the Mission Locale has the fiche (R4)": Scenario(
        (
            *ENTRY_FILE, *REFERENT, *do(EN, "etablir_fiche"),
            *do(EN, "retirer_volontariat", volontariat_retire_le="2026-09-07"), *do(EN, "notifier_decision"),
        ),
        {EN: "fin_retrait"},
        sees={"enrolment/motifs_decision": "Le volontariat a été retiré."},
    ),
    "the receipt of the accompaniment is late: somebody asks, asks again, and it comes": Scenario(
        (
            *ENTRUSTED, Wait("enrolment/accuse_en_retard"), *do(EN, "verifier_reception"),
            Wait("enrolment/accuse_en_retard"), Arrive("accompaniment.parcours_recu.v1"),
            *do(AC, "prendre_en_charge"), *do(AC, "signaler_depart"), *bilan("emploi"),
        ),
        {**ENDS_ALL, BI: "fin_emploi"},
        late=frozenset({"accompaniment.parcours_recu.v1"}),
    ),
    "the receipt of the bilan is late and comes while somebody asks for it": Scenario(
        (
            *ADMITTED, Wait("enrolment/fin_du_statut"), Wait("enrolment/accuse_en_retard"),
            Arrive("bilan.bilan_recu.v1"), *bilan("emploi"),
        ),
        {EN: "fin_parcours_clos", BI: "fin_emploi"},
        late=frozenset({"bilan.bilan_recu.v1"}),
    ),
    "the closing at the bilan is late: the référent asks, asks again, and it comes": Scenario(
        (
            *ADMITTED, Wait("enrolment/fin_du_statut"), *bilan("emploi")[:-1],
            Wait("enrolment/cloture_en_retard"), *do(EN, "verifier_cloture"),
            Wait("enrolment/cloture_en_retard"), Arrive("bilan.inscription_close.v1"), *CLOSED_AT_SCHOOL,
        ),
        {EN: "fin_parcours_clos", BI: "fin_emploi"},
        late=frozenset({"bilan.inscription_close.v1"}),
    ),
}  # fmt: skip
