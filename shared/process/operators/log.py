"""The record of repairs: who changed what in which parcours, when and why. Rows are added, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import Connection, Row, insert, select

from shared.catalogue import sentence
from shared.errors import BadInput
from shared.identity import Actor
from shared.process.tables import repair

Via = Literal["command", "api"]
SHORTEST_REASON, LONGEST_REASON = 10, 500


class WordsMissing(BadInput):
    """A repair without its reason in words, or a stop without what its people read."""

    code: ClassVar[str] = "process.words_missing"


@dataclass(frozen=True)
class Order:
    """What an operator asks of one instance. ``moves``: how many it had made when it was read; None: whatever it made.

    ``dry_run``: only say what would happen.
    """

    instance_id: str
    actor: Actor
    reason: str
    via: Via
    dry_run: bool = False
    moves: int | None = None

    def check(self) -> None:
        """Raises WordsMissing."""
        refuse_few_words("reason", self.reason)


def refuse_few_words(name: str, text: str) -> None:
    if not SHORTEST_REASON <= len(text.strip()) <= LONGEST_REASON:
        raise WordsMissing({name: [sentence("forms.length", min=SHORTEST_REASON, max=LONGEST_REASON)]})


def write(
    tx: Connection, row_id: str, order: Order, parcours_id: str, action: str, result: str, at: datetime,
    before: Any, after: Any,
) -> None:  # fmt: skip
    """``before`` and ``after``: names of elements, kinds of values; never a value."""
    tx.execute(
        insert(repair).values(
            id=row_id, at=at, actor_id=order.actor.person_id, actor_name=order.actor.name, via=order.via,
            instance_id=order.instance_id, parcours_id=parcours_id, action=action, reason=order.reason.strip(),
            result=result, before=before, after=after,
        )
    )  # fmt: skip


def of_instance(look: Connection, instance_id: str) -> Sequence[Row[Any]]:
    """The repairs of an instance, the oldest first."""
    return look.execute(select(repair).where(repair.c.instance_id == instance_id).order_by(repair.c.id)).all()


def page(look: Connection, limit: int, after: str | None) -> Sequence[Row[Any]]:
    """All repairs, the newest first; ``after`` is the last id of a page."""
    found = select(repair).order_by(repair.c.id.desc()).limit(limit)
    return look.execute(found.where(repair.c.id < after) if after else found).all()
