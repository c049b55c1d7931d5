"""Reads a CSV of pupils, French or technical headers.

A column that is not known is not read, and the result says so.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from services.enrolment.pupils.rows import FIELDS, MAX_ROWS, PupilFile, PupilFileRefused, PupilRow
from shared.csv_rows import records
from shared.parcours.refusal import Param

REQUIRED = ("family_name", "given_name", "born_on", "mef")

_HEADERS: Mapping[str, tuple[str, ...]] = {
    "uai": ("uai", "uaj", "rne", "code_uai", "uai_etablissement", "code_etablissement"),
    "ine": ("ine", "ine_rnie", "numero_ine", "n_ine"),
    "former_ine": ("id_national", "identifiant_national", "ancien_ine"),
    "family_name": ("nom", "nom_de_famille", "nom_famille", "nom_de_naissance", "nom_naissance"),
    "usage_name": ("nom_usage", "nom_d_usage"),
    "given_name": ("prenom", "prenom_1", "premier_prenom", "prenom_eleve"),
    "born_on": (
        "date_naiss",
        "date_naissance",
        "date_de_naissance",
        "ne_le",
        "nee_le",
        "ne_e_le",
        "naissance",
    ),
    "mef": ("code_mef", "mef", "mefstat"),
    "status_code": ("code_statut", "statut"),
    "left_on": ("date_sortie", "date_de_sortie", "sortie", "sorti_le"),
    "class_code": ("classe", "division", "code_structure", "code_division", "code_classe"),
    "phone": ("telephone", "tel", "portable", "tel_portable", "telephone_portable", "mobile"),
    "email": ("email", "e_mail", "mail", "courriel", "mel", "adresse_mail", "adresse_electronique"),
    "commune_code": ("code_commune", "commune_code", "code_insee", "commune_insee", "code_commune_insee"),
    "address": ("adresse", "adresse_postale"),
}
_FIELD_OF = {header: field for field, headers in _HEADERS.items() for header in (*headers, field)}


def read_csv(content: bytes, mapping: Mapping[str, str] | None = None) -> PupilFile:
    """The rows of a CSV. ``mapping``: header as written → field name, beside the headers known by themselves.

    PupilFileRefused for an unreadable encoding, a missing or doubled column, an unclosed quotation mark,
    no row or too many.
    """
    return read_table(records(content, MAX_ROWS, _refused), mapping or {})


def read_table(lines: Iterator[tuple[int, list[str]]], mapping: Mapping[str, str]) -> PupilFile:
    """The rows of a table whose first line is its header: (number, cells) of each line that is not blank."""
    header = next(lines, (0, []))[1]
    columns = [_field_of(name, mapping) for name in header]
    _check_columns(columns)
    not_read = tuple(
        name.strip() for name, field in zip(header, columns, strict=True) if not field and name.strip()
    )
    rows = tuple(_row(line, cells, columns) for line, cells in lines)
    if not rows:
        raise PupilFileRefused("no_pupil")
    return PupilFile(None, rows, frozenset(filter(None, columns)), not_read)


def _refused(key: str, **params: Param) -> PupilFileRefused:
    """What is wrong with a CSV has names of its own here, beside those of the other formats."""
    own = {"encoding": "csv_encoding", "malformed": "csv_malformed"}
    return PupilFileRefused(own.get(key, key), **params)


def _field_of(header: str, mapping: Mapping[str, str]) -> str | None:
    if header.strip() in mapping:
        field = mapping[header.strip()]
        if field not in FIELDS:
            raise PupilFileRefused("csv_mapping", field=field)
        return field
    return _FIELD_OF.get(_normalised(header))


def _normalised(header: str) -> str:
    plain = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")


def _check_columns(columns: list[str | None]) -> None:
    if missing := [FIELDS[field] for field in REQUIRED if field not in columns]:
        raise PupilFileRefused("csv_columns_missing", columns=", ".join(missing))
    read = [field for field in columns if field]
    if doubled := sorted({FIELDS[field] for field in read if read.count(field) > 1}):
        raise PupilFileRefused("csv_columns_doubled", columns=", ".join(doubled))


def _row(line: int, cells: list[str], columns: list[str | None]) -> PupilRow:
    values = {field: cell.strip() for field, cell in zip(columns, cells, strict=False) if field}
    return PupilRow(line, values, is_ragged=len(cells) != len(columns))
