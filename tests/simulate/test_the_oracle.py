"""The oracle by itself: which end and which tasks a fate means, without any service."""

from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from services.simulate.changes import AT_BILAN, Handing, Moment, Suspension
from services.simulate.fates import Course, Facts, Fate, Interruption, draw
from services.simulate.oracle import Expected, expect
from shared.parcours.campagne import load_campagnes

OPENED_ON = date(2026, 9, 15)
CAMPAGNE = next(campagne for campagne in load_campagnes() if campagne.code == "2026-2027")
ADULT = Facts(born_on=date(2008, 1, 10), has_diploma=True)
MINOR = Facts(born_on=date(2009, 9, 1), has_diploma=True)
POINT = Moment("point_lycee")
PLAIN = Fate(
    facts=ADULT, course=Course.COMPLETE, ineligible=None, referent_refusals=0, returned_fiches=0,
    missed_interviews=0, postponed_days=(), has_impossible_entry=False, entry_in_days=0, unfit_plans=0,
    refused_signatures=0, has_pacea=False, interruption=None, amended_at=None, unfit_amendments=0,
    missed_bilans=0, is_absence_recorded=False, issue="emploi",
)  # fmt: skip


def expected(**changes: object) -> Expected:
    return expect(replace(PLAIN, **changes), OPENED_ON, CAMPAGNE)  # type: ignore[arg-type]


def test_a_plain_parcours_ends_in_all_three_services() -> None:
    assert expected().ends == {
        "enrolment": "fin_parcours_clos",
        "accompaniment": "fin_suivi_clos_avant_terme",
        "bilan": "fin_emploi",
    }


def test_a_plain_parcours_has_a_point_every_fifteen_working_days_until_the_bilan_is_convened() -> None:
    # entry 15 September, end 14 January, school holidays not worked: convened on 10 December, points on 6 October,
    # 10 November, 2 December
    assert (expected().tasks["point_ml"], expected().tasks["point_lycee"]) == (3, 3)


def test_a_pupil_who_is_not_eligible_never_reaches_the_mission_locale() -> None:
    found = expected(course=Course.NON_ELIGIBLE, ineligible="session")
    assert found.ends == {"enrolment": "fin_non_eligible"}
    assert found.tasks["notifier_decision"] == 1
    assert "etablir_fiche" not in found.tasks


@pytest.mark.parametrize(
    ("course", "outcome"),
    [
        (Course.DECLINED, "retrait"),
        (Course.REFUSED, "refuse"),
        (Course.WITHDRAWN, "refuse"),
        (Course.REORIENTED, "reoriente"),
    ],
)
def test_a_pupil_who_is_not_admitted_ends_in_enrolment(course: Course, outcome: str) -> None:
    found = expected(course=course)
    assert (found.outcome, found.ends) == (outcome, {"enrolment": f"fin_{outcome}"})


def test_a_contact_without_answer_is_one_more_and_the_lycee_looks_where_something_is_wrong() -> None:
    found = expected(contacts=("sans_reponse", "injoignable")).tasks
    assert (found["fixer_entretien"], found["verifier_situation"], found["entretien_referent"]) == (3, 1, 1)


def test_who_does_not_want_it_is_never_met() -> None:
    found = expected(course=Course.DECLINED, contacts=("injoignable",)).tasks
    assert (found["fixer_entretien"], found["verifier_situation"], found["notifier_decision"]) == (2, 2, 1)
    assert "entretien_referent" not in found
    assert "decider_admission" not in found


def test_a_late_contact_and_waits_for_an_answer_move_the_entry() -> None:
    # asked for on 30 September, called again on 7 October: the end is 6 February, the bilan is convened on 18 January,
    # points on 12 November, 3 December, 7 January
    late = expected(is_contact_late=True, contacts=("sans_reponse",)).tasks
    assert (late["reprendre_contact"], late["fixer_entretien"], late["point_ml"]) == (1, 2, 3)


def test_each_postponement_and_each_impossible_date_is_one_more_decision() -> None:
    assert expected(postponed_days=(7, 7), has_impossible_entry=True).tasks["decider_admission"] == 4


def test_an_impossible_date_is_not_proposed_to_who_is_refused() -> None:
    assert expected(course=Course.REFUSED, has_impossible_entry=True).tasks["decider_admission"] == 1


def test_a_solution_too_long_is_taken_away_again_and_a_refused_projet_drawn_up_by_both() -> None:
    found = expected(unfit_plans=1, refused_signatures=1)
    assert (found.tasks["projet_referent"], found.tasks["projet_conseiller"]) == (2, 2)
    assert found.tasks["composer_plan"] == 5


def test_a_status_that_ends_before_the_signatures_leads_to_the_bilan_without_follow_up() -> None:
    found = expected(course=Course.TERM_IN_PROJECT, issue="sans_solution")
    assert found.ends == {"enrolment": "fin_parcours_clos", "bilan": "fin_sans_solution"}
    assert "recueillir_signatures" not in found.tasks
    assert "prendre_en_charge" not in found.tasks


def test_an_early_end_in_the_follow_up_keeps_the_points_held_before() -> None:
    early = Interruption("signaler_depart", "emploi", "point_lycee", 3)
    found = expected(course=Course.EARLY_IN_FOLLOW_UP, interruption=early)
    assert (found.tasks["point_ml"], found.tasks["signaler_depart"]) == (2, 1)
    assert found.ends["accompaniment"] == "fin_suivi_clos"


def test_a_late_bilan_lets_the_follow_up_run_to_the_end_of_the_status() -> None:
    found = expected(course=Course.TERM_IN_FOLLOW_UP)
    assert found.tasks["point_ml"] == 4  # one more, on 6 January
    assert found.ends["accompaniment"] == "fin_suivi_clos"


def test_an_amendment_after_the_last_point_is_never_written() -> None:
    early = Interruption("signaler_depart", "emploi", "point_lycee", 2)
    found = expected(course=Course.EARLY_IN_FOLLOW_UP, interruption=early, amended_at=2)
    assert "rediger_avenant" not in found.tasks


def test_without_a_solution_a_minor_is_reported_and_an_adult_goes_to_the_psad() -> None:
    assert expected(facts=MINOR, issue="sans_solution").tasks["signaler_obligation"] == 1
    searched = expected(issue="sans_solution").tasks
    assert (searched["saisir_psad"], searched["rechercher_solution"]) == (1, 1)


def test_who_turns_eighteen_before_the_exit_is_no_minor_any_more() -> None:
    facts = Facts(born_on=date(2008, 12, 10), has_diploma=True)
    assert expected(facts=facts, issue="abandon").tasks["saisir_psad"] == 1


def test_who_is_under_sixteen_begins_on_the_birthday() -> None:
    facts = Facts(born_on=date(2010, 10, 13), has_diploma=True)
    found = expected(facts=facts, issue="sans_solution", postponed_days=(7,))
    assert found.tasks["signaler_obligation"] == 1
    assert found.tasks["point_ml"] == 3


def handed(kind: str, *answers: str, at: Moment = POINT, late: bool = False, **changes: object) -> Expected:
    return expected(handing=Handing(kind, at, answers, late), **changes)


def test_an_accepted_transfer_changes_organisation_and_person_and_nothing_else() -> None:
    found, plain = handed("mission_locale", "refuse", "accepte"), expected()
    assert found.replaced == {"mission_locale": 1, "conseiller": 1}
    assert found.ends == {**plain.ends, "transfert": "fin_transfere"}
    assert Counter(found.tasks) - Counter(plain.tasks) == {"repondre_transfert": 2, "decider_suite": 1}


def test_a_transfer_without_answer_is_kept_by_who_asked_or_by_the_responsable() -> None:
    # asked on 6 October: nobody has answered on 14 October, nor decided on 3 November (school holidays)
    found = handed("lycee", "silence", late=True)
    assert (found.ends["transfert"], found.replaced) == ("fin_garde", {})
    assert (found.tasks["decider_responsable"], "decider_suite" in found.tasks) == (1, False)


def test_a_transfer_ends_with_a_parcours_that_is_over_first() -> None:
    # asked at the third point, on 2 December; the bilan is held on 10 December
    found = handed("lycee", "silence", at=Moment("point_lycee", 3), late=True)
    assert found.ends["transfert"] is None
    assert not {"repondre_transfert", "decider_suite", "decider_responsable"} & found.tasks.keys()


def test_a_transfer_that_is_asked_for_at_the_bilan_and_not_answered_ends_with_the_parcours() -> None:
    found = handed("lycee", "refuse", "silence", at=AT_BILAN)
    assert (found.ends["transfert"], found.tasks["repondre_transfert"], found.tasks["decider_suite"]) == (
        None,
        1,
        1,
    )


def test_a_moment_that_never_comes_hands_nothing_on() -> None:
    assert handed("lycee", "accepte", at=Moment("point_lycee", 4)) == expected()


def test_a_replacement_is_one_of_a_person_only() -> None:
    found = handed("referent")
    assert (found.replaced, "transfert" in found.ends) == ({"referent": 1}, False)


def test_a_point_within_a_suspension_is_counted_from_the_return() -> None:
    # suspended on 6 October for six weeks: back on 17 November, the next point on 8 December
    found = expected(suspension=Suspension(POINT, 42)).tasks
    assert (found["suspendre_suivi"], found["reprendre_suivi"], found["point_ml"]) == (1, 1, 2)


def test_a_short_suspension_moves_no_point_and_one_beyond_the_bilan_has_no_return() -> None:
    assert expected(suspension=Suspension(POINT, 7)).tasks["point_ml"] == 3
    late = expected(suspension=Suspension(Moment("point_lycee", 3), 30)).tasks
    assert (late["suspendre_suivi"], "reprendre_suivi" in late) == (1, False)


def test_an_early_end_that_a_suspension_puts_after_the_bilan_does_not_happen() -> None:
    early = Interruption("signaler_depart", "emploi", "point_lycee", 3)
    found = expected(course=Course.EARLY_IN_FOLLOW_UP, interruption=early, suspension=Suspension(POINT, 45))
    assert "signaler_depart" not in found.tasks
    assert found.ends["accompaniment"] == "fin_suivi_clos_avant_terme"


def test_the_same_chance_draws_the_same_fate() -> None:
    assert draw(Random("1:5"), ADULT) == draw(Random("1:5"), ADULT) != draw(Random("2:5"), ADULT)


def test_two_hundred_fates_hold_every_course() -> None:
    drawn = [draw(Random(f"1:{index}"), ADULT) for index in range(200)]
    assert {fate.course for fate in drawn} == set(Course)
    assert all(fate.ineligible for fate in drawn if fate.course is Course.NON_ELIGIBLE)


def test_two_hundred_fates_hold_every_change() -> None:
    facts = replace(ADULT, movable=frozenset({"lycee", "mission_locale"}))
    drawn = [draw(Random(f"1:{index}"), facts) for index in range(200)]
    assert {fate.handing.kind for fate in drawn if fate.handing} == {
        "lycee", "mission_locale", "referent", "conseiller",
    }  # fmt: skip
    answers = {each for fate in drawn if fate.handing for each in fate.handing.answers}
    assert answers == {"accepte", "refuse", "silence"}
    assert sum(fate.suspension is not None for fate in drawn) > 5
    assert all(
        fate.handing is None or not fate.handing.is_transfer
        for fate in (draw(Random(f"1:{n}"), ADULT) for n in range(50))
    )


def test_a_pupil_of_another_diploma_is_never_eligible() -> None:
    facts = replace(ADULT, has_diploma=False)
    assert draw(Random("1:5"), facts).course is Course.NON_ELIGIBLE


def test_a_pupil_who_turns_sixteen_too_late_for_the_campagne_is_never_sent() -> None:
    facts = replace(ADULT, is_old_enough=False)
    assert draw(Random("1:5"), facts).course is Course.NON_ELIGIBLE
