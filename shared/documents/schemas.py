"""What the API of documents takes and answers."""

from marshmallow import fields, validate

from shared.documents.library import SIDES
from shared.documents.store import PAPER, SCREEN
from shared.parcours.signatures import Signatory
from shared.web import StrictSchema
from shared.web.schemas import AnswerSchema, ToldSchema, choice, day, messages, text

MOST_NAMES = 100


class OfParcoursSchema(StrictSchema):
    parcours_id = fields.UUID(required=True, error_messages=messages("tasks.parcours_required"))


class NamesSchema(StrictSchema):
    """``names``: id → name, of the people and organisations that a document cites."""

    names = fields.Dict(
        keys=fields.String(validate=validate.Length(max=64)),
        values=fields.String(validate=validate.Length(max=200)),
        load_default=dict, validate=validate.Length(max=MOST_NAMES),
        error_messages=messages("web.not_an_object"),
    )  # fmt: skip


class SignSchema(StrictSchema):
    signer = choice([each.value for each in Signatory], data_key="as", required=True)
    how = choice((PAPER, SCREEN), required=True)
    signed_on = day(data_key="on", load_default=None, allow_none=True)
    name = text(100, load_default=None, allow_none=True)


class DocumentSchema(ToldSchema):
    id = fields.String()
    parcours_id = fields.String()
    kind = fields.String()
    rank = fields.Integer()
    number = fields.String()
    title = fields.String()
    side = fields.String(metadata={"description": "both | lycee | ml: who may see it"})
    made_at = fields.String()
    made_by_name = fields.String()
    replaced = fields.Boolean()
    complete = fields.Boolean(metadata={"description": "all who must have signed; null: nobody has to"})
    signatures = fields.List(fields.Raw())
    missing = fields.List(fields.String(), metadata={"description": "who has yet to sign"})
    may_sign_as = fields.List(fields.String(), metadata={"description": "on screen, the one who asks"})
    may_record = fields.Boolean(metadata={"description": "signatures on paper, the one who asks"})
    begins_on = fields.String(
        allow_none=True, metadata={"description": "what it allows begins: not before all have signed (R17)"}
    )
    cites = fields.List(fields.String(), metadata={"description": "ids whose names it says"})
    sealed = fields.Boolean()
    sha256 = fields.String()


class AttachmentSchema(ToldSchema):
    id = fields.String()
    parcours_id = fields.String()
    side = fields.String()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    added_at = fields.String()
    added_by_name = fields.String()
    mine = fields.Boolean()


class InvitationSchema(ToldSchema):
    id = fields.String()
    parcours_id = fields.String()
    kind = fields.String()
    title = fields.String()
    day = fields.String()
    hour = fields.String(allow_none=True)
    place = fields.String(allow_none=True)
    status = fields.String()
    sequence = fields.Integer()


class DocumentsSchema(AnswerSchema):
    documents = fields.List(fields.Nested(DocumentSchema))
    attachments = fields.List(fields.Nested(AttachmentSchema))
    invitations = fields.List(fields.Nested(InvitationSchema))


class WaitingSchema(AnswerSchema):
    items = fields.List(fields.Nested(DocumentSchema))


class UploadSchema(StrictSchema):
    """The other part of an upload: for whom it is."""

    side = choice(SIDES, load_default="both")


class NothingSchema(AnswerSchema):
    """No content."""
