"""Giving one received message to its handler, patiently: what both adapters of the bus have in common."""

import logging
from collections.abc import Callable
from enum import Enum, auto

from shared.messaging.backoff import Random, delay
from shared.messaging.bus import Handler
from shared.messaging.envelope import Envelope, MalformedEnvelope, from_json

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 5.0


class Verdict(Enum):
    TAKEN = auto()  # the handler returned
    MALFORMED = auto()  # not a message of ours: for the dead queue
    GIVEN_BACK = auto()  # not handled: the bus keeps it


def deliver(
    body: bytes, handler: Handler, pause: Callable[[float], bool], random: Random, attempts: int | None = None
) -> Verdict:
    """Call ``handler`` until it returns, pausing in between: meanwhile the message is *held*.

    A handler raises only when its database is away (the mailbox keeps every other failure), so nothing else
    could be handled meanwhile; and each message given back would count towards its delivery limit.
    ``pause(seconds)`` answers false when it is no use to go on. ``attempts``: give up after so many.
    """
    try:
        envelope = from_json(body)
    except MalformedEnvelope as error:
        logger.error("malformed message: %s", error)  # noqa: TRY400 -- a trace would quote the content
        return Verdict.MALFORMED
    return _handle(envelope, handler, pause, random, attempts)


def _handle(
    envelope: Envelope, handler: Handler, pause: Callable[[float], bool], random: Random, attempts: int | None
) -> Verdict:
    attempt = 0
    while attempts is None or attempt < attempts:
        attempt += 1
        try:
            handler(envelope)
        except MalformedEnvelope as error:
            logger.error("refused %s %s: %s", envelope.type, envelope.id, error)  # noqa: TRY400 -- as above
            return Verdict.MALFORMED
        except Exception as error:
            logger.warning("message %s %s: %s", envelope.type, envelope.id, type(error).__name__)
        else:
            return Verdict.TAKEN
        wait = delay(attempt, random, first=FIRST_PAUSE_SECONDS, longest=LONGEST_PAUSE_SECONDS)
        if not pause(wait.total_seconds()):
            break
    return Verdict.GIVEN_BACK
