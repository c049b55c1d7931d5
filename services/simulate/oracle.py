"""What must come of a fate, written down apart from diagrams and tables: the end of each process, the tasks done."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count

from services.simulate.cast import FOLLOWERS
from services.simulate.changes import AT_BILAN, SILENCE, Handing, Moment, Suspension
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
DATED = frozenset({"prendre_en_charge", "point_lycee", AT_BILAN.element})
"""The moments of étapes 4 and 5: only there the day counts on which something is asked for."""
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
    """``outcome``: the issue; ``ends``: process id → id of its end event, None for one that was stopped; ``tasks``:
    element id → times done; ``replaced``: role → how often somebody else took it over."""

    outcome: str
    ends: Mapping[str, str | None]
    tasks: Mapping[str, int]
    replaced: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Days:
    """``bilan``: when it is held; ``end``: last day of the status; ``began``: when the follow-up did; ``points``: the
    points d'étape held till then; ``last``: the last day of the follow-up;
    ``convened_on``: when the bilan is asked for, of one that is to end before."""

    bilan: date
    end: date
    began: date | None = None
    points: Sequence[date] = ()
    last: date | None = None
    convened_on: date | None = None

    def of(self, at: Moment) -> date | None:
        """The day of a moment from the follow-up on; None when it does not come to it."""
        if at == AT_BILAN:
            return self.bilan
        if at.element == "point_lycee":
            return self.points[at.nth - 1] if at.nth <= len(self.points) else None
        return self.began


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
    fate, days = _lived(fate, opened_on, campagne)
    if fate.course not in (Course.EARLY_IN_PROJECT, Course.TERM_IN_PROJECT):
        _count_follow_up(fate, len(days.points), tasks)
        _count_suspension(fate, days, tasks)
    _count_bilan(fate, days, tasks)
    followed = {"obligation": "fin_satisfaite"} if tasks["convoquer_jeune"] else {}
    return _handed_on(fate, days, Expected(fate.issue, {**_ends(fate), **followed}, +tasks))


def _lived(fate: Fate, opened_on: date, campagne: Campagne) -> tuple[Fate, _Days]:
    """The days of a fate. An early end for which the bilan comes too soon, after a suspension, does not happen."""
    days = _days(fate, opened_on, campagne)
    if days.convened_on is None or days.bilan <= days.convened_on:
        return fate, days
    whole = replace(fate, course=Course.COMPLETE, interruption=None)
    return whole, _days(whole, opened_on, campagne)


def _not_admitted(fate: Fate, tasks: Counter[str]) -> Expected:
    tasks["notifier_decision"] = 1
    outcome = OUTCOME_OF_COURSE[fate.course]
    return _handed_on(fate, None, Expected(outcome, {"enrolment": f"fin_{outcome}"}, +tasks))


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


def _count_suspension(fate: Fate, days: _Days, tasks: Counter[str]) -> None:
    begun_on = days.of(fate.suspension.at) if fate.suspension else None
    if fate.suspension is None or begun_on is None or days.last is None:
        return
    until = min(begun_on + timedelta(days=fate.suspension.days), days.end)
    tasks["suspendre_suivi"] = 1
    tasks["reprendre_suivi"] = int(until <= days.last)


def _handed_on(fate: Fate, days: _Days | None, expected: Expected) -> Expected:
    """The same with what comes of it when the parcours changes hands, or is asked to."""
    handing = fate.handing
    if handing is None or (days and handing.at.element in DATED and days.of(handing.at) is None):
        return expected
    if not handing.is_transfer:
        return replace(expected, replaced={handing.kind: 1})
    asked_on = days.of(handing.at) if days and handing.at.element in DATED else None
    end, tasks = _transfer(handing, asked_on, days.bilan if days else None)
    roles = {handing.kind: 1, FOLLOWERS[handing.kind]: 1} if end == "fin_transfere" else {}
    ends = {**expected.ends, "transfert": end}
    return replace(expected, ends=ends, tasks=Counter(expected.tasks) + tasks, replaced=roles)


def _transfer(handing: Handing, day: date | None, closed_on: date | None) -> tuple[str | None, Counter[str]]:
    """The end of the request, None when the parcours is over first. ``day``: None where there is time for any wait."""
    tasks = Counter[str]()
    decision = "decider_responsable" if handing.is_decided_late else "decider_suite"
    for answer in handing.answers:
        if answer == SILENCE:
            day = _unanswered(day)
        else:
            tasks["repondre_transfert"] += 1
        if answer == "accepte":
            return "fin_transfere", tasks
        if handing.is_decided_late:
            day = _unanswered(day)
        if day and closed_on and day > closed_on:
            return None, tasks
        tasks[decision] += 1
    return "fin_garde", tasks


def _unanswered(day: date | None) -> date | None:
    """When a task that nobody does leads on: on the morning after its last day."""
    return day and add_working_days(day, ACT_WITHIN, HOLIDAYS) + DAY


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
    points = _points(admitted_on, end, fate.suspension)
    if fate.interruption:
        days = [next(points) for _ in range(fate.interruption.nth)]
        if fate.interruption.before == "prendre_en_charge":
            return _Days(admitted_on, end)
        return _Days(days[-1], end, admitted_on, days[:-1], days[-1], convened_on)
    bilan_on, last = (
        (end + DAY, end) if fate.course is Course.TERM_IN_FOLLOW_UP else (convened_on, convened_on)
    )
    return _Days(bilan_on, end, admitted_on, list(_until(points, last)), last)


def _points(first: date, end: date, suspension: Suspension | None) -> Iterator[date]:
    """One every so many working days; if it comes while the follow-up is suspended, so many after the return."""
    for nth in count():
        at = Moment("point_lycee", nth) if nth else Moment("prendre_en_charge")
        due_on = add_working_days(first, POINT_EVERY, HOLIDAYS)
        if suspension and suspension.at == at:
            back_on = min(first + timedelta(days=suspension.days), end)
            due_on = due_on if due_on > back_on else add_working_days(back_on, POINT_EVERY, HOLIDAYS)
        first = due_on
        yield first


def _until(days: Iterator[date], last: date) -> Iterator[date]:
    for day in days:
        if day > last:
            return
        yield day
