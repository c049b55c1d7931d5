"""What only a broker outside the process can do to us: be absent, restart, raise an alarm, refuse a right."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pika
import pytest

from shared.ids import uuid7
from shared.messaging.bus import BusUnavailable, TopologyMissing, dead_queue
from shared.messaging.rabbitmq import RabbitMQBus
from shared.servers.processes import free_port
from shared.servers.rabbitmq import PrivateRabbitMQ
from tests.diagrams.files import SERVICES
from tests.support.messages import Recorder, consuming, message
from tests.support.waiting import wait_until

INSTALLATION = Path(__file__).resolve().parents[2] / "deploy/README.md"


@pytest.fixture(scope="module")
def own_server() -> Iterator[PrivateRabbitMQ]:
    """A broker that this module may stop and kill."""
    with PrivateRabbitMQ() as server:
        yield server


@pytest.fixture
def own_bus(own_server: PrivateRabbitMQ) -> Iterator[RabbitMQBus]:
    prefix = f"{uuid7()}."
    bus = RabbitMQBus(own_server.url, exchange=f"{prefix}parcours", queue_prefix=prefix, confirm_seconds=2)
    yield bus
    bus.close()


def test_an_absent_broker_is_an_unavailable_bus_without_a_password(caplog: pytest.LogCaptureFixture) -> None:
    bus = RabbitMQBus(f"amqp://enrolment:s3cret-word@127.0.0.1:{free_port()}/%2F")
    for action in (lambda: bus.publish([message()]), lambda: bus.declare("q", ["#"]), lambda: bus.depth("q")):
        with pytest.raises(BusUnavailable) as raised:
            action()
        assert "s3cret-word" not in str(raised.value) + repr(raised.value.__cause__)
    assert "s3cret-word" not in caplog.text + repr(bus)


def test_a_wrong_password_is_an_unavailable_bus_and_is_not_shown(
    rabbitmq_server: PrivateRabbitMQ, caplog: pytest.LogCaptureFixture
) -> None:
    bus = RabbitMQBus(rabbitmq_server.url.replace("guest:guest", "guest:s3cret-word"))
    with pytest.raises(BusUnavailable):
        bus.publish([message()])
    assert "s3cret-word" not in caplog.text


def test_without_the_exchange_nothing_is_confirmed(rabbitmq_server: PrivateRabbitMQ) -> None:
    bus = RabbitMQBus(rabbitmq_server.url, exchange=f"missing-{uuid7()}")
    with pytest.raises(BusUnavailable):
        bus.publish([message(1), message(2)])
    bus.close()


def test_a_service_that_may_not_declare_finds_what_the_operator_made_or_names_what_is_missing(
    rabbitmq_server: PrivateRabbitMQ, rabbitmq_bus: RabbitMQBus, bus_prefix: str
) -> None:
    bus = RabbitMQBus(
        rabbitmq_server.url, exchange=f"{bus_prefix}parcours", queue_prefix=bus_prefix, declares=False
    )
    with pytest.raises(TopologyMissing) as raised:
        bus.declare("accompaniment", ["enrolment.#"])
    assert raised.value.params == {"name": f"{bus_prefix}accompaniment"}
    rabbitmq_bus.declare("accompaniment", ["enrolment.#"])
    bus.declare("accompaniment", ["enrolment.#"])
    assert bus.publish([message(1)])[0].confirmed
    bus.close()


def test_messages_and_both_ends_survive_a_broker_killed_and_started_again(
    own_server: PrivateRabbitMQ, own_bus: RabbitMQBus
) -> None:
    own_bus.declare("accompaniment", ["enrolment.#"])
    own_bus.declare("bilan", ["enrolment.#"])
    recorder, turn = Recorder(), Event()
    with consuming(own_bus, "accompaniment", recorder, turn=turn.set):
        assert own_bus.publish([message(1)])[0].confirmed
        wait_until(lambda: recorder.numbers == [1])
        own_server.kill()
        with pytest.raises(BusUnavailable):
            own_bus.publish([message(2)])
        turn.clear()
        assert turn.wait(10), "a consumer without a broker still turns, and is not taken for dead"
        own_server.start()
        wait_until(lambda: published_again(own_bus))
        wait_until(lambda: 3 in recorder.numbers)
    assert own_bus.depth("bilan") >= 2


def published_again(bus: RabbitMQBus) -> bool:
    try:
        return bus.publish([message(3)])[0].confirmed
    except BusUnavailable:
        return False


def test_a_broker_in_alarm_confirms_nothing_and_is_used_again_afterwards(
    own_server: PrivateRabbitMQ, own_bus: RabbitMQBus
) -> None:
    own_bus.declare("accompaniment", ["enrolment.#"])
    assert own_bus.publish([message(1)])[0].confirmed
    own_server.control("set_vm_memory_high_watermark", "0.000001")
    try:
        with pytest.raises(BusUnavailable):
            own_bus.publish([message(2)])
    finally:
        own_server.control("set_vm_memory_high_watermark", "0.4")
    wait_until(lambda: published_again(own_bus))


def test_a_full_queue_refuses_and_says_so(rabbitmq_server: PrivateRabbitMQ, rabbitmq_bus: RabbitMQBus,
                                          bus_prefix: str) -> None:  # fmt: skip
    rabbitmq_bus.declare("other", ["bilan.#"])  # makes the exchange
    with pika.BlockingConnection(pika.URLParameters(rabbitmq_server.url)) as connection:
        channel = connection.channel()
        arguments = {"x-queue-type": "quorum", "x-max-length": 1, "x-overflow": "reject-publish"}
        channel.queue_declare(f"{bus_prefix}small", durable=True, arguments=arguments)
        channel.queue_bind(f"{bus_prefix}small", f"{bus_prefix}parcours", "enrolment.#")
    wait_until(lambda: not rabbitmq_bus.publish([message()])[0].confirmed)
    assert {receipt.reason for receipt in rabbitmq_bus.publish([message(), message()])} == {"refused"}


def test_a_message_that_keeps_killing_its_consumer_ends_in_the_dead_queue(
    rabbitmq_server: PrivateRabbitMQ, rabbitmq_bus: RabbitMQBus, bus_prefix: str
) -> None:
    rabbitmq_bus.declare("accompaniment", ["enrolment.#"])
    rabbitmq_bus.publish([message(1)])

    def deliver_and_die() -> bool:
        with pika.BlockingConnection(pika.URLParameters(rabbitmq_server.url)) as connection:
            connection.channel().basic_get(f"{bus_prefix}accompaniment")
        return rabbitmq_bus.depth(dead_queue("accompaniment")) == 1

    wait_until(deliver_and_die)
    assert rabbitmq_bus.depth("accompaniment") == 0


def test_the_permissions_of_the_installation_are_enough_and_no_more(own_server: PrivateRabbitMQ) -> None:
    """Its commands as they are printed, run by a shell that only tells what it was asked."""
    lines = [
        line for line in INSTALLATION.read_text(encoding="utf-8").splitlines() if line.startswith("    ")
    ]
    begun = next(number for number, line in enumerate(lines) if line.strip().startswith("for name in"))
    shell = "rabbitmqctl() { printf '%s\\0' \"$@\"; echo; }\n" + "\n".join(lines[begun : begun + 5])
    told = subprocess.run(["bash", "-euc", shell], check=True, capture_output=True, text=True).stdout
    own_server.control("add_vhost", "ambition-emploi")
    for line in told.splitlines():
        words = line.split("\0")[:-1]
        own_server.control("add_user", words[3], "word")
        own_server.control(*words)
    buses = {name: _bus_of(own_server, name) for name in (*SERVICES, "inbox")}
    for name, bus in buses.items():
        bus.declare(name, ["enrolment.#"])
    recorder = Recorder()
    with consuming(buses["bilan"], "bilan", recorder):
        assert buses["enrolment"].publish([message(1)])[0].confirmed
        wait_until(lambda: recorder.numbers == [1])
    with pytest.raises(BusUnavailable):
        buses["inbox"].publish([message(2)])
    with pytest.raises(BusUnavailable):
        buses["bilan"].declare("accompaniment", ["enrolment.#"])
    for bus in buses.values():
        bus.close()


def _bus_of(server: PrivateRabbitMQ, name: str) -> RabbitMQBus:
    url = server.url.replace("guest:guest", f"{name}:word").removesuffix("%2F")
    return RabbitMQBus(f"{url}ambition-emploi")
