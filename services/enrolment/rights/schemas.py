"""What goes over the routes of ``rights``."""

from marshmallow import fields

from shared.web import AnswerSchema, StrictSchema
from shared.web import schemas as kinds


class FindPersonSchema(StrictSchema):
    text = kinds.text(200, required=True)
    born_on = kinds.day(load_default=None, allow_none=True)


class PersonSchema(AnswerSchema):
    id = fields.String()
    uai = fields.String()
    nom = fields.String()
    prenom = fields.String()
    date_naissance = fields.Date()
    ine = fields.String(allow_none=True)
    parcours = fields.List(fields.String())


class PersonListSchema(AnswerSchema):
    items = fields.List(fields.Nested(PersonSchema))


class EraseSchema(StrictSchema):
    pupil_id = kinds.text(36, required=True)


class AskedSchema(AnswerSchema):
    erasure_id = fields.String()


class ErasureSchema(AnswerSchema):
    id = fields.String()
    cause = fields.String()
    asked_at = fields.DateTime()
    asked_by_name = fields.String()
    status = fields.String(metadata={"description": "asked | refused | done"})
    answers = fields.Dict(metadata={"description": "service → why it could not; empty when it has erased"})
    done_at = fields.DateTime(allow_none=True)


class ErasureListSchema(AnswerSchema):
    items = fields.List(fields.Nested(ErasureSchema))
