"""What the notifications' tables hold about pupils, and how it is erased (R40, R41)."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select

from services.inbox.notifications.tables import appointment, contact, mail, notice, told_task
from shared.messaging.tables import HANDLED, mailbox, mailbox_act, outbox
from shared.process.personal.holdings import Holding, Neutral, Subject, blanked, by_parcours, deleted


def _mails(subject: Subject) -> ColumnElement[bool]:
    """Also the e-mails that named the pupil among others: they go whole."""
    naming = select(notice.c.mail_id).where(
        by_parcours(notice.c.parcours_id)(subject), notice.c.mail_id.is_not(None)
    )
    return or_(by_parcours(mail.c.parcours_id)(subject), mail.c.id.in_(naming))


def _messages(subject: Subject) -> ColumnElement[bool]:
    """News, whose subject is the instance: those that could not be handled yet have their text."""
    instances = select(told_task.c.instance_id).where(by_parcours(told_task.c.parcours_id)(subject))
    return mailbox.c.subject.in_(instances)


NOTIFICATION_HOLDINGS: Sequence[Holding] = (
    deleted(mail, "Courriels et SMS", _mails),
    blanked(
        mailbox, "Messages reçus d'un service", _messages,
        {"envelope": None, "status": HANDLED, "reason": None},
        set(mailbox.columns.keys()) - {"envelope", "status", "reason"},
    ),
    deleted(appointment, "Rendez-vous annoncés", by_parcours(appointment.c.parcours_id)),
    deleted(notice, "Avis à donner", by_parcours(notice.c.parcours_id)),
    deleted(told_task, "Tâches ouvertes, pour en prévenir", by_parcours(told_task.c.parcours_id)),
)  # fmt: skip
NOTIFICATION_NEUTRAL: Sequence[Neutral] = (
    Neutral(contact, "les adresses des personnes qui utilisent le logiciel"),
    Neutral(mailbox_act, "ce que l'équipe technique a fait d'un message : sans valeurs ni noms d'élèves"),
    Neutral(outbox, "vide : la boîte de réception n'envoie de message à aucun service"),
)
