"""Builders of files: what a lycée exports, with one thing changed."""

from collections.abc import Mapping
from pathlib import Path

UAI = "0690043X"
SAMPLES = Path(__file__).parents[3] / "samples"
ZOE: Mapping[str, str] = {
    "INE_RNIE": "123456789AB",
    "NOM_DE_FAMILLE": "Aubépine",
    "PRENOM": "Zoé",
    "DATE_NAISS": "12/03/2008",
    "CODE_MEF": "24122141220",
    "CODE_STATUT": "ST",
}
HEADER = "nom;prenom;date_naissance;mef"
ROW = "Aubépine;Zoé;12/03/2008;2412214122"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def pupil(**changes: str) -> str:
    """An ELEVE like Zoé's with ``changes``; an empty value leaves the element out."""
    values = {**ZOE, **changes}
    elements = "".join(f"<{name}>{value}</{name}>\n" for name, value in values.items() if value)
    return f'<ELEVE ELEVE_ID="1">{elements}</ELEVE>'


def siecle(*pupils: str, uai: str = UAI, encoding: str = "ISO-8859-15", structures: str = "") -> bytes:
    """A BEE_ELEVES file."""
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<BEE_ELEVES VERSION="2.1"><PARAMETRES><UAJ>{uai}</UAJ>'
        f"</PARAMETRES><DONNEES>\n<ELEVES>\n{''.join(pupils)}</ELEVES><STRUCTURES>{structures}</STRUCTURES>"
        "</DONNEES></BEE_ELEVES>\n"
    ).encode(encoding)


def csv(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> bytes:
    return "\r\n".join([header, *rows, ""]).encode(encoding)
