"""``POST /parcours/<id>/refusals``: the inbox says that it has shown somebody nothing of a parcours that was asked for.

Enrolment knows every parcours, so it alone can tell a file that is others' from an address that never was. What it
writes stands with the readings (R41): who answers for the pupil sees who tried, support too.
"""

from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import exists, select

from shared.bpmn.tables import instance
from shared.identity import Actor, TokenVerifier, require_witness
from shared.process.service import ProcessService
from shared.process.tables import party
from shared.process.views import is_mine
from shared.web import AnswerSchema, ApiBlueprint


class RefusalNotedSchema(AnswerSchema):
    noted = fields.Boolean(
        metadata={"description": "false: there is no such parcours, or one has a part in it"}
    )


def refusals_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("refusals", __name__, description="Files that were asked for and not shown.")

    @blueprint.operation(
        "POST", "/parcours/<uuid:parcours_id>/refusals", guard=require_witness(verifier),
        answer=RefusalNotedSchema, errors=(401, 503),
    )  # fmt: skip
    def note(actor: Actor, parcours_id: UUID) -> dict[str, Any]:
        """Somebody of another organisation asked for a parcours; once an hour it is written."""
        wanted = str(parcours_id)
        is_there = exists().where(instance.c.parcours_id == wanted)
        has_part = exists().where(party.c.parcours_id == wanted, is_mine(actor))
        with service.database.read() as look:
            is_foreign = bool(look.scalar(select(is_there & ~has_part)))
        if is_foreign:
            service.accesses.note(actor, wanted, "refused")
        return {"noted": is_foreign}

    return blueprint
