"""The envelope of a message: CloudEvents 1.0, structured JSON. The only module that knows the SDK."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from cloudevents.core.exceptions import BaseCloudEventException
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.errors import Problem

CONTENT_TYPE = JSONFormat.CONTENT_TYPE
PARTS = ("id", "type", "source", "subject", "time")
REQUIRED = ("specversion", *PARTS)
NEWS = ".avis.v1"
"""How the types end of what the inbox is told, so that people hear of it: nothing of a parcours hangs on it."""
TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
LONGEST = {"id": 36, "type": 200, "source": 100, "subject": 36}


class MalformedEnvelope(Problem):
    """Bytes that are not one of our messages. ``reason`` names the faulty part, never its content."""

    code: ClassVar[str] = "messaging.malformed_envelope"
    status: ClassVar[int] = 422


@dataclass(frozen=True)
class Envelope:
    """One message. ``type`` begins with the name of the sending service, which is ``source``.

    ``subject`` is the parcours_id (of an ``avis``, the instance's), ``time`` aware, ``data`` JSON-safe (decimals and
    dates already as text);
    ``data`` is left out of the representation, since it is about people. Raises MalformedEnvelope.
    """

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    data: dict[str, Any] = field(repr=False)

    def __post_init__(self) -> None:
        for name, longest in LONGEST.items():
            value = getattr(self, name)
            if not isinstance(value, str) or not 0 < len(value) <= longest:
                raise MalformedEnvelope(reason=name)
        if not TYPE.fullmatch(self.type) or self.type.partition(".")[0] != self.source:
            raise MalformedEnvelope(reason="type")
        if not isinstance(self.time, datetime) or self.time.tzinfo is None:
            raise MalformedEnvelope(reason="time")
        if not isinstance(self.data, dict):
            raise MalformedEnvelope(reason="data")


def to_json(envelope: Envelope) -> bytes:
    """The envelope as CloudEvents JSON; the same bytes in the outbox, on the wire and in the mailbox."""
    attributes = {
        "specversion": "1.0",
        "id": envelope.id,
        "type": envelope.type,
        "source": envelope.source,
        "subject": envelope.subject,
        "time": envelope.time.astimezone(UTC),
        "datacontenttype": "application/json",
    }
    try:
        return JSONFormat().write(CloudEvent(attributes, envelope.data))
    except (TypeError, ValueError) as error:
        raise MalformedEnvelope(reason="data") from error


def from_json(body: bytes | str) -> Envelope:
    """Read back what ``to_json`` wrote; anything else raises MalformedEnvelope.

    Extension attributes that we do not know are let through, as CloudEvents 1.0 asks (section 3.2).
    """
    try:
        event = JSONFormat().read(_complete_event, body)
    except (BaseCloudEventException, ValueError, TypeError, AttributeError, RecursionError):
        # not chained: a parser's error quotes the content
        raise MalformedEnvelope(reason="json") from None
    parts = {name: event.get_attributes().get(name) for name in PARTS}
    envelope = Envelope(**parts, data=event.get_data())  # type: ignore[arg-type]  # checked in __post_init__
    return replace(envelope, time=envelope.time.astimezone(UTC))


def _complete_event(attributes: dict[str, Any], data: Any) -> CloudEvent:
    """The SDK would invent a missing id, so that no repeat were recognised, and a missing time."""
    for name in REQUIRED:
        if name not in attributes:
            raise MalformedEnvelope(reason=name)
    return CloudEvent(attributes, data)
