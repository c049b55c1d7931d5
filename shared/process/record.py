"""What a move brings about, written as rows: tasks, outgoing messages, parties and the story."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from shared.bpmn import GUESTS, Definition, OpenedTask, Progress
from shared.bpmn.store import InstanceRow
from shared.database.batch import Batch, Rows
from shared.identity import Actor, role_at
from shared.ids import Ids
from shared.messaging import outbox
from shared.messaging.envelope import Envelope
from shared.process import news
from shared.process.passations import writing as passations
from shared.process.tables import jalon, party, story
from shared.tasks import NewTask, close_task, open_tasks
from shared.tasks.model import Receipt

Parties = frozenset[tuple[str, str]]
"""(kind, id) of organisations that are known to have a part in the parcours."""

_STORY, _JALONS = Rows(story), Rows(jalon)
_REACHED = ("completed", "caught", "thrown")

REPAIR = "repair"
"""Type of a line of the story that tells of an operator's repair."""


@dataclass(frozen=True)
class Moved:
    """One move of one instance, by whom and when: ``now`` of the business clock, ``queued_at`` of the system's.

    Only the latter tells the relay when a message may leave: a simulation runs ahead of it by months.
    """

    definition: Definition
    instance_id: str
    parcours_id: str
    progress: Progress
    actor: Actor
    now: datetime
    queued_at: datetime
    ids: Ids
    service: str
    parties: Parties = frozenset()
    newcomers: Parties = frozenset()  # who takes part since an instance that a message has just begun
    outputs: Mapping[str, Any] = field(default_factory=dict)  # of the form that completed a task
    receipt: Receipt | None = None  # of the request that completed a task
    values: Callable[[], Mapping[str, Any]] = dict  # the process's variables after the move


def write(batch: Batch, moved: Moved) -> None:
    """Write everything of a move but the instance itself, and send it with that."""
    newcomers = _write_tasks(batch, moved)
    _write_messages(batch, moved, newcomers | moved.newcomers)
    _STORY.insert(batch, list(_story_rows(moved)))
    _write_jalons(batch, moved)
    batch.send()
    _write_passations(batch.tx, moved)


def reached(moved: Moved) -> list[str]:
    """The elements that a move did, that happened or that were thrown, each once, in order."""
    return list(dict.fromkeys(entry.element_id for entry in moved.progress.trace if entry.event in _REACHED))


def write_parties(
    tx: Connection, definition: Definition, parcours_id: str, variables: Mapping[str, Any], now: datetime
) -> Parties:
    """Every organisation that an instance started by a message already names has a part in it; those that are new."""
    kinds = sorted({element.organisation for element in definition.elements.values() if element.organisation})
    return frozenset(
        (kind, variables[kind])
        for kind in kinds
        if variables.get(kind) and add_party(tx, parcours_id, kind, variables[kind], now)
    )


def tell(
    tx: Connection, row: InstanceRow, element_id: str, text: str, ids: Ids, now: datetime, *,
    actor: Actor | None = None, side: str = "both",
) -> None:  # fmt: skip
    """One line of the story that is no element's; told by the technical team, unless another ``actor`` is named."""
    teller = actor or Actor.technical_team()
    tx.execute(
        insert(story).values(
            id=ids(), instance_id=row.id, parcours_id=row.parcours_id, at=now, element_id=element_id, name=text,
            type=REPAIR, event="told", side=side, organisation_kind=None, actor_id=teller.person_id,
            actor_name=teller.name,
        )
    )  # fmt: skip


def etape_of(definition: Definition, progress: Progress) -> int | None:
    """The étape (1–5) where the parcours stands: the furthest among the places where tokens wait."""
    etapes = [definition.elements[element].etape for element in progress.position]
    return max((etape for etape in etapes if etape), default=None)


def _write_tasks(batch: Batch, moved: Moved) -> Parties:
    """The parties that first come to the parcours with this move are the answer."""
    for closed in moved.progress.closed:
        receipt = moved.receipt if closed.reason == "completed" else None
        close_task(batch, closed.id, status=closed.reason, actor=moved.actor, at=moved.now, receipt=receipt)
    opened = moved.progress.opened
    open_tasks(batch, [_new_task(moved, each) for each in opened])
    elements = moved.definition.elements
    own = [each for each in opened if elements[each.element_id].organisation not in GUESTS]
    named = dict.fromkeys((each.organisation, each.organisation_id) for each in own)
    return frozenset(
        (kind, organisation)
        for kind, organisation in named
        if (kind, organisation) not in moved.parties
        and add_party(batch.tx, moved.parcours_id, kind, organisation, moved.now)
    )


def _new_task(moved: Moved, opened: OpenedTask) -> NewTask:
    return NewTask(
        id=opened.id,
        instance_id=moved.instance_id,
        parcours_id=moved.parcours_id,
        process_id=moved.definition.process_id,
        element_id=opened.element_id,
        name=opened.name,
        subject=opened.label or "",
        etape=opened.etape,
        organisation_kind=opened.organisation,
        organisation=opened.organisation_id,
        side=opened.side,
        role=role_at(opened.organisation, opened.role),
        assignee=opened.assignee,
        due_at=opened.due,
        form=opened.form,
        objet=opened.objet,
        opened_at=moved.now,
    )


def _write_messages(batch: Batch, moved: Moved, newcomers: Parties) -> None:
    """Transfer messages and the news for the inbox, together; only the former wake the relay."""
    envelopes = [
        Envelope(
            id=moved.ids(), type=thrown.name, source=moved.service, subject=moved.parcours_id,
            time=moved.now, data=dict(thrown.payload),
        )
        for thrown in moved.progress.thrown
    ]  # fmt: skip
    is_urgent = bool(envelopes)
    told = news.of_move(
        moved.definition, moved.instance_id, moved.parcours_id, moved.progress, moved.actor, newcomers
    )
    if told.is_worth_telling:
        envelopes.append(news.envelope(told, moved.ids(), moved.service, moved.instance_id, moved.now))
    outbox.put_all(batch, envelopes, moved.queued_at, is_urgent=is_urgent)


def _story_rows(moved: Moved) -> Iterable[dict[str, Any]]:
    for entry in moved.progress.trace:
        element = moved.definition.elements[entry.element_id]
        if entry.name:
            yield {
                "id": moved.ids(), "instance_id": moved.instance_id, "parcours_id": moved.parcours_id,
                "at": moved.now, "element_id": entry.element_id, "name": entry.name, "type": entry.type,
                "event": entry.event, "side": entry.side, "organisation_kind": element.organisation,
                "actor_id": moved.actor.person_id, "actor_name": moved.actor.name,
            }  # fmt: skip


def _write_jalons(batch: Batch, moved: Moved) -> None:
    rows = [
        {
            "id": moved.ids(), "parcours_id": moved.parcours_id, "name": each.name, "at": moved.now,
            "process_id": moved.definition.process_id, "element_id": each.element_id, "value": each.value,
        }
        for each in moved.progress.jalons
    ]  # fmt: skip
    _JALONS.insert(batch, rows)


def _write_passations(tx: Connection, moved: Moved) -> None:
    if marked := passations.marks(moved.definition, moved.progress):
        handing = passations.Handing(
            moved.definition, moved.parcours_id, moved.progress, moved.values(), moved.now, moved.ids
        )
        passations.write(tx, handing, marked)


def add_party(tx: Connection, parcours_id: str, kind: str, organisation: str, now: datetime) -> bool:
    """An organisation takes part; another of its kind, which handed the parcours back, no longer does (R38).

    False: it did already.
    """
    same_kind = (party.c.parcours_id == parcours_id, party.c.organisation_kind == kind)
    if tx.execute(select(party.c.since).where(*same_kind, party.c.organisation == organisation)).first():
        return False
    tx.execute(delete(party).where(*same_kind))
    tx.execute(
        insert(party).values(
            parcours_id=parcours_id, organisation=organisation, organisation_kind=kind, since=now
        )
    )
    return True
