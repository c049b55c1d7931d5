"""What goes over the workshops' HTTP routes. Answers are built as JSON in ``views.py``."""

from typing import Any

from marshmallow import fields, validate

from services.accompaniment.ateliers.rules import INTENTIONS, LONGEST_MINUTES, STATUSES
from shared.catalogue import sentence
from shared.web import StrictSchema
from shared.web import schemas as kinds
from shared.web.schemas import ToldSchema

MOST_PUPILS, MOST_CLASSES = 500, 50


def _ids() -> Any:
    return fields.List(kinds.text(36), validate=validate.Length(max=MOST_PUPILS), load_default=())


def _pupil() -> Any:
    found = kinds.text(36, required=True)
    found.error_messages |= dict.fromkeys(("required", "null"), sentence("ateliers.pupil_missing"))
    return found


def _classes() -> Any:
    return fields.List(kinds.text(30), validate=validate.Length(max=MOST_CLASSES), load_default=())


def _hour() -> fields.Time:
    said: dict[str, Any] = {**kinds.messages("ateliers.bad_hour"), "format": sentence("ateliers.bad_hour")}
    return fields.Time(format="%H:%M", required=True, error_messages=said)


class OpenCycleSchema(StrictSchema):
    mission_locale = kinds.text(36, load_default=None, allow_none=True)
    france_travail = kinds.text(36, load_default=None, allow_none=True)


class ContactSchema(StrictSchema):
    id = fields.UUID(load_default=None, allow_none=True, error_messages=kinds.messages("ateliers.bad_id"))
    contacted_on = kinds.day(required=True)
    interlocutor = kinds.text(200, required=True)
    answer = kinds.text(1000, required=True)


class GivenPupilSchema(StrictSchema):
    pupil_id = kinds.text(36, required=True)
    family_name = kinds.text(100, required=True)
    given_name = kinds.text(100, required=True)
    class_code = kinds.text(30, required=True)


class GivenPupilsSchema(StrictSchema):
    pupils = fields.List(
        fields.Nested(GivenPupilSchema), required=True, validate=validate.Length(max=MOST_PUPILS)
    )


class NewSessionSchema(StrictSchema):
    id = fields.UUID(load_default=None, allow_none=True, error_messages=kinds.messages("ateliers.bad_id"))
    workshop = kinds.whole(1, 20, required=True)
    on = kinds.day(required=True)
    at = _hour()
    minutes = kinds.whole(1, LONGEST_MINUTES, required=True)
    place = kinds.text(200, required=True)
    is_outside = kinds.truth(load_default=False)
    format = kinds.text(100, required=True)
    animators = kinds.text(300, required=True)
    classes = _classes()
    pupils = _ids()


class MorePupilsSchema(StrictSchema):
    classes = _classes()
    pupils = _ids()


class PostponedSessionSchema(StrictSchema):
    on = kinds.day(required=True)
    at = _hour()
    reason = kinds.text(300, required=True)


class CancelledSessionSchema(StrictSchema):
    reason = kinds.text(300, required=True)


class GivenUpWorkshopSchema(StrictSchema):
    workshop = kinds.whole(1, 20, required=True)
    reason = kinds.text(300, required=True)


class SheetSchema(StrictSchema):
    """``read``: pupil → mark of what the page showed (``shared.merging``)."""

    marks = fields.Dict(keys=kinds.text(36), values=kinds.choice(STATUSES), load_default=dict)
    close = kinds.truth(load_default=False)
    read = kinds.mapping(load_default=None)


class MovedPupilSchema(StrictSchema):
    pupil_id = kinds.text(36, required=True)
    session_id = kinds.text(36, required=True)


class InterviewSchema(StrictSchema):
    pupil_id = _pupil()
    wished_on = kinds.day(load_default=None, allow_none=True)
    held_on = kinds.day(load_default=None, allow_none=True)


class IntentionSchema(StrictSchema):
    pupil_id = _pupil()
    intention = kinds.choice(INTENTIONS, load_default=None, allow_none=True)
    has_solution = kinds.truth(load_default=None, allow_none=True)
    agreed_on = kinds.day(load_default=None, allow_none=True)
    phone = fields.String(
        load_default=None, allow_none=True,
        validate=validate.Regexp(r"(0[1-9][0-9]{8}|\+[0-9]{6,14})\Z", error=sentence("ateliers.bad_phone")),
    )  # fmt: skip
    email = fields.Email(
        load_default=None, allow_none=True, validate=validate.Length(max=254),
        error_messages={"invalid": sentence("ateliers.bad_email")},
    )  # fmt: skip


class ToldCycleSchema(ToldSchema):
    """JSON as ``views.py`` builds it."""


class NewCycleSchema(ToldSchema):
    id = fields.String()
