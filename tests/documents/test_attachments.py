"""Attachments of a parcours: shared, or reserved to one side; downloaded as files, never shown as pages."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from werkzeug.test import TestResponse

from shared.files import sweep
from shared.identity import Actor, ActsFor
from shared.process.personal.tables import erased_parcours
from tests.diagrams.scenarios import ADMITTED
from tests.documents.test_files import PDF
from tests.documents.world import CONSEILLER, OTHER_REFERENT, REFERENT, STRANGER, Parcours, parcours
from tests.support.databases import MakeDatabase


@pytest.fixture
def opened(make_sqlite_database: MakeDatabase, tmp_path: Path) -> Iterator[Parcours]:
    with parcours(make_sqlite_database, settings={"files_folder": tmp_path / "files"}) as made:
        yield made.play(ADMITTED)


def attach(
    opened: Parcours, actor: Actor = REFERENT, content: bytes = PDF, name: str = "a.pdf", **more: Any
) -> TestResponse:
    data = {"file": (io.BytesIO(content), name), **more}
    return opened.post("enrolment", f"/parcours/{opened.id}/attachments", actor, data=data)


def listed(opened: Parcours, actor: Actor) -> list[str]:
    answer = opened.get("enrolment", f"/documents?parcours_id={opened.id}", actor)
    return [each["name"] for each in answer.get_json()["attachments"]]


def test_a_shared_file_is_read_by_both_and_saved_as_a_file(opened: Parcours) -> None:
    made = attach(opened, name="Relevé d’Anaïs.PDF").get_json()
    assert (made["name"], made["media_type"], made["size"]) == (
        "Relevé d’Anaïs.pdf",
        "application/pdf",
        len(PDF),
    )
    answer = opened.get("enrolment", f"/attachments/{made['id']}", CONSEILLER)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_reserved_file_is_unknown_to_the_other_side(opened: Parcours) -> None:
    id_ = attach(opened, CONSEILLER, side="ml").get_json()["id"]
    assert (listed(opened, CONSEILLER), listed(opened, REFERENT)) == (["a.pdf"], [])
    assert opened.get("enrolment", f"/attachments/{id_}", REFERENT).status_code == 404


def test_nobody_reserves_a_file_to_the_other_side(opened: Parcours) -> None:
    answer = attach(opened, REFERENT, side="ml")
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["side"])


def test_without_a_part_in_the_parcours_nothing_is_found(opened: Parcours) -> None:
    id_ = attach(opened).get_json()["id"]
    assert attach(opened, STRANGER).status_code == 404
    assert opened.get("enrolment", f"/attachments/{id_}", STRANGER).status_code == 404


def test_what_is_refused_says_why(opened: Parcours) -> None:
    answer = attach(opened, content=b"#!/bin/sh", name="facture.pdf")
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["file"])
    unknown = attach(opened, titre="x")
    assert (unknown.status_code, list(unknown.get_json()["errors"])) == (422, ["titre"])


def test_an_erased_parcours_takes_nothing_from_who_still_has_its_page(opened: Parcours) -> None:
    """R40: neither a file nor a comment."""
    task = opened.tasks("enrolment")[0]
    asked = {"json": {"text": "Sa mère a rappelé.", "private": False}}
    path = f"/tasks/{task['id']}/comments"
    assert opened.post("enrolment", path, REFERENT, **asked).status_code == 201
    with opened.services["enrolment"].database.begin() as tx:
        tx.execute(insert(erased_parcours).values(parcours_id=opened.id))
    assert attach(opened).status_code == 404
    assert opened.post("enrolment", path, REFERENT, **asked).status_code == 404


def test_who_attached_it_takes_it_back_and_its_bytes_leave_the_disk(opened: Parcours, tmp_path: Path) -> None:
    id_ = attach(opened).get_json()["id"]
    path = f"/attachments/{id_}"
    assert opened.call("DELETE", "enrolment", path, OTHER_REFERENT).status_code == 403
    assert opened.call("DELETE", "enrolment", path, CONSEILLER).status_code == 403
    assert opened.call("DELETE", "enrolment", path, REFERENT).status_code == 204
    assert opened.get("enrolment", path, REFERENT).status_code == 404
    documents = opened.services["enrolment"].documents
    assert sweep(documents.files, documents.named, opened.clock.now() + timedelta(days=2)) == 1
    assert {each.name for each in (tmp_path / "files").rglob("*") if each.is_file()} <= {".lock"}


def test_a_file_that_a_row_names_is_not_swept(opened: Parcours) -> None:
    attach(opened)
    documents = opened.services["enrolment"].documents
    assert sweep(documents.files, documents.named, opened.clock.now() + timedelta(days=2)) == 0


def test_who_stands_in_takes_back_what_the_absent_attached_and_a_delegate_does_not(opened: Parcours) -> None:
    path = f"/attachments/{attach(opened).get_json()['id']}"
    instead = replace(OTHER_REFERENT, acts_for=ActsFor("absence", REFERENT.person_id, REFERENT.name))
    by_scope = ActsFor("delegation", REFERENT.person_id, REFERENT.name, "attestations")
    delegate = replace(OTHER_REFERENT, roles=frozenset(), acts_for=by_scope)
    assert opened.call("DELETE", "enrolment", path, delegate).status_code == 403
    assert opened.call("DELETE", "enrolment", path, instead).status_code == 204


def test_the_same_file_sent_twice_is_attached_once(opened: Parcours) -> None:
    first, second = (attach(opened).get_json() for _ in range(2))
    assert first == second
    assert attach(opened, CONSEILLER).get_json()["id"] != first["id"], "somebody else's is another one"
    opened.call("DELETE", "enrolment", f"/attachments/{first['id']}", REFERENT)
    assert attach(opened).get_json()["id"] != first["id"], "what was taken back may come again"
