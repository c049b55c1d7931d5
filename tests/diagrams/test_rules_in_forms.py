"""What the forms refuse in the name of a rule, with the sentence that says the rule and what is allowed."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.errors import BadInput
from shared.forms import FormContext
from tests.diagrams.files import form
from tests.diagrams.scenarios import (
    AC,
    ADMITTED,
    BEFORE_DECISION,
    EN,
    PROJECT,
    RIGHTS,
    SIGNED,
    Scenario,
    Wait,
    do,
)
from tests.diagrams.world import PEOPLE, World

NOW = datetime(2026, 10, 12, 8, tzinfo=UTC)
LEAVES = "12/10/2026"
BILAN = {
    "eleve_ne_le": date(2007, 3, 2), "fin_de_statut_le": date(2027, 1, 9), "fin_anticipee_le": date(2026, 10, 12),
}  # fmt: skip
DETAILS: dict[str, dict[str, Any]] = {
    "formation": {
        "formation_etablissement": "CFA de Lyon", "formation_intitule": "CAP Pâtissier", "formation_statut": "non",
        "issue_debut_le": LEAVES,
    },
    "emploi": {"emploi_employeur": "Boulangerie Martin", "emploi_contrat": "cdi", "issue_debut_le": LEAVES},
    "insertion": {
        "insertion_structure": "E2C Rhône", "insertion_dispositif": "e2c", "issue_debut_le": LEAVES,
    },
    "sans_solution": {"sans_solution_recherche": "Apprentissage en pâtisserie."},
    "abandon": {"abandon_motif": "sans_nouvelles"},
}  # fmt: skip


def exit_of(issue: str, born_on: date = BILAN["eleve_ne_le"], **answers: Any) -> Any:
    context = FormContext(BILAN | {"eleve_ne_le": born_on}, NOW)
    told = {"issue": issue, "sortie_le": LEAVES, **DETAILS[issue], **answers}
    return form("bilan", "constater_issue").validate(told, context)


def refused(issue: str, born_on: date = BILAN["eleve_ne_le"], **answers: Any) -> dict[str, list[str]]:
    with pytest.raises(BadInput) as found:
        exit_of(issue, born_on, **answers)
    return dict(found.value.errors)


@pytest.mark.parametrize("issue", DETAILS)
def test_an_outcome_is_recorded_with_its_details(issue: str) -> None:
    """R14, R15."""
    assert exit_of(issue)["issue"] == issue


@pytest.mark.parametrize(
    ("issue", "detail"), [(issue, detail) for issue, told in DETAILS.items() for detail in told]
)
def test_an_outcome_without_one_of_its_details_is_refused(issue: str, detail: str) -> None:
    """R14, R15: the structure and the date of a parcours d'insertion among them."""
    assert refused(issue, **{detail: ""}).keys() == {detail}


def test_an_exit_after_the_departure_that_was_told_is_refused() -> None:
    """R5, R13, R26: else the status, and the age at the exit, would be those of a later day."""
    told = refused("abandon", sortie_le="13/10/2026")
    assert told.keys() == {"sortie_le"}
    assert "au plus tard le jour de la fin anticipée" in told["sortie_le"][-1]
    assert exit_of("abandon", sortie_le="12/10/2026")["sortie_le"] == date(2026, 10, 12)


NO_SCHOOL = [("emploi", {}), ("insertion", {}), ("formation", {"formation_statut": "non"})]


@pytest.mark.parametrize(("issue", "answers"), NO_SCHOOL)
def test_who_begins_a_job_or_another_status_leaves_the_parcours_by_then(
    issue: str, answers: dict[str, Any]
) -> None:
    """R14, R15: nobody is a pupil and an employee; a solution may begin later than the exit."""
    told = refused(issue, issue_debut_le="11/10/2026", **answers)
    assert "au plus tard le jour où la solution commence" in told["sortie_le"][0]
    for begins_on in ("12/10/2026", "04/01/2027"):
        assert exit_of(issue, issue_debut_le=begins_on, **answers)["sortie_le"] == date(2026, 10, 12)


def test_a_new_school_enrolment_may_begin_before_the_exit() -> None:
    """R14: the quality of pupil is kept."""
    found = exit_of("formation", formation_statut="oui", issue_debut_le="05/10/2026")
    assert found["issue_debut_le"] == date(2026, 10, 5)


def test_a_cej_begins_the_day_after_the_exit() -> None:
    """R23."""
    found = exit_of("insertion", insertion_dispositif="cej", issue_debut_le="13/10/2026")
    assert (found["issue_debut_le"], found["cej_confirme"]) == (date(2026, 10, 13), False)


def test_a_cej_under_statut_scolaire_is_refused_with_the_first_day_that_is_allowed() -> None:
    """R23."""
    told = refused("insertion", insertion_dispositif="cej", issue_debut_le=LEAVES)
    assert "le lendemain de la sortie" in told["issue_debut_le"][0]


@pytest.mark.parametrize(
    ("born_on", "answers", "faults"),
    [
        (date(2000, 10, 14), {}, set()),  # 25 years old
        (date(2000, 10, 13), {}, {"cej_confirme"}),  # 26 on the first day
        (date(2000, 10, 13), {"cej_confirme": True}, set()),
        (date(1996, 10, 14), {"cej_confirme": True}, set()),  # 29 years old
        (date(1996, 10, 13), {"cej_confirme": True}, {"issue_debut_le"}),  # 30 on the first day
    ],
)
def test_a_cej_is_signed_before_26_and_by_word_of_the_mission_locale_before_30(
    born_on: date, answers: dict[str, Any], faults: set[str]
) -> None:
    """R23: that there is an RQTH is known to the Mission Locale alone."""
    told = {"insertion_dispositif": "cej", "issue_debut_le": "13/10/2026", **answers}
    if not faults:
        assert exit_of("insertion", born_on, **told)["insertion_dispositif"] == "cej"
        return
    assert refused("insertion", born_on, **told).keys() == faults


TAKEN_ON = {"rentree_le": date(2026, 9, 1), "diplome": "bac_pro", "eleve_ne_le": date(2007, 3, 2)}
ON_PAPER = {
    "referent": PEOPLE["referent"][0], "mission_locale": "ml-lyon-centre", "volontariat_le": "01/09/2026",
    "entree_le": "07/09/2026", "fin_papier_le": "18/12/2026", "signature_eleve_le": "08/09/2026",
    "signature_referent_le": "08/09/2026", "signature_conseiller_le": "08/09/2026",
    "signature_responsable_le": "08/09/2026",
}  # fmt: skip


def taken_on(**facts: Any) -> Any:
    context = FormContext(TAKEN_ON | facts, NOW)
    return form("enrolment", "reprendre_parcours").validate(ON_PAPER, context)


@pytest.mark.parametrize("diploma", ["cap", "bac_pro", "bma", "dtms"])
def test_a_parcours_on_paper_after_one_of_the_four_diplomas_is_taken_on(diploma: str) -> None:
    """R1."""
    assert taken_on(diplome=diploma)["entree_le"] == date(2026, 9, 7)


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"diplome": "autre"}, "un CAP, un bac pro, un BMA ou un DTMS"),  # R1, R6
        ({"eleve_ne_le": date(2010, 9, 8)}, "seizième anniversaire"),  # R36
    ],
)
def test_a_parcours_on_paper_that_a_rule_forbids_is_refused(facts: dict[str, Any], rule: str) -> None:
    with pytest.raises(BadInput) as found:
        taken_on(**facts)
    assert rule in found.value.errors["entree_le"][0]


def test_who_entered_on_paper_was_a_volunteer_by_then() -> None:
    """R4."""
    context = FormContext(TAKEN_ON, NOW)
    with pytest.raises(BadInput) as found:
        form("enrolment", "reprendre_parcours").validate(ON_PAPER | {"volontariat_le": "08/09/2026"}, context)
    assert "avant d'entrer" in found.value.errors["volontariat_le"][0]


ASKED = {"volontariat_choix": "oui", "engagement": "aucun"}


def test_a_volontariat_is_dated() -> None:
    """R4."""
    context = FormContext({"rentree_le": date(2026, 9, 1)}, NOW)
    asked = form("enrolment", "recueillir_volontariat")
    assert asked.validate(ASKED | {"volontariat_le": LEAVES}, context)["volontariat_le"] == date(2026, 10, 12)
    for day in ("", "13/10/2026"):
        with pytest.raises(BadInput) as found:
            asked.validate(ASKED | {"volontariat_le": day}, context)
        assert found.value.errors.keys() == {"volontariat_le"}


MET = {
    "rentree_le": date(2026, 9, 1), "volontariat_le": date(2026, 9, 8), "entretien_tenu_le": date(2026, 10, 5),
    "entretien_suite": "tenu",
}  # fmt: skip
WITHDRAWN = MET | {"entretien_tenu_le": None, "entretien_suite": "retrait"}


def decided(known: dict[str, Any], **answers: Any) -> Any:
    told = {"decision_admission": "admis", "decision_le": LEAVES, "entree_le": LEAVES, **answers}
    return form("enrolment", "decider_admission").validate(told, FormContext(known, NOW))


@pytest.mark.parametrize(
    ("known", "first", "eve"),
    [
        (MET, "05/10/2026", "04/10/2026"),
        (MET | {"volontariat_le": date(2026, 10, 6)}, "06/10/2026", "05/10/2026"),
        (MET | {"entretien_tenu_le": None}, "08/09/2026", "07/09/2026"),
        (MET | {"entretien_tenu_le": None, "volontariat_le": None}, "01/09/2026", "31/08/2025"),
    ],
)
def test_an_admission_is_neither_before_the_volontariat_nor_before_the_interview(
    known: dict[str, Any], first: str, eve: str
) -> None:
    """R4, R5: nor is the entry, which is not before the decision. The refusal says the first day that is allowed."""
    assert decided(known, decision_le=first, entree_le=first)["decision_admission"] == "admis"
    for answers, fault in (
        ({"decision_le": eve}, "decision_le"),
        ({"decision_le": first, "entree_le": eve}, "entree_le"),
    ):
        with pytest.raises(BadInput) as found:
            decided(known, **answers)
        assert found.value.errors.keys() == {fault}
    assert decided(known, decision_le=first)["entree_le"] == date(2026, 10, 12)


def test_who_withdrew_at_the_interview_is_not_admitted() -> None:
    """R4: the refusal says what to do."""
    with pytest.raises(BadInput) as found:
        decided(WITHDRAWN)
    assert found.value.errors.keys() == {"decision_admission"}
    assert "pour retrait du volontariat" in found.value.errors["decision_admission"][0]


@pytest.mark.parametrize("day", ["07/09/2026", "13/10/2026", ""])
def test_a_refusal_for_withdrawal_without_its_day_or_with_one_that_cannot_be_is_refused(day: str) -> None:
    """R4: a withdrawal has its day, between the volontariat and the decision."""
    told = {"decision_admission": "refuse", "refus_motif": "retrait", "decision_precision": "Un CAP."}
    assert decided(WITHDRAWN, **told, retrait_le="08/09/2026")["retrait_le"] == date(2026, 9, 8)
    with pytest.raises(BadInput) as found:
        decided(WITHDRAWN, **told, retrait_le=day)
    assert found.value.errors.keys() == {"retrait_le"}
    other = told | {"refus_motif": "ineligibilite"}
    assert decided(WITHDRAWN, **other, retrait_le=day)["retrait_le"] is None


def test_a_pupil_is_enrolled_from_the_admission_on_with_the_lycee_and_the_mef_of_the_parcours() -> None:
    """R5, R6: the office reads both; the end of status is fixed and never later."""
    world = World(Scenario(ADMITTED, ends={}))
    known = {name: world.variable(f"enrolment/{name}") for name in ("lycee", "mef_pae", "fin_de_statut_le")}
    assert known == {"lycee": "0690043X", "mef_pae": "7044150111", "fin_de_statut_le": date(2027, 1, 9)}
    assert {"lycee", "mef_pae"} <= form("enrolment", "inscrire_siecle").reads


@pytest.mark.parametrize("day", ["06/09/2026", "13/10/2026", ""])
def test_an_enrolment_before_the_decision_to_come_or_without_its_day_is_refused(day: str) -> None:
    """R5."""
    context = FormContext({"decision_le": date(2026, 9, 7)}, NOW)
    with pytest.raises(BadInput) as found:
        form("enrolment", "inscrire_siecle").validate({"siecle_inscrit_le": day}, context)
    assert found.value.errors.keys() == {"siecle_inscrit_le"}


@pytest.mark.parametrize("is_offered", [True, False])
def test_a_pacea_is_offered_where_the_campagne_does_not_switch_it_off(is_offered: bool) -> None:
    """R22."""
    context = FormContext({"pacea_propose": is_offered}, NOW)
    told = {"objectif_professionnel": "Pâtissier", "actions_ml": "TRE", "pacea_souhaite": True}
    found = form("enrolment", "projet_conseiller").validate(told, context)
    assert (found["pacea_souhaite"] is True) is is_offered


@pytest.mark.parametrize(
    ("entry", "born_on", "end"),
    [
        ("2026-09-02", date(2007, 3, 2), date(2027, 1, 1)),  # a public holiday: the date stays
        ("2026-09-07", date(2008, 11, 2), date(2027, 1, 6)),  # the 18th birthday during the parcours
        ("2026-09-01", date(2008, 2, 29), date(2026, 12, 31)),
    ],
)
def test_a_status_ends_in_the_night_of_its_last_day_whatever_day_that_is(
    entry: str, born_on: date, end: date
) -> None:
    """R8: one absolute date, over the end of summer time too."""
    steps = (
        *BEFORE_DECISION, *do(EN, "decider_admission", decision_admission="admis", entree_le=entry),
        *RIGHTS, *PROJECT, *SIGNED, *do(AC, "prendre_en_charge"),
    )  # fmt: skip
    world = World(Scenario(steps, ends={}, opened=date(2026, 9, 1), facts={"eleve_ne_le": born_on}))
    assert world.variable("accompaniment/fin_de_statut_le") == end
    timer = next(each for each in world.now_at[AC].timers if each.element_id == "fin_du_statut")
    assert timer.due_at.astimezone(UTC) == datetime(end.year, end.month, end.day, 23, tzinfo=UTC)
    world.play(Wait("accompaniment/fin_du_statut"))
    assert world.open["bilan"]


def test_the_obligation_is_not_followed_without_the_day_of_the_convocation() -> None:
    """R26: the two months count from it; it is neither before the signalement nor to come."""
    context = FormContext({"signalement_le": date(2026, 10, 1)}, NOW)
    asked = form("obligation", "convoquer_jeune")
    told = {"obligation_convocation_le": LEAVES, "obligation_rendez_vous_le": "16/10/2026"}
    assert asked.validate(told, context)["obligation_convocation_le"] == date(2026, 10, 12)
    for day in ("", "30/09/2026", "13/10/2026"):
        with pytest.raises(BadInput) as found:
            asked.validate(told | {"obligation_convocation_le": day}, context)
        assert "obligation_convocation_le" in found.value.errors


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ({"exemption_medicale": True}, "exemption_medicale_le"),
        ({"exemption_medicale": False, "exemption_medicale_le": LEAVES}, "exemption_medicale"),
        ({"exemption_medicale": "asthme", "exemption_medicale_le": LEAVES}, "exemption_medicale"),
    ],
)
def test_a_medical_exemption_without_its_day_or_with_words_is_refused(
    told: dict[str, Any], fault: str
) -> None:
    """R27."""
    context = FormContext({"obligation_convocation_le": date(2026, 9, 1)}, NOW)
    with pytest.raises(BadInput) as found:
        form("obligation", "suivre_obligation").validate({"obligation_suite": "exemption", **told}, context)
    assert found.value.errors.keys() == {fault}


FICHE = {
    "eleve_telephone": "06 39 98 01 01", "coordonnees_verifiees_le": LEAVES, "fiche_envoyee_le": LEAVES,
    "mission_locale": "ml-villeurbanne",
}  # fmt: skip


@pytest.mark.parametrize("back_dated", ["11/10/2026", LEAVES])
def test_a_fiche_does_not_leave_before_the_sixteenth_birthday(back_dated: str) -> None:
    """R36: a date of birth that is corrected while the fiche is written, too; the form says from which day."""
    fiche = form("enrolment", "etablir_fiche")
    young = FormContext({"rentree_le": date(2026, 9, 1), "eleve_ne_le": date(2010, 10, 13)}, NOW)
    with pytest.raises(BadInput) as found:
        fiche.validate(FICHE | {"fiche_envoyee_le": back_dated}, young)
    assert found.value.errors.keys() == {"fiche_envoyee_le"}
    said = " ".join(found.value.errors["fiche_envoyee_le"])
    assert "13/10/2026" in said
    assert "seizième anniversaire" in said
    texts = [part.text for part in fiche.visible({}, young) if part.id == "seize_ans"]
    assert ["13/10/2026" in str(text) for text in texts] == [True]


def test_a_fiche_leaves_from_the_sixteenth_birthday_on_and_is_not_dated_before() -> None:
    """R36."""
    fiche = form("enrolment", "etablir_fiche")
    of_age = FormContext({"rentree_le": date(2026, 9, 1), "eleve_ne_le": date(2010, 10, 12)}, NOW)
    assert fiche.validate(FICHE, of_age)["fiche_envoyee_le"] == date(2026, 10, 12)
    assert "seize_ans" not in {part.id for part in fiche.visible({}, of_age)}
    with pytest.raises(BadInput) as found:
        fiche.validate(FICHE | {"fiche_envoyee_le": "11/10/2026"}, of_age)
    assert found.value.errors.keys() == {"fiche_envoyee_le"}


def test_another_mission_locale_than_the_proposed_one_is_chosen_with_a_reason() -> None:
    """R43."""
    known = {
        "rentree_le": date(2026, 9, 1), "eleve_ne_le": date(2007, 3, 2), "mission_locale_proposee": "ml-lyon-centre",
    }  # fmt: skip
    fiche, context = form("enrolment", "etablir_fiche"), FormContext(known, NOW)
    with pytest.raises(BadInput) as found:
        fiche.validate(FICHE, context)
    assert found.value.errors.keys() == {"motif_mission_locale"}
    assert fiche.validate(FICHE | {"motif_mission_locale": "Habite chez sa tante."}, context)


def test_a_mission_locale_returns_a_fiche_and_never_refuses_the_admission() -> None:
    """R43: wrong territory, with a reason; « déjà accompagné » is an answer; no other is taken."""
    answered, context = form("enrolment", "designer_conseiller"), FormContext({"responsable_nom": None}, NOW)
    assert answered.validate({"reponse_ml": "mauvais_territoire", "retour_motif": "Habite Bron."}, context)
    already = {"reponse_ml": "deja_accompagne", "conseiller": PEOPLE["conseiller"][0]}
    assert answered.validate(already, context)["reponse_ml"] == "deja_accompagne"
    for told, fault in (
        ({"reponse_ml": "mauvais_territoire"}, "retour_motif"),
        ({"reponse_ml": "refus"}, "reponse_ml"),
    ):
        with pytest.raises(BadInput) as found:
            answered.validate(told, context)
        assert fault in found.value.errors


@pytest.mark.parametrize("reported", ["signaler_fait", "signaler_absence_lycee", "signaler_absence_ml"])
def test_an_absence_of_tomorrow_or_before_the_solution_is_refused(reported: str) -> None:
    """R44: in a company, at the lycée, at the Mission Locale."""
    context = FormContext({"suivie_du": date(2026, 10, 12), "suivie_au": date(2026, 10, 23)}, NOW)
    told = {"fait_nature": "absence", "fait_texte": "Non venu.", "fait_suite": "continue"}
    asked = form("accompaniment", reported)
    assert asked.validate(told | {"fait_le": LEAVES}, context)["fait_le"] == date(2026, 10, 12)
    for day in ("11/10/2026", "13/10/2026", ""):
        with pytest.raises(BadInput) as found:
            asked.validate(told | {"fait_le": day}, context)
        assert found.value.errors.keys() == {"fait_le"}
