"""What the inbox is told of a move, in its transaction: one message, ids and names of tasks, no pupil's data."""

from sqlalchemy import select

from shared.messaging import outbox
from shared.messaging.tables import outbox as outbox_table
from shared.notifications import News, from_data, type_of
from tests.process.support import ML, REFERENT, SECRET, House


def _told(house: House) -> list[News]:
    """All news so far, oldest first; they are taken as sent."""
    found: list[News] = []
    while True:
        with house.service.database.begin() as tx:
            heads = outbox.heads(tx, house.clock.now(), 100)
            outbox.mark_sent(tx, [row_id for row_id, _ in heads], house.clock.now())
        if not heads:
            return found
        found += [from_data(each.data) for _, each in heads if each.type == type_of("essai")]


def test_a_move_says_in_one_message_what_it_opened_and_closed_and_who_made_it(house: House) -> None:
    house.up_to_the_timer()
    first, second, third = _told(house)
    assert ([task.name for task in first.opened], first.closed) == (["Noter le dossier"], ())
    assert (second.closed, second.actor) == ((first.opened[0].id,), REFERENT.person_id)
    (task,) = second.opened
    assert (task.organisation_id, task.role, task.is_handover) == (ML, "conseiller", True)
    assert (third.closed, third.opened) == ((task.id,), ())


def test_it_carries_nothing_that_was_typed_and_is_erased_once_it_has_left(house: House) -> None:
    house.up_to_the_timer()
    with house.service.database.read() as look:
        news = outbox_table.c.type == type_of("essai")
        assert not any(
            SECRET in text for text in look.execute(select(outbox_table.c.envelope).where(news)).scalars()
        )
    _told(house)
    with house.service.database.read() as look:
        assert set(look.execute(select(outbox_table.c.envelope).where(news)).scalars()) == {None}


def test_an_incident_is_told_without_what_failed(house: House) -> None:
    house.held_at_the_check()
    assert [news.has_incident for news in _told(house)][-1] is True
