"""A pupil's workshop data: who read them is noted (R41), a right name reaches them, an erasure too (R40)."""

from typing import Any

import pytest
from sqlalchemy import select

from shared.ids import uuid7
from shared.messaging import outbox
from shared.messaging.envelope import Envelope
from shared.messaging.tables import outbox as outbox_table
from shared.process.personal.correction import CORRECTED
from shared.process.personal.erasure import ASKED
from shared.process.personal.tables import access
from shared.process.service import handle
from tests.services.ateliers.world import CONSEILLER, FRANCE_TRAVAIL, TEACHER, Ateliers, person

DPO = person("dpo", "plateforme", "system")
FIRST, SECOND = uuid7(), uuid7()


@pytest.fixture
def agreed(ateliers: Ateliers) -> Ateliers:
    """A cycle with two pupils."""
    ateliers.opens()
    ateliers.concludes()
    pupils = [
        {"pupil_id": id_, "family_name": f"Nom{n}", "given_name": "Prénom", "class_code": "TBAC1"}
        for n, id_ in enumerate((FIRST, SECOND))
    ]
    assert (
        ateliers.post(TEACHER, f"/cycles/{ateliers.cycle_id}/pupils", {"pupils": pupils}).status_code == 200
    )
    return ateliers


def receive(ateliers: Ateliers, type_: str, subject: str, data: dict[str, Any]) -> None:
    with ateliers.service.database.begin() as tx:
        handle(
            ateliers.service, tx, Envelope(uuid7(), type_, "enrolment", subject, ateliers.clock.now(), data)
        )


def erase(ateliers: Ateliers, pupil_id: str) -> dict[str, Any]:
    """What the service answers."""
    asked = uuid7()
    receive(ateliers, ASKED, asked, {"eleves": [pupil_id], "parcours": [], "cause": "demande"})
    return dict(next(each for each in reversed(ateliers.sent()) if "efface" in each))


def ask(ateliers: Ateliers, path: str, pupil_id: str) -> dict[str, Any]:
    answer = ateliers.post(DPO, path, {"pupils": [pupil_id], "parcours": []})
    assert answer.status_code == 200, answer.get_json()
    return dict(answer.get_json())


def readers(ateliers: Ateliers, pupil_id: str) -> set[tuple[str, str]]:
    items = ask(ateliers, "/dpo/access", pupil_id)["items"]
    return {(each["organisation"], each["what"]) for each in items}


def test_an_operator_who_reads_the_names_of_a_cycle_is_noted_once_an_hour_and_the_lycee_is_not(
    agreed: Ateliers,
) -> None:
    session_id = agreed.planned()
    for actor in (CONSEILLER, TEACHER, CONSEILLER):
        agreed.cycle(actor)
        agreed.session(session_id, actor)
    assert readers(agreed, FIRST) == {(CONSEILLER.organisation_id, "ateliers")}
    tables = {each["table"]: each["rows"] for each in ask(agreed, "/dpo/export", FIRST)["tables"]}
    assert [row["person_name"] for row in tables["access_log"]] == [CONSEILLER.name]


def test_an_operator_who_sees_no_name_is_not_noted(agreed: Ateliers) -> None:
    agreed.cycle(FRANCE_TRAVAIL)
    assert readers(agreed, FIRST) == set()


def test_readings_are_no_longer_an_erased_pupils_and_go_with_the_last_pupil_of_the_cycle(
    agreed: Ateliers,
) -> None:
    agreed.cycle(CONSEILLER)
    assert erase(agreed, FIRST)["efface"]
    assert (readers(agreed, FIRST), len(readers(agreed, SECOND))) == (set(), 1)
    erase(agreed, SECOND)
    with agreed.service.database.read() as look:
        assert look.execute(select(access)).all() == []


def test_a_corrected_name_is_in_the_lists_of_the_cycle(agreed: Ateliers) -> None:
    receive(agreed, CORRECTED, FIRST, {"eleve_nom": "Plantevigne", "eleve_prenom": "Zoé"})
    named = {each["pupil_id"]: (each["nom"], each["prenom"]) for each in agreed.cycle()["pupils"]}
    assert named == {FIRST: ("Plantevigne", "Zoé"), SECOND: ("Nom1", "Prénom")}


def test_what_was_sent_of_an_erased_pupil_with_others_is_erased_once_it_has_left(agreed: Ateliers) -> None:
    """The proposals of a cycle are one message: names nobody, yet a telephone number."""
    type_, now = "accompaniment.eleves_proposes.v1", agreed.clock.now()
    data = {"eleves_proposes": [{"eleve_id": FIRST, "telephone": "0612000001"}]}
    with agreed.service.database.begin() as tx:
        outbox.put(tx, Envelope(uuid7(), type_, "accompaniment", agreed.cycle_id, now, data), now)
    assert erase(agreed, FIRST)["motif"] == "messages_en_route"
    with agreed.service.database.begin() as tx:
        tx.execute(outbox_table.update().values(sent_at=now))
    assert erase(agreed, FIRST)["efface"]
    with agreed.service.database.read() as look:
        found = select(outbox_table.c.envelope).where(outbox_table.c.type == type_)
        assert look.scalars(found).all() == [None]
