"""The sizes that a simulation can have: how many organisations and pupils, and which lycée works with whom."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from shared.parcours.academies import place_of
from shared.parcours.refusal import Refusal
from shared.parcours.uai import key_letter, parse_uai

ACADEMIE = "Lyon"
REAL_UAIS = Path(__file__).resolve().parents[3] / "shared" / "data" / "uai_voie_pro.csv"
"""Public data that may lie beside the project: a column ``uai``, the lycées with a voie professionnelle."""
INVENTED_FROM = 690_900


@dataclass(frozen=True)
class Profile:
    """``pupils`` come to workshops; ``parcours`` of them begin one in the next school year."""

    missions_locales: int
    lycees: int
    pupils: int
    parcours: int

    def scaled(self, scale: float) -> "Profile":
        """Smaller in everything, one of each at least. ``scale``: above 0, at most 1."""
        sizes = {name: max(1, round(size * scale)) for name, size in vars(self).items()}
        return replace(self, **sizes)


PROFILES: Mapping[str, Profile] = {
    "one-ml": Profile(missions_locales=1, lycees=6, pupils=600, parcours=66),
    "academie": Profile(missions_locales=25, lycees=100, pupils=10_000, parcours=1_100),
}


@dataclass(frozen=True)
class Territory:
    """The organisations of a simulation. ``partners``: lycée → its Missions Locales, the nearest first."""

    lycees: Sequence[str]
    missions_locales: Sequence[str]
    agencies: Sequence[str]
    partners: Mapping[str, Sequence[str]]

    def agency_of(self, uai: str) -> str:
        """The agence France Travail that goes with a lycée's first Mission Locale."""
        return self.agencies[self.missions_locales.index(self.partners[uai][0])]


def territory(profile: Profile) -> Territory:
    """Lycées side by side: each has the Mission Locale of its place, and the next one."""
    found = uais(profile.lycees)
    missions = [f"ml-simulation-{number:02d}" for number in range(1, profile.missions_locales + 1)]
    agencies = [f"ft-simulation-{number:02d}" for number in range(1, profile.missions_locales + 1)]
    partners = {}
    for place, uai in enumerate(found):
        nearest = place * len(missions) // len(found)
        partners[uai] = list(dict.fromkeys((missions[nearest], missions[(nearest + 1) % len(missions)])))
    return Territory(found, missions, agencies, partners)


def uais(count: int) -> list[str]:
    """So many UAI codes of one académie (R34): real ones where they are known here, and invented ones."""
    real = sorted(_real()) if REAL_UAIS.is_file() else []
    digits = (f"{INVENTED_FROM + number:07d}" for number in range(count))
    invented = (each + key_letter(each) for each in digits)
    return list(dict.fromkeys([*real, *invented]))[:count]


def _real() -> Iterator[str]:
    """Those of the list that are UAI codes of the académie."""
    with REAL_UAIS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            with suppress(Refusal):
                uai = parse_uai(row["uai"])
                if place_of(uai).academie == ACADEMIE:
                    yield uai
