"""The list of tasks as CSV and XLSX: what the page shows, as a spreadsheet in French reads it, no formula in it."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from services.inbox.tasklist import exporting, shelf
from tests.inbox.interview import GARANCE
from tests.inbox.people import Visitor
from tests.inbox.test_filters import open_with
from tests.support.inbox_world import World

HEAD = ["Élève", "Tâche", "Étape", "Échéance", "Urgence", "Prise par", "Rôle", "Relance", "Ouverte le"]


def as_csv(visitor: Visitor, query: str = "") -> list[list[str]]:
    answer = visitor.client.get(f"/taches/taches.csv{query}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def as_xlsx(visitor: Visitor, query: str = "") -> list[tuple[Any, ...]]:
    answer = visitor.client.get(f"/taches/taches.xlsx{query}")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.data))
    return list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]


def test_both_files_have_what_the_list_shows(world: World, karim: Visitor) -> None:
    world.enrolment.open_task(
        "Mener l’entretien", GARANCE, role="referent", due=date(2026, 9, 4), subject="Maëlle Guichard"
    )
    world.bilan.open_task("Préparer le bilan", GARANCE, role="secretariat", subject="Tom Lefèvre")
    line = ["Maëlle Guichard", "Mener l’entretien", "2", "04/09/2026", "En retard", "", "référent de parcours", "",
            "07/09/2026"]  # fmt: skip
    assert as_csv(karim) == [HEAD, line]
    whole = as_csv(karim, "?vue=organisation")
    assert [row[0] for row in whole] == ["Élève", "Maëlle Guichard", "Tom Lefèvre"]
    sheet = as_xlsx(karim, "?vue=organisation")
    assert [[("" if cell is None else str(cell)) for cell in row] for row in sheet] == whole


def test_the_filters_that_a_person_keeps_hold_for_the_file_too(world: World, karim: Visitor) -> None:
    open_with(world.enrolment, "Mener l’entretien", GARANCE, mineur=True)
    open_with(world.enrolment, "Faire le point", GARANCE, mineur=False)
    karim.get("/taches").send("/filtrer", mineur="non")
    assert [row[1] for row in as_csv(karim)] == ["Tâche", "Faire le point"]
    assert "Exporter en CSV" in karim.links()


@pytest.mark.parametrize("subject", ["=1+1", "+33612", "-2", "@SUM(A1)", "\t=1"])
def test_a_name_never_becomes_a_formula(world: World, karim: Visitor, subject: str) -> None:
    world.enrolment.open_task("Mener l’entretien", GARANCE, role="referent", subject=subject)
    assert as_csv(karim)[1][0] == f"'{subject}"
    answer = karim.client.get("/taches/taches.xlsx")
    cell: Any = load_workbook(io.BytesIO(answer.data)).active["A2"]  # type: ignore[index]
    assert (cell.data_type, cell.value) == ("s", f"'{subject}")


def test_a_file_that_is_cut_or_lacks_a_service_says_so_in_its_last_rows(
    world: World, karim: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST", 3)
    for number in range(5):
        world.enrolment.open_task(f"Tâche {number}", GARANCE, role="referent")
    world.bilan.stop()
    rows = as_csv(karim)
    assert [row[1] for row in rows[1:4]] == ["Tâche 0", "Tâche 1", "Tâche 2"]
    assert "Le service du bilan (étape 5) ne répond pas" in rows[4][0]
    assert rows[5][0].startswith("La liste continue : ce fichier a ses 3 premières tâches.")


def test_a_file_whose_filter_keeps_few_of_a_long_list_ends_and_says_where(
    world: World, karim: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "SEARCHED", 50)
    monkeypatch.setattr(exporting, "LOOKED_AT", 60)
    for number in range(120):
        open_with(world.enrolment, f"Tâche {number}", GARANCE, mineur=True)
    karim.get("/taches").send("/filtrer", mineur="non")
    rows = as_csv(karim)
    assert len(rows) == 2
    assert rows[1][0] == "La liste continue : ce fichier s’arrête aux 60 premières tâches examinées."


def test_who_is_not_signed_in_gets_no_file(visitor: Visitor) -> None:
    for name in ("taches.csv", "taches.xlsx"):
        assert "/connexion" in visitor.client.get(f"/taches/{name}").headers["Location"]


def test_a_view_that_there_is_not_has_no_file(karim: Visitor) -> None:
    assert karim.client.get("/taches/taches.csv?vue=toutes").status_code == 404


def test_a_file_has_the_name_of_its_day_and_is_not_kept_by_the_browser(karim: Visitor) -> None:
    answer = karim.client.get("/taches/taches.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="taches-2026-09-07.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
