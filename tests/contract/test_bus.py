"""What every message bus promises, run on the embedded one and on RabbitMQ."""

import threading
from threading import Event

import pytest

from shared.messaging.bus import UNROUTABLE, BusUnavailable, Handler, MessageBus, Receipt, dead_queue
from shared.messaging.envelope import Envelope, MalformedEnvelope
from tests.support.buses import PutRaw
from tests.support.messages import Consumption, Recorder, consuming, message
from tests.support.waiting import wait_until


def publish_in_background(bus: MessageBus, *envelopes: Envelope) -> threading.Thread:
    """The embedded bus answers when the message is handled: who holds the handler must not wait for it."""
    thread = threading.Thread(target=bus.publish, args=(envelopes,))
    thread.start()
    return thread


def test_a_message_arrives_exactly_as_it_was_sent(bus: MessageBus) -> None:
    bus.declare("accompaniment", ["enrolment.#"])
    sent = message(
        data={"nom": "Zoé Nuñez-Ōta 🎓", "vide": None, "liste": [1, "2", {"a": True}], "texte": '\u0000\n"'}
    )
    recorder = Recorder()
    with consuming(bus, "accompaniment", recorder):
        receipts = bus.publish([sent])
        wait_until(lambda: recorder.handled)
    assert receipts == [Receipt(sent.id, confirmed=True)]
    assert recorder.handled == [sent]


def test_a_message_of_a_megabyte_arrives_whole(bus: MessageBus) -> None:
    bus.declare("accompaniment", ["enrolment.#"])
    sent = message(data={"texte": "é" * 1_000_000})
    recorder = Recorder()
    with consuming(bus, "accompaniment", recorder):
        bus.publish([sent])
        wait_until(lambda: recorder.handled)
    assert recorder.handled == [sent]


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ("enrolment.parcours_confie.v1", ["enrolment.parcours_confie.v1"]),
        ("enrolment.*.v1", ["enrolment.parcours_confie.v1", "enrolment.refus.v1"]),
        (
            "enrolment.#",
            ["enrolment.parcours_confie.v1", "enrolment.parcours_confie.v2", "enrolment.refus.v1"],
        ),
        ("#.v1", ["enrolment.parcours_confie.v1", "enrolment.refus.v1", "bilan.refus.v1"]),
        ("*.refus.*", ["enrolment.refus.v1", "bilan.refus.v1"]),
    ],
)
def test_a_queue_takes_the_types_it_declares(bus: MessageBus, pattern: str, taken: list[str]) -> None:
    kinds = [
        "enrolment.parcours_confie.v1",
        "enrolment.parcours_confie.v2",
        "enrolment.refus.v1",
        "bilan.refus.v1",
    ]
    bus.declare("receiver", [pattern])
    recorder = Recorder()
    with consuming(bus, "receiver", recorder):
        receipts = bus.publish([message(kind=kind) for kind in kinds])
        wait_until(lambda: len(recorder.handled) == len(taken))
    assert [envelope.type for envelope in recorder.handled] == taken
    assert [kind for kind, receipt in zip(kinds, receipts, strict=True) if receipt.confirmed] == taken


def test_each_receiver_gets_one_copy_even_when_its_types_overlap(bus: MessageBus) -> None:
    bus.declare("accompaniment", ["enrolment.#", "enrolment.parcours_confie.v1", "*.parcours_confie.*"])
    bus.declare("bilan", ["enrolment.parcours_confie.v1"])
    first, second, last = Recorder(), Recorder(), message(2)
    with consuming(bus, "accompaniment", first), consuming(bus, "bilan", second):
        bus.publish([message(1), last])
        wait_until(lambda: len(first.handled) >= 2 and len(second.handled) >= 2)
    assert first.numbers == [1, 2]
    assert second.numbers == [1, 2]


def test_a_message_that_nobody_takes_is_named_and_the_others_of_its_batch_leave(bus: MessageBus) -> None:
    bus.declare("accompaniment", ["enrolment.parcours_confie.v1"])
    batch = [message(1), message(2, kind="enrolment.inconnu.v1"), message(3)]
    recorder = Recorder()
    with consuming(bus, "accompaniment", recorder):
        receipts = bus.publish(batch)
        assert bus.publish([message(4)])[0].confirmed
        wait_until(lambda: len(recorder.handled) == 3)
    assert [receipt.id for receipt in receipts] == [envelope.id for envelope in batch]
    assert [receipt.confirmed for receipt in receipts] == [True, False, True]
    assert receipts[1].reason == UNROUTABLE
    assert recorder.numbers == [1, 3, 4]


def test_a_message_whose_handler_fails_comes_again_until_it_succeeds(bus: MessageBus) -> None:
    bus.declare("accompaniment", ["enrolment.#"])
    recorder = Recorder(fails=lambda envelope, delivery: envelope.data["number"] == 2 and delivery <= 3)
    batch = [message(number) for number in (1, 2, 3)]
    with consuming(bus, "accompaniment", recorder):
        publishing = publish_in_background(bus, *batch)
        wait_until(lambda: len(recorder.handled) == 3)
        publishing.join()
    assert sorted(recorder.numbers) == [1, 2, 3]
    assert recorder.deliveries.count(batch[1].id) == 4
    wait_until(lambda: bus.depth("accompaniment") == 0)
    assert bus.depth(dead_queue("accompaniment")) == 0


@pytest.mark.parametrize("body", [b"not json", b"{}", b"[]", b"\xff\xfe", b'{"specversion": "1.0", "id": 7}'])
def test_what_is_not_a_message_goes_to_the_dead_queue_and_the_others_flow(
    bus: MessageBus, put_raw: PutRaw, body: bytes
) -> None:
    bus.declare("accompaniment", ["enrolment.#"])
    put_raw("accompaniment", body)
    recorder = Recorder()
    with consuming(bus, "accompaniment", recorder):
        bus.publish([message(1)])
        wait_until(lambda: recorder.handled and bus.depth(dead_queue("accompaniment")) == 1)
    assert recorder.numbers == [1]


def test_a_message_that_its_handler_calls_malformed_goes_to_the_dead_queue(bus: MessageBus) -> None:
    bus.declare("accompaniment", ["enrolment.#"])

    def refuse(_envelope: object) -> None:
        raise MalformedEnvelope(reason="data")

    with consuming(bus, "accompaniment", refuse):
        bus.publish([message(1)])
        wait_until(lambda: bus.depth(dead_queue("accompaniment")) == 1)


def test_a_message_whose_handler_had_not_returned_at_the_stop_is_there_afterwards(bus: MessageBus) -> None:
    bus.declare("accompaniment", ["enrolment.#"])
    began = Event()

    def never_succeeds(_envelope: object) -> None:
        began.set()
        raise RuntimeError("the database is away")

    first = Consumption(bus, "accompaniment", never_succeeds)
    publishing = publish_in_background(bus, message(1), message(2))
    assert began.wait(10)
    first.stop()
    wait_until(lambda: bus.depth("accompaniment") == 2)
    recorder = Recorder()
    with consuming(bus, "accompaniment", recorder):
        wait_until(lambda: len(recorder.handled) == 2)
    publishing.join()
    assert sorted(recorder.numbers) == [1, 2]


def test_one_receiver_gets_messages_in_the_order_they_were_sent(bus: MessageBus) -> None:
    bus.declare("accompaniment", ["enrolment.#"])
    recorder = Recorder()
    with consuming(bus, "accompaniment", recorder):
        for start in range(0, 300, 100):
            bus.publish([message(number) for number in range(start, start + 100)])
        wait_until(lambda: len(recorder.handled) == 300)
    assert recorder.numbers == list(range(300))


def test_what_is_published_while_nobody_listens_is_kept_or_not_confirmed(bus: MessageBus) -> None:
    bus.declare("accompaniment", ["enrolment.#"])
    sent = message(1)
    [receipt] = bus.publish([sent])
    recorder = Recorder()
    with consuming(bus, "accompaniment", recorder):
        if not receipt.confirmed:
            assert bus.publish([sent])[0].confirmed
        wait_until(lambda: recorder.handled)
    assert {envelope.id for envelope in recorder.handled} == {sent.id}


def test_a_consumer_stops_in_time_whether_idle_or_failing(bus: MessageBus) -> None:
    bus.declare("idle", ["bilan.#"])
    bus.declare("failing", ["enrolment.#"])
    turns, recorder = Event(), Recorder(fails=lambda _envelope, _delivery: True)
    idle = Consumption(bus, "idle", Recorder(), turn=turns.set)
    failing = Consumption(bus, "failing", recorder)
    publishing = publish_in_background(bus, message(1))
    wait_until(lambda: turns.is_set() and len(recorder.deliveries) > 3)
    idle.stop(seconds=3)
    failing.stop(seconds=3)
    publishing.join()


def test_two_consumers_of_one_queue_share_its_messages(bus: MessageBus) -> None:
    bus.declare("accompaniment", ["enrolment.#"])
    both_busy = threading.Barrier(2, timeout=20)
    first, second = Recorder(), Recorder()

    def meeting(recorder: Recorder) -> Handler:
        def handle(envelope: Envelope) -> None:
            if not recorder.handled:
                both_busy.wait()  # passes only when the other consumer holds a message as well
            recorder(envelope)

        return handle

    with consuming(bus, "accompaniment", meeting(first)), consuming(bus, "accompaniment", meeting(second)):
        publishing = publish_in_background(bus, *[message(number) for number in range(50)])
        wait_until(lambda: len(first.handled) + len(second.handled) == 50)
        publishing.join()
    assert sorted(first.numbers + second.numbers) == list(range(50))


def test_a_queue_may_be_declared_again_without_losing_what_is_in_it(bus: MessageBus) -> None:
    bus.declare("accompaniment", ["enrolment.#"])
    publishing = publish_in_background(bus, message(1))
    wait_until(lambda: bus.depth("accompaniment") == 1)
    bus.declare("accompaniment", ["enrolment.#", "bilan.#"])
    recorder = Recorder()
    with consuming(bus, "accompaniment", recorder):
        bus.publish([message(2, kind="bilan.refus.v1")])
        wait_until(lambda: len(recorder.handled) == 2)
    publishing.join()
    assert sorted(recorder.numbers) == [1, 2]


def test_nothing_is_fetched_before_the_receiver_is_ready(bus: MessageBus) -> None:
    bus.declare("accompaniment", ["enrolment.#"])
    asked, open_door, recorder = Event(), Event(), Recorder()

    def ready() -> bool:
        asked.set()
        return open_door.is_set()

    with consuming(bus, "accompaniment", recorder, ready=ready):
        publishing = publish_in_background(bus, message(1))
        assert asked.wait(10)
        wait_until(lambda: bus.depth("accompaniment") == 1)
        assert not recorder.deliveries
        open_door.set()
        wait_until(lambda: recorder.handled)
        publishing.join()


def test_an_empty_batch_is_answered_with_no_receipts(bus: MessageBus) -> None:
    assert bus.publish([]) == []


def test_neither_a_bus_nor_a_message_shows_secrets_or_people(bus: MessageBus) -> None:
    assert "guest:guest" not in f"{bus!r} {vars(bus)!r}"
    assert "Zoé" not in repr(message(data={"prenom": "Zoé"}))


def test_the_embedded_bus_refuses_to_publish_once_closed(embedded_bus: MessageBus) -> None:
    embedded_bus.close()
    with pytest.raises(BusUnavailable):
        embedded_bus.publish([message(1)])
