from datetime import date
from pathlib import Path

import pytest

from shared.parcours.campagne import (
    Campagne,
    MalformedCampagne,
    UnknownCampagne,
    campagne_on,
    load_campagnes,
    read_campagne,
)

TEXT = (Path(load_campagnes.__code__.co_filename).parent / "campagnes" / "2026-2027.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2025, 9, 1), "2025-2026"),
        (date(2026, 8, 31), "2025-2026"),
        (date(2026, 9, 1), "2026-2027"),
        (date(2027, 8, 31), "2026-2027"),
    ],
)
def test_a_day_belongs_to_one_campagne(day: date, code: str) -> None:
    assert campagne_on(day, load_campagnes()).code == code


def test_a_day_outside_every_campagne_is_refused() -> None:
    with pytest.raises(UnknownCampagne):
        campagne_on(date(2020, 1, 1), load_campagnes())


def test_the_shipped_campagnes_have_the_default_switches() -> None:
    for campagne in load_campagnes():
        assert (campagne.max_months, campagne.is_within_year, campagne.is_pacea_open) == (4, False, True)
        assert campagne.counted_frames == {"pfmp"}


def test_a_deployer_brings_another_folder(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(TEXT.replace("AvenirPro+", "Autre nom"), encoding="utf-8")
    campagnes: tuple[Campagne, ...] = load_campagnes(tmp_path)
    assert [campagne.name for campagne in campagnes] == ["Autre nom"]


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("mois = 4", "mois = 5", "mois"),
        ("mois = 4", 'mois = "4"', "duree.mois"),
        ("mois = 4", "moi = 4", "moi"),
        ("session = 2026", "", "session"),
        ('["pfmp"]', '["pfpm"]', "pfpm"),
        ("fin = 2027", "fin = 2025", "fin"),
        ("session = 2026", "session =", "line"),
    ],
)
def test_malformed_data_is_refused_by_the_name_of_its_key(before: str, after: str, named: str) -> None:
    with pytest.raises(MalformedCampagne, match=named):
        read_campagne(TEXT.replace(before, after))


def test_a_year_without_a_file_goes_by_the_last_ones_terms() -> None:
    last = load_campagnes()[-1]
    later = campagne_on(date(2031, 10, 1), load_campagnes())
    assert (later.code, later.session, later.rentree_on) == ("2031-2032", 2031, date(2031, 9, 1))
    assert (later.max_months, later.counted_frames) == (last.max_months, last.counted_frames)


def test_a_day_too_far_away_has_no_campagne() -> None:
    with pytest.raises(UnknownCampagne):
        campagne_on(date(2936, 9, 1), load_campagnes())
