from threading import Thread

import pytest
from sqlalchemy import insert

from services.enrolment.pupils import ParcoursAlreadyOpen, parcours_by_pupil, parcours_of, record_opening
from services.enrolment.pupils.opening import Known, set_aside
from shared.bpmn.tables import instance
from shared.process.tables import jalon
from tests.services.enrolment_pupils.conftest import Lycee
from tests.services.enrolment_pupils.files import pupil, siecle


@pytest.fixture
def zoe(lycee: Lycee) -> str:
    lycee.imports(siecle(pupil()))
    return str(lycee.pupils()[0]["id"])


def open_parcours(lycee: Lycee, pupil_id: str, parcours_id: str, campagne: str = "2026-2027") -> None:
    with lycee.database.begin() as tx:
        record_opening(
            tx, pupil_id=pupil_id, parcours_id=parcours_id, campagne=campagne, opened_by="p1",
            now=lycee.clock.now(),
        )  # fmt: skip


def test_a_pupil_has_one_parcours_per_campagne(lycee: Lycee, zoe: str) -> None:
    open_parcours(lycee, zoe, "first")
    with pytest.raises(ParcoursAlreadyOpen) as refusal:
        open_parcours(lycee, zoe, "second")
    assert refusal.value.params == {"parcours_id": "first"}
    open_parcours(lycee, zoe, "next year's", "2027-2028")
    with lycee.database.read() as tx:
        assert parcours_of(tx, zoe, "2026-2027") == "first"
        assert parcours_of(tx, zoe, "2027-2028") == "next year's"
        assert parcours_by_pupil(tx, [zoe, "nobody"], "2026-2027") == {
            zoe: Known("first", (), can_open=False)
        }
        assert parcours_by_pupil(tx, [], "2026-2027") == {}


def test_what_ended_after_an_admission_stands(lycee: Lycee, zoe: str) -> None:
    """R8: four months at most, once; what ended with a decision that is no admission, or was cancelled, does not."""
    open_parcours(lycee, zoe, "first")
    with lycee.database.begin() as tx:
        ended = {
            "id": "i", "parcours_id": "first", "process_id": "enrolment", "version": "v", "status": "ended",
            "state": b"", "label": "", "position": [], "moves": 1, "started_at": lycee.clock.now(),
            "ended_at": lycee.clock.now(), "end_kind": "completed",
        }  # fmt: skip
        tx.execute(insert(instance).values(ended))
        set_aside(tx, [zoe], lycee.clock.now())
        assert parcours_of(tx, zoe, "2026-2027") == "first"
        assert parcours_by_pupil(tx, [zoe], "2026-2027")[zoe].can_open is False
    with pytest.raises(ParcoursAlreadyOpen):
        open_parcours(lycee, zoe, "second")
    with lycee.database.begin() as tx:
        refused = {
            "id": "j", "parcours_id": "first", "name": "non_admis", "at": lycee.clock.now(), "process_id": "enrolment",
            "element_id": "notifier_decision", "value": "refuse",
        }  # fmt: skip
        tx.execute(insert(jalon).values(refused))
        set_aside(tx, [zoe], lycee.clock.now())
        assert parcours_of(tx, zoe, "2026-2027") is None
    open_parcours(lycee, zoe, "second")


def test_of_two_who_open_at_once_one_succeeds(lycee: Lycee, zoe: str) -> None:
    refused: list[str] = []

    def attempt(parcours_id: str) -> None:
        try:
            open_parcours(lycee, zoe, parcours_id)
        except ParcoursAlreadyOpen:
            refused.append(parcours_id)

    threads = [Thread(target=attempt, args=(f"p{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 3
