"""``/operator/messages``: received messages that had no effect. For operators only."""

from functools import partial
from typing import Any

from marshmallow import fields

from shared.identity import Actor, TokenVerifier, require_operator
from shared.process.operators.log import LONGEST_REASON
from shared.process.operators.messages import STATES, Desk, Order
from shared.process.operators.schemas import WHY, KindSchema
from shared.web import ApiBlueprint
from shared.web.schemas import AnswerSchema, StrictSchema, choice, text

MESSAGE = "/operator/messages/<source>/<message_id>"
Body = dict[str, Any]


class StateSchema(StrictSchema):
    state = choice(STATES, load_default="parked")


class ReasonSchema(StrictSchema):
    reason = text(LONGEST_REASON, required=True, metadata=WHY)


class MessageSchema(AnswerSchema):
    source = fields.String()
    message_id = fields.String()
    type = fields.String()
    subject = fields.String(metadata={"description": "mostly the parcours"})
    attempts = fields.Integer()
    reason = fields.String(allow_none=True, metadata={"description": "code of the last error"})
    received_at = fields.DateTime()


class WholeMessageSchema(MessageSchema):
    data = fields.List(fields.Nested(KindSchema))


class MessageDoneSchema(MessageSchema):
    action = fields.String(metadata={"description": "requeue | drop"})


class MessageListSchema(AnswerSchema):
    items = fields.List(fields.Nested(MessageSchema))


class ActSchema(AnswerSchema):
    id = fields.String()
    at = fields.DateTime()
    actor_id = fields.String()
    actor_name = fields.String()
    via = fields.String(metadata={"description": "command | api"})
    source = fields.String()
    message_id = fields.String()
    type = fields.String()
    subject = fields.String()
    action = fields.String()
    reason = fields.String()


class ActListSchema(AnswerSchema):
    items = fields.List(fields.Nested(ActSchema))


def messages_blueprint(desk: Desk, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("messages", __name__, description="Received messages without effect.")
    operation = partial(blueprint.operation, guard=require_operator(verifier))
    acting = partial(
        operation, "POST", body=ReasonSchema, answer=MessageDoneSchema,
        errors=(400, 401, 403, 404, 413, 415, 422, 503),
    )  # fmt: skip

    @operation(
        "GET", "/operator/messages", query=StateSchema, answer=MessageListSchema, errors=(401, 403, 422, 503)
    )
    def list_messages(actor: Actor, query: Body) -> Body:
        """Parked messages, or those that are tried again, the oldest first."""
        return {"items": desk.listed(query["state"])}

    @operation("GET", "/operator/messages/acts", answer=ActListSchema, errors=(401, 403, 503))
    def list_acts(actor: Actor) -> Body:
        """What operators did with messages, the newest first."""
        return {"items": desk.acts()}

    @operation("GET", MESSAGE, answer=WholeMessageSchema, errors=(401, 403, 404, 503))
    def one_message(actor: Actor, source: str, message_id: str) -> Body:
        """One message: names and kinds of what it brings, no value."""
        return desk.one(source, message_id)

    @acting(f"{MESSAGE}/requeue")
    def requeue(actor: Actor, body: Body, source: str, message_id: str) -> Body:
        """Try a parked message again."""
        return desk.requeue(Order(source, message_id, actor, body["reason"], "api"))

    @acting(f"{MESSAGE}/drop")
    def drop(actor: Actor, body: Body, source: str, message_id: str) -> Body:
        """It will have no effect, and its data are erased."""
        return desk.drop(Order(source, message_id, actor, body["reason"], "api"))

    return blueprint
