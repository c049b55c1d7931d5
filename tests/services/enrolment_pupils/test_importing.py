from collections.abc import Mapping
from datetime import date
from threading import Thread

import pytest

from services.enrolment.pupils.importing import ImportResult
from shared.database import Database
from tests.services.enrolment_pupils.conftest import Lycee
from tests.services.enrolment_pupils.files import ROW, csv, pupil, siecle


def one(lycee: Lycee) -> Mapping[str, object]:
    (only,) = lycee.pupils()
    return only


def test_a_corrected_row_updates_and_says_so(lycee: Lycee) -> None:
    lycee.imports(siecle(pupil()))
    created = one(lycee)
    result = lycee.imports(siecle(pupil(NOM_DE_FAMILLE="Aubépin", DATE_SORTIE="03/07/2026")))
    assert (result.created, result.updated, result.unchanged) == (0, 1, 0)
    assert result.updates[0].fields == ("nom de famille", "date de sortie")
    now = one(lycee)
    assert (now["id"], now["family_name"], now["left_on"]) == (created["id"], "Aubépin", date(2026, 7, 3))
    assert now["created_at"] == created["created_at"]
    assert now["updated_at"] == lycee.clock.now()


def test_a_pupil_who_comes_back_is_no_longer_gone(lycee: Lycee) -> None:
    lycee.imports(siecle(pupil(DATE_SORTIE="03/07/2026")))
    lycee.imports(siecle(pupil()))
    assert one(lycee)["left_on"] is None


def test_the_pupil_without_an_ine_is_known_by_name_and_birth_date(lycee: Lycee) -> None:
    lycee.imports(siecle(pupil(INE_RNIE="")))
    assert lycee.imports(siecle(pupil(INE_RNIE="", NOM_DE_FAMILLE="AUBEPINE"))).updated == 1
    assert lycee.imports(siecle(pupil(INE_RNIE="", DATE_NAISS="13/03/2008"))).created == 1


def test_an_ine_that_comes_later_joins_the_pupil_and_is_not_lost_again(lycee: Lycee) -> None:
    lycee.imports(siecle(pupil(INE_RNIE="")))
    assert lycee.imports(siecle(pupil())).updates[0].fields == ("INE",)
    assert lycee.imports(csv(ROW)).unchanged == 1
    assert one(lycee)["ine"] == "123456789AB"


def test_an_older_ine_finds_the_pupil_whatever_its_column(lycee: Lycee) -> None:
    lycee.imports(siecle(pupil(ID_NATIONAL="0123456789A")))
    again = siecle(pupil(INE_RNIE="0123456789A", NOM_DE_FAMILLE="Autre"))
    assert lycee.imports(again).updates[0].fields == ("nom de famille",)
    assert (one(lycee)["ine"], one(lycee)["former_ine"]) == ("123456789AB", "0123456789A")


def test_namesakes_with_other_ines_are_two_pupils_and_are_pointed_out(lycee: Lycee) -> None:
    lycee.imports(siecle(pupil()))
    result = lycee.imports(siecle(pupil(INE_RNIE="987654321AB")))
    assert (result.created, result.namesakes) == (1, (4,))
    ambiguous = lycee.imports(siecle(pupil(INE_RNIE="")))
    assert "précisez l'INE" in ambiguous.refused[0].reasons[0]


def test_an_ine_typed_for_somebody_else_changes_nobody(lycee: Lycee) -> None:
    lycee.imports(siecle(pupil()))
    result = lycee.imports(siecle(pupil(NOM_DE_FAMILLE="Béranger", DATE_NAISS="05/11/2007")))
    assert "déjà celui d'un autre élève" in result.refused[0].reasons[0]
    assert one(lycee)["family_name"] == "Aubépine"


def test_two_ines_that_point_to_two_pupils_are_refused(lycee: Lycee) -> None:
    lycee.imports(siecle(pupil(), pupil(INE_RNIE="", ID_NATIONAL="0123456789A", PRENOM="Léa")))
    result = lycee.imports(siecle(pupil(ID_NATIONAL="0123456789A")))
    assert "Plusieurs élèves" in result.refused[0].reasons[0]


def test_the_same_pupil_twice_in_a_file_is_taken_once(lycee: Lycee) -> None:
    result = lycee.imports(csv(ROW, ROW))
    assert (result.created, [each.line for each in result.refused]) == (1, [3])


def test_the_course_that_was_followed_survives_the_enrolment_in_the_parcours(lycee: Lycee) -> None:
    lycee.imports(siecle(pupil()))
    assert lycee.imports(siecle(pupil(CODE_MEF="70341502110"))).unchanged == 1
    assert one(lycee)["mef"] == "2412214122"


def test_a_pupil_who_is_known_only_in_the_parcours_is_imported(lycee: Lycee) -> None:
    result = lycee.imports(siecle(pupil(CODE_MEF="70441501110")))
    assert (result.created, result.outside) == (1, 0)


def test_a_first_year_is_imported_and_counted(lycee: Lycee) -> None:
    assert lycee.imports(siecle(pupil(CODE_MEF="24122141210"))).outside == 1


def test_contact_data_is_only_touched_by_a_file_that_has_it(lycee: Lycee) -> None:
    header = "nom;prenom;date_naissance;mef;telephone"
    lycee.imports(csv(ROW + ";06 39 98 00 01", header=header))
    lycee.imports(csv(ROW))
    assert one(lycee)["phone"] == "0639980001"
    lycee.imports(csv(ROW + ";", header=header))
    assert one(lycee)["phone"] is None


def test_a_lycee_never_touches_the_pupils_of_another(lycee: Lycee, other_lycee: Lycee) -> None:
    lycee.imports(siecle(pupil()))
    other_lycee.imports(siecle(pupil(PRENOM="Zoë"), uai=other_lycee.uai))
    assert one(lycee)["given_name"] == "Zoé"
    assert one(other_lycee)["given_name"] == "Zoë"


def test_one_wrong_row_does_not_hold_up_the_others(lycee: Lycee) -> None:
    result = lycee.imports(siecle(pupil(), pupil(PRENOM="", INE_RNIE=""), pupil(INE_RNIE="223456789AB")))
    assert (result.created, len(result.refused)) == (2, 1)


def test_progress_is_told_row_by_row(lycee: Lycee) -> None:
    seen: list[tuple[int, int]] = []
    lycee.imports(csv(ROW, "Béranger;Maël;05/11/2007;2412552422"), progress=lambda *each: seen.append(each))
    assert seen == [(1, 2), (2, 2)]


def test_the_result_can_be_written_as_json(lycee: Lycee) -> None:
    result = lycee.imports(csv(ROW, "Béranger;;05/11/2007;2412552422")).as_dict()
    assert result["refused"] == ({"line": 3, "reasons": ("Il manque : prénom.",)},)


def test_a_failure_leaves_nothing(lycee: Lycee) -> None:
    def fail(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        lycee.imports(csv(ROW, "Béranger;Maël;05/11/2007;2412552422"), progress=fail)
    assert lycee.pupils() == []


def test_two_imports_at_once_create_each_pupil_once(database: Database) -> None:
    lycees = [Lycee(database), Lycee(database)]
    file = csv(*(f"Aubépine {chr(65 + n)};Zoé;12/03/2008;2412214122" for n in range(26)))
    lycees[1]._numbers = iter(range(1000, 2000))  # type: ignore[assignment]
    results: list[ImportResult] = []
    threads = [Thread(target=lambda each=each: results.append(each.imports(file))) for each in lycees]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((each.created, each.unchanged) for each in results) == [(0, 26), (26, 0)]
    assert len(lycees[0].pupils()) == 26
