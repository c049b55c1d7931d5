"""A database of an earlier release comes up with what it holds."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from services.enrolment.pupils import parcours_of
from services.enrolment.pupils.tables import opened_parcours, pupil
from services.inbox.tables import organisation, person, session
from shared.bpmn.tables import incident, instance
from shared.database.migrate import upgrade
from tests.support.databases import MakeDatabase

PACKAGES = ("shared.messaging", "shared.bpmn")
FIRST = datetime(2026, 9, 1, 8, tzinfo=UTC)
INSTANCE = {
    "parcours_id": "p", "process_id": "dossier", "version": "v" * 64, "state": b"1", "label": "", "etape": 2,
    "position": [], "moves": 1, "started_at": FIRST,
}  # fmt: skip


def test_instances_and_incidents_of_the_first_release_are_kept(make_database: MakeDatabase) -> None:
    database = make_database(PACKAGES[:1])
    upgrade(database, PACKAGES, "bpmn_0002")
    with database.begin() as tx:
        for id_, status, ended in (("a", "ended", FIRST), ("b", "incident", None)):
            row = INSTANCE | {"id": id_, "parcours_id": id_, "status": status, "ended_at": ended}
            tx.execute(insert(instance).values(row))
        told = {"id": "i", "instance_id": "b", "element_id": "noter", "code": "deadlock", "detail": ""}
        tx.execute(insert(incident).values(told | {"move": "fire", "occurred_at": FIRST}))
    upgrade(database, PACKAGES)
    with database.read() as look:
        ends = {row.id: row.end_kind for row in look.execute(select(instance))}
        found = look.execute(select(incident)).one()
    assert ends == {"a": "completed", "b": None}
    assert (found.version, found.attempts, found.input, found.passed) == ("v" * 64, 1, [], [])
    assert (found.origin, found.tried_by, found.last_at, found.occurred_at) == ("", "", None, FIRST)


def test_people_and_their_sessions_of_the_release_without_a_provider_are_kept(
    make_database: MakeDatabase,
) -> None:
    database = make_database(("shared.messaging",))
    upgrade(database, ("services.inbox", "shared.messaging"), "inbox_0002")
    held = {"person_id": "p", "organisation_id": "o"}
    with database.begin() as tx:
        tx.execute(insert(organisation).values(id="o", kind="system", name="O", city=""))
        tx.execute(insert(person).values(id="p", given_name="Ana", family_name="Costa", is_active=True))
        tx.execute(
            insert(session).values(token_hash="h", opened_at=FIRST, seen_at=FIRST, expires_at=FIRST, **held)
        )
    upgrade(database, ("services.inbox", "shared.messaging"))
    with database.read() as look:
        kept = look.execute(select(person)).one()
        session_ = look.execute(select(session)).one()
    assert (kept.given_name, kept.email) == ("Ana", None)
    assert (session_.person_id, session_.device, session_.id_token) == ("p", None, None)


def test_the_parcours_of_the_release_that_opened_one_per_campagne_are_kept(
    make_database: MakeDatabase,
) -> None:
    database = make_database(("shared.messaging",))
    packages = ("services.enrolment", "shared.messaging")
    upgrade(database, packages, "enrolment_0001")
    zoe = {
        "id": "zoe", "uai": "0690043X", "family_name": "Planterose", "given_name": "Zoé", "mef": "2403341111",
        "born_on": date(2008, 3, 1), "sendable_from": date(2024, 3, 1), "name_key": "z", "search_text": "z",
        "created_at": FIRST, "updated_at": FIRST,
    }  # fmt: skip
    opened = {
        "parcours_id": "p", "pupil_id": "zoe", "campagne": "2026-2027", "opened_by": "n", "opened_at": FIRST,
    }  # fmt: skip
    with database.begin() as tx:
        tx.execute(insert(pupil).values(zoe))
        tx.execute(insert(opened_parcours).values(opened))
    upgrade(database, packages)
    another = opened | {"parcours_id": "q"}
    with pytest.raises(IntegrityError), database.begin() as tx:
        tx.execute(insert(opened_parcours).values(another))
    with database.begin() as tx:
        assert parcours_of(tx, "zoe", "2026-2027") == "p"
        tx.execute(update(opened_parcours).values(set_aside_at=FIRST))
        tx.execute(insert(opened_parcours).values(another))
        assert parcours_of(tx, "zoe", "2026-2027") == "q"
