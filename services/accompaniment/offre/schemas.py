"""What goes over the local offer's HTTP routes."""

from marshmallow import fields

from shared.parcours.offer import KINDS, OLDEST, YOUNGEST
from shared.parcours.pfmp import FRAMES
from shared.web import StrictSchema
from shared.web import schemas as kinds
from shared.web.schemas import AnswerSchema

MOST_SEATS = 500


class OfferTermsSchema(StrictSchema):
    """An offer as people describe it."""

    kind = kinds.choice(KINDS, required=True)
    title = kinds.text(150, required=True)
    partner = kinds.text(100, required=True)
    contact = kinds.text(200, load_default=None, allow_none=True)
    place = kinds.text(80, required=True)
    first_on = kinds.day(required=True)
    last_on = kinds.day(required=True)
    seats = kinds.whole(1, MOST_SEATS, required=True)
    is_psad = kinds.truth(load_default=False)
    frame = kinds.choice(FRAMES, load_default=None, allow_none=True)
    minimum_age = kinds.whole(YOUNGEST, OLDEST, load_default=None, allow_none=True)
    conditions = kinds.text(500, load_default=None, allow_none=True)


class NewOfferSchema(OfferTermsSchema):
    id = fields.UUID(load_default=None, allow_none=True, error_messages=kinds.messages("offre.bad_id"))


class OfferQuerySchema(StrictSchema):
    mission_locale = kinds.text(36, load_default=None)


class OfferSchema(AnswerSchema):
    id = fields.String()
    mission_locale = fields.String()
    kind = fields.String()
    title = fields.String()
    partner = fields.String()
    contact = fields.String(metadata={"description": "only for the people of the Mission Locale"})
    place = fields.String()
    first_on = fields.Date()
    last_on = fields.Date()
    seats = fields.Integer()
    seats_left = fields.Integer()
    is_psad = fields.Boolean()
    frame = fields.String()
    minimum_age = fields.Integer()
    conditions = fields.String()
    is_open = fields.Boolean(metadata={"description": "may be chosen: neither closed nor over"})
    was_over = fields.Boolean(metadata={"description": "nobody closed it, its last day is past"})
    version = fields.Integer()


class OfferListSchema(AnswerSchema):
    items = fields.List(fields.Nested(OfferSchema), metadata={"description": "what may be chosen"})
    past = fields.List(fields.Nested(OfferSchema), metadata={"description": "the last ones closed or over"})


class RefusedOfferSchema(AnswerSchema):
    line = fields.Integer()
    reasons = fields.List(fields.String())


class ImportedOffersSchema(AnswerSchema):
    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    refused = fields.List(fields.Nested(RefusedOfferSchema))
