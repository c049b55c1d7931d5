"""What a monitor reads: how many parcours are open, and how many of them wait for nothing, which must be none."""

from sqlalchemy import delete

from shared.bpmn.tables import timer
from tests.process.support import CONSEILLER, REFERENT, SECRET, House


def read(house: House) -> dict[str, float]:
    lines = house.client.get("/metrics").text.splitlines()
    pairs = (line.split(" ") for line in lines if line and not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def gauge(name: str) -> str:
    return f'{name}{{service="essai"}}'


def test_a_parcours_that_waits_for_a_task_a_timer_or_a_message_is_somebodys(house: House) -> None:
    waiting = house.up_to_the_timer()
    house.start()
    assert read(house)[gauge("parcours_open")] == 2
    assert read(house)[gauge("parcours_nobody_has_the_hand")] == 0
    house.pass_a_day()
    assert house.parcours(waiting)["hand"] is None  # another service's answer is awaited
    assert read(house)[gauge("parcours_nobody_has_the_hand")] == 0


def test_a_parcours_that_waits_for_nothing_is_counted(house: House) -> None:
    house.up_to_the_timer()
    with house.service.database.begin() as tx:
        tx.execute(delete(timer))
    assert read(house)[gauge("parcours_nobody_has_the_hand")] == 1


def test_a_parcours_that_has_ended_is_nobodys_and_not_counted(house: House) -> None:
    parcours_id = house.up_to_the_timer()
    house.pass_a_day()
    house.mailbox.receive(house.answer(parcours_id))
    assert (read(house)[gauge("parcours_open")], read(house)[gauge("parcours_nobody_has_the_hand")]) == (0, 0)


def test_a_held_parcours_is_counted_and_nothing_of_a_person_is_told(house: House) -> None:
    house.held_at_the_check()
    text = house.client.get("/metrics").text
    assert read(house)[gauge("parcours_held")] == 1
    assert not [word for word in (SECRET, "Zoé", REFERENT.name, CONSEILLER.name) if word in text]
