"""What the forms of the diagrams ask, of whom, and what they let go on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.errors import BadInput
from shared.forms import FormContext
from tests.diagrams.files import SERVICES, WORKFLOWS, definition, form
from tests.diagrams.scenarios import (
    AC,
    ADMITTED,
    BEFORE_DECISION,
    EN,
    ENTRY_FILE,
    PLANNED,
    REFERENT,
    RIGHTS,
    SIGNED,
    TAKEN,
    Do,
    Refuse,
    Scenario,
    Step,
    Wait,
    do,
)
from tests.diagrams.world import PEOPLE, World

MORNING = datetime(2026, 9, 7, 8, tzinfo=UTC)
FICHE = {
    "mission_locale": "ml-lyon-centre",
    "fiche_envoyee_le": "07/09/2026",
    "responsable_nom": "Paule Moreau",
    "responsable_telephone": "06 12 34 56 78",
    "responsable_courriel": "paule@exemple.fr",
    "eleve_telephone": "06 39 98 01 01",
    "coordonnees_verifiees_le": "07/09/2026",
}
BILAN = {"convoquer", "bilan_referent", "bilan_conseiller", "valider_bilan", "constater_issue"}
TO_THE_PACEA = (
    *ADMITTED, *RIGHTS, *do(EN, "projet_conseiller", pacea_souhaite=True),
    *do(EN, "projet_referent"), *PLANNED, *SIGNED,
)  # fmt: skip


REACHED = {"contact_le": "07/09/2026", "contact_resultat": "rendez_vous_pris"}
CAMPAGNE = {"rentree_le": date(2026, 9, 1)}


def _fiche_of_somebody_born_on(born_on: date) -> dict[str, Any]:
    context = FormContext({**CAMPAGNE, "eleve_ne_le": born_on, "mission_locale_proposee": None}, MORNING)
    return form("enrolment", "etablir_fiche").validate(FICHE, context)


@pytest.mark.parametrize(
    ("born_on", "is_sent"), [(date(2008, 9, 8), True), (date(2008, 9, 7), False), (date(2007, 1, 1), False)]
)
def test_the_fiche_takes_the_parents_of_a_minor_only(born_on: date, is_sent: bool) -> None:
    """R37."""
    fiche = _fiche_of_somebody_born_on(born_on)
    parents = [fiche[name] is not None for name in FICHE if name.startswith("responsable_")]
    assert parents == [is_sent] * 3


def test_a_fiche_without_a_checked_telephone_or_mail_is_not_sent() -> None:
    unreachable = {**FICHE, "eleve_telephone": ""}
    context = FormContext(
        {**CAMPAGNE, "eleve_ne_le": date(2007, 1, 1), "mission_locale_proposee": None}, MORNING
    )
    with pytest.raises(BadInput) as refused:
        form("enrolment", "etablir_fiche").validate(unreachable, context)
    assert refused.value.errors.keys() == {"eleve_telephone"}
    form("enrolment", "etablir_fiche").validate({**unreachable, "eleve_courriel": "lina@exemple.fr"}, context)


@pytest.mark.parametrize("signed", ["oui", "non"])
def test_a_parcours_goes_on_with_the_pacea_that_was_wished_for_or_without(signed: str) -> None:
    """R22: it is never required, also of somebody who thinks better of it."""
    world = World(Scenario((*TO_THE_PACEA, *do(EN, "enregistrer_pacea", pacea_signe=signed)), ends={}))
    assert (world.variable("enrolment/pacea_signe_le") is not None) == (signed == "oui")
    assert {task.element_id for task in world.open["accompaniment"]} == {
        "prendre_en_charge",
        "signaler_depart",
        "suspendre_suivi",
        "signer_pacea",
    }


def test_when_the_chosen_referent_refuses_the_choice_is_open_again_and_says_who_refused() -> None:
    """R11: one click does not ask the same person again."""
    world = World(
        Scenario((*ENTRY_FILE, *do(EN, "designer_referent"), Refuse("enrolment/accepter_role")), ends={})
    )
    assert world.variable("enrolment/referent") is None
    assert world.variable("enrolment/referent_refus") == PEOPLE["referent"][0]
    assert "referent_refus" in form("enrolment", "designer_referent").reads


def test_why_a_mission_locale_returned_the_fiche_is_told_to_the_lycee_and_not_to_the_next_one() -> None:
    """R38, R43: the Mission Locale writes it, the lycée reads it, the next form of a Mission Locale is blank."""
    returned = {"reponse_ml": "mauvais_territoire", "retour_motif": "Habite Bron."}
    world = World(
        Scenario(
            (*ENTRY_FILE, *REFERENT, *do(EN, "etablir_fiche"), *do(EN, "designer_conseiller", **returned)), {}
        )
    )
    assert world.variable("enrolment/retour_motif") == "Habite Bron."
    assert "retour_motif" in form("enrolment", "etablir_fiche").reads
    assert definition("enrolment").variables["retour_motif"].side == "lycee"


@pytest.mark.parametrize(
    "steps",
    [
        (*ADMITTED, *do(EN, "signaler_fin_anticipee", motif_fin="emploi", fin_anticipee_le="2026-09-07")),
        (*TAKEN, *do(AC, "signaler_depart", motif_fin="emploi", depart_le="2026-09-07")),
    ],
    ids=["before the follow-up", "during it"],
)
def test_the_bilan_is_told_since_when_the_parcours_has_ended(steps: tuple[Step, ...]) -> None:
    world = World(Scenario(steps, ends={}))
    assert world.variable("bilan/fin_anticipee_le") == date(2026, 9, 7)
    showing = {key for key in BILAN if "fin_anticipee_le" in form("bilan", key).reads}
    assert showing == BILAN


@pytest.mark.parametrize("is_asked_for", [True, False])
def test_a_departure_says_whether_the_bilan_will_still_read_it(is_asked_for: bool) -> None:
    asked = (Wait("accompaniment/bilan_a_convoquer"),) if is_asked_for else ()
    world = World(Scenario((*TAKEN, *asked), ends={}))
    context = FormContext({"bilan_demande": world.variable("accompaniment/bilan_demande")}, MORNING)
    shown = {part.id for part in form("accompaniment", "signaler_depart").visible({}, context)}
    assert ("bilan_en_cours" in shown) is is_asked_for


def _dates() -> Iterator[tuple[str, str, str]]:
    for service in SERVICES:
        for path in sorted((WORKFLOWS / service / "forms").glob("*.form")):
            for key, field in form(service, path.stem).fields.items():
                if field.kind == "datetime":
                    yield service, path.stem, key


@pytest.mark.parametrize(("service", "task", "key"), tuple(_dates()))
def test_every_date_that_is_asked_for_lies_between_two_bounds(service: str, task: str, key: str) -> None:
    """A slip of the finger in the year would else make an adult a minor (R26)."""
    field = form(service, task).fields[key]
    assert None not in (field.min, field.max)


ENDS = {"fin_de_statut_le": date(2027, 1, 9), "fin_anticipee_le": None}
EXIT = {"issue": "sans_solution", "sans_solution_recherche": "Pâtisserie"}


def _exit(on: str, **facts: Any) -> Any:
    context = FormContext({**ENDS, **facts}, MORNING)
    return form("bilan", "constater_issue").validate({**EXIT, "sortie_le": on}, context)["sortie_le"]


def test_an_exit_long_before_the_parcours_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        _exit("12/01/2005")
    assert refused.value.errors.keys() == {"sortie_le"}


def test_who_withdraws_before_the_day_of_entry_leaves_on_that_day() -> None:
    assert _exit("01/07/2026", fin_anticipee_le=date(2026, 7, 1)) == date(2026, 7, 1)


@pytest.mark.parametrize(("day", "is_accepted"), [("07/01/2027", True), ("08/01/2027", False)])
def test_the_entretien_is_set_within_four_months(day: str, is_accepted: bool) -> None:
    answers, fixed = (
        {**REACHED, "entretien_prevu_le": day, "entretien_lieu": "Au lycée"},
        form("enrolment", "fixer_entretien"),
    )
    if is_accepted:
        fixed.validate(answers, FormContext(CAMPAGNE, MORNING))
    else:
        with pytest.raises(BadInput):
            fixed.validate(answers, FormContext(CAMPAGNE, MORNING))


def test_who_withdraws_before_a_coming_day_of_entry_is_listened_to() -> None:
    """R4: the decision is of today, the entry of later."""
    admitted = (
        *BEFORE_DECISION,
        *do(EN, "decider_admission", decision_admission="admis", entree_le="2026-10-10"),
    )
    world = World(Scenario((*admitted, *do(EN, "signaler_fin_anticipee", motif_fin="retrait")), ends={}))
    world.play(Do("bilan/convoquer"))
    assert (
        world.variable("bilan/fin_anticipee_le") == world.variable("bilan/convocation_le") == date(2026, 9, 7)
    )


ADULT_ON = date(2026, 9, 20)  # the 18th birthday


@pytest.mark.parametrize(("signed_on", "is_asked"), [("19/09/2026", True), ("20/09/2026", False)])
def test_who_turns_18_before_signing_signs_alone(signed_on: str, is_asked: bool) -> None:
    """R16: the signatories were determined while the pupil was a minor."""
    variables = {
        "eleve_ne_le": ADULT_ON.replace(year=2008), "decision_le": date(2026, 9, 7), "periodes": [],
        "signataires": ["eleve", "responsable_legal", "referent", "conseiller"],
    }  # fmt: skip
    answers = {"projet_signe": "oui"} | {
        f"signature_{who}_le": signed_on for who in ("eleve", "responsable", "referent", "conseiller")
    }
    context = FormContext(variables, datetime(2026, 9, 21, 8, tzinfo=UTC))
    signed = form("enrolment", "recueillir_signatures").validate(answers, context)
    assert (signed["signature_responsable_le"] is not None) is is_asked


@pytest.mark.parametrize(("second", "born_on", "is_asked"), [
    ("Paul Moreau", date(2009, 1, 1), True), (None, date(2009, 1, 1), False), ("Paul Moreau", date(2006, 1, 1), False),
])  # fmt: skip
def test_both_parents_of_a_minor_sign_the_projet_when_there_are_two(
    second: str | None, born_on: date, is_asked: bool
) -> None:
    """R16."""
    minor = ["responsable_legal"] if born_on.year == 2009 else []
    context = FormContext(
        {"eleve_ne_le": born_on, "decision_le": date(2026, 9, 1), "responsable2_nom": second,
         "signataires": ["eleve", *minor, "referent", "conseiller"]}, MORNING,
    )  # fmt: skip
    signed = {
        f"signature_{who}_le": "07/09/2026" for who in ("eleve", "responsable", "referent", "conseiller")
    }
    projet = form("enrolment", "recueillir_signatures")
    if not is_asked:
        assert (
            projet.validate({"projet_signe": "oui", **signed}, context)["signature_responsable2_le"] is None
        )
        return
    with pytest.raises(BadInput) as refused:
        projet.validate({"projet_signe": "oui", **signed}, context)
    assert refused.value.errors.keys() == {"signature_responsable2_le"}
    both = signed | {"signature_responsable2_le": "07/09/2026"}
    assert projet.validate({"projet_signe": "oui", **both}, context)["signature_responsable2_le"]


def test_a_convention_is_asked_for_once_with_its_period() -> None:
    """R16, R17: neither the projet nor an avenant nor a parcours on paper asks for it before."""
    asking = {
        (service, path.stem)
        for service in SERVICES
        for path in (WORKFLOWS / service / "forms").glob("*.form")
        if any(
            key.startswith("convention_chef") or key == "conventions_signees_le"
            for key in form(service, path.stem).fields
        )
    }
    assert asking == {("accompaniment", "signer_convention")}


@pytest.mark.parametrize(("absences", "is_accepted"), [(1, True), (2, False)])
def test_who_missed_the_bilan_twice_already_is_not_convened_again(absences: int, is_accepted: bool) -> None:
    """R13: the absence is dated, and the file may be closed with it."""
    missed = [date(2026, 12, day) for day in range(1, absences + 1)]
    context = FormContext({"convocation_le": date(2026, 9, 1), "absences": missed}, MORNING)
    again = {"bilan_suite": "reconvoquer", "absence_le": "07/09/2026"}
    if is_accepted:
        assert form("bilan", "valider_bilan").validate(again, context)["absence_le"] == date(2026, 9, 7)
        return
    with pytest.raises(BadInput) as refused:
        form("bilan", "valider_bilan").validate(again, context)
    assert refused.value.errors.keys() == {"bilan_suite"}


def test_an_absence_without_its_date_closes_no_bilan() -> None:
    """R13."""
    context = FormContext({"convocation_le": date(2026, 9, 1), "absences": None}, MORNING)
    with pytest.raises(BadInput) as refused:
        form("bilan", "valider_bilan").validate({"bilan_suite": "absence"}, context)
    assert refused.value.errors.keys() == {"absence_le"}


def test_a_medical_exemption_is_a_boolean_and_a_date_and_nothing_else() -> None:
    """R27."""
    exempted = {
        "obligation_suite": "exemption",
        "exemption_medicale": True,
        "exemption_medicale_le": "07/09/2026",
    }
    context = FormContext({"obligation_convocation_le": date(2026, 9, 1)}, MORNING)
    told = form("obligation", "suivre_obligation").validate(exempted, context)
    assert {name: value for name, value in told.items() if value is not None} == {
        "obligation_suite": "exemption", "exemption_medicale": True, "exemption_medicale_le": date(2026, 9, 7),
    }  # fmt: skip
