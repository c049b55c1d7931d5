"""``/parcours``: the parcours in which the actor's organisation has a part, as this service knows them."""

from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import fields, validate
from webargs.fields import DelimitedList

from shared.catalogue import sentence
from shared.database import Database
from shared.identity import Actor, TokenVerifier, require_actor
from shared.process import views
from shared.process.diagram.reading import Diagrams
from shared.process.diagram.states import STATES
from shared.process.hand import hand_in
from shared.process.passations.reading import passations_of
from shared.process.passations.tables import DATES
from shared.process.processes import Processes
from shared.process.replacing.replace import replacements_of
from shared.process.wording import OptionLabels
from shared.tasks import access, tasks_of
from shared.tasks.model import Note, unnoted
from shared.tasks.presentation import task_json
from shared.web import ApiBlueprint, StrictSchema
from shared.web.schemas import AnswerSchema, day, text, whole

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
"""A day before or after is a slip of the pen."""


class ParcoursQuerySchema(StrictSchema):
    limit = whole(1, 100, load_default=50)
    after = fields.UUID(load_default=None, allow_none=True)
    ids = DelimitedList(fields.UUID(), load_default=(), validate=validate.Length(max=100))


class PlaceSchema(AnswerSchema):
    element_id = fields.String()
    name = fields.String()
    organisation = fields.String(allow_none=True)
    awaits = fields.String(
        allow_none=True, metadata={"description": "the service whose message it waits for"}
    )


class SummarySchema(AnswerSchema):
    parcours_id = fields.String()
    instance_id = fields.String()
    label = fields.String()
    process_id = fields.String()
    process_name = fields.String()
    status = fields.String(metadata={"description": "running | incident | ended"})
    etape = fields.Integer(allow_none=True)
    started_at = fields.DateTime()
    ended_at = fields.DateTime(allow_none=True)
    end_element = fields.String(allow_none=True)
    end_kind = fields.String(allow_none=True, metadata={"description": "completed | cancelled"})
    stopped = fields.String(
        allow_none=True, metadata={"description": "why an operator stopped it, for its people"}
    )
    position = fields.List(fields.Nested(PlaceSchema))


class StorySchema(AnswerSchema):
    at = fields.DateTime()
    element_id = fields.String()
    name = fields.String()
    type = fields.String()
    event = fields.String()
    organisation = fields.String(allow_none=True)
    actor_name = fields.String()


class VariableSchema(AnswerSchema):
    name = fields.String()
    label = fields.String()
    type = fields.String()
    value = fields.Raw()


class PassationSchema(AnswerSchema):
    number = fields.Integer()
    from_kind = fields.String()
    from_id = fields.String(allow_none=True)
    to_kind = fields.String()
    to_id = fields.String(allow_none=True)
    status = fields.String(metadata={"description": " | ".join(DATES)})
    motive = fields.String(allow_none=True)
    due_at = fields.DateTime(allow_none=True)
    reminders = fields.Integer()
    reminded_at = fields.DateTime(allow_none=True)
    dates = fields.Dict(metadata={"description": "status → when it was reached first"})


class ReplacementSchema(AnswerSchema):
    role = fields.String(metadata={"description": "referent | conseiller"})
    before = fields.String()
    after = fields.String()
    from_on = fields.Date()


class HandSchema(AnswerSchema):
    organisation_kind = fields.String()
    organisation = fields.String()
    name = fields.String(allow_none=True, metadata={"description": "null: it is the other side's own"})
    due_at = fields.String(metadata={"description": "date or instant"})


class ParcoursPageSchema(AnswerSchema):
    items = fields.List(fields.Nested(SummarySchema))
    next = fields.String(allow_none=True)


class ParcoursSchema(SummarySchema):
    story = fields.List(fields.Nested(StorySchema))
    tasks = fields.List(fields.Raw())
    variables = fields.List(fields.Nested(VariableSchema))
    replacements = fields.List(fields.Nested(ReplacementSchema), metadata={"description": "oldest first"})
    passations = fields.List(fields.Nested(PassationSchema))
    hand = fields.Nested(
        HandSchema, allow_none=True, metadata={"description": "who has the next action, in this service"}
    )


class DiagramQuerySchema(StrictSchema):
    drawing = text(200, load_default=None)
    on = day(
        load_default=None,
        validate=validate.Range(
            EARLIEST, LATEST, error=sentence("schema.day_outside", first=EARLIEST, last=LATEST)
        ),
    )


class DiagramElementSchema(AnswerSchema):
    element_id = fields.String()
    name = fields.String()
    type = fields.String()
    etape = fields.Integer(allow_none=True)
    organisation = fields.String(allow_none=True)
    state = fields.String(metadata={"description": " | ".join(STATES)})
    times = fields.Integer(metadata={"description": "how often it was done"})
    at = fields.String(allow_none=True, metadata={"description": "instant: done last, or current since"})
    actor_name = fields.String(allow_none=True, metadata={"description": "of a task of people that is done"})


class DrawingChoiceSchema(AnswerSchema):
    id = fields.String()
    name = fields.String()


class DiagramSchema(AnswerSchema):
    process_id = fields.String()
    process_name = fields.String()
    version = fields.String()
    on = fields.String(allow_none=True)
    choices = fields.List(fields.Nested(DrawingChoiceSchema))
    drawing = fields.Raw(allow_none=True, metadata={"description": "shapes and lines; null: it is not drawn"})
    elements = fields.List(fields.Nested(DiagramElementSchema))
    next = fields.List(fields.String(), metadata={"description": "ids of what may follow on what is current"})


def parcours_blueprint(
    database: Database, processes: Processes, verifier: TokenVerifier, note: Note = unnoted
) -> ApiBlueprint:
    """The reading routes; what moves a parcours is in the tasks' and the service's own routes.

    ``note`` is told who has read which parcours (R41).
    """
    blueprint = ApiBlueprint("parcours", __name__, description="The parcours of one's organisation.")
    guard = require_actor(verifier)
    labels, diagrams = OptionLabels(), Diagrams(processes)

    @blueprint.operation(
        "GET", "/parcours", guard=guard, query=ParcoursQuerySchema, answer=ParcoursPageSchema,
        errors=(401, 422, 503),
    )  # fmt: skip
    def list_parcours(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
        """Parcours of my organisation, the newest first, by keyset pages."""
        after = str(query["after"]) if query["after"] else None
        with database.read() as tx:
            rows = views.parcours_list(
                tx, actor, query["limit"] + 1, after, [str(id_) for id_ in query["ids"]], processes.beside(tx)
            )
            page = rows[: query["limit"]]
            items = [_brief(processes, tx, row, actor) for row in page]
        return {"items": items, "next": page[-1].id if len(rows) > len(page) else None}

    @blueprint.operation(
        "GET", "/parcours/<uuid:parcours_id>", guard=guard, answer=ParcoursSchema, errors=(401, 404, 503)
    )
    def one_parcours(actor: Actor, parcours_id: UUID) -> dict[str, Any]:
        """One parcours: where it stands, its story, its tasks and what my side may see of its variables."""
        with database.read() as tx:
            row = views.parcours_instance(tx, actor, str(parcours_id))
            definition = processes.definition(tx, row)
            told = _brief(processes, tx, row, actor) | {
                "story": views.told_story(tx, row.parcours_id, definition, actor),
                "tasks": _tasks(tx, row.parcours_id, actor),
                "hand": hand.told_to(actor) if (hand := hand_in(tx, row, definition)) else None,
                "replacements": replacements_of(tx, row.parcours_id),
                "passations": passations_of(tx, row.parcours_id, actor),
                "variables": views.variables(tx, processes, row, actor, labels.of(definition)),
            }
        note(actor, row.parcours_id)
        return told

    @blueprint.operation(
        "GET", "/parcours/<uuid:parcours_id>/diagram", guard=guard, query=DiagramQuerySchema, answer=DiagramSchema,
        errors=(401, 404, 422, 503),
    )  # fmt: skip
    def one_diagram(actor: Actor, query: dict[str, Any], parcours_id: UUID) -> dict[str, Any]:
        """A drawing of the version that it runs, with the states that my side may know, now or on a past day."""
        with database.read() as tx:
            told = diagrams.read(tx, actor, str(parcours_id), query["drawing"], query["on"])
        note(actor, str(parcours_id))
        return told

    return blueprint


def _tasks(tx: Any, parcours_id: str, actor: Actor) -> list[dict[str, Any]]:
    """The parcours's tasks as far as the actor's side may know: the partner's own are reduced (R38)."""
    known = [(row, access.view_of(row, actor)) for row in tasks_of(tx, parcours_id)]
    return [
        task_json(row, view) for row, view in known if view == "whole" or row.side in ("both", actor.side)
    ]


def _brief(processes: Processes, tx: Any, row: Any, actor: Actor) -> dict[str, Any]:
    definition = processes.definition(tx, row)
    return views.summary(row, definition) | {"position": views.position(row, definition, actor)}
