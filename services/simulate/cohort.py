"""The pupils of a simulation: an invented cohort as CSV files, or the rows of a file that one has."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from services.simulate.cast import LYCEES
from shared.parcours.age import birthday

GIVEN_NAMES = (
    "Adam", "Aïcha", "Anaïs", "Bastien", "Chloé", "Dylan", "Emma", "Enzo", "Fatima", "Gabriel", "Hugo", "Inès",
    "Jade", "Kévin", "Léa", "Lina", "Lucas", "Manon", "Mehdi", "Nora", "Océane", "Quentin", "Rayan", "Sarah",
    "Théo", "Ugo", "Victor", "Wassim", "Yanis", "Zoé",
)  # fmt: skip
FAMILY_NAMES = (
    "Abadie", "Barbier", "Carlier", "Delmas", "Esnault", "Ferrand", "Gautier", "Hamon", "Imbert", "Jacquet",
    "Kieffer", "Laporte", "Marty", "Nicolas", "Ollivier", "Pichon", "Quéré", "Royer", "Salmon", "Tanguy",
    "Vallet", "Wagner", "Zimmer",
)  # fmt: skip
LAST_YEAR_MEF = ("2403341111", "2412213422", "2473120133", "2472540733", "2512341122", "2223230622")
OTHER_MEF = "2213230611"
CLASS_SIZE = 25
HEADER = ("INE", "Nom", "Prénom", "Date de naissance", "MEF", "Classe", "UAI", "Téléphone")
UAI_TAG = re.compile(rb"<UAJ>\s*([0-9]{7}[A-Z])\s*</UAJ>")
UAI_CELL = re.compile(rb"\b[0-9]{7}[A-Z]\b")


@dataclass(frozen=True)
class PupilFile:
    """A file to import into a lycée, by its name and its content."""

    uai: str
    name: str
    content: bytes


def invented(count: int, seed: str, first_day: date) -> list[PupilFile]:
    """``count`` pupils, in turn in each of the demonstration's lycées: one CSV file per lycée."""
    rows = [
        _row(index, Random(f"{seed}:{index}:pupil"), first_day, LYCEES[index % len(LYCEES)])  # noqa: S311 — a simulation
        for index in range(count)
    ]
    by_lycee = {uai: [row for row in rows if row[6] == uai] for uai in LYCEES}
    return [PupilFile(uai, "eleves.csv", _csv(own)) for uai, own in by_lycee.items() if own]


def of_lycees(lycees: Sequence[str], count: int, seed: str, first_day: date) -> list[PupilFile]:
    """``count`` pupils, in turn in each lycée, in classes of CLASS_SIZE: one CSV file per lycée.

    ``first_day``: of their parcours, for their ages.
    """
    rows: dict[str, list[Sequence[str]]] = {uai: [] for uai in lycees}
    for index in range(count):
        uai = lycees[index % len(lycees)]
        random = Random(f"{seed}:{index}:pupil")  # noqa: S311 — a simulation
        rows[uai].append(_row(index, random, first_day, uai, f"T{len(rows[uai]) // CLASS_SIZE + 1}"))
    return [PupilFile(uai, "eleves.csv", _csv(own)) for uai, own in rows.items() if own]


def given(name: str, content: bytes) -> list[PupilFile]:
    """A SIECLE or CSV file, into the lycée that it names; into the demonstration's first one when it names none."""
    found = UAI_TAG.search(content) or UAI_CELL.search(content)
    uai = found[found.lastindex or 0].decode("ascii") if found else LYCEES[0]
    return [PupilFile(uai, name, content)]


def _row(index: int, random: Random, first_day: date, uai: str, name: str = "TPRO") -> Sequence[str]:
    return (
        f"{index:09d}{'ABCDEFGHJK'[index % 10]}{'ABCDEFGHJK'[random.randrange(10)]}",
        random.choice(FAMILY_NAMES), random.choice(GIVEN_NAMES), f"{_born_on(random, first_day):%d/%m/%Y}",
        OTHER_MEF if random.random() < 0.04 else random.choice(LAST_YEAR_MEF),
        name, uai, f"06{random.randrange(10**8):08d}",
    )  # fmt: skip


def _born_on(random: Random, first_day: date) -> date:
    """One in twenty turns 16 within weeks (R36), one in three is a minor, the others are 18 to 21."""
    kind = random.random()
    if kind < 0.05:
        return birthday(first_day + timedelta(days=7 * random.randint(1, 6)), -16)
    years = 17 if kind < 0.35 else random.randint(18, 21)
    return birthday(first_day, -years) - timedelta(days=random.randint(20, 340))


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([HEADER, *rows])
    return text.getvalue().encode("utf-8")
