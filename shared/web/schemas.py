"""Marshmallow schemas and fields that refuse what they do not know, by name and in French."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from shared.catalogue import sentence
from shared.forms.french import clean_text


class StrictSchema(Schema):
    """Base of what the API accepts: an unknown name is refused."""

    class Meta:
        unknown = RAISE

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages = {
            **self.error_messages,
            "unknown": sentence("web.unknown_field"),
            "type": sentence("web.not_an_object"),
        }


class AnswerSchema(Schema):
    """Base of what the API answers: plain dicts, of which a member that is not there is left out.

    marshmallow would take a dict's own method for a missing member that is called `values` or `items`.
    """

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        return obj.get(attr, default)


class ToldSchema(AnswerSchema):
    """An answer that is built as JSON, member by member, in one function: the schema tells it and does not copy it.

    Copying a page of tasks through marshmallow costs as much as all the rest of the request.
    """

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        return obj


class ProblemSchema(Schema):
    """RFC 9457, with our stable code and the French sentences by field."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    instance = fields.String()


class Cleaned(fields.String):
    """Text without control characters, its ends trimmed."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        return clean_text(super()._deserialize(value, attr, data, **kwargs))


def messages(key: str) -> dict[str, Any]:
    """French sentences for whatever can be wrong with the kind of a field."""
    missing = sentence("forms.required")
    return {"required": missing, "null": missing, **dict.fromkeys(("invalid", "invalid_utf8"), sentence(key))}


def text(longest: int, *, shortest: int = 1, **kwargs: Any) -> Cleaned:
    """A text of `shortest` to `longest` characters."""
    length = validate.Length(shortest, longest, error=sentence("forms.length", min=shortest, max=longest))
    return Cleaned(validate=length, error_messages=messages("forms.not_a_text"), **kwargs)


def choice(options: Sequence[str], **kwargs: Any) -> fields.String:
    """One word of a few."""
    one_of = validate.OneOf(options, error=sentence("web.not_an_option", options=", ".join(options)))
    return fields.String(validate=one_of, error_messages=messages("forms.not_a_text"), **kwargs)


def whole(low: int, high: int, **kwargs: Any) -> fields.Integer:
    """A whole number between two bounds, both included."""
    in_range = validate.Range(low, high, error=sentence("web.not_in_range", min=low, max=high))
    said = {
        **messages("forms.not_a_whole_number"),
        "too_large": sentence("web.not_in_range", min=low, max=high),
    }
    return fields.Integer(validate=in_range, error_messages=said, **kwargs)


def truth(**kwargs: Any) -> fields.Boolean:
    return fields.Boolean(truthy={True}, falsy={False}, error_messages=messages("web.not_a_truth"), **kwargs)


def day(**kwargs: Any) -> fields.Date:
    """A date YYYY-MM-DD."""
    said = {**messages("web.not_a_day"), "format": sentence("web.not_a_day")}
    return fields.Date(format="iso", error_messages=said, **kwargs)


def mapping(**kwargs: Any) -> fields.Dict:
    """A JSON object whose names are texts of at most 64 characters; its values are judged elsewhere."""
    return fields.Dict(
        keys=fields.String(validate=validate.Length(max=64)),
        error_messages=messages("web.not_an_object"),
        **kwargs,
    )


__all__ = [
    "AnswerSchema",
    "ProblemSchema",
    "StrictSchema",
    "ToldSchema",
    "choice",
    "day",
    "mapping",
    "text",
    "truth",
    "whole",
]
