"""What goes over the routes of ``rights``."""

from marshmallow import fields

from services.enrolment.rights.requests import KINDS
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


class PersonSubjectSchema(AnswerSchema):
    pupils = fields.List(fields.String())
    parcours = fields.List(fields.String())


class PersonListSchema(AnswerSchema):
    items = fields.List(fields.Nested(PersonSchema))


class CorrectedFieldsSchema(StrictSchema):
    """Only what is to change; an empty text takes away what may be missing."""

    family_name = kinds.text(100, shortest=0)
    usage_name = kinds.text(100, shortest=0)
    given_name = kinds.text(100, shortest=0)
    born_on = kinds.text(10, shortest=0)
    phone = kinds.text(30, shortest=0)
    email = kinds.text(254, shortest=0)
    commune_code = kinds.text(5, shortest=0)
    address = kinds.text(300, shortest=0)


class RectifySchema(StrictSchema):
    """``read``: field → mark of what the page showed (``shared.merging``)."""

    reason = kinds.text(500, shortest=5, required=True)
    corrected = fields.Nested(CorrectedFieldsSchema, required=True)
    read = kinds.mapping(load_default=None)


class RectifiedSchema(AnswerSchema):
    fields_ = fields.List(fields.String(), attribute="fields", data_key="fields")
    parcours = fields.List(fields.String())
    told = fields.List(fields.String())


class PupilRecordSchema(AnswerSchema):
    """A pupil as the lycée corrects it, with what was corrected before: fields, never the old values."""

    id = fields.String()
    family_name = fields.String()
    usage_name = fields.String(allow_none=True)
    given_name = fields.String()
    born_on = fields.Date()
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    commune_code = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    corrections = fields.List(fields.Dict())


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


class DuplicateSchema(AnswerSchema):
    """A record of a likely pair, as the lycée tells them apart."""

    id = fields.String()
    family_name = fields.String()
    usage_name = fields.String(allow_none=True)
    given_name = fields.String()
    born_on = fields.Date()
    ine = fields.String(allow_none=True)
    former_ine = fields.String(allow_none=True)
    class_code = fields.String(allow_none=True)
    mef = fields.String()
    left_on = fields.Date(allow_none=True)
    is_running = fields.Boolean()


class PairSchema(AnswerSchema):
    first = fields.Nested(DuplicateSchema)
    second = fields.Nested(DuplicateSchema)


class PairListSchema(AnswerSchema):
    items = fields.List(fields.Nested(PairSchema))


class MergeSchema(StrictSchema):
    kept = kinds.text(36, required=True)
    gone = kinds.text(36, required=True)


class ApartSchema(StrictSchema):
    first = kinds.text(36, required=True)
    second = kinds.text(36, required=True)


class DoneSchema(AnswerSchema):
    done = fields.Boolean()


class ReceiveRequestSchema(StrictSchema):
    id = fields.UUID(load_default=None, allow_none=True, error_messages=kinds.messages("rights.bad_id"))
    kind = kinds.choice(KINDS, required=True)
    received_on = kinds.day(required=True)
    note = kinds.text(2000, required=True)
    pupil_id = kinds.text(36, load_default=None, allow_none=True)


class AnswerRequestSchema(StrictSchema):
    answer = kinds.text(2000, required=True)


class ReceivedSchema(AnswerSchema):
    id = fields.String()


class DataRequestSchema(AnswerSchema):
    id = fields.String()
    pupil_id = fields.String(allow_none=True)
    kind = fields.String()
    received_on = fields.Date()
    due_on = fields.Date()
    note = fields.String()
    written_by_name = fields.String()
    answered_on = fields.Date(allow_none=True)
    answer = fields.String(allow_none=True)


class DataRequestListSchema(AnswerSchema):
    items = fields.List(fields.Nested(DataRequestSchema))
