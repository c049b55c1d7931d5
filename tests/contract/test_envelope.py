"""The envelope: CloudEvents 1.0, and nothing else."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.catalogue import sentence
from shared.messaging.envelope import Envelope, MalformedEnvelope, from_json, to_json
from tests.support.messages import message


def wire(**changes: Any) -> bytes:
    parts = {**json.loads(to_json(message(1))), **changes}
    return json.dumps({name: value for name, value in parts.items() if value is not None}).encode()


def test_an_envelope_is_a_cloud_event_of_version_1() -> None:
    sent = message(1, subject="0190-parcours")
    assert json.loads(to_json(sent)) == {
        "specversion": "1.0",
        "id": sent.id,
        "type": "enrolment.parcours_confie.v1",
        "source": "enrolment",
        "subject": "0190-parcours",
        "time": "2026-09-01T08:30:00Z",
        "datacontenttype": "application/json",
        "data": {"number": 1},
    }


def test_what_is_written_is_read_back_the_same() -> None:
    sent = message(data={"nom": "Œuvré-Ñandú", "vide": None, "dates": ["2026-09-01"], "octets": "\u0000"})
    assert from_json(to_json(sent)) == sent
    assert to_json(from_json(to_json(sent))) == to_json(sent)


def test_an_extension_that_we_do_not_know_is_no_obstacle() -> None:
    assert from_json(wire(traceparent="00-ab-cd-01")).data == {"number": 1}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"7", b"\xff", b"{", b"{}",
        wire(id=None), wire(id=""), wire(id="x" * 37), wire(id=5),
        wire(type=None), wire(type="parcours"), wire(type="bilan.parcours_confie.v1"), wire(type="Enrolment.x"),
        wire(source=None), wire(source="accompaniment"), wire(subject=None), wire(subject="s" * 37),
        wire(time=None), wire(time="yesterday"), wire(time="2026-09-01T08:30:00"),
        wire(data=None), wire(data="text"), wire(data=[1]), wire(specversion="0.3"), wire(specversion=None),
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_not_one_of_our_messages_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedEnvelope):
        from_json(body)


def test_a_refusal_names_the_part_and_quotes_nothing() -> None:
    with pytest.raises(MalformedEnvelope) as raised:
        from_json(wire(data="Zoé Nuñez"))
    assert raised.value.params == {"reason": "data"}
    assert raised.value.__cause__ is None
    assert "(data)" in sentence(raised.value.code, **raised.value.params)


def test_a_message_that_json_cannot_carry_is_refused_when_it_is_written() -> None:
    with pytest.raises(MalformedEnvelope):
        to_json(message(data={"quand": datetime(2026, 9, 1, tzinfo=UTC).date()}))


def test_a_service_cannot_speak_in_the_name_of_another() -> None:
    sent = message(1)
    with pytest.raises(MalformedEnvelope):
        Envelope(sent.id, "bilan.refus.v1", "enrolment", sent.subject, sent.time, {})
