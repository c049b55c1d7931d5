"""The decision tables say what the rules say (R1–R4, R6, R14–R16, R26, R36), and agree with shared.parcours."""

from datetime import UTC, date, datetime
from functools import cache
from itertools import product
from typing import Any

import pytest

from shared.dmn import parse_dmn
from shared.parcours.mef import Diploma, pae_mef
from shared.parcours.outcomes import Outcome, consequences
from shared.parcours.signatures import Document, signatories
from tests.diagrams.files import WORKFLOWS

NOW = datetime(2026, 9, 7, 8, tzinfo=UTC)
ADULT, MINOR, CHILD = date(2008, 9, 7), date(2008, 9, 8), date(2010, 9, 8)
ELIGIBLE = {
    "diplome": "bac_pro", "session_examen": "derniere", "engagement": "aucun", "volontariat_choix": "oui",
    "eleve_ne_le": ADULT,
}  # fmt: skip


@cache
def model(service: str, table: str) -> Any:
    return parse_dmn((WORKFLOWS / service / f"{table}.dmn").read_bytes())


def decide(service: str, table: str, decision: str, **inputs: Any) -> Any:
    found = model(service, table).evaluate(decision, inputs, now=NOW)
    assert found.reasons == ()
    return found.value


def eligibility(**facts: Any) -> dict[str, Any]:
    return dict(decide("enrolment", "eligibilite", "eligibilite", **(ELIGIBLE | facts)))


def test_a_volunteer_who_sat_the_last_exam_and_has_no_commitment_is_eligible() -> None:
    assert eligibility() == {"decision": "eligible", "motifs": [], "mineur": False}


def test_the_september_session_counts_as_the_last_one() -> None:
    assert eligibility(session_examen="remplacement")["decision"] == "eligible"


@pytest.mark.parametrize(
    "facts",
    [
        {"diplome": "autre"}, {"session_examen": "anterieure"}, {"session_examen": "aucune"}, {"engagement": "emploi"},
        {"engagement": "contrat_signe"}, {"engagement": "formation"}, {"volontariat_choix": "non"},
    ],
)  # fmt: skip
def test_each_rule_of_eligibility_gives_its_own_reason(facts: dict[str, str]) -> None:
    found = eligibility(**facts)
    assert (found["decision"], len(found["motifs"])) == ("non_eligible", 1)


def test_several_faults_give_several_reasons() -> None:
    assert len(eligibility(diplome="autre", engagement="emploi", volontariat_choix="non")["motifs"]) == 3


def test_before_sixteen_the_pupil_waits_and_on_the_birthday_no_more() -> None:
    assert eligibility(eleve_ne_le=CHILD)["decision"] == "attendre"
    assert eligibility(eleve_ne_le=date(2010, 9, 7))["decision"] == "eligible"


def test_a_child_who_is_not_eligible_does_not_wait() -> None:
    assert eligibility(eleve_ne_le=CHILD, volontariat_choix="non")["decision"] == "non_eligible"


@pytest.mark.parametrize("diploma", Diploma)
def test_the_mef_of_the_parcours_follows_the_diploma(diploma: Diploma) -> None:
    assert decide("enrolment", "mef_parcours", "mef_parcours", diplome=str(diploma)) == pae_mef(diploma)


@pytest.mark.parametrize(("born_on", "minor"), [(ADULT, False), (MINOR, True)])
def test_the_parent_signs_for_a_minor_only(born_on: date, minor: bool) -> None:
    expected = [str(each) for each in signatories(Document.PROJET, minor=minor)]
    assert decide("enrolment", "signataires", "signataires", eleve_ne_le=born_on) == expected


@pytest.mark.parametrize(
    ("issue", "scolaire", "born_on"), [*product(Outcome, ("oui", "non"), (ADULT, MINOR))]
)
def test_an_outcome_has_the_consequences_of_the_rules(issue: Outcome, scolaire: str, born_on: date) -> None:
    exit_on = date(2026, 9, 7)
    found = decide(
        "bilan", "consequences", "consequences", issue=str(issue), eleve_ne_le=born_on, sortie_le=exit_on,
        fin_de_statut_le=date(2027, 1, 9), formation_statut=scolaire if issue is Outcome.FORMATION else None,
    )  # fmt: skip
    rule = consequences(
        issue, born_on=born_on, exit_on=exit_on, today=NOW.date(), school_enrolment=scolaire == "oui"
    )
    search = {(False, False): "aucune", (True, False): "psad", (True, True): "obligation_de_formation"}
    assert found["suite"] == search[rule.triggers_psad, rule.opens_obligation]
    assert found["statut_conserve"] is rule.keeps_pupil_status
    assert found["statut_termine_le"] == exit_on


def test_the_status_ends_on_the_date_fixed_at_admission_even_when_the_exit_is_later() -> None:
    """R8, R13: two dates."""
    found = decide(
        "bilan", "consequences", "consequences", issue="emploi", formation_statut=None, eleve_ne_le=ADULT,
        sortie_le=date(2027, 1, 20), fin_de_statut_le=date(2027, 1, 9),
    )  # fmt: skip
    assert found["statut_termine_le"] == date(2027, 1, 9)


@pytest.mark.parametrize(
    ("born_on", "exit_on", "search"),
    [
        (ADULT, date(2026, 9, 6), "obligation_de_formation"),  # left the day before the 18th birthday
        (ADULT, date(2026, 9, 7), "psad"),
        (ADULT, date(2026, 9, 8), "psad"),
        (
            MINOR,
            date(2026, 9, 8),
            "obligation_de_formation",
        ),  # is to leave on the birthday, which is tomorrow
    ],
)
def test_a_minor_of_the_day_of_exit_or_of_today_before_it_falls_under_the_obligation(
    born_on: date, exit_on: date, search: str
) -> None:
    """R26: an exit that is written for later opens nothing later."""
    found = decide(
        "bilan", "consequences", "consequences", issue="abandon", formation_statut=None, eleve_ne_le=born_on,
        sortie_le=exit_on, fin_de_statut_le=date(2027, 1, 9),
    )  # fmt: skip
    rule = consequences(Outcome.ABANDON, born_on=born_on, exit_on=exit_on, today=NOW.date())
    assert found["suite"] == search
    assert rule.opens_obligation is (search == "obligation_de_formation")
