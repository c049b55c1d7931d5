"""The HTTP API of people's tasks: one blueprint, mounted alike by every service."""

from functools import partial
from typing import Any

from flask import request
from werkzeug.datastructures import ETags

from shared.clock import Clock
from shared.database import Database
from shared.forms import Checks
from shared.identity import Actor, TokenVerifier, require_actor
from shared.ids import Ids
from shared.merging import Page
from shared.tasks.commands import Commands
from shared.tasks.errors import KeyRequired, VersionRequired
from shared.tasks.forms import TaskForms
from shared.tasks.model import FilesOf, Note, TaskProcess, no_files, unnoted
from shared.tasks.pages import Question
from shared.tasks.reading import Reading
from shared.tasks.schemas import (
    AssignSchema,
    AwaitedPageSchema,
    AwaitedQuestionSchema,
    CommentSchema,
    DraftAnswerSchema,
    FilledSchema,
    FollowUpSchema,
    LoadsSchema,
    PageSchema,
    QuestionSchema,
    RefusalSchema,
    TaskSchema,
    WholeTaskSchema,
)
from shared.web.blueprint import ApiBlueprint, Decorator

LONGEST_KEY = 200
HOLDING = (401, 403, 404, 409, 412, 428, 503)
WRITING = (400, *HOLDING, 413, 415, 422)
Headers = dict[str, str]
Answer = tuple[dict[str, Any], int, Headers]


class IfMatch:
    """The versions named by an If-Match header."""

    def __init__(self, etags: ETags) -> None:
        self._etags = etags

    def __contains__(self, version: object) -> bool:
        return self._etags.contains(str(version))


def tasks_blueprint(
    *,
    database: Database,
    process: TaskProcess,
    verifier: TokenVerifier,
    clock: Clock,
    ids: Ids,
    checks: Checks | None = None,
    note: Note = unnoted,
    files: FilesOf = no_files,
) -> ApiBlueprint:
    """The blueprint. `clock`: the business clock; `checks`: the named checks that the service's forms use.

    `note`: told who reads a task of another organisation. `files`: those that the answers of a form may name.
    """
    forms = TaskForms(checks or {})
    blueprint = ApiBlueprint("tasks", __name__, url_prefix="/tasks", description="People's tasks")
    guard = require_actor(verifier)
    _reading_routes(blueprint, guard, Reading(database, process, forms, clock, note), clock)
    commands = Commands(database, process, clock, ids, forms, files)
    _holding_routes(blueprint, guard, commands)
    _working_routes(blueprint, guard, commands)
    return blueprint


def _reading_routes(blueprint: ApiBlueprint, guard: Decorator, reading: Reading, clock: Clock) -> None:
    @blueprint.operation(
        "GET", "", guard=guard, query=QuestionSchema, answer=PageSchema, errors=(401, 404, 422, 503)
    )
    def list_tasks(actor: Actor, question: dict[str, Any]) -> dict[str, Any]:
        """A page of my tasks, of my organisation's, or of a parcours."""
        return reading.page(actor, Question(**question))

    @blueprint.operation(
        "GET",
        "/awaited",
        guard=guard,
        query=AwaitedQuestionSchema,
        answer=AwaitedPageSchema,
        errors=(401, 422, 503),
    )
    def list_awaited(actor: Actor, question: dict[str, Any]) -> dict[str, Any]:
        """What my organisation waits for: the others' open tasks, a page of our parcours, the newest, at a time."""
        return reading.awaited(actor, **question)

    @blueprint.operation("GET", "/loads", guard=guard, answer=LoadsSchema, errors=(401, 503))
    def list_loads(actor: Actor) -> dict[str, Any]:
        """How many open tasks of my organisation each person has, and how many of them are late."""
        return reading.loads(actor, clock.now())

    @blueprint.operation("GET", "/<task_id>", guard=guard, answer=WholeTaskSchema, errors=(401, 404, 503))
    def get_task(actor: Actor, task_id: str) -> Answer:
        """One task with form, values, draft, comments and history; its version in ETag."""
        return _versioned(reading.one(actor, task_id))


def _holding_routes(blueprint: ApiBlueprint, guard: Decorator, commands: Commands) -> None:
    operation = partial(blueprint.operation, guard=guard, answer=TaskSchema, headers=("If-Match",))

    @operation("POST", "/<task_id>/claim", errors=HOLDING)
    def claim(actor: Actor, task_id: str) -> Answer:
        """Take the task."""
        return _versioned(commands.claim(actor, task_id, _versions_read()))

    @operation("POST", "/<task_id>/release", errors=HOLDING)
    def release(actor: Actor, task_id: str) -> Answer:
        """Give the task back to the organisation."""
        return _versioned(commands.release(actor, task_id, _versions_read()))

    @operation("POST", "/<task_id>/assign", body=AssignSchema, errors=WRITING)
    def assign(actor: Actor, body: dict[str, Any], task_id: str) -> Answer:
        """Give the task to somebody of the organisation."""
        read = _versions_read()
        return _versioned(commands.assign(actor, task_id, read, body["assignee"], body["assignee_name"]))

    @operation("PATCH", "/<task_id>", body=FollowUpSchema, errors=WRITING)
    def follow_up(actor: Actor, body: dict[str, Any], task_id: str) -> Answer:
        """Set the day on which to look at the task again; null clears it."""
        return _versioned(commands.follow_up(actor, task_id, _versions_read(), body["follow_up_on"]))

    @blueprint.operation(
        "PUT", "/<task_id>/draft", guard=guard, body=FilledSchema, answer=DraftAnswerSchema, headers=("If-Match",),
        errors=WRITING,
    )  # fmt: skip
    def save_draft(actor: Actor, body: dict[str, Any], task_id: str) -> Answer:
        """Keep the form as filled in so far, together with what a colleague has filled in."""
        read = _versions_read()
        return _versioned(commands.save_draft(actor, task_id, read, body["values"], _page(body)))


def _working_routes(blueprint: ApiBlueprint, guard: Decorator, commands: Commands) -> None:
    operation = partial(blueprint.operation, guard=guard, answer=TaskSchema, errors=WRITING)

    @operation("POST", "/<task_id>/complete", body=FilledSchema, headers=("If-Match", "Idempotency-Key"))
    def complete(actor: Actor, body: dict[str, Any], task_id: str) -> Answer:
        """Do the task, with the form's answers."""
        read, key = _versions_read(), _key()
        return _versioned(commands.complete(actor, task_id, read, key, body["values"], _page(body)))

    @operation("POST", "/<task_id>/refuse", body=RefusalSchema, headers=("If-Match", "Idempotency-Key"))
    def refuse(actor: Actor, body: dict[str, Any], task_id: str) -> Answer:
        """Refuse the task, with a reason."""
        read, key = _versions_read(), _key()
        return _versioned(commands.refuse(actor, task_id, read, key, body["reason"]))

    @operation(
        "POST", "/<task_id>/comments", body=CommentSchema, status=201, optional_headers=("Idempotency-Key",)
    )
    def comment(actor: Actor, body: dict[str, Any], task_id: str) -> Answer:
        """Write a comment; a private one is for one's own organisation."""
        key = _key() if "Idempotency-Key" in request.headers else None
        answer, _, headers = _versioned(commands.comment(actor, task_id, key, body["text"], body["private"]))
        return answer, 201, headers


def _page(body: dict[str, Any]) -> Page | None:
    return Page(body["read"], body.get("page")) if "read" in body else None


def _versions_read() -> IfMatch:
    """Raises VersionRequired without an If-Match header."""
    if not request.headers.get("If-Match", "").strip():
        raise VersionRequired()
    return IfMatch(request.if_match)


def _key() -> str:
    """Raises KeyRequired without a well-formed Idempotency-Key."""
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= LONGEST_KEY or not all("!" <= character <= "~" for character in key):
        raise KeyRequired()
    return key


def _versioned(answer: dict[str, Any]) -> Answer:
    """With the task's version as ETag; a partner's view has none."""
    return answer, 200, {"ETag": f'"{answer["version"]}"'} if "version" in answer else {}
