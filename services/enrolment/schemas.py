"""What goes over enrolment's own HTTP routes."""

from marshmallow import fields

from shared.web import AnswerSchema, StrictSchema
from shared.web import schemas as kinds


class PupilSearchSchema(StrictSchema):
    text = kinds.text(200, shortest=0, load_default="")
    after = kinds.text(36, load_default=None, allow_none=True)
    limit = kinds.whole(1, 100, load_default=20)


class OpenParcoursSchema(StrictSchema):
    pupil_id = kinds.text(36, required=True)
    on_paper = fields.Boolean(
        load_default=False, metadata={"description": "it runs on paper already, and is taken on in étape 4"}
    )


class OpenedParcoursSchema(AnswerSchema):
    parcours_id = fields.String()


class PupilSchema(AnswerSchema):
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
    parcours_id = fields.String(allow_none=True, metadata={"description": "the newest of this campagne"})
    earlier = fields.List(fields.String(), metadata={"description": "its other parcours of this campagne"})
    can_open = fields.Boolean(metadata={"description": "no parcours stands in the way of another"})


class PupilPageSchema(AnswerSchema):
    items = fields.List(fields.Nested(PupilSchema))
    next = fields.String(allow_none=True)


class RefusedRowSchema(AnswerSchema):
    line = fields.Integer()
    reasons = fields.List(fields.String())


class UpdatedRowSchema(AnswerSchema):
    line = fields.Integer()
    fields_ = fields.List(fields.String(), attribute="fields", data_key="fields")


class ImportResultSchema(AnswerSchema):
    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    refused = fields.List(fields.Nested(RefusedRowSchema))
    updates = fields.List(fields.Nested(UpdatedRowSchema))
    namesakes = fields.List(fields.Integer())
    not_sendable = fields.Integer()
    outside = fields.Integer()
    ignored_columns = fields.List(fields.String(), attribute="not_read")
