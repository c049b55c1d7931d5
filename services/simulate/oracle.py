"""What must come of a fate, written down apart from diagrams and tables: the end of each process, the tasks done."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.simulate.fates import NOT_ADMITTED, TO_VERIFY, Course, Fate
from shared.calendar_fr import non_working_days
from shared.parcours.age import is_minor, sendable_from
from shared.parcours.campagne import Campagne
from shared.parcours.end_date import latest_end
from shared.parcours.working_days import add_working_days

DAY = timedelta(days=1)
POINT_EVERY = 15  # working days (R45)
CONTACT_WITHIN = 5  # working days (R45)
ACT_WITHIN = 5  # working days (R45): then whoever is responsible is asked, or called again
BILAN_CONVENED_BEFORE = 15  # working days before the end of the status (R45)
RIGHTS_OF_ALL = 2  # statut scolaire, allocation de PFMP
RIGHTS_OF_BOURSIERS = 2  # bourse and, at the lycée's table, restauration
UNSOLVED = frozenset({"sans_solution", "abandon"})
HOLIDAYS = non_working_days("FR/A")  # all lycées are in Lyon's académie
OUTCOME_OF_COURSE = {
    Course.NON_ELIGIBLE: "non_eligible", Course.DECLINED: "retrait", Course.REFUSED: "refuse",
    Course.WITHDRAWN: "refuse", Course.REORIENTED: "reoriente",
}  # fmt: skip


BESIDE = frozenset(
    {
        "informer_majorite",
        "signaler_fait",
        "prendre_acte",
        "retenir_place",
        "constater_atelier",
        "etablir_convention",
        "signer_convention",
        "attester_periode",
    }
)
"""Tasks of solutions that run beside the follow-up: how many are done depends on the hour at which it ends."""


@dataclass(frozen=True)
class Expected:
    """``outcome``: the issue; ``ends``: process id → id of its end event; ``tasks``: element id → times done."""

    outcome: str
    ends: Mapping[str, str]
    tasks: Mapping[str, int]


@dataclass(frozen=True)
class _Days:
    """``bilan``: when it is held; ``end``: last day of the status; ``points``: points d'étape held till then."""

    bilan: date
    end: date
    points: int = 0


def expect(fate: Fate, opened_on: date, campagne: Campagne) -> Expected:
    """The outcome of a parcours that was opened on a day, when all people act on the day they can."""
    tasks = Counter({"recueillir_volontariat": 1, "renseigner_examen": 1, "accepter_role": 1})
    tasks["designer_referent"] = 1 + fate.referent_refusals
    if fate.course is Course.NON_ELIGIBLE:
        return _not_admitted(fate, tasks)
    _count_interview(fate, tasks)
    if fate.course in NOT_ADMITTED:
        return _not_admitted(fate, tasks)
    _count_project(fate, tasks)
    days = _days(fate, opened_on, campagne)
    if fate.course not in (Course.EARLY_IN_PROJECT, Course.TERM_IN_PROJECT):
        _count_follow_up(fate, days.points, tasks)
    _count_bilan(fate, days, tasks)
    followed = {"obligation": "fin_satisfaite"} if tasks["convoquer_jeune"] else {}
    return Expected(fate.issue, {**_ends(fate), **followed}, +tasks)


def _not_admitted(fate: Fate, tasks: Counter[str]) -> Expected:
    tasks["notifier_decision"] = 1
    outcome = OUTCOME_OF_COURSE[fate.course]
    return Expected(outcome, {"enrolment": f"fin_{outcome}"}, +tasks)


def _count_interview(fate: Fate, tasks: Counter[str]) -> None:
    tasks.update(dict.fromkeys(("etablir_fiche", "designer_conseiller"), 1 + fate.returned_fiches))
    is_declined = fate.course is Course.DECLINED
    met = 0 if is_declined else 1 + fate.missed_interviews
    tasks.update(dict.fromkeys(("entretien_referent", "entretien_conseiller", "valider_entretien"), met))
    tasks["fixer_entretien"] = len(fate.contacts) + max(met, 1)
    tasks["verifier_situation"] = sum(contact in TO_VERIFY for contact in fate.contacts) + is_declined
    tasks["reprendre_contact"] = int(fate.is_contact_late)
    is_admitted = fate.course not in NOT_ADMITTED
    if not is_declined:
        impossible = is_admitted and fate.has_impossible_entry
        tasks["decider_admission"] = 1 + len(fate.postponed_days) + impossible


def _count_project(fate: Fate, tasks: Counter[str]) -> None:
    if fate.interruption and fate.interruption.before == "inscrire_siecle":
        tasks["signaler_fin_anticipee"] = 1
        return
    tasks.update(("inscrire_siecle", "ouvrir_droits"))
    tasks["ouvrir_droit"] = RIGHTS_OF_ALL + (RIGHTS_OF_BOURSIERS if fate.has_bourse else 0)
    is_signed = fate.course not in (Course.EARLY_IN_PROJECT, Course.TERM_IN_PROJECT)
    drafts = 1 + (fate.refused_signatures if is_signed else 0)
    tasks.update({"projet_referent": drafts, "projet_conseiller": drafts})
    tasks["composer_plan"] = _compositions(fate.unfit_plans) + drafts - 1
    tasks["signaler_fin_anticipee"] = int(fate.course is Course.EARLY_IN_PROJECT)
    if is_signed:
        tasks["recueillir_signatures"] = 1 + fate.refused_signatures
        tasks["enregistrer_pacea"] = int(fate.has_pacea)


def _compositions(unfit: int) -> int:
    """Each unfit period is added and taken away; then a fit one is added, then the plan is done."""
    return 2 * unfit + 2


def _count_follow_up(fate: Fate, points: int, tasks: Counter[str]) -> None:
    left_at_once = fate.interruption is not None and fate.interruption.before == "prendre_en_charge"
    tasks["prendre_en_charge"] = int(not left_at_once)
    tasks.update({"point_lycee": points, "point_ml": points})
    tasks["signaler_depart"] = int(fate.interruption is not None)
    if fate.amended_at is not None and fate.amended_at <= points:
        tasks["rediger_avenant"] = 1
        tasks["composer_avenant"] = _compositions(fate.unfit_amendments)
        tasks["signer_avenant"] = 1


def _count_bilan(fate: Fate, days: _Days, tasks: Counter[str]) -> None:
    meeting = ("convoquer", "bilan_referent", "bilan_conseiller", "valider_bilan")
    tasks.update(dict.fromkeys(meeting, 1 + fate.missed_bilans))
    tasks.update(("constater_issue", "signer_attestation", "enregistrer_sortie"))
    if fate.issue in UNSOLVED:
        left_on = min(days.bilan, days.end)
        if is_minor(fate.facts.born_on, left_on) and is_minor(fate.facts.born_on, days.bilan):
            tasks.update(("signaler_obligation", "convoquer_jeune", "suivre_obligation"))
        else:
            tasks.update(("saisir_psad", "rechercher_solution"))


def _ends(fate: Fate) -> Mapping[str, str]:
    ends = {"enrolment": "fin_parcours_clos", "bilan": f"fin_{fate.issue}"}
    if fate.course is Course.COMPLETE:
        return ends | {"accompaniment": "fin_suivi_clos_avant_terme"}
    if fate.course in (Course.EARLY_IN_FOLLOW_UP, Course.TERM_IN_FOLLOW_UP):
        return ends | {"accompaniment": "fin_suivi_clos"}
    return ends


def _days(fate: Fate, opened_on: date, campagne: Campagne) -> _Days:
    met_on = _met_on(fate, max(opened_on, sendable_from(fate.facts.born_on)))
    admitted_on = met_on + timedelta(days=sum(fate.postponed_days))
    entry_on = admitted_on + timedelta(days=fate.entry_in_days)
    end = latest_end(entry_on, months=campagne.max_months, within_year=campagne.is_within_year)
    if fate.course is Course.EARLY_IN_PROJECT:
        return _Days(admitted_on, end)
    if fate.course is Course.TERM_IN_PROJECT:
        return _Days(end + DAY, end)
    return _follow_up_days(fate, admitted_on, end)


def _met_on(fate: Fate, day: date) -> date:
    """When the appointment is made and held: late on the morning after the last day for it, and after each wait for
    an answer."""
    if fate.is_contact_late:
        day = add_working_days(day, CONTACT_WITHIN + ACT_WITHIN, HOLIDAYS) + DAY
    for _ in range(fate.contacts.count("sans_reponse")):
        day = add_working_days(day, ACT_WITHIN, HOLIDAYS)
    return day


def _follow_up_days(fate: Fate, admitted_on: date, end: date) -> _Days:
    """R13, R45: the bilan is convened so many working days before the end; a point every so many days till then."""
    convened_on = add_working_days(end, -BILAN_CONVENED_BEFORE, HOLIDAYS)
    points = _points(admitted_on)
    if fate.interruption:
        held = fate.interruption.nth - 1
        days = [next(points) for _ in range(fate.interruption.nth)]
        left_on = admitted_on if fate.interruption.before == "prendre_en_charge" else days[-1]
        return _Days(left_on, end, held)
    bilan_on, last = (
        (end + DAY, end) if fate.course is Course.TERM_IN_FOLLOW_UP else (convened_on, convened_on)
    )
    return _Days(bilan_on, end, sum(1 for _ in _until(points, last)))


def _points(first: date) -> Iterator[date]:
    while True:
        first = add_working_days(first, POINT_EVERY, HOLIDAYS)
        yield first


def _until(days: Iterator[date], last: date) -> Iterator[date]:
    for day in days:
        if day > last:
            return
        yield day
