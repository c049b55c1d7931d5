"""``enrolment.campagne_publiee.v1``: a published version on its way to the services that do not own campagnes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection

from shared.campagnes import store
from shared.campagnes.store import MESSAGE, Version
from shared.messaging import outbox
from shared.messaging.envelope import Envelope
from shared.messaging.mailbox import Handling
from shared.parcours.campagne_data import from_json, to_json
from shared.process.processes import Processes

SOURCE = MESSAGE.partition(".")[0]


def publish(tx: Connection, message_id: str, version: Version, now: datetime, queued_at: datetime) -> None:
    """Queue a version for the other services, in the transaction that adds it. The campagne is the subject."""
    data = {"version": version.version, "campagne": to_json(version.data), "auteur": version.author_name}
    envelope = Envelope(message_id, MESSAGE, SOURCE, version.code, now, data)
    outbox.put(tx, envelope, queued_at)


def take_version(tx: Connection, message: Envelope, _processes: Processes) -> Handling:
    """Keep the version that enrolment has published."""
    told = message.data
    store.take(
        tx, message.subject, told["version"], from_json(told["campagne"]), told["auteur"], message.time
    )
    return Handling.HANDLED


PARTNER_HANDLERS: Mapping[str, Callable[[Connection, Envelope, Processes], Handling]] = MappingProxyType(
    {MESSAGE: take_version}
)
"""Message type → what a service does that does not own campagnes."""
