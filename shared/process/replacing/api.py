"""``/parcours/<id>/people``: the responsible person says who follows the parcours from now on (R11)."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from shared.database import Database
from shared.identity import REPLACING_ROLES, Actor, TokenVerifier, require_actor
from shared.process.processes import Processes
from shared.process.replacing.followed import followed_by
from shared.process.replacing.replace import Replacing, replace_person
from shared.web import ApiBlueprint, StrictSchema
from shared.web.schemas import AnswerSchema, text


class ReplaceSchema(StrictSchema):
    role = fields.String(required=True, validate=validate.OneOf(sorted(REPLACING_ROLES.values())))
    person_id = fields.UUID(required=True)
    name = text(200, required=True)
    from_on = fields.Date(required=True)
    reason = text(500, required=True)


class ReplacedSchema(AnswerSchema):
    parcours_id = fields.String()


class FollowedQuerySchema(StrictSchema):
    after = fields.UUID(load_default=None, allow_none=True)


class FollowedSchema(AnswerSchema):
    parcours_id = fields.String()
    label = fields.String()
    role = fields.String(metadata={"description": "referent | conseiller"})
    readable = fields.Boolean(metadata={"description": "false: nobody can say now who follows it"})


class FollowedListSchema(AnswerSchema):
    items = fields.List(fields.Nested(FollowedSchema))
    next = fields.String(allow_none=True, metadata={"description": "null: that was all"})


def replacing_blueprint(database: Database, processes: Processes, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("replacing", __name__, description="Who follows a parcours.")
    guard = require_actor(verifier)

    @blueprint.operation(
        "POST", "/parcours/<uuid:parcours_id>/people", guard=guard, body=ReplaceSchema, answer=ReplacedSchema,
        errors=(400, 401, 403, 404, 409, 415, 422, 503),
    )  # fmt: skip
    def replace(actor: Actor, body: dict[str, Any], parcours_id: UUID) -> dict[str, Any]:
        """Another référent or conseiller follows the parcours from a day on, in every service."""
        wanted = Replacing(
            body["role"], (str(body["person_id"]), body["name"]), body["from_on"], body["reason"]
        )
        with database.begin() as tx:
            replace_person(tx, processes, actor, str(parcours_id), wanted)
        return {"parcours_id": str(parcours_id)}

    @blueprint.operation(
        "GET", "/people/<uuid:person_id>/parcours", guard=guard, query=FollowedQuerySchema, answer=FollowedListSchema,
        errors=(401, 403, 422, 503),
    )  # fmt: skip
    def followed(actor: Actor, query: dict[str, Any], person_id: UUID) -> dict[str, Any]:
        """The open parcours of my organisation that a person follows as référent or conseiller, by keyset pages."""
        after = str(query["after"]) if query["after"] else None
        with database.read() as look:
            page = followed_by(look, processes, actor, str(person_id), after)
        return {"items": page.items, "next": page.next}

    return blueprint
