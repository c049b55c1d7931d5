"""File fields: an answer names files of the parcours, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from shared.errors import BadInput
from shared.forms import AttachedFile, FormContext, SampleImpossible, sample_values
from tests.forms.builders import context, field, form, rows, seeded

SCAN, PHOTO, HEAVY = (f"0190b5a0-0000-7000-8000-00000000000{number}" for number in range(3))
KEPT = {
    SCAN: AttachedFile("scan.pdf", "application/pdf", 1000),
    PHOTO: AttachedFile("photo.png", "image/png", 1000),
    HEAVY: AttachedFile("gros.pdf", "application/pdf", 3 * 1024 * 1024),
}


def with_files() -> FormContext:
    return replace(context(), files=KEPT)


def said(component: dict[str, Any], *ids: Any) -> str:
    with pytest.raises(BadInput) as refused:
        form(component).validate({"champ": list(ids)}, with_files())
    (sentence,) = refused.value.errors["champ"]
    return sentence


def test_an_answer_is_a_list_of_ids() -> None:
    piece = form(field("filepicker", multiple=True))
    assert piece.outputs == {"champ": "list"}
    assert piece.validate({"champ": [SCAN, PHOTO, SCAN]}, with_files()) == {"champ": [SCAN, PHOTO]}
    assert piece.validate({"champ": SCAN}, with_files()) == {"champ": [SCAN]}
    assert piece.validate({}, with_files()) == {"champ": []}


PDF = field("filepicker", accept=".pdf", properties={"megabytes": 2})


@pytest.mark.parametrize(
    ("component", "ids", "sentence"),
    [
        (PDF, [PHOTO], "« photo.png » ne convient pas : joignez un fichier .pdf."),
        (PDF, [HEAVY], "« gros.pdf » est trop lourd : au plus 2 Mo."),
        (PDF, [SCAN, HEAVY], "Au plus 1 fichier(s)."),
        (PDF, ["0190b5a0-0000-7000-8000-00000000ffff"],
         "Un fichier n'est plus joint à ce dossier : joignez-le à nouveau."),
        (PDF, ["../scan.pdf"], "Joignez un fichier."),
        (PDF, [3], "Joignez un fichier."),
        (PDF | {"validate": {"required": True}}, [], "Ce champ est obligatoire."),
        (PDF | {"properties": {"side": "own"}}, [SCAN],
         "« scan.pdf » peut être lu par l'autre organisation : joignez-le à nouveau ici."),
    ],
)  # fmt: skip
def test_a_file_that_the_field_does_not_take_is_told(
    component: dict[str, Any], ids: list[Any], sentence: str
) -> None:
    assert said(component, *ids) == sentence


def test_a_row_may_have_files_and_all_that_are_named_can_be_asked_for() -> None:
    plan = form(field("filepicker"), rows(field("filepicker", "piece")))
    answers = {"champ": SCAN, "periodes": [{"piece": [PHOTO]}, {"piece": "x"}]}
    assert list(plan.files_named(answers)) == [SCAN, PHOTO, "x"]
    with pytest.raises(BadInput) as refused:
        plan.validate(answers, with_files())
    assert refused.value.errors == {"periodes-2-piece": ["Joignez un fichier."]}


def test_samples_take_files_that_fit() -> None:
    needed = form(PDF | {"validate": {"required": True}})
    assert sample_values(needed, seeded(), with_files()) == {"champ": [SCAN]}
    with pytest.raises(SampleImpossible):
        sample_values(needed, seeded(), context())
