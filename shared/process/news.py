"""What the inbox is told of a move, so that people hear of their tasks, hand-overs and rendez-vous."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.bpmn import Definition, OpenedTask, Progress
from shared.identity import Actor, role_at
from shared.messaging.envelope import Envelope
from shared.notifications import News, TaskNews, as_text, to_data, type_of

FIRST_NAME = "eleve_prenom"
"""The variable of a process that holds the pupil's first name: all that an e-mail may say of who it is about."""

RULES, SMS = "regles", "sms_ouverts"
"""The variable that holds the campagne's terms, and the one that says whether SMS leave."""

Newcomers = frozenset[tuple[str, str]]
"""(kind, id) of organisations that take part since this move."""


def of_move(
    definition: Definition, instance_id: str, parcours_id: str, progress: Progress, actor: Actor,
    newcomers: Newcomers,
) -> News:  # fmt: skip
    """``newcomers`` receive the parcours: to the one who acts it is no news."""
    received = newcomers - {(actor.organisation_kind, actor.organisation_id)}
    opened = tuple(_task(each, received) for each in progress.opened)
    return News(
        parcours_id=parcours_id,
        first_name=progress.values.get(FIRST_NAME) if opened else None,
        actor=actor.person_id if opened else None,
        opened=opened,
        closed=tuple(each.id for each in progress.closed),
        is_sms_off=bool(opened) and is_sms_off(progress.values),
    )


def is_sms_off(values: Mapping[str, Any]) -> bool:
    """What the campagne said as the étape began; a parcours that began before campagnes said so has its SMS."""
    return (values.get(RULES) or {}).get(SMS) is False


def envelope(told: News, message_id: str, service: str, instance_id: str, now: datetime) -> Envelope:
    return Envelope(
        id=message_id,
        type=type_of(service),
        source=service,
        subject=instance_id,
        time=now,
        data=to_data(told),
    )


def _task(opened: OpenedTask, received: Newcomers) -> TaskNews:
    return TaskNews(
        id=opened.id,
        name=opened.name,
        organisation_kind=opened.organisation,
        organisation_id=opened.organisation_id,
        role=role_at(opened.organisation, opened.role) if opened.role else None,
        assignee=opened.assignee,
        due=as_text(opened.due),
        is_handover=(opened.organisation, opened.organisation_id) in received,
    )
