from dataclasses import replace
from datetime import date

import pytest

from shared.catalogue import sentence
from shared.parcours.allowance import pfmp_allowance
from shared.parcours.eligibility import RESULTS, EligibilityFacts, unmet
from shared.parcours.mef import Diploma
from shared.parcours.outcomes import Outcome, check_details, consequences, required_details
from shared.parcours.pacea import may_sign_pacea, pacea_dates
from shared.parcours.signatures import Document, Signatory, informed, missing_signatures, signatories

TODAY = date(2026, 9, 10)
ADULT, MINOR = date(2008, 1, 1), date(2009, 1, 1)
ELIGIBLE = EligibilityFacts(ADULT, Diploma.CAP, 2026, "ajourne", False, date(2026, 9, 3))


def codes(facts: EligibilityFacts) -> list[str]:
    return [reason.code for reason in unmet(facts, last_session=2026, today=TODAY)]


@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize("diploma", list(Diploma))
def test_every_diploma_is_eligible_whatever_the_result(diploma: Diploma, result: str) -> None:
    assert codes(replace(ELIGIBLE, diploma=diploma, result=result)) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"diploma": None}, "parcours.other_diploma"),
        ({"session_year": 2025}, "parcours.other_session"),
        ({"session_year": None}, "parcours.other_session"),
        ({"has_job_or_course": True}, "parcours.committed"),
        ({"volunteered_on": None}, "parcours.not_volunteer"),
        ({"volunteered_on": date(2026, 9, 11)}, "parcours.not_volunteer"),
        ({"withdrawn_on": date(2026, 9, 10)}, "parcours.volunteering_withdrawn"),
        ({"born_on": date(2010, 9, 11)}, "parcours.under_16"),
    ],
)
def test_each_unmet_rule_is_named(change: dict[str, object], code: str) -> None:
    assert codes(replace(ELIGIBLE, **change)) == [code]  # type: ignore[arg-type]


def test_all_unmet_rules_are_named_together() -> None:
    facts = EligibilityFacts(date(2011, 1, 1), None, None, "inconnu", True, None)
    assert len(codes(facts)) == 4


def test_every_reason_has_its_french_sentence() -> None:
    facts = replace(ELIGIBLE, born_on=date(2010, 12, 25))
    (reason,) = unmet(facts, last_session=2026, today=TODAY)
    assert "25/12/2026" in sentence(reason.code, **reason.params)


def test_a_minors_projet_is_also_signed_by_the_responsable_legal() -> None:
    adult = signatories(Document.PROJET, minor=False)
    minor = signatories(Document.PROJET, minor=True)
    assert adult == (Signatory.ELEVE, Signatory.REFERENT, Signatory.CONSEILLER)
    assert set(minor) - set(adult) == {Signatory.RESPONSABLE_LEGAL}


def test_a_minors_pfmp_convention_is_signed_by_the_responsable_legal_instead() -> None:
    adult = signatories(Document.CONVENTION_PFMP, minor=False)
    minor = signatories(Document.CONVENTION_PFMP, minor=True)
    assert Signatory.ELEVE in adult
    assert Signatory.ELEVE not in minor
    assert Signatory.RESPONSABLE_LEGAL in minor
    assert informed(Document.CONVENTION_PFMP) == (Signatory.ENSEIGNANT_REFERENT, Signatory.TUTEUR)


@pytest.mark.parametrize("minor", [True, False])
def test_the_pacea_and_the_convention_bind_two_parties_only(minor: bool) -> None:
    for document in (Document.PACEA, Document.CONVENTION):
        assert len(signatories(document, minor=minor)) == 2
        assert informed(document) == ()


def test_who_has_yet_to_sign_is_named() -> None:
    signed = {Signatory.ELEVE, Signatory.REFERENT}
    assert missing_signatures(Document.PROJET, signed, minor=False) == (Signatory.CONSEILLER,)


@pytest.mark.parametrize(
    ("days", "level", "euros"),
    [(0, 3, 0), (10, 3, 150), (50, 3, 750), (51, 3, 750), (10, 4, 200), (50, 4, 1000), (99, 4, 1000)],
)
def test_the_allowance_is_capped(days: int, level: int, euros: int) -> None:
    assert pfmp_allowance(days, level) == euros


@pytest.mark.parametrize(("days", "level"), [(-1, 3), (1, 5)])
def test_an_impossible_allowance_is_refused(days: int, level: int) -> None:
    with pytest.raises(ValueError, match=r"days|level"):
        pfmp_allowance(days, level)


def test_a_pacea_is_signed_from_16_and_before_26() -> None:
    assert may_sign_pacea(ADULT, TODAY) == ()
    assert may_sign_pacea(date(2010, 9, 11), TODAY)[0].code == "parcours.pacea_age"
    assert may_sign_pacea(date(2000, 9, 10), TODAY)[0].code == "parcours.pacea_age"
    assert may_sign_pacea(ADULT, TODAY, is_switched_on=False)[0].code == "parcours.pacea_switched_off"


def test_a_pacea_lasts_two_years_or_until_the_26th_birthday() -> None:
    assert pacea_dates(ADULT, TODAY).ends_on == date(2028, 9, 9)
    assert pacea_dates(ADULT, TODAY).first_phase_by == date(2026, 10, 10)
    assert pacea_dates(date(2001, 3, 2), TODAY).ends_on == date(2027, 3, 2)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_is_accepted_only_with_its_details(outcome: Outcome) -> None:
    full = dict.fromkeys(required_details(outcome), "x")
    assert check_details(outcome, full) == ()
    assert [r.code for r in check_details(outcome, {})] == ["parcours.outcome_detail"] * len(full)
    assert outcome.label


def test_only_a_school_enrolment_keeps_the_quality_of_pupil() -> None:
    keeping = [
        outcome
        for outcome in Outcome
        if consequences(outcome, born_on=ADULT, exit_on=TODAY, today=TODAY).keeps_pupil_status
    ]
    assert keeping == [Outcome.FORMATION]
    apprentice = consequences(
        Outcome.FORMATION, born_on=ADULT, exit_on=TODAY, today=TODAY, school_enrolment=False
    )
    assert not apprentice.keeps_pupil_status


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_minor_without_a_solution_falls_under_the_obligation_de_formation(outcome: Outcome) -> None:
    result = consequences(outcome, born_on=MINOR, exit_on=TODAY, today=TODAY)
    assert result.opens_obligation is not outcome.is_solution
    assert result.triggers_psad is not outcome.is_solution
    assert not consequences(outcome, born_on=ADULT, exit_on=TODAY, today=TODAY).opens_obligation
