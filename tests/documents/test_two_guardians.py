"""R16: one or two responsables légaux of a minor sign, as the parcours knows one or two."""

from pathlib import Path

from shared.documents.library import read_type
from shared.parcours.signatures import Document, Signatory, missing_signatures, signatories

TOML = 'titre = "Essai"\nsigle = "E"\nelement = "e"\ncote = "both"\nvariables = []\n[signatures]\n'


def signers(folder: Path, text: str, *, two: bool) -> dict[str, list[str]]:
    (folder / "essai.toml").write_text(TOML + text, encoding="utf-8")
    (folder / "essai.typ").write_text("", encoding="utf-8")
    return read_type(folder / "essai.toml").signing.for_parcours(two=two)


def test_a_rule_asks_for_the_second_when_there_is_one(tmp_path: Path) -> None:
    text = 'regle = "projet"\ndeux_si = "responsable2_nom"'
    assert signers(tmp_path, text, two=False)["mineur"] == [
        "eleve",
        "responsable_legal",
        "referent",
        "conseiller",
    ]
    both = signers(tmp_path, text, two=True)
    assert both["mineur"] == ["eleve", "responsable_legal", "responsable_legal_2", "referent", "conseiller"]
    assert both["majeur"] == ["eleve", "referent", "conseiller"]


def test_a_list_asks_for_the_second_after_the_first(tmp_path: Path) -> None:
    text = 'mineur = ["responsable_legal", "eleve"]\nmajeur = ["eleve"]\ndeux_si = "x"'
    assert signers(tmp_path, text, two=True)["mineur"] == [
        "responsable_legal",
        "responsable_legal_2",
        "eleve",
    ]


def test_a_convention_of_a_minor_waits_for_both() -> None:
    document = Document.CONVENTION_PFMP
    signed = {Signatory.RESPONSABLE_LEGAL, Signatory.ORGANISME_ACCUEIL, Signatory.CHEF_ETABLISSEMENT}
    assert missing_signatures(document, signed, minor=True, responsables=2) == (
        Signatory.RESPONSABLE_LEGAL_2,
    )
    assert missing_signatures(document, signed, minor=True) == ()
    assert Signatory.RESPONSABLE_LEGAL not in signatories(document, minor=False, responsables=2)
