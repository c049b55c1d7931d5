"""What the tables that every process service has hold about people. A package of its own has a list of its own.

Emptied rather than deleted is what figures need without names: instances, tasks; milestones and parties name nobody.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, String, cast, false, or_, select

from shared.bpmn import definition_tables, state_without_values
from shared.bpmn.tables import awaited_message, awaited_signal, incident, instance, signal_delivery, timer
from shared.campagnes.tables import campagne
from shared.documents.tables import (
    attachment,
    awaited_signature,
    document,
    document_opening,
    invitation,
    signature,
    template,
)
from shared.messaging.outbox import naming
from shared.messaging.tables import HANDLED, mailbox, mailbox_act, outbox
from shared.process.instance_migration.tables import migrated_instance, migration
from shared.process.passations.tables import passation
from shared.process.personal.holdings import (
    Holding,
    Neutral,
    Rows,
    Subject,
    as_json,
    blanked,
    by_parcours,
    by_pupil,
    deleted,
    through,
    told,
)
from shared.process.personal.tables import access, erased_parcours, erasure_proof
from shared.process.replacing.tables import replacement
from shared.process.tables import jalon, party, repair, story
from shared.tasks.tables import idempotency, task, task_comment, task_event

_of_task = by_parcours(task.c.parcours_id)
_of_document = by_parcours(document.c.parcours_id)


def _of_message(column: Column[Any]) -> Rows:
    """Messages about a parcours or the pupil's record, and news about an instance."""

    def rows(subject: Subject) -> ColumnElement[bool]:
        instances = select(instance.c.id).where(by_parcours(instance.c.parcours_id)(subject))
        return or_(by_parcours(column)(subject), by_pupil(column)(subject), column.in_(instances))

    return rows


def _rest(table: Any, *blank: str) -> set[str]:
    return set(table.columns.keys()) - set(blank)


def _answers(subject: Subject) -> ColumnElement[bool]:
    """Answers kept a day for second clicks: each tells the task, with its parcours."""
    text = cast(idempotency.c.answer, String)
    return or_(false(), *(text.contains(parcours) for parcours in subject.parcours))


def _messages(subject: Subject) -> ColumnElement[bool]:
    """What travels for a parcours or names the pupil, and the news for the inbox, whose subject is the instance."""
    of_parcours = by_parcours(instance.c.parcours_id)(subject)
    news = outbox.c.subject.in_(select(instance.c.id).where(of_parcours))
    return or_(_of_message(outbox.c.subject)(subject), news, naming(subject.pupils))


def _instance(tx: Connection, processes: Any, row: Row[Any]) -> Mapping[str, Any]:
    """The instance with its variables by their labels, in the place of its bytes."""
    definition = processes.definition(tx, row)
    values = processes.variables(tx, row)
    variables = {
        definition.variables[name].label or name: as_json(value)
        for name, value in values.items() if value is not None
    }  # fmt: skip
    return told(row) | {"state": variables}


PROCESS_HOLDINGS: Sequence[Holding] = (
    blanked(
        outbox, "Messages envoyés entre services", _messages,
        {"envelope": None}, _rest(outbox, "envelope"),
    ),
    blanked(
        mailbox, "Messages reçus d'un autre service", _of_message(mailbox.c.subject),
        {"envelope": None, "status": HANDLED, "reason": None}, _rest(mailbox, "envelope", "status", "reason"),
    ),
    deleted(
        task_comment, "Échanges sur les tâches", through(task_comment.c.task_id, task.c.id, _of_task),
        names=[("author", "author_name")],
    ),
    deleted(
        task_event, "Historique des tâches", through(task_event.c.task_id, task.c.id, _of_task),
        names=[("actor", "actor_name")],
    ),
    blanked(
        task, "Tâches", _of_task,
        {"subject": "", **dict.fromkeys((
            "objet", "assignee", "assignee_name", "completed_by", "completed_by_name", "completion_key",
            "completion_request", "draft", "draft_by", "draft_by_name", "draft_at", "draft_page",
        ))},
        {
            "id", "instance_id", "parcours_id", "process_id", "element_id", "name", "etape", "side",
            "organisation_kind", "organisation_id", "role", "assigned_at", "form", "due_on", "due_at", "due_sort",
            "follow_up_on", "priority", "status", "version", "opened_at", "completed_at", "definition_version",
        },
        names=[("assignee", "assignee_name"), ("completed_by", "completed_by_name"), ("draft_by", "draft_by_name")],
    ),
    deleted(idempotency, "Réponses gardées un jour pour un second clic", _answers),
    deleted(
        story, "Histoire du parcours", by_parcours(story.c.parcours_id), names=[("actor_id", "actor_name")]
    ),
    deleted(
        replacement, "Remplacements de référents et de conseillers", by_parcours(replacement.c.parcours_id),
        names=[("actor_id", "actor_name")],
    ),
    deleted(passation, "Passations entre organisations", by_parcours(passation.c.parcours_id)),
    deleted(
        signature, "Signatures des documents", through(signature.c.document_id, document.c.id, _of_document),
        names=[("recorded_by", "recorded_by_name"), ("person_id", "name")],
    ),
    deleted(
        awaited_signature, "Signatures attendues", by_parcours(awaited_signature.c.parcours_id)
    ),
    deleted(
        document_opening, "Documents ouverts par un lien personnel",
        through(document_opening.c.document_id, document.c.id, _of_document),
    ),
    deleted(
        document, "Documents établis", by_parcours(document.c.parcours_id), names=[("made_by", "made_by_name")]
    ),
    deleted(
        attachment, "Fichiers joints", by_parcours(attachment.c.parcours_id),
        names=[("added_by", "added_by_name")],
    ),
    deleted(invitation, "Rendez-vous", by_parcours(invitation.c.parcours_id)),
    deleted(
        access, "Consultations du dossier", by_parcours(access.c.parcours_id),
        names=[("person_id", "person_name")],
    ),
    blanked(
        migrated_instance, "Copies gardées lors d'un changement de diagramme",
        by_parcours(migrated_instance.c.parcours_id), {"state_before": None, "rows_before": None},
        {
            "migration_id", "instance_id", "parcours_id", "at", "moves", "state_after", "went_on", "undone_at",
            "undone_by", "undone_by_name",
        },
    ),
    blanked(
        instance, "Parcours : situation et données", by_parcours(instance.c.parcours_id),
        {"state": lambda row: state_without_values(row.parcours_id), "label": "", "end_text": None},
        {
            "id", "parcours_id", "process_id", "version", "status", "etape", "position", "moves", "end_element",
            "started_at", "ended_at", "end_kind",
        },
        tell=_instance,
    ),
)  # fmt: skip

PROCESS_NEUTRAL: Sequence[Neutral] = (
    Neutral(definition_tables.process_definition, "les diagrammes"),
    Neutral(definition_tables.active_definition, "quelle version d'un diagramme sert"),
    Neutral(timer, "quand une échéance vient"),
    Neutral(awaited_message, "quel message est attendu"),
    Neutral(awaited_signal, "quel signal est attendu"),
    Neutral(signal_delivery, "quel signal reste à remettre"),
    Neutral(incident, "où un déroulement a échoué : éléments et codes, jamais de valeurs"),
    Neutral(jalon, "les étapes franchies, pour les chiffres : sans nom"),
    Neutral(party, "quelles organisations ont part à un parcours"),
    Neutral(template, "les modèles des documents"),
    Neutral(migration, "quels diagrammes ont été remplacés"),
    Neutral(repair, "ce que l'équipe technique a réparé : sans valeurs ni noms d'élèves"),
    Neutral(mailbox_act, "ce que l'équipe technique a fait d'un message : sans valeurs ni noms d'élèves"),
    Neutral(campagne, "les réglages d'une année scolaire, et qui les a publiés"),
    Neutral(erased_parcours, "pour quels parcours effacés plus rien n'est reçu : des numéros"),
    Neutral(erasure_proof, "la preuve des effacements : des comptes, sans nom"),
)
