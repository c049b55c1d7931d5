"""An XLSX is read as a CSV is, its columns by name or as the importing person names them (R35)."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from services.enrolment.pupils import read_pupil_file
from services.enrolment.pupils.rows import PupilFileRefused
from tests.services.enrolment_pupils.conftest import Lycee
from tests.services.enrolment_pupils.files import UAI

HEADER = ("INE", "Nom", "Prénom", "Date de naissance", "MEF", "Téléphone", "Hobby")
ZOE = ("111111111KH", "Planterose", "Zoé", date(2008, 3, 1), 2403341111, "0612000001", "vélo")
UGO = ("222222222KH", "Quévremont", "Ugo", "02/03/2008", "2403341111", None, None)


def workbook(*rows: Any) -> bytes:
    book, content = Workbook(), io.BytesIO()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def test_a_workbook_is_imported_and_importing_it_again_changes_nothing(lycee: Lycee) -> None:
    content = workbook(HEADER, ZOE, (), UGO)
    first, second = lycee.imports(content), lycee.imports(content)
    assert (first.created, first.refused, first.not_read) == (2, (), ("Hobby",))
    assert (second.created, second.updated, second.unchanged) == (0, 0, 2)
    zoe, ugo = lycee.pupils()
    assert (zoe["born_on"], zoe["mef"], zoe["phone"]) == (date(2008, 3, 1), "2403341111", "0612000001")
    assert ugo["born_on"] == date(2008, 3, 2)


def test_a_faulty_row_is_refused_by_its_number_in_the_sheet(lycee: Lycee) -> None:
    result = lycee.imports(workbook(HEADER, ZOE, (), (*UGO[:3], "hier", *UGO[4:])))
    assert [row.line for row in result.refused] == [4]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_columns_of_other_names_are_told_by_who_imports(kind: str) -> None:
    header = ("Patronyme", "Petit nom", "Jour", "Code")
    row = ("Planterose", "Zoé", "01/03/2008", "2403341111")
    content = workbook(header, row) if kind == "xlsx" else "\n".join(map(";".join, (header, row))).encode()
    mapping = dict(zip(header, ("family_name", "given_name", "born_on", "mef"), strict=True))
    (read,) = read_pupil_file(content, UAI, mapping).rows
    assert read.values["family_name"] == "Planterose"
    with pytest.raises(PupilFileRefused, match="bad_input") as refused:
        read_pupil_file(content, UAI)
    assert "Il manque des colonnes" in str(refused.value.errors)
    with pytest.raises(PupilFileRefused) as unknown:
        read_pupil_file(content, UAI, {"Patronyme": "couleur"})
    assert "couleur" in str(unknown.value.errors)


def _archive(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/"), body)
    return content.getvalue()


def test_a_workbook_that_is_damaged_or_unpacks_without_end_is_refused() -> None:
    whole = {"[Content_Types].xml": b"<x/>", "xl__workbook.xml": b"<x/>"}
    with pytest.raises(PupilFileRefused) as damaged:
        read_pupil_file(_archive(**whole), UAI)
    assert damaged.value.reason == "xlsx_unreadable"
    with pytest.raises(PupilFileRefused) as bomb:
        read_pupil_file(_archive(**whole, xl__big=b"0" * 200_000_001), UAI)
    assert bomb.value.reason == "too_many_rows"


def test_an_archive_that_is_no_workbook_is_refused_as_before() -> None:
    with pytest.raises(PupilFileRefused) as refused:
        read_pupil_file(_archive(a=b"x"), UAI)
    assert refused.value.reason == "archive"


def test_a_workbook_of_another_lycee_is_refused_whole() -> None:
    header, row = (*HEADER, "UAI"), (*ZOE, "0690048C")
    with pytest.raises(PupilFileRefused) as refused:
        read_pupil_file(workbook(header, row), UAI)
    assert refused.value.reason == "wrong_lycee"
