import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.parcours.ine import parse_ine
from shared.parcours.mef import PAE_LEVEL_3, PAE_LEVEL_4, Diploma, Mef, pae_mef, parse_mef
from shared.parcours.refusal import Refusal
from shared.parcours.siret import luhn_sum, parse_siret
from shared.parcours.uai import key_letter, parse_uai

DATA = (
    Path(__file__).parents[4] / "shared" / "data"
)  # public nomenclatures, beside the project when they are there
DIGITS = st.text("0123456789", min_size=7, max_size=7)


def column(file: str, name: str) -> list[str]:
    path = DATA / file
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [row[name] for row in csv.DictReader(lines)]


def refusal_of(parse: object, text: str) -> str:
    with pytest.raises(Refusal) as refusal:
        parse(text)  # type: ignore[operator]
    return refusal.value.reason.code


@pytest.mark.parametrize("uai", ["0690043X", " 0690043x ", "069 0043 X"])
def test_a_uai_is_read_however_it_is_typed(uai: str) -> None:
    assert parse_uai(uai) == "0690043X"


@given(DIGITS, st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_one_letter_only_fits_seven_digits(digits: str, letter: str) -> None:
    if letter == key_letter(digits):
        assert parse_uai(digits + letter) == digits + letter
    else:
        assert refusal_of(parse_uai, digits + letter) == "parcours.uai_key"


@pytest.mark.parametrize("text", ["", "0690043", "069004XX", "06900430X", "O690043X", "٠690043X"])
def test_another_shape_is_no_uai(text: str) -> None:
    assert refusal_of(parse_uai, text) == "parcours.uai_shape"


def test_every_published_uai_is_accepted() -> None:
    for uai in column("uai_voie_pro.csv", "uai"):
        assert parse_uai(uai) == uai


@pytest.mark.parametrize("ine", ["123456789AB", "0123456789A", "12_4567890Z", "2024A12345B"])
def test_the_three_shapes_of_an_ine_are_accepted(ine: str) -> None:
    assert parse_ine(ine.lower()) == ine


@pytest.mark.parametrize(
    "text", ["", "123456789A", "123456789ABC", "2024B12345B", "12345678901", "1234567é9AB"]
)
def test_another_shape_is_no_ine(text: str) -> None:
    assert refusal_of(parse_ine, text) == "parcours.ine_shape"


def test_the_eleventh_digit_of_a_mef_is_dropped() -> None:
    assert parse_mef("24122141221") == parse_mef(" 2412214122 ") == Mef("2412214122")


@pytest.mark.parametrize("text", ["", "241221412", "241221412212", "241221412A"])
def test_another_shape_is_no_mef(text: str) -> None:
    assert refusal_of(parse_mef, text) == "parcours.mef_shape"


@pytest.mark.parametrize(
    ("code", "diploma", "last"),
    [
        ("2402551111", Diploma.CAP, True),
        ("2412214121", Diploma.CAP, False),
        ("2412214122", Diploma.CAP, True),
        ("2422214533", Diploma.CAP, True),
        ("2473360433", Diploma.BAC_PRO, True),
        ("2473360432", Diploma.BAC_PRO, False),
        ("2503220811", Diploma.BMA, True),
        ("2512231321", Diploma.BMA, False),
        ("2512231322", Diploma.BMA, True),
        ("2223230611", Diploma.DTMS, True),
        ("2222421011", Diploma.DTMS, True),
        ("2223230511", None, False),  # circus arts
        ("2213230611", None, False),  # first year of a DTMS
        ("2761234511", None, False),  # second général and others
    ],
)
def test_a_mef_tells_the_diploma_and_its_last_year(code: str, diploma: Diploma | None, last: bool) -> None:
    assert (Mef(code).diploma, Mef(code).is_last_year) == (diploma, last)


@pytest.mark.parametrize(
    ("diploma", "mef"),
    [
        (Diploma.CAP, PAE_LEVEL_3),
        (Diploma.BAC_PRO, PAE_LEVEL_4),
        (Diploma.BMA, PAE_LEVEL_4),
        (Diploma.DTMS, PAE_LEVEL_4),
    ],
)
def test_the_diploma_decides_the_mef_of_the_parcours(diploma: Diploma, mef: str) -> None:
    assert pae_mef(diploma) == mef
    assert Mef(mef).is_pae
    assert diploma.label


def test_the_nomenclature_agrees_with_the_families() -> None:
    last = ("TLEPRO", "2CAP2 ", "1CAP1 ", "3CAP3 ", "2BMA2 ", "1BMA1 ")
    earlier = ("2NDPRO", "1ERPRO", "1CAP2 ", "1CAP3 ", "2CAP3 ", "1BMA2 ", "1BT")
    labels = column("mef_2025_2026.csv", "libelle_court")
    for code, label in zip(column("mef_2025_2026.csv", "mef"), labels, strict=True):
        if label.startswith(last):
            assert parse_mef(code).is_last_year, code
        if label.startswith(earlier):
            assert not parse_mef(code).is_last_year, code


@pytest.mark.parametrize(
    "text", ["73282932000074", "732 829 320 00074", "356 000 000 00048", "35600000049837"]
)
def test_a_siret_is_accepted_with_its_key(text: str) -> None:
    assert len(parse_siret(text)) == 14


def test_la_poste_has_a_key_of_its_own() -> None:
    assert luhn_sum("35600000049837") % 10 != 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("73282932000075", "parcours.siret_key"),
        ("35600000000043", "parcours.siret_key"),
        ("7328293200007", "parcours.siret_shape"),
        ("7328293200007A", "parcours.siret_shape"),
    ],
)
def test_a_wrong_siret_is_refused(text: str, code: str) -> None:
    assert refusal_of(parse_siret, text) == code


@given(st.text("0123456789", min_size=14, max_size=14).filter(lambda s: not s.startswith("356000000")))
def test_one_changed_digit_spoils_a_siret(digits: str) -> None:
    key = str((10 - luhn_sum(digits[:13] + "0") % 10) % 10)
    siret = digits[:13] + key
    assert parse_siret(siret) == siret
    for position in range(14):
        wrong = siret[:position] + str((int(siret[position]) + 1) % 10) + siret[position + 1 :]
        assert refusal_of(parse_siret, wrong) == "parcours.siret_key"
