"""What goes over enrolment's own HTTP routes."""

from marshmallow import Schema, fields, validate

from shared.web import StrictSchema


class PupilSearchSchema(StrictSchema):
    text = fields.String(load_default="", validate=validate.Length(max=200))
    after = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=36))
    limit = fields.Integer(load_default=20, validate=validate.Range(1, 100))


class OpenParcoursSchema(StrictSchema):
    pupil_id = fields.String(required=True, validate=validate.Length(1, 36))


class OpenedParcoursSchema(Schema):
    parcours_id = fields.String()


class PupilSchema(Schema):
    id = fields.String()
    nom = fields.String()
    prenom = fields.String()
    date_naissance = fields.Date()
    classe = fields.String(allow_none=True)
    mef = fields.String()
    formation = fields.String()
    ine = fields.String(allow_none=True)
    sendable_from = fields.Date()
    exit_on = fields.Date(allow_none=True)
    parcours_id = fields.String(allow_none=True)


class PupilPageSchema(Schema):
    items = fields.List(fields.Nested(PupilSchema))
    next = fields.String(allow_none=True)


class RefusedRowSchema(Schema):
    line = fields.Integer()
    reasons = fields.List(fields.String())


class UpdatedRowSchema(Schema):
    line = fields.Integer()
    fields_ = fields.List(fields.String(), attribute="fields", data_key="fields")


class ImportResultSchema(Schema):
    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    refused = fields.List(fields.Nested(RefusedRowSchema))
    updates = fields.List(fields.Nested(UpdatedRowSchema))
    namesakes = fields.List(fields.Integer())
    not_sendable = fields.Integer()
    outside = fields.Integer()
    ignored_columns = fields.List(fields.String(), attribute="not_read")
