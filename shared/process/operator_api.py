"""``/operator``: what keeps parcours from going on, for operators only."""

from typing import Any

from marshmallow import fields

from shared.bpmn import store
from shared.database import Database
from shared.identity import Actor, TokenVerifier, require_operator
from shared.web import ApiBlueprint, StrictSchema
from shared.web.schemas import AnswerSchema, choice, whole

STATES = ("open", "resolved", "all")


class IncidentsQuerySchema(StrictSchema):
    limit = whole(1, 100, load_default=50)
    after = fields.UUID(load_default=None, allow_none=True)
    state = choice(STATES, load_default="open")


class IncidentSchema(AnswerSchema):
    id = fields.String()
    instance_id = fields.String()
    parcours_id = fields.String()
    process_id = fields.String()
    element_id = fields.String(allow_none=True)
    code = fields.String()
    detail = fields.String()
    move = fields.String()
    occurred_at = fields.DateTime()
    resolved_at = fields.DateTime(allow_none=True)


class IncidentPageSchema(AnswerSchema):
    items = fields.List(fields.Nested(IncidentSchema))
    next = fields.String(allow_none=True)


def operator_blueprint(database: Database, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("operator", __name__, description="Incidents, for operators.")
    guard = require_operator(verifier)

    @blueprint.operation(
        "GET", "/operator/incidents", guard=guard, query=IncidentsQuerySchema, answer=IncidentPageSchema,
        errors=(401, 403, 422, 503),
    )  # fmt: skip
    def list_incidents(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
        """Incidents, the oldest first, by keyset pages; those that are open unless another state is asked for."""
        after = str(query["after"]) if query["after"] else None
        with database.read() as look:
            rows = store.incidents(look, query["state"], query["limit"] + 1, after)
        page = rows[: query["limit"]]
        items = [dict(row._mapping) for row in page]
        return {"items": items, "next": page[-1].id if len(rows) > len(page) else None}

    return blueprint
