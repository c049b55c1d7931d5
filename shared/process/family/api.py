"""``/famille``: the doors for who comes by a personal link, mounted alike by every process service."""

from typing import Any

from flask import Response
from marshmallow import fields

from shared.documents.api import download
from shared.documents.schemas import InvitationSchema, NamesSchema, NothingSchema
from shared.identity import FamilyMember, TokenVerifier, require_family
from shared.process.family.door import FamilyDoor
from shared.web import ApiBlueprint
from shared.web.schemas import AnswerSchema

READING, WRITING = (401, 404, 503), (400, 401, 403, 404, 409, 415, 422, 503)


class SolutionSchema(AnswerSchema):
    label = fields.String()
    place = fields.String(allow_none=True)
    first = fields.String()
    last = fields.String()


class FamilyDocumentSchema(AnswerSchema):
    id = fields.String()
    kind = fields.String()
    title = fields.String()
    number = fields.String()
    made_at = fields.String()
    to_sign = fields.Boolean(metadata={"description": "by who asks, now"})
    complete = fields.Boolean(allow_none=True, metadata={"description": "null: nobody signs it"})
    waiting = fields.List(fields.String(), metadata={"description": "who else has yet to sign"})
    signed_on = fields.String(allow_none=True, metadata={"description": "by who asks"})
    signed_how = fields.String(allow_none=True, metadata={"description": "papier | ecran"})
    begins_on = fields.String(allow_none=True)
    cites = fields.List(fields.String(), metadata={"description": "ids whose names it says"})


class FamilyParcoursSchema(AnswerSchema):
    status = fields.String()
    person = fields.String(metadata={"description": "changes when the name or contact of who asks does"})
    etape = fields.Integer(allow_none=True)
    known = fields.Dict(metadata={"description": "name → value, of a closed list of variables"})
    plan = fields.List(fields.Nested(SolutionSchema))
    appointments = fields.List(fields.Nested(InvitationSchema))
    documents = fields.List(fields.Nested(FamilyDocumentSchema))


def family_blueprint(door: FamilyDoor, verifier: TokenVerifier) -> ApiBlueprint:
    """The parcours is the token's: no address names one."""
    blueprint = ApiBlueprint("family", __name__, description="The young person and the responsables légaux.")
    guard = require_family(verifier)

    @blueprint.operation("GET", "/famille/parcours", guard=guard, answer=FamilyParcoursSchema, errors=READING)
    def parcours(member: FamilyMember) -> dict[str, Any]:
        """The parcours as a family reads it; 404 for a responsable légal from the 18th birthday on (R39)."""
        return door.parcours(member)

    @blueprint.operation(
        "POST", "/famille/documents/<document_id>/pdf", guard=guard, body=NamesSchema, answer=NothingSchema,
        errors=WRITING,
    )  # fmt: skip
    def pdf(member: FamilyMember, body: dict[str, Any], document_id: str) -> Response:
        """The PDF; the first time it is made, with the names that are given of those whom it cites.

        That who asks opened it is kept, of who signs it.
        """
        row, content = door.pdf(member, document_id, body["names"])
        return download(content, "application/pdf", f"{row.kind}-{row.number}.pdf")

    @blueprint.operation(
        "POST", "/famille/documents/<document_id>/signature", guard=guard, answer=NothingSchema, status=201,
        errors=WRITING,
    )  # fmt: skip
    def sign(member: FamilyMember, document_id: str) -> None:
        """My signature on screen, once I opened the PDF by this link (R16); 409 before."""
        door.sign(member, document_id)

    return blueprint
