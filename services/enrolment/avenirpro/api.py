"""Classes of one's lycée, their pupils, and the pupils proposed by AvenirPro: for the lycée's own people."""

from typing import Any

from marshmallow import fields, validate

from services.enrolment import handlers
from services.enrolment.avenirpro import classes, proposals
from services.enrolment.pupils.opening import Known, parcours_told
from shared.identity import OPENING_ROLES, ROLES, Actor, TokenVerifier, require_actor
from shared.process.service import ProcessService
from shared.web import AnswerSchema, ApiBlueprint, StrictSchema
from shared.web.schemas import text

MOST_CLASSES = 50


class ClassSchema(AnswerSchema):
    classe = fields.String()
    eleves = fields.Integer()


class ClassListSchema(AnswerSchema):
    items = fields.List(fields.Nested(ClassSchema))


class ClassesSchema(StrictSchema):
    classes = fields.List(text(30), required=True, validate=validate.Length(1, MOST_CLASSES))


class PupilOfClassSchema(AnswerSchema):
    id = fields.String()
    nom = fields.String()
    prenom = fields.String()
    classe = fields.String()


class PupilsOfClassesSchema(AnswerSchema):
    items = fields.List(fields.Nested(PupilOfClassSchema))


class ProposalSchema(AnswerSchema):
    pupil_id = fields.String()
    nom = fields.String()
    prenom = fields.String()
    classe = fields.String(allow_none=True)
    campagne = fields.String()
    intention = fields.String()
    agreed_on = fields.Date()
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    sendable_from = fields.Date()
    parcours_id = fields.String(allow_none=True)
    earlier = fields.List(fields.String())
    can_open = fields.Boolean()


class ProposalListSchema(AnswerSchema):
    items = fields.List(fields.Nested(ProposalSchema))


def avenirpro_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    """``/classes``, ``/classes/pupils`` and ``/proposals``."""
    blueprint = ApiBlueprint("avenirpro", __name__, description="AvenirPro, as the lycée's pupils meet it.")
    guard = require_actor(verifier)

    @blueprint.operation("GET", "/classes", guard=guard, answer=ClassListSchema, errors=(401, 403, 503))
    def list_classes(actor: Actor) -> dict[str, Any]:
        """The classes of my lycée with how many pupils each has."""
        handlers.require_lycee_role(actor, ROLES["lycee"])
        with service.database.read() as look:
            found = classes.classes_of(look, actor.organisation_id, service.clock.today())
        return {"items": [{"classe": row.class_code, "eleves": row.pupils} for row in found]}

    @blueprint.operation(
        "POST", "/classes/pupils", guard=guard, body=ClassesSchema, answer=PupilsOfClassesSchema,
        errors=(400, 401, 403, 415, 422, 503),
    )  # fmt: skip
    def list_pupils(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
        """The pupils of some classes: names and class, nothing else."""
        handlers.require_lycee_role(actor, ROLES["lycee"])
        with service.database.read() as look:
            found = classes.pupils_of_classes(
                look, actor.organisation_id, query["classes"], service.clock.today()
            )
        return {"items": [_pupil(row) for row in found]}

    @blueprint.operation("GET", "/proposals", guard=guard, answer=ProposalListSchema, errors=(401, 403, 503))
    def list_proposals(actor: Actor) -> dict[str, Any]:
        """The pupils that AvenirPro proposes for a parcours (R33)."""
        handlers.require_lycee_role(actor, OPENING_ROLES)
        with service.database.read() as look:
            found = proposals.proposals_of(look, actor.organisation_id)
            opened = handlers.parcours_of_pupils(look, service, [row.pupil_id for row in found])
        return {"items": [_proposal(row, opened.get(row.pupil_id)) for row in found]}

    return blueprint


def _pupil(row: Any) -> dict[str, Any]:
    return {"id": row.id, "nom": row.family_name, "prenom": row.given_name, "classe": row.class_code}


def _proposal(row: Any, known: Known | None) -> dict[str, Any]:
    same = ("pupil_id", "campagne", "intention", "agreed_on", "phone", "email", "sendable_from")
    told = {name: getattr(row, name) for name in same}
    names = {"nom": row.family_name, "prenom": row.given_name, "classe": row.class_code}
    return told | names | parcours_told(known)
