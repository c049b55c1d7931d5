"""Every template that is shipped gives a PDF/UA that says its data, whatever they are."""

import io
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from shared.bpmn import Definition
from shared.documents.checks import AT, check_documents, sample
from shared.documents.library import DocumentType, Library
from shared.documents.rendering import RenderingFailed, render
from tests.diagrams.files import SERVICES, WORKFLOWS, definition, vocabulary
from tests.documents.world import words_of

COMMON = WORKFLOWS / "documents" / "_gabarit.typ"
ODD = "L’œil d'Été #let *x* _y_ $z$ @w [v] <u> \\ = ~ \" ` //t /*s*/ - + 1. ; } {"
LONG = "Ab" * 300


@cache
def library(service: str) -> Library:
    return Library(WORKFLOWS / service / "documents", COMMON)


KINDS = [(service, kind) for service in SERVICES for kind in library(service).types]


def maker(service: str, type_: DocumentType) -> Definition:
    return definition(service)


def pdf(service: str, kind: str, **changed: str) -> PdfReader:
    """An invented document; ``changed``: variables and their words."""
    type_ = library(service).types[kind]
    data = sample(type_, maker(service, type_))
    for name, text in changed.items():
        data["champs"][name]["texte"] = text
    return PdfReader(io.BytesIO(render(library(service).sources(type_), data, AT)))


def resolved(found: Any) -> Any:
    return found.get_object() if isinstance(found, IndirectObject) else found


@pytest.mark.parametrize(("service", "kind"), KINDS)
def test_it_is_tagged_titled_and_in_french(service: str, kind: str) -> None:
    reader = pdf(service, kind)
    root = resolved(reader.trailer["/Root"])
    title = library(service).types[kind].title
    assert resolved(root["/MarkInfo"])["/Marked"].value is True
    assert resolved(root["/StructTreeRoot"])["/Type"] == "/StructTreeRoot"
    assert root["/Lang"].startswith("fr")
    assert reader.metadata is not None
    assert reader.metadata.title == title
    assert resolved(root["/ViewerPreferences"])["/DisplayDocTitle"].value is True
    assert title in words_of(reader)


def test_a_document_that_a_real_clock_dates_is_made_too() -> None:
    """Its microseconds are none of a PDF's."""
    source = '#set document(title: "Essai")\n#set text(lang: "fr")\n#title()'
    made = render({"main.typ": source}, {}, AT.replace(microsecond=123_456))
    assert made == render({"main.typ": source}, {}, AT)


@pytest.mark.parametrize(("service", "kind"), KINDS)
def test_odd_names_come_out_as_they_are(service: str, kind: str) -> None:
    said = words_of(pdf(service, kind, eleve_prenom=ODD))
    # a line may end anywhere between two words
    assert all(word in said for word in ODD.split()), said


@pytest.mark.parametrize(("service", "kind"), KINDS)
def test_it_says_its_number_its_checksum_and_its_pages(service: str, kind: str) -> None:
    reader = pdf(service, kind)
    for number, page in enumerate(reader.pages, 1):
        said = " ".join(page.extract_text().split())
        assert f"{library(service).types[kind].sigle}-000000000000" in said
        assert "Empreinte des données (SHA-256)" in said
        assert f"page {number} sur {len(reader.pages)}" in said


def test_a_very_long_name_is_written_whole() -> None:
    assert LONG in words_of(pdf("enrolment", "projet", eleve_nom=LONG)).replace(" ", "")


def test_the_same_data_give_the_same_bytes() -> None:
    type_ = library("enrolment").types["projet"]
    data = sample(type_, definition("enrolment"))
    first, second = (render(library("enrolment").sources(type_), data, AT) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("../projet.toml")',
        '#import "@preview/cetz:0.3.0": *',
        "#sys.inputs.rien",
        "#(",
    ],
)
def test_a_template_that_reaches_beyond_its_data_gives_nothing(source: str) -> None:
    with pytest.raises(RenderingFailed):
        render({"main.typ": source}, {}, AT)


GOOD = 'titre = "Essai"\nsigle = "ESSAI"\nelement = "designer_referent"\ncote = "both"\nvariables = ["eleve_nom"]\n'


def faults(
    tmp_path: Path,
    toml: str = GOOD,
    typ: str = '#import "_gabarit.typ": *\n#show: gabarit\n#champ("eleve_nom")',
) -> list[str]:
    (tmp_path / "essai.toml").write_text(toml, encoding="utf-8")
    (tmp_path / "essai.typ").write_text(typ, encoding="utf-8")
    found = check_documents(
        Library(tmp_path, COMMON), [definition("enrolment")], vocabulary("enrolment").functions
    )
    return [each.sentence for each in found]


def test_a_good_document_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"both"', '"tous"', "« cote » ne peut pas valoir « tous » (permis : both, lycee, ml)"),
        ('"eleve_nom"', '"eleve_nome"', "le diagramme ne déclare pas de variable « eleve_nome »"),
        ('"eleve_nom"', '"rqth"', "« rqth » n’est pas visible de tous ceux qui reçoivent le document (côté both)"),
        ('"eleve_nom"', '"boursier"', "n’est pas visible de tous"),
        ("designer_referent", "designer", "designer : aucun diagramme du service n’a cet élément"),
        ("sigle", "sigles", "la clé « sigles » n’est pas connue"),
        ('titre = "Essai"\n', "", "la clé « titre » manque"),
        ('"Essai"', "3", "la clé « titre » n’a pas le type attendu"),
        ('titre = "Essai"', 'titre = "Essai', "ce n’est pas un fichier TOML lisible"),
        ('cote = "both"', 'cote = "both"\nsi = "= a +"', "la condition ne se lit pas"),
        ('cote = "both"', 'cote = "both"\nsi = "= inconnue = 1"', "pas de variable « inconnue »"),
        ('cote = "both"', 'cote = "both"\nnoms = ["lycee"]', "« lycee » est dans noms, mais pas dans variables"),
        ('cote = "both"', 'cote = "both"\nsignatures = { regle = "rien" }', "« signatures.regle » ne peut pas valoir"),
        ('cote = "both"', 'cote = "both"\nsignatures = { tous = ["maire"] }', "« tous » ne peut pas valoir « maire »"),
        ('cote = "both"', 'cote = "both"\nreleves = [{ element = "x", le = "eleve_ne_le" }]', "x : aucun diagramme"),
    ],
)  # fmt: skip
def test_a_fault_of_the_toml_is_told_with_its_file(tmp_path: Path, old: str, new: str, said: str) -> None:
    (found, *_) = faults(tmp_path, GOOD.replace(old, new))
    assert found.startswith("documents/essai.toml")
    assert said in found


@pytest.mark.parametrize(
    ("typ", "said"),
    [
        (
            '#import "_gabarit.typ": *\n#show: gabarit\n#champ("eleve_prenom")',
            "ne donne pas un PDF accessible",
        ),
        ('#import "_gabarit.typ": *\n#show: gabarit\n#(', "ne donne pas un PDF accessible"),
        ("Sans titre.", "ne donne pas un PDF accessible"),
        ('#import "@preview/cetz:0.3.0": *', "« import » n’y est pas permis"),
        ('#import "_gabarit.typ": *\n#show: gabarit\n#eval("1")', "« eval » n’y est pas permis"),
        ('#import "_gabarit.typ": *\n#show: gabarit\n#read("x")', "« read » n’y est pas permis"),
    ],
)
def test_a_fault_of_the_template_is_told(tmp_path: Path, typ: str, said: str) -> None:
    (found,) = faults(tmp_path, typ=typ)
    assert said in found


def test_a_toml_without_its_template_is_told(tmp_path: Path) -> None:
    faults(tmp_path)
    (tmp_path / "essai.typ").unlink()
    found = check_documents(Library(tmp_path, COMMON), [definition("enrolment")], {})
    assert "le modèle essai.typ manque" in found[0].sentence
