from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrolment.pupils import read_pupil_file
from services.enrolment.pupils.checks import RowRefusal, check_row
from services.enrolment.pupils.csv_file import read_csv
from services.enrolment.pupils.names import name_key
from services.enrolment.pupils.rows import MAX_BYTES, MAX_ROWS, PupilFileRefused, PupilRow
from shared.catalogue import sentence
from shared.french import normalised
from tests.services.enrolment_pupils.files import HEADER, ROW, UAI, csv, pupil, siecle

TODAY = date(2026, 9, 10)
BOM = b"\xef\xbb\xbf"
BILLION_LAUGHS = siecle(pupil()).replace(
    b"<BEE_ELEVES", b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<BEE_ELEVES', 1
)
EXTERNAL_DOCTYPE = siecle(pupil()).replace(
    b"<BEE_ELEVES", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><BEE_ELEVES', 1
)
NAMES = st.text(st.characters(codec="iso-8859-15", categories=["Lu", "Ll"]), min_size=1, max_size=20)


def reason_of(content: bytes, **options: dict[str, str]) -> str:
    with pytest.raises(PupilFileRefused) as refusal:
        read_pupil_file(content, UAI, **options)
    assert refusal.value.errors["fichier"][0].endswith(".")
    return refusal.value.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"PK\x03\x04....", "archive"),
        (b"\x1f\x8b\x08", "archive"),
        ("nom;prénom".encode("utf-16"), "not_text"),
        (b"nom;prenom\x00", "not_text"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
        (siecle(pupil())[:300], "truncated"),
        (siecle(pupil()).replace(b"</ELEVES>", b"</ELEVE>"), "not_xml"),
        (b"<html><body>Erreur</body></html>", "wrong_root"),
        (b"<", "not_xml"),
        (BILLION_LAUGHS, "doctype"),
        (
            siecle(pupil()).replace(
                b"<BEE_ELEVES", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><BEE_ELEVES', 1
            ),
            "doctype",
        ),
        (siecle(pupil()).replace(b"<UAJ>0690043X</UAJ>", b""), "no_uai"),
        (siecle(), "no_pupil"),
        (siecle(pupil(), uai="0690048C"), "wrong_lycee"),
        (siecle(pupil(), uai="n'importe quoi"), "wrong_lycee"),
        (siecle(pupil(), encoding="UTF-16"), "not_text"),
        (siecle(pupil(), encoding="cp500"), "csv_columns_missing"),
        (siecle(pupil()).replace(b"ISO-8859-15", b"EUC-JP"), "xml_encoding_unknown"),
        (siecle(pupil()).replace(b"ISO-8859-15", b"UTF-8"), "encoding_mismatch"),
        (siecle(pupil(), encoding="UTF-8").replace(b"UTF-8", b"ISO-8859-15"), "encoding_mismatch"),
        (b"nom;prenom;date_naissance\r\na;b;c\r\n", "csv_columns_missing"),
        (b"bonjour", "csv_columns_missing"),
        (csv(ROW + ";Zoé", header=HEADER + ";Prénom"), "csv_columns_doubled"),
        (csv(), "no_pupil"),
        (csv('Aub"épine;"Zoé;12/03/2008;2412214122'), "csv_malformed"),
        (csv('"Aubépine;Zoé;12/03/2008;2412214122'), "csv_malformed"),
        (csv("Aub\x81pine;Zoé;12/03/2008;2412214122", encoding="latin-1"), "csv_encoding"),
        (csv(ROW + ";0690048C", header=HEADER + ";uai"), "wrong_lycee"),
        (csv(*[ROW] * (MAX_ROWS + 1)), "too_many_rows"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_refused_by_its_reason(content: bytes, reason: str) -> None:
    assert reason_of(content) == reason


@pytest.mark.parametrize("uai", ["", "0690043A", "0690043x", "lycee"])
def test_the_importing_lycee_must_be_one(uai: str) -> None:
    with pytest.raises(PupilFileRefused) as refusal:
        read_pupil_file(csv(ROW), uai)
    assert refusal.value.reason == "bad_uai"


def test_a_csv_field_without_end_is_refused() -> None:
    assert reason_of(csv("x" * 200_000 + ";Zoé;12/03/2008;2412214122")) == "csv_malformed"


@pytest.mark.parametrize("encoding", ["ISO-8859-15", "ISO-8859-1", "UTF-8", "windows-1252"])
def test_siecle_is_read_in_the_encoding_that_it_announces(encoding: str) -> None:
    file = read_pupil_file(siecle(pupil(), encoding=encoding), UAI)
    assert file.rows[0].values["given_name"] == "Zoé"


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_pupil_file(BOM + siecle(pupil(), encoding="UTF-8"), UAI).uai == UAI
    assert read_pupil_file(BOM + csv(ROW), UAI).fields == {"family_name", "given_name", "born_on", "mef"}


@given(NAMES, NAMES)
def test_every_name_that_siecle_can_write_comes_back(family: str, given_name: str) -> None:
    # beside Zoé, whose accent is no UTF-8: a file of nothing but "Ã©" would be taken for mislabelled UTF-8
    file = read_pupil_file(siecle(pupil(NOM_DE_FAMILLE=family, PRENOM=given_name) + pupil()), UAI)
    assert (file.rows[0].values["family_name"], file.rows[0].values["given_name"]) == (family, given_name)


def test_only_the_listed_fields_are_read() -> None:
    last_year = "<SCOLARITE_AN_DERNIER><CODE_MEF>1</CODE_MEF></SCOLARITE_AN_DERNIER>"
    extra = "<CODE_PAYS_NAT>100</CODE_PAYS_NAT>" + last_year
    content = siecle(pupil().replace("</ELEVE>", extra + "</ELEVE>"))
    file = read_pupil_file(content, UAI)
    assert file.not_read == ("CODE_PAYS_NAT", "SCOLARITE_AN_DERNIER")
    assert file.rows[0].values["mef"] == "24122141220"
    assert "100" not in file.rows[0].values.values()


def test_a_comment_does_not_cut_a_name() -> None:
    (row,) = read_pupil_file(siecle(pupil(NOM_DE_FAMILLE="Du<!-- x -->r<?y?>and")), UAI).rows
    assert row.values["family_name"] == "Durand"


def test_the_class_is_the_division_not_a_group() -> None:
    groups = "".join(
        f"<STRUCTURE><CODE_STRUCTURE>{code}</CODE_STRUCTURE><TYPE_STRUCTURE>{kind}</TYPE_STRUCTURE></STRUCTURE>"
        for code, kind in (("G1", "G"), ("2CAP", "D"), ("G2", "G"))
    )
    structures = f'<STRUCTURES_ELEVE ELEVE_ID="1">{groups}</STRUCTURES_ELEVE>'
    assert read_pupil_file(siecle(pupil(), structures=structures), UAI).rows[0].values["class_code"] == "2CAP"


def test_the_line_of_a_pupil_is_that_of_the_file() -> None:
    content = siecle(*[pupil(INE_RNIE="")] * 3)
    lines = [row.line for row in read_pupil_file(content, UAI).rows]
    text = content.decode("iso-8859-15").splitlines()
    assert ["<ELEVE " in text[line - 1] for line in lines] == [True] * 3


def test_lines_are_counted_beyond_65535() -> None:
    filler = "\n" * 70_000
    content = siecle(pupil(), filler, pupil())
    assert read_pupil_file(content, UAI).rows[1].line > 70_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
@pytest.mark.parametrize("delimiter", [";", ","])
def test_a_csv_is_read_whatever_its_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    content = csv(ROW.replace(";", delimiter), header=HEADER.replace(";", delimiter), encoding=encoding)
    assert read_pupil_file(content, UAI).rows[0].values["family_name"] == "Aubépine"


@pytest.mark.parametrize(
    "header",
    [
        "NOM_DE_FAMILLE;PRENOM;DATE_NAISS;CODE_MEF",
        "Nom de famille;Prénom;Né(e) le;Code MEF",
        " nom ;Premier prénom;Date de naissance;MEF",
        "family_name;given_name;born_on;mef",
    ],
)
def test_french_and_technical_headers_are_known(header: str) -> None:
    assert read_pupil_file(csv(ROW, header=header), UAI).rows[0].values["mef"] == "2412214122"


def test_a_column_may_be_mapped_by_hand() -> None:
    content = csv(ROW, header="Patronyme;prenom;date_naissance;mef")
    assert reason_of(content) == "csv_columns_missing"
    file = read_pupil_file(content, UAI, {"Patronyme": "family_name"})
    assert file.rows[0].values["family_name"] == "Aubépine"
    assert reason_of(content, mapping={"Patronyme": "nationality"}) == "csv_mapping"


def test_unknown_columns_are_not_read_and_are_named() -> None:
    file = read_csv(csv(ROW + ";Française;x", header=HEADER + ";Nationalité;"))
    assert file.not_read == ("Nationalité",)
    assert "Française" not in file.rows[0].values.values()


def test_blank_lines_are_skipped_and_lines_still_counted() -> None:
    file = read_csv(csv("", ROW, ";;;", '"Béranger\nLacôte";Maël;05/11/2007;2412552422', ROW))
    assert [row.line for row in file.rows] == [3, 5, 7]


def check(**values: str) -> list[str]:
    base = {"family_name": "Aubépine", "given_name": "Zoé", "born_on": "12/03/2008", "mef": "2412214122"}
    checked = check_row(PupilRow(2, base | values), UAI, TODAY)
    if not isinstance(checked, RowRefusal):
        return []
    for reason in checked.reasons:
        text = sentence(reason.code, **reason.params)
        assert not any(value in text for value in values.values() if value)
    return [reason.code.partition(".")[2] for reason in checked.reasons]


@pytest.mark.parametrize("text", ["12/03/2008", "12.3.2008", "12-03-2008", "2008-03-12"])
def test_a_date_may_be_written_in_several_ways(text: str) -> None:
    row = PupilRow(1, {"family_name": "A", "given_name": "B", "born_on": text, "mef": "2412214122"})
    checked = check_row(row, UAI, TODAY)
    assert isinstance(checked, dict)
    assert checked["born_on"] == date(2008, 3, 12)


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("family_name", "", "missing"),
        ("given_name", "", "missing"),
        ("born_on", "", "missing"),
        ("mef", "", "missing"),
        ("family_name", "Aub3pine", "bad_name"),
        ("family_name", "<b>Aubépine</b>", "bad_name"),
        ("given_name", "-", "bad_name"),
        ("given_name", "Z" * 101, "too_long"),
        ("born_on", "12/03/08", "bad_date"),
        ("born_on", "mars 2008", "bad_date"),
        ("born_on", "30/02/2008", "no_such_date"),
        ("born_on", "11/09/2026", "born_in_future"),
        ("born_on", "12/03/1908", "implausible_age"),
        ("born_on", "12/03/2018", "implausible_age"),
        ("left_on", "12/03/2007", "left_before_birth"),
        ("left_on", "hier", "bad_date"),
        ("mef", "24122141", "mef_shape"),
        ("ine", "12345", "ine_shape"),
        ("former_ine", "12345", "ine_shape"),
        ("status_code", "SCOLAIRE", "bad_status"),
        ("class_code", "C" * 31, "too_long"),
        ("class_code", "TCOIF\x07", "unprintable"),
        ("phone", "0012", "bad_phone"),
        ("email", "zoe@", "bad_email"),
        ("commune_code", "69", "bad_commune"),
        ("address", "x" * 301, "too_long"),
        ("uai", "0690048C", "row_wrong_lycee"),
        ("uai", "0690043A", "uai_key"),
    ],
)
def test_a_wrong_value_has_its_reason_and_is_not_repeated(field: str, text: str, code: str) -> None:
    assert check(**{field: text}) == [code]


def test_all_the_reasons_of_a_row_are_given_together() -> None:
    assert check(family_name="", born_on="??", mef="!!") == ["missing", "bad_date", "mef_shape"]


def test_two_different_ines_on_a_row_are_refused() -> None:
    assert check(ine="123456789AB", former_ine="987654321AB") == ["two_ines"]
    assert check(ine="123456789AB", former_ine="123456789AB") == []


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("family_name", "D'Hérouville-L’Œillet"),
        ("given_name", "Jean  Baptiste"),
        ("family_name", "N'Dôla"),
        ("phone", "+33 6 39 98 00 01"),
        ("commune_code", "2A004"),
        ("mef", "24122141220"),
        ("left_on", "03/07/2026"),
        ("born_on", "10/09/2016"),
    ],
)
def test_ordinary_values_are_accepted(field: str, text: str) -> None:
    assert check(**{field: text}) == []


def test_an_accent_that_is_written_apart_is_the_same_name() -> None:
    apart = PupilRow(
        2,
        {
            "family_name": "Le\u0301ve\u0302que",
            "given_name": "Zoe\u0308",
            "born_on": "12/03/2008",
            "mef": "2412214122",
        },
    )
    checked = check_row(apart, UAI, TODAY)
    assert not isinstance(checked, RowRefusal)
    assert (checked["family_name"], checked["given_name"]) == ("Lévêque", "Zoë")


def test_a_ragged_row_is_refused() -> None:
    file = read_csv(csv("Aubépine;Zoé;12/03/2008"))
    checked = check_row(file.rows[0], UAI, TODAY)
    assert isinstance(checked, RowRefusal)
    assert checked.reasons[0].code == "pupils.row_cells"


@given(st.text())
def test_a_name_is_normalised_once_and_for_all(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
    assert normalised(text.upper()).isprintable()


def test_accents_case_and_hyphens_do_not_tell_people_apart() -> None:
    assert name_key("D'Été-Œillet", "Noël") == name_key("D ETE OEILLET", "noel") == "d ete oeillet noel"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(PupilFileRefused):
        assert read_pupil_file(content, UAI).rows


@given(st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_a_damaged_export_is_read_or_refused(position: int, damage: bytes) -> None:
    content = bytearray(siecle(pupil()))
    content[position : position + len(damage)] = damage
    with suppress(PupilFileRefused):
        assert read_pupil_file(bytes(content), UAI).rows
