"""MEF: the code of a course, ten digits, or eleven in SIECLE (R34, R6)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.parcours.refusal import Refusal

PAE_LEVEL_3 = "7034150211"
PAE_LEVEL_4 = "7044150111"
PAE_LEVELS = {PAE_LEVEL_3: 3, PAE_LEVEL_4: 4}

_SHAPE = re.compile(r"[0-9]{10,11}")


class Diploma(StrEnum):
    """The four diplomas of R1."""

    CAP = "cap"
    BAC_PRO = "bac_pro"
    BMA = "bma"
    DTMS = "dtms"

    @property
    def level(self) -> int:
        """Level of the national framework: 3 for a CAP, 4 for the others."""
        return 3 if self is Diploma.CAP else 4

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Diploma.CAP: "CAP",
    Diploma.BAC_PRO: "Baccalauréat professionnel",
    Diploma.BMA: "Brevet des métiers d'art",
    Diploma.DTMS: "Diplôme de technicien des métiers du spectacle",
}
_FAMILIES = {
    "240": Diploma.CAP, "241": Diploma.CAP, "242": Diploma.CAP,
    "247": Diploma.BAC_PRO,
    "250": Diploma.BMA, "251": Diploma.BMA,
}  # fmt: skip
_DTMS_FAMILY = "222"
# Family 222 also holds the brevet of circus arts: a DTMS is told by its speciality [I] (2025-2026).
_DTMS_SPECIALITIES = frozenset({"32306", "24210"})


@dataclass(frozen=True)
class Mef:
    """A course by its ten digits: family (3), speciality (5), length in years, year."""

    code: str

    @property
    def diploma(self) -> Diploma | None:
        """One of the four diplomas [I]; None for any other course (a CS, a first year of DTMS, a 2de…)."""
        family = self.code[:3]
        if family == _DTMS_FAMILY:
            return Diploma.DTMS if self.code[3:8] in _DTMS_SPECIALITIES else None
        return _FAMILIES.get(family)

    @property
    def is_last_year(self) -> bool:
        """A last year of one of the four diplomas: the ninth digit (years) equals the tenth (year)."""
        return self.diploma is not None and self.code[8] == self.code[9]

    @property
    def is_pae(self) -> bool:
        """The parcours itself, under which SIECLE enrols a pupil (R5)."""
        return self.code in {PAE_LEVEL_3, PAE_LEVEL_4}


def parse_mef(text: str) -> Mef:
    """A MEF of ten digits, or of eleven whose last is dropped. Refusal ``parcours.mef_shape``."""
    mef = "".join(text.split())
    if not _SHAPE.fullmatch(mef):
        raise Refusal("parcours.mef_shape")
    return Mef(mef[:10])


def pae_mef(diploma: Diploma) -> str:
    """R6 [I]: the MEF under which the pupil is enrolled: level 3 after a CAP, level 4 after the others."""
    return PAE_LEVEL_3 if diploma.level == 3 else PAE_LEVEL_4
