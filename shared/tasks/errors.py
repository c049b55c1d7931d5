"""What can stand between a person and a task. Sentences in the catalogue's area `tasks`."""

from typing import ClassVar

from shared.errors import Conflict, Forbidden, NotFound, PreconditionRequired, Problem, StaleVersion


class TaskNotFound(NotFound):
    """No such task for this organisation: also said of one that exists and is not theirs to see."""

    code: ClassVar[str] = "tasks.not_found"


class NotYourTask(Forbidden):
    """The task waits for another organisation, or for a role that the actor has not."""

    code: ClassVar[str] = "tasks.not_yours"


class NoPart(Forbidden):
    """The task is closed, and its organisation has no part in the parcours (any more)."""

    code: ClassVar[str] = "tasks.no_part"


class NotAllowedToAssign(Forbidden):
    code: ClassVar[str] = "tasks.not_allowed_to_assign"


class AlreadyDone(Conflict):
    """Somebody has completed it. Parameters: name, time (both as read on screen)."""

    code: ClassVar[str] = "tasks.already_done"


class Cancelled(Conflict):
    """The process has taken the task away. Parameters: time."""

    code: ClassVar[str] = "tasks.cancelled"


class Withdrawn(Conflict):
    """An operator's repair has taken the task away. Parameters: time."""

    code: ClassVar[str] = "tasks.withdrawn"


class Held(Conflict):
    """A colleague has taken it. Parameters: name, time."""

    code: ClassVar[str] = "tasks.held"


class DraftHeld(Conflict):
    """A colleague has begun to fill in a task that nobody has taken. Parameters: name, time."""

    code: ClassVar[str] = "tasks.draft_held"


class DraftChanged(Conflict):
    """Somebody has filled in other answers since the page that completes the task was drawn. Parameters: name, time."""

    code: ClassVar[str] = "tasks.draft_changed"


class StaleTask(StaleVersion):
    code: ClassVar[str] = "tasks.stale"


class VersionRequired(PreconditionRequired):
    """If-Match is missing."""

    code: ClassVar[str] = "tasks.version_required"


class KeyRequired(Problem):
    """Idempotency-Key is missing or not 1 to 200 visible ASCII characters."""

    code: ClassVar[str] = "tasks.key_required"
    status: ClassVar[int] = 400


class KeyReused(Problem):
    """The same Idempotency-Key came with another request."""

    code: ClassVar[str] = "tasks.key_reused"
    status: ClassVar[int] = 422
