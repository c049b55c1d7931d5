"""The answers by which a fate comes about, element by element; every other answer is left to chance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.simulate.fates import TO_VERIFY, Course, Fate

Answers = Mapping[str, Any]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Question:
    """A task that is to be done: the n-th of its element; ``values``: variables by name, dates as ISO text."""

    element: str
    nth: int
    today: date
    values: Mapping[str, Any]

    def day(self, name: str) -> date:
        """The date that a variable holds."""
        return date.fromisoformat(self.values[name])


def decisions(question: Question, fate: Fate) -> Answers:
    """What the fate fixes in the form of a task; nothing for most."""
    decide = DECISIONS.get(question.element)
    return decide(question, fate) if decide else {}


def _volunteering(question: Question, fate: Fate) -> Answers:
    commitment = fate.ineligible if fate.ineligible in ("emploi", "contrat_signe", "formation") else "aucun"
    return {
        "volontariat_choix": "non" if fate.ineligible == "non_volontaire" else "oui",
        "engagement": commitment,
        **_before_rentree(question, fate, "volontariat_le"),
    }


def _exam(_: Question, fate: Fate) -> Answers:
    return {"session_examen": "anterieure" if fate.ineligible == "session" else "derniere"}


def _answer_of_mission_locale(question: Question, fate: Fate) -> Answers:
    return {"reponse_ml": "mauvais_territoire" if question.nth <= fate.returned_fiches else "prise_en_charge"}


def _contact(question: Question, fate: Fate) -> Answers:
    last = "ne_veut_pas" if fate.course is Course.DECLINED else "rendez_vous_pris"
    return {"contact_resultat": dict(enumerate(fate.contacts, 1)).get(question.nth, last)}


def _situation(question: Question, fate: Fate) -> Answers:
    """The pupil goes on, with a number that is known; who declines does not, the last time."""
    gone_on = sum(contact in TO_VERIFY for contact in fate.contacts)
    if fate.course is Course.DECLINED and question.nth > gone_on:
        return {"situation_suite": "retrait"}
    return {"situation_suite": "continue", "eleve_telephone": "0612345678"}


def _answer_to_transfer(question: Question, fate: Fate) -> Answers:
    return {"transfert_reponse": fate.handing.answered(question.nth)} if fate.handing else {}


def _after_transfer(question: Question, fate: Fate) -> Answers:
    return {"transfert_suite": fate.handing.decided(question.nth)} if fate.handing else {}


def _suspension(question: Question, fate: Fate) -> Answers:
    if fate.suspension is None:
        return {}
    until = min(question.today + timedelta(days=fate.suspension.days), question.day("fin_de_statut_le"))
    return {"suspension_du": question.today.isoformat(), "suspension_au": until.isoformat()}


def _return(question: Question, _: Fate) -> Answers:
    return {"reprise_suite": "reprise", "suspension_fin_le": question.today.isoformat()}


def _absence(_: Question, __: Fate) -> Answers:
    return {"fait_nature": "absence", "fait_suite": "continue"}


def _interview(question: Question, fate: Fate) -> Answers:
    if question.nth <= fate.missed_interviews:
        return {"entretien_suite": "a_refixer"}
    if fate.course is Course.WITHDRAWN:
        return {"entretien_suite": "retrait"}
    return {"entretien_suite": "tenu", **_before_rentree(question, fate, "entretien_tenu_le")}


def _before_rentree(question: Question, fate: Fate, name: str) -> Answers:
    """Where an entry before the rentrée is tried (R7) the volontariat and the interview were earlier still (R4)."""
    return {name: _eve_of_rentree(question)} if fate.has_impossible_entry else {}


def _admission(question: Question, fate: Fate) -> Answers:
    if question.nth <= len(fate.postponed_days):
        later = question.today + timedelta(days=fate.postponed_days[question.nth - 1])
        return {"decision_admission": "reporte", "report_jusqu_au": later.isoformat()}
    if fate.course in REFUSALS:
        return REFUSALS[fate.course]
    is_impossible = fate.has_impossible_entry and question.nth == len(fate.postponed_days) + 1
    return _admitted_before_rentree(question) if is_impossible else _admitted(question, fate)


REFUSALS: Mapping[Course, Answers] = {
    Course.REFUSED: {"decision_admission": "refuse", "refus_motif": "ineligibilite"},
    Course.WITHDRAWN: {"decision_admission": "refuse", "refus_motif": "retrait"},
    Course.REORIENTED: {"decision_admission": "reoriente"},
}


def _admitted(question: Question, fate: Fate) -> Answers:
    entry_on = question.today + timedelta(days=fate.entry_in_days)
    return {
        "decision_admission": "admis",
        "decision_le": question.today.isoformat(),
        "entree_le": entry_on.isoformat(),
    }


def _admitted_before_rentree(question: Question) -> Answers:
    """R7: the diagram sends it back to the chef d'établissement."""
    too_early = _eve_of_rentree(question)
    return {"decision_admission": "admis", "decision_le": too_early, "entree_le": too_early}


def _eve_of_rentree(question: Question) -> str:
    return (question.day("rentree_le") - DAY).isoformat()


def _rights(_: Question, fate: Fate) -> Answers:
    return {
        "boursier": fate.has_bourse, "regime_scolaire": "demi_pensionnaire" if fate.has_bourse else "externe",
        "transport_scolaire": False, "fonds_sociaux": False, "amenagement": False, "droits_precision": "",
    }  # fmt: skip


def _plan(question: Question, fate: Fate) -> Answers:
    return _compose(question, fate.unfit_plans, _workshop(question))


def _plan_of_mission_locale(_: Question, fate: Fate) -> Answers:
    return {"pacea_souhaite": fate.has_pacea}


def _amendment(question: Question, fate: Fate) -> Answers:
    return _compose(question, fate.unfit_amendments, _short_period(question))


def _compose(question: Question, unfit: int, fit: Answers) -> Answers:
    """A period too long for R9 is added and taken away, ``unfit`` times; then what fits; then the plan is done."""
    if question.nth <= 2 * unfit and question.nth % 2 == 0:
        return {"plan_action": "retirer", "solution_numero": _number_of_longest(question.values["plan"])}
    if question.nth > 2 * unfit + 1:
        return {"plan_action": "terminer"}
    return fit if question.nth == 2 * unfit + 1 else _period(question, question.day("entree_le"), ALL_OF_IT)


def _number_of_longest(plan: Sequence[Mapping[str, str]]) -> int:
    return max(range(len(plan)), key=lambda index: plan[index]["au"]) + 1


ALL_OF_IT = timedelta(days=366)


def _period(question: Question, first: date, length: timedelta) -> Answers:
    """One PFMP that ends with the parcours at the latest; one of all its days is more than R9 allows."""
    end = min(first + length, question.day("fin_de_statut_le"))
    return {
        "plan_action": "ajouter", "solution_nature": "entreprise", "solution_cadre": "pfmp",
        "solution_du": first.isoformat(), "solution_au": end.isoformat(),
    }  # fmt: skip


def _short_period(question: Question) -> Answers:
    """A few days in a company, from tomorrow on: its convention is signed before (R17)."""
    tomorrow = min(question.today + DAY, question.day("fin_de_statut_le"))
    return _period(question, tomorrow, 4 * DAY)


def _workshop(question: Question) -> Answers:
    first = question.day("entree_le")
    return {
        "plan_action": "ajouter", "solution_nature": "tre", "solution_du": first.isoformat(),
        "solution_au": (first + 20 * DAY).isoformat(),
    }  # fmt: skip


def _hours(_: Question, fate: Fate) -> Answers:
    """Within the limits of a minor (R19)."""
    return {
        "heures_par_jour": "7", "heures_par_semaine": "35", "heure_debut": "8", "heure_fin": "17",
        "jours_de_repos": "2", "dimanche_travaille": False,
    }  # fmt: skip


def _convention(_: Question, fate: Fate) -> Answers:
    return {"convention_suite": "signee"}


def _signed_amendment(_: Question, fate: Fate) -> Answers:
    return {"plan_action": "signer"}


def _signatures(question: Question, fate: Fate) -> Answers:
    return {"projet_signe": "non" if question.nth <= fate.refused_signatures else "oui"}


def _early_end(_: Question, fate: Fate) -> Answers:
    return {"motif_fin": fate.interruption.reason} if fate.interruption else {}


def _point(question: Question, fate: Fate) -> Answers:
    return {"point_suite": "avenant" if question.nth == fate.amended_at else "continuer"}


def _bilan(question: Question, fate: Fate) -> Answers:
    if question.nth <= fate.missed_bilans:
        return {"bilan_suite": "reconvoquer"}
    return {"bilan_suite": "absence" if fate.is_absence_recorded else "tenu"}


def _issue(question: Question, fate: Fate) -> Answers:
    ends = [question.day("fin_de_statut_le")]
    if question.values.get("fin_anticipee_le"):
        ends.append(question.day("fin_anticipee_le"))
    left_on = min(question.today, *ends)
    return {"issue": fate.issue, "sortie_le": left_on.isoformat()}


def _search(_: Question, fate: Fate) -> Answers:
    return {"recherche_suite": "aucune"}


def _obligation(_: Question, fate: Fate) -> Answers:
    return {"obligation_suite": "satisfaite"}


def _notified(_: Question, fate: Fate) -> Answers:
    return {"solution_connue": "oui"}


DECISIONS: Mapping[str, Callable[[Question, Fate], Answers]] = {
    "recueillir_volontariat": _volunteering,
    "renseigner_examen": _exam,
    "designer_conseiller": _answer_of_mission_locale,
    "fixer_entretien": _contact,
    "verifier_situation": _situation,
    "repondre_transfert": _answer_to_transfer,
    "decider_suite": _after_transfer,
    "decider_responsable": _after_transfer,
    "suspendre_suivi": _suspension,
    "reprendre_suivi": _return,
    "signaler_fait": _absence,
    "valider_entretien": _interview,
    "decider_admission": _admission,
    "ouvrir_droits": _rights,
    "composer_plan": _plan,
    "projet_conseiller": _plan_of_mission_locale,
    "recueillir_signatures": _signatures,
    "signaler_fin_anticipee": _early_end,
    "point_ml": _point,
    "composer_avenant": _amendment,
    "etablir_convention": _hours,
    "signer_convention": _convention,
    "signer_avenant": _signed_amendment,
    "signaler_depart": _early_end,
    "valider_bilan": _bilan,
    "constater_issue": _issue,
    "rechercher_solution": _search,
    "suivre_obligation": _obligation,
    "notifier_decision": _notified,
}
