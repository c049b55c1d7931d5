"""``/parcours/<id>/transfer``: who follows a parcours asks another organisation of its kind to take it over."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from services.enrolment.transfers import asking
from shared.identity import Actor, TokenVerifier, require_actor
from shared.process.service import ProcessService
from shared.web import ApiBlueprint, StrictSchema
from shared.web.schemas import AnswerSchema, text


class TransferSchema(StrictSchema):
    target = text(36, required=True)
    target_name = text(200, required=True)
    own_name = text(200, required=True)
    reason = text(500, required=True)


class TransferAskedSchema(AnswerSchema):
    parcours_id = fields.String()


class TransferProposedSchema(AnswerSchema):
    proposed = fields.String(
        allow_none=True, metadata={"description": "the Mission Locale that serves the commune"}
    )


def transfers_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("transfers", __name__, description="A parcours goes to another organisation.")
    guard = require_actor(verifier)

    @blueprint.operation(
        "GET", "/parcours/<uuid:parcours_id>/transfer", guard=guard, answer=TransferProposedSchema,
        errors=(401, 403, 404, 409, 503),
    )  # fmt: skip
    def propose(actor: Actor, parcours_id: UUID) -> dict[str, Any]:
        """Whom the directory proposes (R43); 409 when there is nothing to transfer, or one is asked for already."""
        with service.database.read() as look:
            proposed = asking.proposed(look, service.processes, actor, str(parcours_id))
        service.accesses.parcours(actor, str(parcours_id))
        return {"proposed": proposed}

    @blueprint.operation(
        "POST", "/parcours/<uuid:parcours_id>/transfer", guard=guard, body=TransferSchema, answer=TransferAskedSchema,
        status=201, errors=(400, 401, 403, 404, 409, 415, 422, 503),
    )  # fmt: skip
    def transfer(actor: Actor, body: dict[str, Any], parcours_id: UUID) -> tuple[dict[str, Any], int]:
        """Ask for it; until the answer nothing changes."""
        with service.database.begin() as tx:
            asking.ask(tx, service.processes, actor, str(parcours_id), asking.Wanted(**body))
        return {"parcours_id": str(parcours_id)}, 201

    return blueprint
