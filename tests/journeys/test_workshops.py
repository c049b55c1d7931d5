"""AvenirPro, phase 1: a whole cycle of 3 workshops (2024-25) and of 4 (2025-26), ending in proposals for the parcours.

Over HTTP, without JavaScript, on the embedded default, whose clock goes from one school year to the next.
"""

import io
import re
from collections.abc import Iterator
from datetime import date

import openpyxl
import pypdf
import pytest
from lxml import html

from services import embedded
from services.simulate.clock import SimulationClock, morning
from tests.journeys.by_http import Somebody
from tests.support.waiting import wait_until

HEAD, TEACHER, OFFICE, DROPOUT = "Hélène Vasseur", "Thomas Rey", "Martine Gauthier", "Nadia Cherif"
CONSEILLER, OTHER_CONSEILLER, FRANCE_TRAVAIL = "Samira Haddad", "Awa Traoré", "Laure Vidal"
OTHER_HEAD = "Philippe Arnaud"
ML, FT = "ml-lyon-centre", "ft-lyon-croix-rousse"
FILE = """INE;Nom;Prénom;Date de naissance;Code MEF;Classe
990000201AA;ABRICOT;Lina;05/05/2007;2412214122;TCAP1
990000202AB;BOULEAU;Malo;12/01/2007;2412214122;TCAP1
990000203AC;CERISIER;Nour;20/02/2007;2412214122;TCAP2
"""
YEARS = {
    "2024-2025": (date(2024, 10, 7), ("2024-11-07", "2024-12-05", "2025-01-16"), "mission_locale", CONSEILLER),
    "2025-2026": (
        date(2025, 10, 6), ("2025-11-06", "2025-12-04", "2026-01-15", "2026-03-05"), "france_travail", FRANCE_TRAVAIL,
    ),
}  # fmt: skip
MARKS = ("realise", "refus_jeune", "refus_tiers")


class Lycee:
    """The stack, its clock, and everybody at it."""

    def __init__(self, address: str, clock: SimulationClock) -> None:
        self.address, self.clock = address, clock
        self._people: dict[str, Somebody] = {}

    def __call__(self, name: str) -> Somebody:
        if name not in self._people:
            self._people[name] = Somebody(self.address, name)
        return self._people[name]

    def on(self, day: str | date) -> None:
        day = date.fromisoformat(day) if isinstance(day, str) else day
        self.clock.jump_to(max(morning(day).replace(hour=15), self.clock.now()))


@pytest.fixture(scope="module")
def lycee(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lycee]:
    folder = tmp_path_factory.mktemp("workshops")
    clock = SimulationClock(folder / "clock", date(2024, 10, 7))
    with embedded.running(folder, env="test", clock_offset_file=folder / "clock") as addresses:
        yield Lycee(addresses.inbox, clock)


@pytest.mark.parametrize("year", YEARS)
def test_a_whole_cycle_of_workshops_ends_in_proposals_for_the_parcours(lycee: Lycee, year: str) -> None:
    first_day, days, lead, animator = YEARS[year]
    lycee.on(first_day)
    lycee(OFFICE).get("/eleves/import").send(0, files={"file": ("eleves.csv", FILE.encode(), "text/csv")})
    cycle = opened(lycee, year, lead)
    enrolled(lycee, cycle)
    journal_is_shared(lycee, cycle)
    for number, day in enumerate(days, 1):
        held(lycee, cycle, animator, number, day)
    nobody_else_sees_it(lycee, cycle)
    intentions(lycee, cycle, animator, days[-1])
    proposed(lycee, year)


def opened(lycee: Lycee, year: str, lead: str) -> str:
    """The teacher opens the cycle, the head of school concludes the convention and chooses the lead operator (R31)."""
    teacher = lycee(TEACHER).get("/ateliers").send("", mission_locale=ML, france_travail=FT)
    assert f"AvenirPro {year}" in teacher.text
    again = lycee(TEACHER).get("/ateliers").send("", mission_locale=ML, france_travail=FT)
    assert (again.status, "un seul opérateur chef de file" in again.text) == (422, True)
    cycle = str(lycee(TEACHER).get("/ateliers").open(f"AvenirPro {year}").path)
    head = lycee(HEAD).get(cycle).open("Conclure la convention")
    head.send(
        "/terminer",
        **{
            "champ-operateur_sorte": lead, "champ-co_animation": "non", "champ-horaires_debut": "08:00",
            "champ-convention_le": lycee.clock.today().isoformat(), "champ-horaires_fin": "18:00",
            "liste-jours_ouverts": ["lundi", "mardi", "jeudi", "vendredi"],
        },
    )  # fmt: skip
    assert "chef de file" in lycee(HEAD).get(cycle).text
    return cycle


def enrolled(lycee: Lycee, cycle: str) -> None:
    """A whole class, and one pupil of another: names are the lycée's to give."""
    teacher = lycee(TEACHER).get(cycle).send("/eleves", classes=["TCAP1"])
    assert "Élèves inscrits par le lycée : 2." in teacher.text
    choice = teacher.send("/eleves", classes=["TCAP2"], choisir="oui")
    ticked = choice.page.xpath("//input[@name='eleves']/@value")
    choice.send("/eleves", eleves=ticked)
    assert "Élèves inscrits par le lycée : 3." in lycee(TEACHER).get(cycle).text


def journal_is_shared(lycee: Lycee, cycle: str) -> None:
    """R31: both operators write and read it, the lycée does not."""
    told = {
        "contacted_on": lycee.clock.today().isoformat(),
        "interlocutor": "M. Rey",
        "answer": "Rappeler jeudi",
    }
    lycee(CONSEILLER).get(cycle).send("/journal", **told)
    assert "Rappeler jeudi" in lycee(FRANCE_TRAVAIL).get(cycle).text
    assert "Rappeler jeudi" not in lycee(HEAD).get(cycle).text


def held(lycee: Lycee, cycle: str, animator: str, number: int, day: str) -> None:
    """Planned within the rules (R28, R29), held, and its sheet closed when everybody is marked (R32)."""
    told = {
        "workshop": str(number), "at": "10:00", "minutes": "60", "place": "Salle B12", "format": "Collectif",
        "animators": animator, "classes": ["TCAP1", "TCAP2"],
    }  # fmt: skip
    autumn = date.fromisoformat(day).year - (date.fromisoformat(day).month < 9)
    refused = lycee(animator).get(cycle).send("/seances", on=f"{autumn}-11-11", **told)
    assert (refused.status, "jour férié" in refused.text) == (422, True)
    planned = refused.send("/seances", on=day, **told)
    assert planned.status == 200, planned.page.xpath("string(//*[@role='alert'])")
    lycee.on(day)
    when = f"Le {date.fromisoformat(day):%d/%m/%Y} à 10:00"
    sheet = lycee(animator).get(cycle).open(when)
    pupils = re.findall(r"pointage-([0-9a-f-]{36})", html.tostring(sheet.page).decode())
    ids = list(dict.fromkeys(pupils))
    assert len(ids) == 3
    if number == 1:
        two_at_one_sheet(lycee, animator, sheet.path, ids)
        sheet = lycee(animator).get(sheet.path)
    early = sheet.send("/feuille", fermer="oui", **{f"pointage-{ids[0]}": "realise"})
    assert (early.status, "il reste 2 élèves" in early.text, "BOULEAU Malo" in early.text) == (
        422,
        True,
        True,
    )
    path = early.path.removesuffix("/feuille")
    marks = {f"pointage-{id_}": mark for id_, mark in zip(ids, MARKS, strict=True)}
    assert "Feuille close par" in lycee(animator).get(path).send("/feuille", fermer="oui", **marks).text
    if number == 1:
        files_say_what_the_sheet_says(lycee(animator))


def two_at_one_sheet(lycee: Lycee, animator: str, path: str, ids: list[str]) -> None:
    """Each marks who stands before her: neither erases what the other has marked, unseen."""
    first, second = (Somebody(lycee.address, animator).get(path) for _ in range(2))
    first.send("/feuille", **{f"pointage-{ids[0]}": "realise"})
    assert second.send("/feuille", **{f"pointage-{ids[1]}": "refus_tiers"}).status == 200
    assert marked(second.get(path)) == ["realise", "refus_tiers", "prescrit"]
    first.get(path)
    second.send("/feuille", **{f"pointage-{ids[1]}": "realise"})
    first.send("/feuille", **{f"pointage-{ids[1]}": "refus_jeune"})
    assert (first.status, "Enregistré maintenant : Réalisé" in first.text) == (409, True)
    assert marked(first) == ["realise", "refus_jeune", "prescrit"]
    assert marked(second.get(path)) == ["realise", "realise", "prescrit"]
    first.send("/feuille", **{f"pointage-{id_}": "prescrit" for id_ in ids})
    assert marked(first.get(path)) == ["prescrit"] * 3


def marked(sheet: Somebody) -> list[str]:
    return list(sheet.page.xpath("//input[@type='radio'][@checked]/@value"))


def files_say_what_the_sheet_says(person: Somebody) -> None:
    pdf = pypdf.PdfReader(io.BytesIO(person.file("Feuille en PDF")))
    text = " ".join(pdf.pages[0].extract_text().split())
    assert all(words in text for words in ("ABRICOT Lina", "Réalisé", "Refus jeune", "Salle B12"))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    book = openpyxl.load_workbook(io.BytesIO(person.file("Feuille en XLSX")))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].rows]
    assert ["BOULEAU Malo", "TCAP1", "Refus jeune"] in [row[:3] for row in rows]
    of_class = openpyxl.load_workbook(io.BytesIO(person.file("Classe TCAP2 en XLSX")))
    names = [row[0].value for row in of_class.worksheets[0].rows]
    assert names[-1] == "CERISIER Nour"
    assert "ABRICOT Lina" not in names


def nobody_else_sees_it(lycee: Lycee, cycle: str) -> None:
    """R38."""
    for stranger in (OTHER_CONSEILLER, OTHER_HEAD, DROPOUT):
        assert lycee(stranger).get(cycle).status == 404


def intentions(lycee: Lycee, cycle: str, animator: str, day: str) -> None:
    """R33: nothing without the pupil's agreement; one is without solution, one has one, one said nothing."""
    person = lycee(animator).get(cycle)
    nobody, *ids = person.page.xpath("//select[@id='intention-eleve']/option/@value")
    refused = person.send("/intentions", intention="emploi", agreed_on=day)
    assert (nobody, refused.status, "élève" in refused.page.xpath("string(//*[@role='alert'])")) == (
        "",
        422,
        True,
    )
    assert person.get(cycle).send("/entretiens", held_on=day).status == 422
    person.get(cycle).send("/entretiens", pupil_id=ids[0], wished_on=day)
    person.get(cycle).send("/entretiens", pupil_id=ids[0], held_on=day)
    assert f"demandé le {date.fromisoformat(day):%d/%m/%Y}, tenu le" in person.get(cycle).text
    refused = person.send("/intentions", pupil_id=ids[0], intention="emploi", agreed_on="")
    assert (refused.status, "avec l’accord de l’élève" in refused.text) == (422, True)
    wanted = {"intention": "emploi", "agreed_on": day, "phone": "06 12 34 56 78", "email": "eleve@exemple.fr"}
    lycee(animator).get(cycle).send("/intentions", pupil_id=ids[0], **wanted)
    lycee(animator).get(cycle).send("/intentions", pupil_id=ids[1], **wanted, has_solution="oui")
    done = lycee(animator).get(cycle).send("/intentions", pupil_id=ids[2], intention="non_exprimee")
    assert "terminé" in done.text


def proposed(lycee: Lycee, year: str) -> None:
    """The référent décrochage finds the one pupil without solution who agreed, and can open the parcours."""
    dropout = lycee(DROPOUT)

    def is_there() -> bool:
        dropout.get("/eleves/proposes")
        return year in dropout.text

    wait_until(is_there)
    assert "ABRICOT Lina" in dropout.text
    assert "0612345678" in dropout.text
    assert "BOULEAU" not in dropout.text
    assert "Examiner les élèves proposés" in dropout.get("/taches?vue=organisation").text
