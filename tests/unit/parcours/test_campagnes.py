import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.catalogue import sentence
from shared.parcours.campagne import (
    Campagne,
    MalformedCampagne,
    UnknownCampagne,
    campagne_from,
    campagne_named,
    campagne_on,
    campagne_opening_on,
    delivered_data,
    load_campagnes,
    read_campagne,
)
from shared.parcours.campagne_context import rules
from shared.parcours.campagne_data import check_data, from_json, to_json

FOLDER = Path(load_campagnes.__code__.co_filename).parent / "campagnes"
TEXT = (FOLDER / "2026-2027.toml").read_text("utf-8")
DATA = {data["code"]: data for data in delivered_data()}


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2023, 9, 4), "2023-2024"),
        (date(2024, 9, 1), "2023-2024"),
        (date(2024, 9, 2), "2024-2025"),
        (date(2025, 9, 1), "2025-2026"),
        (date(2026, 8, 31), "2025-2026"),
        (date(2026, 9, 1), "2026-2027"),
        (date(2027, 8, 31), "2026-2027"),
    ],
)
def test_a_day_belongs_to_one_campagne(day: date, code: str) -> None:
    assert campagne_on(day, load_campagnes()).code == code


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2024, 7, 1), "2024-2025"),
        (date(2024, 9, 1), "2024-2025"),
        (date(2026, 6, 30), "2025-2026"),
        (date(2026, 7, 6), "2026-2027"),
        (date(2026, 9, 1), "2026-2027"),
        (date(2027, 6, 30), "2026-2027"),
        (date(2027, 7, 5), "2027-2028"),  # not written down yet
        (date(2028, 8, 31), "2028-2029"),
    ],
)
def test_a_parcours_is_opened_in_the_campagne_of_the_session_that_was_sat_last(day: date, code: str) -> None:
    """R1, R7."""
    found = campagne_opening_on(day, load_campagnes())
    assert (found.code, found.session) == (code, int(code[:4]))


def test_a_day_outside_every_campagne_is_refused() -> None:
    with pytest.raises(UnknownCampagne):
        campagne_on(date(2020, 1, 1), load_campagnes())


@pytest.mark.parametrize(
    ("code", "device", "phases", "workshops", "minutes"),
    [
        ("2023-2024", "Ambition Emploi", ("AvenirPro", "Ambition Emploi"), 3, 0),
        ("2024-2025", "Ambition Emploi", ("AvenirPro", "Ambition Emploi"), 3, 0),
        ("2025-2026", "AvenirPro+", ("AvenirPro", "AvenirPro+"), 4, 60),
    ],
)
def test_names_and_workshops_are_those_of_the_school_year(
    code: str, device: str, phases: tuple[str, str], workshops: int, minutes: int
) -> None:
    campagne = campagne_named(code, load_campagnes())
    assert (campagne.name, campagne.phases) == (device, phases)
    assert [each.number for each in campagne.workshops.items] == list(range(1, workshops + 1))
    assert campagne.workshops.least_minutes == minutes


def test_the_fourth_workshop_has_no_published_objective() -> None:
    *three, fourth = campagne_named("2025-2026", load_campagnes()).workshops.items
    assert all(each.objective for each in three)
    assert fourth.objective == ""


def test_what_only_the_decree_of_2025_says_is_off_before_it() -> None:
    for campagne in load_campagnes():
        is_since = campagne.code >= "2025-2026"
        workshops = campagne.workshops
        assert (workshops.is_in_lycee, workshops.are_interviews_on_wish) == (is_since, is_since)
        assert len(workshops.diplomas) == (4 if is_since else 2)


def test_the_shipped_campagnes_have_the_default_switches() -> None:
    for campagne in load_campagnes():
        assert (campagne.max_months, campagne.is_within_year, campagne.is_pacea_open) == (4, False, True)
        assert (campagne.counted_frames, campagne.is_pmsmp_open) == ({"pfmp"}, False)


def test_a_campagne_sends_sms_unless_it_says_no_also_one_of_before_campagnes_said_so() -> None:
    before = re.sub(r"\[sms\]\nouverts = true[^\n]*\n", "", TEXT)
    assert "sms" not in before
    off = TEXT.replace("ouverts = true", "ouverts = false")
    assert [read_campagne(text).is_sms_open for text in (TEXT, before, off)] == [True, True, False]
    assert [rules(read_campagne(text))["sms_ouverts"] for text in (before, off)] == [True, False]


def test_the_shipped_deadlines_are_those_of_r45_in_working_days() -> None:
    for campagne in load_campagnes():
        told = {"prise_en_charge", "entretien", "signatures", "point_etape", "convocation_bilan"}
        assert {name: campagne.deadlines[name] for name in told} == {
            "prise_en_charge": 5, "entretien": 10, "signatures": 10, "point_etape": 15, "convocation_bilan": 15,
        }  # fmt: skip


def test_a_lycee_enters_with_the_campagne_unless_another_day_is_told() -> None:
    text = TEXT.replace("[entree_lycees.exceptions]", '[entree_lycees.exceptions]\n"0690043X" = 2026-11-02')
    campagne = read_campagne(text)
    assert campagne.entry_of("0690043X") == date(2026, 11, 2)
    assert campagne.entry_of("0690048C") == date(2026, 9, 1)


def test_a_deployer_brings_another_folder(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        TEXT.replace('nom = "AvenirPro+"', 'nom = "Autre nom"'), encoding="utf-8"
    )
    campagnes: tuple[Campagne, ...] = load_campagnes(tmp_path)
    assert [campagne.name for campagne in campagnes] == ["Autre nom"]


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("mois = 4", "mois = 5", "duree.mois: campagnes.number_range"),
        ("mois = 4", 'mois = "4"', "duree.mois: campagnes.not_int"),
        ("mois = 4", "mois = true", "duree.mois: campagnes.not_int"),
        ("mois = 4", "moi = 4", "duree.moi: campagnes.unknown_key, duree.mois: campagnes.missing"),
        ("session = 2026", "", "session: campagnes.missing"),
        ("session = 2026", "session = 2025", "session: campagnes.session_year"),
        ('["pfmp"]', '["pfpm"]', "pfmp.cadres_comptes: campagnes.other_choice"),
        ("fin = 2027", "fin = 2025", "fin: campagnes.end_before_rentree"),
        ("session = 2026", "session =", "campagnes.not_toml"),
        ('code = "2026-2027"', 'code = "2026-2028"', "code: campagnes.code"),
        ('code = "2026-2027"', 'code = "2025-2026"', "rentree: campagnes.rentree_year"),
        ('nom = "AvenirPro+"', 'nom = " "', "nom: campagnes.text_length"),
        ("ouvert = true", "ouvert = 1", "pacea.ouvert: campagnes.not_bool"),
        ("ouverts = true", "ouverts = 1", "sms.ouverts: campagnes.not_bool"),
        ("ouverts = true", 'ouverts = "oui"', "sms.ouverts: campagnes.not_bool"),
        ("ouverts = true", "ouvert = true", "sms.ouvert: campagnes.unknown_key"),
        ("action = 5", "action = 0", "delais.jours.action: campagnes.number_range"),
        ('titre = "Faire le point"', 'titre = ""', "ateliers.liste: campagnes.workshop"),
        ("[entree_lycees.exceptions]", '[entree_lycees.exceptions]\n"0690043A" = 2026-11-02', "campagnes.entry"),
        ("[entree_lycees.exceptions]", '[entree_lycees.exceptions]\n"0690043X" = 3', "campagnes.entry"),
    ],
)  # fmt: skip
def test_malformed_data_are_refused_by_the_name_of_their_key(before: str, after: str, named: str) -> None:
    with pytest.raises(MalformedCampagne) as refused:
        read_campagne(TEXT.replace(before, after, 1))
    assert named in str(refused.value)
    assert all(sentence(fault.reason.code, **fault.reason.params) for fault in refused.value.faults)


def test_every_fault_is_told_at_once() -> None:
    faults = check_data({"code": 1, "nom": None, "ateliers": {"liste": []}, "autre": {"chose": 1}})
    told = {(fault.path, fault.reason.code) for fault in faults}
    assert {
        ("code", "campagnes.not_str"), ("nom", "campagnes.missing"), ("autre.chose", "campagnes.unknown_key"),
        ("ateliers.liste", "campagnes.workshop_count"), ("entree_lycees.exceptions", "campagnes.missing"),
    } <= told  # fmt: skip


@pytest.mark.parametrize("code", DATA)
def test_a_campagne_goes_through_json_unchanged(code: str) -> None:
    told: dict[str, Any] = to_json(DATA[code])
    assert campagne_from(from_json(told)) == campagne_from(DATA[code])


def test_a_year_without_a_file_goes_by_the_last_ones_terms() -> None:
    last = load_campagnes()[-1]
    later = campagne_on(date(2031, 10, 1), load_campagnes())
    assert (later.code, later.session, later.rentree_on) == ("2031-2032", 2031, date(2031, 9, 1))
    assert (later.max_months, later.counted_frames) == (last.max_months, last.counted_frames)
    assert campagne_named("2031-2032", load_campagnes()) == later


@pytest.mark.parametrize("code", ["2022-2023", "2936-2937", "bientôt", ""])
def test_a_code_of_no_campagne_is_refused(code: str) -> None:
    with pytest.raises(UnknownCampagne):
        campagne_named(code, load_campagnes())


def test_a_day_too_far_away_has_no_campagne() -> None:
    with pytest.raises(UnknownCampagne):
        campagne_on(date(2936, 9, 1), load_campagnes())
