"""A message that comes after the erasure of its parcours brings nothing of the person back (R40)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from shared.bpmn.tables import instance
from shared.ids import uuid7
from shared.messaging.tables import mailbox
from shared.process.personal.erasure import ASKED
from tests.personal.accompaniment import Accompaniment
from tests.support.databases import MakeDatabase

CONFIE, CLOS = "enrolment.parcours_confie.v1", "bilan.suivi_clos.v1"


@pytest.fixture
def accompaniment(make_sqlite_database: MakeDatabase) -> Iterator[Accompaniment]:
    built = Accompaniment(make_sqlite_database)
    yield built
    built.service.database.dispose()


def erase(accompaniment: Accompaniment, parcours_id: str) -> None:
    data = {"eleves": [uuid7()], "parcours": [parcours_id], "cause": "demande"}
    accompaniment.receive(uuid7(), ASKED, data)


def kept(accompaniment: Accompaniment, parcours_id: str) -> tuple[set[str], int]:
    """The envelopes kept of a parcours, and how many instances it has."""
    with accompaniment.service.database.read() as look:
        rows = look.scalars(select(mailbox.c.envelope).where(mailbox.c.subject == parcours_id)).all()
        instances = look.scalars(select(instance.c.id).where(instance.c.parcours_id == parcours_id)).all()
    return {row for row in rows if row}, len(instances)


@pytest.mark.parametrize("type_", [CONFIE, CLOS])
def test_what_is_overtaken_by_an_erasure_neither_starts_nor_waits(
    accompaniment: Accompaniment, type_: str, caplog: pytest.LogCaptureFixture
) -> None:
    parcours_id = uuid7()
    erase(accompaniment, parcours_id)
    accompaniment.receive(parcours_id, type_, {"eleve_nom": "Planterose"})
    assert kept(accompaniment, parcours_id) == (set(), 0)
    assert f"message {type_}" in caplog.text
    assert "Planterose" not in caplog.text


def test_another_parcours_is_received_as_ever(accompaniment: Accompaniment) -> None:
    erase(accompaniment, uuid7())
    assert kept(accompaniment, accompaniment.entrusted()) == (set(), 1)
