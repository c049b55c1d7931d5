from threading import Thread

import pytest

from services.enrolment.pupils import ParcoursAlreadyOpen, parcours_by_pupil, parcours_of, record_opening
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
        assert parcours_by_pupil(tx, [zoe, "nobody"], "2026-2027") == {zoe: "first"}
        assert parcours_by_pupil(tx, [], "2026-2027") == {}


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
