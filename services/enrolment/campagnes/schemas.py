"""What goes over the routes of campagnes."""

from marshmallow import fields

from shared.web import AnswerSchema, StrictSchema
from shared.web import schemas as kinds


class PublishSchema(StrictSchema):
    data = kinds.mapping(required=True, metadata={"description": "nested settings, days as YYYY-MM-DD"})


class VersionSchema(AnswerSchema):
    version = fields.Integer()
    at = fields.DateTime(allow_none=True)
    author_name = fields.String()


class BriefSchema(VersionSchema):
    code = fields.String()
    nom = fields.String()
    rentree = fields.Date()
    fin = fields.Date()


class CampagneListSchema(AnswerSchema):
    items = fields.List(fields.Nested(BriefSchema))


class CampagneSchema(VersionSchema):
    code = fields.String()
    data = fields.Dict(metadata={"description": "nested settings, days as YYYY-MM-DD"})
    is_current = fields.Boolean()
    versions = fields.List(fields.Nested(VersionSchema))
