"""What a reader gives: the rows of a file as text, before any check, and the refusal of a whole file."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.catalogue import sentence
from shared.errors import BadInput
from shared.parcours.refusal import Param

MAX_BYTES = 20_000_000
MAX_ROWS = 20_000

FIELDS: Mapping[str, str] = {
    "uai": "UAI du lycée",
    "ine": "INE",
    "former_ine": "identifiant national",
    "family_name": "nom de famille",
    "usage_name": "nom d'usage",
    "given_name": "prénom",
    "born_on": "date de naissance",
    "mef": "code MEF",
    "status_code": "code de statut",
    "left_on": "date de sortie",
    "class_code": "classe",
    "phone": "téléphone",
    "email": "courriel",
    "commune_code": "code de la commune",
    "address": "adresse",
}
"""The only fields that are read (R35), with their French names."""


@dataclass(frozen=True)
class PupilRow:
    """One pupil as written: field name → text, stripped; ``line``: where it begins in the file, from 1.

    ``is_ragged``: a CSV row that has not as many cells as there are columns.
    """

    line: int
    values: Mapping[str, str]
    is_ragged: bool = False


@dataclass(frozen=True)
class PupilFile:
    """``uai``: the lycée that the file says it is from (SIECLE only); ``fields``: names of ``FIELDS`` that it
    has; ``not_read``: its other columns or elements, by the names that they have in the file."""

    uai: str | None
    rows: tuple[PupilRow, ...]
    fields: frozenset[str]
    not_read: tuple[str, ...]


class PupilFileRefused(BadInput):
    """The whole file is refused, nothing of it was stored. ``reason``: key of ``catalogue/pupils.toml``."""

    def __init__(self, reason: str, **params: Param) -> None:
        self.reason = reason
        super().__init__({"fichier": [sentence(f"pupils.{reason}", **params)]}, reason=reason)
