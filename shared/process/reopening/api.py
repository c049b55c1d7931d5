"""``POST /tasks/<id>/reopen``: a task that was done is opened again."""

from typing import Any

from shared.identity import Actor, TokenVerifier, require_actor
from shared.process.reopening.reopen import Reopening
from shared.tasks.schemas import TaskSchema
from shared.web import ApiBlueprint, StrictSchema
from shared.web.schemas import text


class ReopenSchema(StrictSchema):
    reason = text(500, shortest=5, required=True)


def reopening_blueprint(reopening: Reopening, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("reopening", __name__, description="« Je me suis trompé »")

    @blueprint.operation(
        "POST", "/tasks/<task_id>/reopen", guard=require_actor(verifier), body=ReopenSchema, answer=TaskSchema,
        errors=(400, 401, 403, 404, 409, 415, 422, 503),
    )  # fmt: skip
    def reopen(actor: Actor, body: dict[str, Any], task_id: str) -> dict[str, Any]:
        """Open a completed task again, with its answers: its author for some days, or the responsible."""
        return reopening.reopen(actor, task_id, body["reason"])

    return blueprint
