"""What the operators' API accepts and answers. Variables are told by their kind and size, never by value."""

from marshmallow import fields

from shared.process.operators.log import LONGEST_REASON
from shared.web.schemas import AnswerSchema, StrictSchema, choice, mapping, text, truth, whole

MOST_MOVES = 2**31 - 1
READ = {"description": "as it was read: refused when the instance has made other moves since"}
WHY = {"description": "why, in words, without anybody's name: kept with the repair for good"}


class IncidentsQuerySchema(StrictSchema):
    limit = whole(1, 100, load_default=50)
    after = fields.UUID(load_default=None, allow_none=True)
    state = choice(("open", "resolved", "all"), load_default="open")


class RepairsQuerySchema(StrictSchema):
    limit = whole(1, 100, load_default=50)
    after = fields.UUID(load_default=None, allow_none=True)


class OrderSchema(StrictSchema):
    reason = text(LONGEST_REASON, required=True, metadata=WHY)
    dry_run = truth(load_default=False)
    moves = whole(1, MOST_MOVES, load_default=None, allow_none=True, metadata=READ)


class SetVariablesSchema(OrderSchema):
    scope = whole(0, MOST_MOVES, load_default=0, metadata={"description": "0: the process"})
    values = mapping(required=True, metadata={"description": "typed as in messages: dates as ISO text"})


class MoveTokenSchema(OrderSchema):
    source = text(200, required=True, metadata={"description": "id of the element where it waits"})
    target = text(200, required=True)
    token = whole(1, MOST_MOVES, load_default=None, allow_none=True)


class CancelSchema(OrderSchema):
    public_text = text(
        LONGEST_REASON, required=True, metadata={"description": "why, for the parcours's people"}
    )


class ElementSchema(AnswerSchema):
    element_id = fields.String()
    name = fields.String()


class KindSchema(AnswerSchema):
    name = fields.String()
    kind = fields.String(metadata={"description": "kind and size, such as « texte, 12 caractères »"})


class VariableKindSchema(KindSchema):
    label = fields.String()
    type = fields.String()


class TokenSchema(ElementSchema):
    token = fields.Integer()


class ScopeSchema(ElementSchema):
    scope = fields.Integer()
    item = fields.Integer(allow_none=True)
    variables = fields.List(fields.Nested(VariableKindSchema))
    tokens = fields.List(fields.Nested(TokenSchema))


class StepSchema(ElementSchema):
    at = fields.DateTime()
    event = fields.String()


class RepairSchema(AnswerSchema):
    id = fields.String()
    at = fields.DateTime()
    actor_id = fields.String()
    actor_name = fields.String()
    via = fields.String()
    instance_id = fields.String()
    parcours_id = fields.String()
    action = fields.String()
    reason = fields.String()
    result = fields.String()
    before = fields.Raw()
    after = fields.Raw()


class RepairPageSchema(AnswerSchema):
    items = fields.List(fields.Nested(RepairSchema))
    next = fields.String(allow_none=True)


class InstanceSchema(AnswerSchema):
    instance_id = fields.String()
    parcours_id = fields.String()
    process_id = fields.String()
    process_name = fields.String()
    version = fields.String()
    status = fields.String()
    end_kind = fields.String(allow_none=True)
    moves = fields.Integer()
    position = fields.List(fields.Nested(ElementSchema))
    scopes = fields.List(fields.Nested(ScopeSchema), allow_none=True)
    story = fields.List(fields.Nested(StepSchema))
    repairs = fields.List(fields.Nested(RepairSchema))


class IncidentSchema(ElementSchema):
    id = fields.String()
    instance_id = fields.String()
    parcours_id = fields.String()
    process_id = fields.String()
    process_name = fields.String()
    version = fields.String()
    path = fields.List(fields.Nested(ElementSchema))
    code = fields.String()
    detail = fields.String()
    move = fields.String()
    origin = fields.String()
    origin_name = fields.String()
    tried_by = fields.String()
    input = fields.List(fields.Nested(KindSchema))
    passed = fields.List(fields.Nested(ElementSchema))
    attempts = fields.Integer()
    occurred_at = fields.DateTime()
    last_at = fields.DateTime()
    resolved_at = fields.DateTime(allow_none=True)


class IncidentPageSchema(AnswerSchema):
    items = fields.List(fields.Nested(IncidentSchema))
    next = fields.String(allow_none=True)


class WholeIncidentSchema(IncidentSchema):
    instance = fields.Nested(InstanceSchema)


class ChangedTaskSchema(ElementSchema):
    task_id = fields.String()


class TimerSchema(ElementSchema):
    due_at = fields.DateTime()


class TroubleSchema(ElementSchema):
    code = fields.String()
    detail = fields.String()
    attempts = fields.Integer()


class ElsewhereSchema(AnswerSchema):
    never_sent = fields.List(fields.String(), metadata={"description": "types that others may wait for"})
    still_leaving = fields.List(fields.String())
    without_effect = fields.List(fields.String())


class EffectsSchema(AnswerSchema):
    """What a repair did or, tried out, would do."""

    action = fields.String()
    dry_run = fields.Boolean()
    result = fields.String(metadata={"description": "done | released | failed"})
    note = fields.String()
    instance_id = fields.String()
    parcours_id = fields.String()
    status = fields.String()
    moves = fields.Integer()
    position = fields.List(fields.Nested(ElementSchema))
    opened = fields.List(fields.Nested(ChangedTaskSchema))
    closed = fields.List(fields.Nested(ChangedTaskSchema))
    timers = fields.List(fields.Nested(TimerSchema))
    awaited = fields.List(fields.String())
    thrown = fields.List(fields.String())
    incidents = fields.List(fields.Nested(TroubleSchema))
    elsewhere = fields.Nested(ElsewhereSchema)
