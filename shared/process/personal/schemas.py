"""What goes over the DPO's routes, and over that of who looked at a parcours."""

from typing import Any

from marshmallow import fields, validate

from shared.web.schemas import AnswerSchema, StrictSchema, text

MOST_IDS = 100


def _ids() -> "fields.List[Any]":
    return fields.List(fields.UUID(), load_default=[], validate=validate.Length(max=MOST_IDS))


class SubjectSchema(StrictSchema):
    """One person: the pupil's records, and the parcours opened for them."""

    pupils = _ids()
    parcours = _ids()


class ExportedTableSchema(AnswerSchema):
    table = fields.String()
    title = fields.String()
    rows = fields.List(fields.Dict())


class ExportSchema(AnswerSchema):
    service = fields.String()
    at = fields.DateTime()
    tables = fields.List(fields.Nested(ExportedTableSchema))


class AccessSchema(AnswerSchema):
    at = fields.DateTime(metadata={"description": "the hour"})
    parcours_id = fields.String()
    person_name = fields.String()
    organisation = fields.String()
    organisation_kind = fields.String()
    what = fields.String(metadata={"description": "parcours | task | export | operator | ateliers"})


class AccessListSchema(AnswerSchema):
    items = fields.List(fields.Nested(AccessSchema))


class ProofSchema(AnswerSchema):
    number = fields.Integer()
    erasure_id = fields.String()
    at = fields.DateTime()
    cause = fields.String()
    counts = fields.Dict()
    digest = fields.String()


class ProofQuerySchema(StrictSchema):
    """Whether every seal is checked, which takes the longer the more was erased, or those of the items only."""

    whole = fields.Boolean(load_default=False)


class ProofListSchema(AnswerSchema):
    items = fields.List(fields.Nested(ProofSchema))
    first_altered = fields.Integer(
        allow_none=True, metadata={"description": "null: every seal that was checked holds"}
    )
    checked_from = fields.Integer(metadata={"description": "the first number that was checked; 1: all were"})


class HoldingSchema(AnswerSchema):
    table = fields.String()
    title = fields.String()
    erased = fields.String(metadata={"description": "deleted | emptied"})


class NeutralSchema(AnswerSchema):
    table = fields.String()
    why = fields.String()


class HoldingsSchema(AnswerSchema):
    holdings = fields.List(fields.Nested(HoldingSchema))
    neutral = fields.List(fields.Nested(NeutralSchema))


class BesideSchema(StrictSchema):
    """Who acted in the place of somebody who is forgotten, and how her or his name then ends."""

    person_id = text(64, required=True)
    ending = text(300, required=True)


class ForgetSchema(StrictSchema):
    people = fields.List(
        text(64, required=True), required=True, validate=validate.Length(min=1, max=MOST_IDS)
    )
    beside = fields.List(fields.Nested(BesideSchema), load_default=[], validate=validate.Length(max=1_000))


class ForgottenSchema(AnswerSchema):
    counts = fields.Dict()
