from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from shared.calendar_fr import is_school_holiday, non_working_days, school_holidays, school_holidays_known
from shared.feel import compile_expression
from shared.parcours import campagne_context
from shared.parcours.academies import ACADEMIES, ZONES, departement_of_commune, place_of, place_of_departement
from shared.parcours.campagne import campagne_named, load_campagnes
from shared.parcours.working_days import add_working_days
from shared.process.feel_functions import feel_functions

LYON, LILLE, PARIS, METZ, STRASBOURG = "0690043X", "0590001A", "0750001A", "0570001A", "0670001A"
AJACCIO, LA_REUNION = "6200001A", "9740001A"


@pytest.mark.parametrize(
    ("uai", "academie", "zone", "calendar"),
    [
        (LYON, "Lyon", "A", "FR/A"),
        (LILLE, "Lille", "B", "FR/B"),
        (PARIS, "Paris", "C", "FR/C"),
        (METZ, "Nancy-Metz", "B", "57/B"),
        (STRASBOURG, "Strasbourg", "B", "6AE/B"),
        (AJACCIO, "Corse", "", "FR"),
        (LA_REUNION, "La Réunion", "", "974"),
        ("1300023U", "", "", "FR"),  # a French lycée in Andorra
    ],
)
def test_a_lycee_has_the_academie_the_zone_and_the_calendar_of_its_departement(
    uai: str, academie: str, zone: str, calendar: str
) -> None:
    place = place_of(uai)
    assert (place.academie, place.zone) == (academie, zone)
    assert place.calendar(with_school_holidays=True) == calendar
    assert non_working_days(calendar)(date(2026, 5, 1))


def test_every_departement_has_one_academie() -> None:
    mainland = [f"{number:02}" for number in range(1, 96) if number != 20]
    places = [
        place_of_departement(each) for each in (*mainland, "2A", "2B", "971", "972", "973", "974", "976")
    ]
    assert all(place.academie in ACADEMIES for place in places)
    assert Counter(place.zone for place in places) == {"A": 32, "B": 41, "C": 21, "": 7}


def test_a_commune_tells_its_departement() -> None:
    assert [departement_of_commune(code) for code in ("69123", "2A004", "97411")] == ["69", "2A", "974"]


def test_zones_have_their_own_winter_holidays() -> None:
    monday = date(2027, 2, 8)
    assert [zone for zone in ZONES if school_holidays(zone)(monday)] == ["C"]


@pytest.mark.parametrize(
    ("uai", "day", "answer"),
    [
        (LYON, date(2026, 10, 17), True),  # first day of the Toussaint holidays
        (LYON, date(2026, 10, 16), False),
        (LYON, date(2026, 11, 1), True),
        (LYON, date(2026, 11, 2), False),
        (LYON, date(2027, 7, 14), True),
        (AJACCIO, date(2026, 10, 20), None),
        (LA_REUNION, date(2026, 10, 20), None),
        (LYON, date(2040, 10, 20), None),
    ],
)
def test_a_day_is_in_the_school_holidays_of_a_lycee_or_is_not_or_is_not_known(
    uai: str, day: date, answer: bool | None
) -> None:
    """R29: where the library has no calendar, nobody is told a wrong one."""
    assert is_school_holiday(place_of(uai))(day) is answer


def test_the_school_calendar_is_known_for_the_campagnes_delivered() -> None:
    first, last = school_holidays_known()
    assert all(first <= each.rentree_on and each.ends_on <= last for each in load_campagnes())


@pytest.mark.parametrize("calendar", ["FR/D", "lyon", "", "FR/"])
def test_a_calendar_of_no_place_is_refused(calendar: str) -> None:
    with pytest.raises(ValueError, match=r"calendar|zone"):
        non_working_days(calendar)


def test_a_deadline_in_working_days_passes_over_the_holidays_of_the_lycees_zone() -> None:
    """R45: five working days from the Thursday before the holidays of Toussaint."""
    campagne = campagne_named("2026-2027", load_campagnes())
    calendar = campagne_context.deadlines(campagne, LYON)["calendrier"]
    assert add_working_days(date(2026, 10, 15), 5, non_working_days(calendar)) == date(2026, 11, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ajouter_jours_ouvres(date("2026-10-15"), 5)', date(2026, 10, 22)),
        ('ajouter_jours_ouvres(date("2026-10-15"), 5, null)', date(2026, 10, 22)),
        ('ajouter_jours_ouvres(date("2026-10-15"), 5, "FR/A")', date(2026, 11, 5)),
        ('ajouter_jours_ouvres(date("2027-03-25"), 1, "57")', date(2027, 3, 30)),  # Good Friday in Moselle
        ('ajouter_jours_ouvres(date("2026-12-20"), 1, "974")', date(2026, 12, 21)),
        ('ajouter_jours_ouvres(date("2027-01-14"), -15, "FR/A")', date(2026, 12, 10)),
        ('ajouter_jours_ouvres(date("2026-10-15"), 5, "ailleurs")', None),
    ],
)
def test_diagrams_count_working_days_in_the_calendar_of_a_lycee(text: str, expected: date | None) -> None:
    expression = compile_expression(text, functions=feel_functions())
    assert expression.evaluate({}, now=datetime(2026, 10, 15, 8, tzinfo=UTC)).value == expected


def test_a_campagne_may_say_that_school_holidays_are_worked() -> None:
    campagne = replace(campagne_named("2026-2027", load_campagnes()), are_holidays_worked=True)
    calendar = campagne_context.deadlines(campagne, LYON)["calendrier"]
    assert add_working_days(date(2026, 10, 15), 5, non_working_days(calendar)) == date(2026, 10, 22)
