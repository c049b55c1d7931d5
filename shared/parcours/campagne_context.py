"""A campagne as the variables ``delais`` and ``regles`` of a parcours: what diagrams and operations read of it."""

from typing import Any

from shared.parcours.academies import place_of
from shared.parcours.campagne import Campagne


def deadlines(campagne: Campagne, uai: str) -> dict[str, Any]:
    """R45: each deadline in working days, and ``calendrier``: the calendar of these days for that lycée."""
    return {**campagne.deadlines, "calendrier": calendar_of(campagne, uai)}


def calendar_of(campagne: Campagne, uai: str) -> str:
    """Third argument of ``ajouter_jours_ouvres``: by the lycée's territory and, unless worked, its holidays' zone."""
    return place_of(uai).calendar(with_school_holidays=not campagne.are_holidays_worked)


def rules(campagne: Campagne) -> dict[str, Any]:
    """The terms of the campagne as a FEEL context; ``ateliers`` is how many workshops there are."""
    return {
        "code": campagne.code,
        "nom": campagne.name,
        "phase1": campagne.phases[0],
        "phase2": campagne.phases[1],
        "rentree_le": campagne.rentree_on,
        "fin_le": campagne.ends_on,
        "session": campagne.session,
        "duree_mois": campagne.max_months,
        "avant_31_decembre": campagne.is_within_year,
        "cadres_comptes": sorted(campagne.counted_frames),
        "pacea_ouvert": campagne.is_pacea_open,
        "pmsmp_ouverte": campagne.is_pmsmp_open,
        "sms_ouverts": campagne.is_sms_open,
        "ateliers": len(campagne.workshops.items),
        "ateliers_minutes": campagne.workshops.least_minutes,
    }
