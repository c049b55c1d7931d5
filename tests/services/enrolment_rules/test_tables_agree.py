"""The decision tables that analysts edit and the rules in Python say the same."""

from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from services.enrolment.domain import ENGAGEMENTS, OTHER_DIPLOMA, SESSIONS, eligibility_facts
from shared.dmn import parse_dmn
from shared.parcours.age import is_minor
from shared.parcours.campagne import campagne_on, load_campagnes
from shared.parcours.eligibility import unmet
from shared.parcours.mef import Diploma, pae_mef
from shared.parcours.outcomes import Outcome, consequences
from shared.parcours.signatures import Document, signatories

WORKFLOWS = Path(__file__).parents[3] / "workflows"
NOW = datetime(2026, 9, 10, 8, tzinfo=UTC)
TODAY = date(2026, 9, 10)
CAMPAGNE = campagne_on(TODAY, load_campagnes())
BIRTHS = [
    date(2010, 9, 11), date(2010, 9, 10), date(2008, 9, 11), date(2008, 9, 10), date(2008, 2, 29), date(2001, 1, 1),
]  # fmt: skip


def decide(file: str, decision: str, inputs: dict[str, Any]) -> Any:
    model = parse_dmn((WORKFLOWS / file).read_bytes())
    evaluation = model.evaluate(decision, inputs, now=NOW)
    assert evaluation.value is not None, evaluation.reasons
    return evaluation.value


def expected_decision(codes: list[str]) -> str:
    if codes == ["parcours.under_16"]:
        return "attendre"
    return "non_eligible" if codes else "eligible"


@pytest.mark.parametrize("diplome", [*Diploma, OTHER_DIPLOMA])
def test_eligibility_is_decided_alike(diplome: str) -> None:
    seen = set()
    for session, engagement, choice, born_on in product(SESSIONS, ENGAGEMENTS, ("oui", "non"), BIRTHS):
        dossier = {
            "diplome": str(diplome), "session_examen": session, "engagement": engagement,
            "volontariat_choix": choice, "eleve_ne_le": born_on,
        }  # fmt: skip
        facts = eligibility_facts(
            dossier | {"resultat_examen": "inconnu", "volontariat_le": TODAY if choice == "oui" else None},
            CAMPAGNE,
        )
        reasons = unmet(facts, last_session=CAMPAGNE.session, today=TODAY)
        table = decide("enrolment/eligibilite.dmn", "eligibilite", dossier)
        assert table["mineur"] == is_minor(born_on, TODAY)
        codes = [reason.code for reason in reasons]
        if "non_eligible" in (table["decision"], expected_decision(codes)):
            assert [code for code in codes if code != "parcours.under_16"], dossier
            assert table["motifs"], dossier
        else:
            assert table["decision"] == expected_decision(codes), dossier
        seen.add(table["decision"])
    assert len(seen) == (1 if diplome == OTHER_DIPLOMA else 3)


@pytest.mark.parametrize("diplome", list(Diploma))
def test_the_mef_of_the_parcours_is_the_same(diplome: Diploma) -> None:
    assert decide("enrolment/mef_parcours.dmn", "mef_parcours", {"diplome": diplome.value}) == pae_mef(
        diplome
    )


@pytest.mark.parametrize("born_on", BIRTHS)
def test_the_same_people_sign_the_projet(born_on: date) -> None:
    table = decide("enrolment/signataires.dmn", "signataires", {"eleve_ne_le": born_on})
    assert table == [each.value for each in signatories(Document.PROJET, minor=is_minor(born_on, TODAY))]


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("school", [True, False])
def test_an_outcome_has_the_same_consequences(outcome: Outcome, school: bool) -> None:
    for born_on in BIRTHS:
        inputs = {
            "issue": outcome.value, "formation_statut": "oui" if school else "non", "eleve_ne_le": born_on,
            "sortie_le": TODAY, "fin_de_statut_le": date(2027, 1, 9),
        }  # fmt: skip
        table = decide("bilan/consequences.dmn", "consequences", inputs)
        rules = consequences(outcome, born_on=born_on, exit_on=TODAY, today=TODAY, school_enrolment=school)
        assert table["statut_conserve"] == rules.keeps_pupil_status
        assert (table["suite"] != "aucune") == rules.triggers_psad
        assert (table["suite"] == "obligation_de_formation") == rules.opens_obligation
