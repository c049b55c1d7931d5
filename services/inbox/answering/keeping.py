"""What a page's script is told to keep typed answers on the device until the server has them (ADR 31).

Computers in schools are shared. What is kept there is enciphered with a key that only the pages of its person have, so
that whoever comes next reads nothing of it; it is deleted once the server has it, at sign-out, and when it is old.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from flask import get_flashed_messages

from services.inbox.presence import BEAT

LONGEST = timedelta(hours=24)
"""Over the night, so that what a cut left in the evening is there in the morning."""
DONE = "saisie"
"""The kind of flashed word that names a task whose form has been sent: nothing typed in it is needed any more."""


@dataclass(frozen=True)
class Keeping:
    """``key``: base64 of 32 bytes, always the same for one person."""

    person: str
    key: str
    hours: int = LONGEST // timedelta(hours=1)
    beat: int = BEAT // timedelta(seconds=1)

    @property
    def done(self) -> str:
        """« service/task » of the form that was sent just before, or nothing. To be asked by whole pages only."""
        told = get_flashed_messages(category_filter=[DONE])
        return str(told[-1]) if told else ""


def keeping(secret: str, person_id: str | None) -> Keeping:
    """For a visitor without a person or a key: old copies go all the same."""
    return Keeping("", "") if person_id is None else Keeping(person_id, _key(secret, person_id))


def _key(secret: str, person_id: str) -> str:
    made = hmac.new(secret.encode(), f"saisie {person_id}".encode(), hashlib.sha256)
    return base64.b64encode(made.digest()).decode()
