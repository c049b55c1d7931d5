"""A form that asks for files, over the real services: uploaded, kept by the draft, named by the answer, refused."""

import io
import json
import shutil
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from shared.process import definitions
from tests.diagrams.scenarios import BEFORE_DECISION, Do
from tests.documents.desk import Desk, desk_of
from tests.documents.test_files import PDF
from tests.documents.world import CONSEILLER, REFERENT
from tests.inbox.people import Visitor
from tests.support.databases import MakeDatabase

ASKED = "entretien_referent"
PIECE = {
    "type": "filepicker",
    "id": "pieces",
    "key": "pieces",
    "label": "Bulletins",
    "multiple": True,
    "accept": ".pdf",
}
DECLARED = (
    '<parcours:variable name="pieces" type="list" side="both" retention="parcours" label="Bulletins" />'
)
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)


@pytest.fixture
def desk(
    make_sqlite_database: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """The interview of étape 2, whose form asks for files too."""
    workflows = Path(shutil.copytree(definitions.WORKFLOWS, tmp_path / "workflows"))
    diagram = workflows / "enrolment" / "enrolment.bpmn"
    first = '<parcours:variable name="entretien_prevu_le"'
    diagram.write_text(
        diagram.read_text(encoding="utf-8").replace(first, f"{DECLARED}\n        {first}", 1),
        encoding="utf-8",
    )
    file = workflows / "enrolment" / "forms" / f"{ASKED}.form"
    form = json.loads(file.read_text(encoding="utf-8"))
    form["components"].append(PIECE)
    file.write_text(json.dumps(form), encoding="utf-8")
    monkeypatch.setattr(definitions, "WORKFLOWS", workflows)
    scanner = ("sh", "-c", "! grep -aq EICAR")  # exits 1, as a scanner does
    with desk_of(make_sqlite_database, files_folder=tmp_path / "files", scan_command=scanner) as opened:
        before = takewhile(
            lambda step: not (isinstance(step, Do) and step.task.endswith(ASKED)), BEFORE_DECISION
        )
        opened.opened.play(tuple(before))
        yield opened


def at_the_task(desk: Desk) -> Visitor:
    task = next(each for each in desk.opened.tasks("enrolment") if each["element_id"] == ASKED)
    return desk.sign_in("Karim Benali").get(f"/taches/enrolment/{task['id']}")


def send(karim: Visitor, to: str, *files: tuple[bytes, str], **answers: Any) -> Visitor:
    data = karim.filled("/terminer", **answers) | {
        "fichier-pieces": [(io.BytesIO(content), name) for content, name in files]
    }
    address = karim.form("/terminer").get("action").replace("/terminer", to)
    environ = EnvironBuilder(address, method="POST", data=data).get_environ()
    answer = karim.client.open(environ, follow_redirects=True)
    environ["wsgi.input"].close()  # a large one is a file of its own
    return karim.read(answer)


def joined(karim: Visitor) -> list[str]:
    return [str(each) for each in karim.page.xpath("//input[@name='liste-pieces']/@value")]


def stored(desk: Desk) -> dict[str, Any]:
    """The task as its service has it."""
    task = next(each for each in desk.opened.tasks("enrolment") if each["element_id"] == ASKED)
    return dict(desk.opened.get("enrolment", f"/tasks/{task['id']}", REFERENT).get_json())


def attachments(desk: Desk) -> list[str]:
    found = desk.opened.get("enrolment", f"/documents?parcours_id={desk.opened.id}", REFERENT).get_json()
    return [each["name"] for each in found["attachments"]]


def test_a_file_is_joined_with_the_draft_and_taken_off_again(desk: Desk) -> None:
    karim = at_the_task(desk)
    assert karim.form("/terminer").get("enctype") == "multipart/form-data"
    send(karim, "/brouillon", (PDF, "Bulletin.pdf"), champ_entretien_scolarite="Bac pro")
    again = at_the_task(desk)
    (id_,) = joined(again)
    assert "Bulletin.pdf" in again.text_of("//*[@id='formulaire']")
    assert stored(desk)["draft"]["pieces"] == [id_]
    again.send("/terminer", to="/formulaire", geste=f"oter:pieces:{id_}")
    assert (joined(again), attachments(desk)) == ([], ["Bulletin.pdf"])


def test_the_answer_holds_ids_only_and_the_task_is_done_with_them(desk: Desk) -> None:
    karim = send(at_the_task(desk), "/formulaire", (PDF, "Un.pdf"), (PDF, "Deux.pdf"))
    ids = joined(karim)
    assert len(ids) == 2
    assert ids[0] not in json.dumps(stored(desk))  # the page alone knows it yet
    send(karim, "/terminer", champ_entretien_scolarite="Bac pro", champ_entretien_projet="Un emploi")
    assert karim.title == "Tâches", karim.text
    told = desk.opened.get("enrolment", f"/parcours/{desk.opened.id}", REFERENT).get_json()
    assert {each["name"]: each["value"] for each in told["variables"]}["pieces"] == ids
    karim.get(f"/parcours/{desk.opened.id}")
    assert "Bulletins Un.pdf, Deux.pdf" in karim.text_of("//section[@aria-labelledby='donnees']")


def test_a_file_that_is_not_taken_is_told_beside_its_field_and_leaves_nothing(desk: Desk) -> None:
    refused = {
        "joignez un fichier .pdf": (PNG, "photo.png"),
        "PDF, JPEG, PNG": (b"MZ\x90\x00", "virus.pdf"),
        "virus": (PDF + b"EICAR", "infecte.pdf"),
        "au plus 10 Mo": (PDF + b"0" * (10 * 1024 * 1024), "lourd.pdf"),
    }
    karim = at_the_task(desk)
    for said, file in refused.items():
        send(karim, "/brouillon", file, champ_entretien_scolarite="Bac pro")
        assert karim.status == 422
        assert said in karim.text_of("//p[@id='champ-pieces-erreur']")
        assert karim.page.xpath("//div[@id='erreurs']//a/@href") == ["#champ-pieces"]
        assert "Bac pro" in karim.text_of("//textarea[@name='champ-entretien_scolarite']")
        assert (joined(karim), attachments(desk)) == ([], [])
    send(karim, "/brouillon", *((PDF, f"{number}.pdf") for number in range(6)))
    assert "Au plus 5 fichier(s)." in karim.text
    assert attachments(desk) == []


def test_a_file_of_others_or_of_no_one_cannot_be_named(desk: Desk) -> None:
    data = {"file": (io.BytesIO(PDF), "a.pdf")}
    kept = desk.opened.post("enrolment", f"/parcours/{desk.opened.id}/attachments", CONSEILLER, data=data)
    karim = at_the_task(desk)
    for named in (kept.get_json()["id"], "0199a0f2-0000-7000-8000-0000000000ff"):
        karim.send("/terminer", liste_pieces=[named])
        assert karim.status == 422
        assert "joignez-le à nouveau" in karim.text_of("//p[@id='champ-pieces-erreur']")
