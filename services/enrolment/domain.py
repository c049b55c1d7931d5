"""Enrolment's own rules: what a parcours begins with, and the dates fixed at admission. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.parcours.campagne import Campagne
from shared.parcours.eligibility import EligibilityFacts
from shared.parcours.end_date import check_dates, latest_end
from shared.parcours.mef import Diploma, Mef
from shared.parcours.refusal import Reason

OTHER_DIPLOMA = "autre"
SESSIONS = ("derniere", "remplacement", "anterieure", "aucune")
"""Answers to "which session was sat": the September replacement session counts as the last one (R1 [I])."""
ENGAGEMENTS = ("aucun", "emploi", "contrat_signe", "formation")
"""Answers to "already committed": a signed contract to come counts (R3 [I])."""

_LAST_SESSION = SESSIONS[:2]


def opening_variables(
    pupil: Mapping[str, Any], *, campagne: Campagne, on_paper: bool = False, mission_locale: str | None = None
) -> dict[str, Any]:
    """The variables with which the parcours of a pupil (row of the table ``pupil``) begins.

    The fiche de liaison takes its identity and contact data from them, and nothing else is passed on (R37).
    ``mission_locale``: the one that is proposed, which serves the commune of residence (R43).
    """
    mef = Mef(pupil["mef"])
    return {
        "eleve_id": pupil["id"],
        "eleve_nom": pupil["usage_name"] or pupil["family_name"],
        "eleve_prenom": pupil["given_name"],
        "eleve_ne_le": pupil["born_on"],
        "eleve_telephone": pupil["phone"],
        "eleve_courriel": pupil["email"],
        "eleve_adresse": pupil["address"],
        "eleve_commune": pupil["commune_code"],
        "mission_locale_proposee": mission_locale,
        "diplome": mef.diploma.value if mef.diploma else OTHER_DIPLOMA,
        "formation_preparee": _course(pupil),
        "lycee": pupil["uai"],
        "campagne": campagne.code,
        "rentree_le": campagne.rentree_on,
        "pacea_propose": campagne.is_pacea_open,
        "reprise": on_paper,
    }


def course_label(mef: str) -> str:
    """A course in words, from its ten digits: "CAP, dernière année (MEF 2412214122)"."""
    course = Mef(mef)
    if course.is_pae:
        name = "Parcours Ambition Emploi"
    elif course.diploma is None:
        name = "Autre formation"
    else:
        name = course.diploma.label + (", dernière année" if course.is_last_year else "")
    return f"{name} (MEF {mef})"


def _course(pupil: Mapping[str, Any]) -> str:
    label = course_label(pupil["mef"])
    return f"{label}, classe {pupil['class_code']}" if pupil["class_code"] else label


def end_of_status(
    entry_on: date, rentree_on: date, rules: Mapping[str, Any], today: date | None = None
) -> tuple[date, tuple[Reason, ...]]:
    """R7, R8, R10: the one absolute end date of an entry on ``entry_on``, and what is wrong with that day.

    ``rules``: the variable ``regles``. With ``today``, an entry whose end would already be past is wrong too.
    """
    months, within_year = int(rules["duree_mois"]), rules["avant_31_decembre"]
    end_on = latest_end(entry_on, months=months, within_year=within_year)
    reasons = check_dates(entry_on, end_on, rentree_on=rentree_on, months=months, within_year=within_year)
    if today is not None and end_on < today:
        reasons = (*reasons, Reason("parcours.end_in_past", {"end": end_on}))
    return end_on, reasons


def dates_on_paper(
    entry_on: date, end_on: date, rentree_on: date, rules: Mapping[str, Any], today: date
) -> tuple[Reason, ...]:
    """R7, R8, R10: what is wrong with the dates that were fixed on paper; one that has ended is not taken on."""
    months, within_year = int(rules["duree_mois"]), rules["avant_31_decembre"]
    reasons = check_dates(entry_on, end_on, rentree_on=rentree_on, months=months, within_year=within_year)
    return (*reasons, Reason("enrolment.ended_on_paper", {"end": end_on})) if end_on < today else reasons


def eligibility_facts(variables: Mapping[str, Any], campagne: Campagne) -> EligibilityFacts:
    """R1–R4, R6, R36: the facts that the dossier d'entrée (variables of ``enrolment.bpmn``) establishes.

    The service decides by its table ``eligibilite.dmn``: these are for the test that holds it against the rules.
    """
    return EligibilityFacts(
        born_on=variables["eleve_ne_le"],
        diploma=_diploma(variables["diplome"]),
        session_year=_session_year(variables["session_examen"], campagne),
        result=variables["resultat_examen"],
        has_job_or_course=variables["engagement"] != ENGAGEMENTS[0],
        volunteered_on=variables["volontariat_le"] if variables["volontariat_choix"] == "oui" else None,
    )


def _diploma(code: str) -> Diploma | None:
    return None if code == OTHER_DIPLOMA else Diploma(code)


def _session_year(session: str, campagne: Campagne) -> int | None:
    if session in _LAST_SESSION:
        return campagne.session
    return campagne.session - 1 if session == "anterieure" else None
