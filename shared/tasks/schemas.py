"""What the tasks API accepts and answers."""

from marshmallow import fields

from shared.tasks.pages import MOST
from shared.web.schemas import (
    AnswerSchema,
    StrictSchema,
    ToldSchema,
    choice,
    day,
    mapping,
    text,
    truth,
    whole,
)


class QuestionSchema(StrictSchema):
    scope = choice(("mine", "organisation", "parcours"), load_default="mine")
    status = choice(("open", "done"), load_default="open")
    parcours_id = text(36)
    limit = whole(1, MOST, load_default=50)
    after = text(300)
    told = choice(("brief", "why"), load_default="brief")
    tally = choice(("none", "due", "all"), load_default="none")
    assignee = text(64)
    element_id = text(200)


class LoadSchema(AnswerSchema):
    assignee = fields.String(required=True, allow_none=True, metadata={"description": "null: nobody yet"})
    open = fields.Integer(required=True)
    late = fields.Integer(required=True)


class LoadsSchema(AnswerSchema):
    items = fields.List(fields.Nested(LoadSchema), required=True)


class AssignSchema(StrictSchema):
    assignee = text(64, required=True)
    assignee_name = text(200, required=True)


class ValuesSchema(StrictSchema):
    values = mapping(required=True)


class FilledSchema(ValuesSchema):
    """``read``: field → mark of what the page showed (``shared.merging``); ``page``: which page it is.

    Without ``read`` nobody else's draft is written over, nor looked at.
    """

    read = mapping()
    page = text(36)


class RefusalSchema(StrictSchema):
    reason = text(1_000, required=True)


class CommentSchema(StrictSchema):
    text = text(4_000, required=True)
    private = truth(load_default=False)


class FollowUpSchema(StrictSchema):
    follow_up_on = day(required=True, allow_none=True)


class OrganisationSchema(AnswerSchema):
    kind = fields.String(required=True)
    id = fields.String(required=True)


class ReducedTaskSchema(ToldSchema):
    """What a partner sees."""

    id = fields.String(required=True)
    parcours_id = fields.String(required=True)
    name = fields.String(required=True)
    organisation = fields.Nested(OrganisationSchema, required=True)
    assignee = fields.String(required=True, allow_none=True)
    assignee_name = fields.String(required=True, allow_none=True)
    due_at = fields.String(required=True, allow_none=True, metadata={"description": "ISO date or instant"})
    status = fields.String(required=True, metadata={"enum": ["open", "completed", "cancelled"]})


class BeforeSchema(AnswerSchema):
    """The task that was completed last when this one opened."""

    name = fields.String(required=True)
    objet = fields.String(required=True, allow_none=True)
    at = fields.String(required=True)
    by = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, metadata={"description": "of the organisation that did it"})


class TaskSchema(ReducedTaskSchema):
    """A task for its own organisation; a partner's lacks what is not required."""

    process_id = fields.String()
    element_id = fields.String()
    objet = fields.String(allow_none=True, metadata={"description": "which of several tasks alike it is"})
    subject = fields.String()
    etape = fields.Integer(allow_none=True)
    role = fields.String(allow_none=True)
    follow_up_on = fields.String(allow_none=True)
    priority = fields.Integer()
    version = fields.Integer()
    opened_at = fields.String()
    assigned_at = fields.String(allow_none=True, metadata={"description": "null: at its opening, or nobody"})
    before = fields.Nested(BeforeSchema, allow_none=True)
    completed_at = fields.String(allow_none=True)
    completed_by = fields.String(allow_none=True)
    completed_by_name = fields.String(allow_none=True)


class UrgenciesSchema(AnswerSchema):
    late = fields.Integer(required=True)
    today = fields.Integer(required=True)
    week = fields.Integer(required=True, metadata={"description": "the seven days after today"})


class TallySchema(AnswerSchema):
    """How much is open and due, bounded: the page's tabs."""

    mine = fields.Nested(UrgenciesSchema, required=True)
    organisation = fields.Nested(UrgenciesSchema, required=True)
    is_whole = fields.Boolean(required=True, metadata={"description": "false: there may be more"})
    awaited = fields.Integer(required=True, allow_none=True)
    awaited_is_whole = fields.Boolean(required=True)


class PageSchema(ToldSchema):
    items = fields.List(fields.Nested(TaskSchema), required=True)
    next = fields.String(required=True, allow_none=True)
    tally = fields.Nested(TallySchema, metadata={"description": "when it is asked for"})


class AwaitedQuestionSchema(StrictSchema):
    after = text(36)


class AwaitedTaskSchema(ReducedTaskSchema):
    """A partner's open task, with what its parcours tells its parties."""

    subject = fields.String(required=True)
    etape = fields.Integer(required=True, allow_none=True)
    opened_at = fields.String(required=True)


class AwaitedPageSchema(ToldSchema):
    items = fields.List(fields.Nested(AwaitedTaskSchema), required=True)
    next = fields.String(required=True, allow_none=True)


class DraftAnswerSchema(TaskSchema):
    """``draft``: as it is kept; ``taken``: fields that another alone has changed; ``disputed``: that both have."""

    draft = fields.Dict(required=True)
    draft_by_name = fields.String(required=True)
    taken = fields.List(fields.String(), required=True)
    disputed = fields.List(fields.String(), required=True)


class CommentAnswerSchema(AnswerSchema):
    id = fields.String(required=True)
    at = fields.String(required=True)
    author = fields.String(required=True)
    author_name = fields.String(required=True)
    organisation = fields.Nested(OrganisationSchema, required=True)
    text = fields.String(required=True)
    private = fields.Boolean(required=True)


class EventSchema(AnswerSchema):
    at = fields.String(required=True)
    event = fields.String(required=True)
    actor = fields.String(required=True, allow_none=True)
    actor_name = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)


class WayAskedSchema(AnswerSchema):
    """An answer of the form's ``field``, or what the diagram says: its ``question`` and ``answer``."""

    field = fields.String(required=True)
    question = fields.String(required=True)
    answer = fields.String(required=True)


class NextSchema(AnswerSchema):
    name = fields.String(required=True, metadata={"description": "empty: the other side's own"})
    type = fields.String(required=True)
    organisation = fields.String(required=True, allow_none=True)


class WaySchema(AnswerSchema):
    """One way on from a task: what leads there, and what comes."""

    asked = fields.List(fields.Nested(WayAskedSchema), required=True)
    then = fields.List(fields.Nested(NextSchema), required=True)


class WholeTaskSchema(TaskSchema):
    """One task with all that belongs to it."""

    form = fields.Dict(allow_none=True, metadata={"description": "form-js schema"})
    values = fields.Dict(metadata={"description": "variables that the form reads or writes"})
    draft = fields.Dict(allow_none=True)
    draft_by_name = fields.String(allow_none=True)
    draft_page = fields.String(allow_none=True)
    after = fields.List(fields.Nested(WaySchema))
    comments = fields.List(fields.Nested(CommentAnswerSchema), required=True)
    history = fields.List(fields.Nested(EventSchema))
