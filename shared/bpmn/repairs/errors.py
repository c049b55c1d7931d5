"""Why a repair of an instance is refused: one class, one code, one French sentence (area ``bpmn``) for each reason."""

from typing import ClassVar

from shared.errors import Problem


class RepairRefused(Problem):
    """The instance cannot be repaired so; nothing has changed. ``element_id``: what the reason is about."""

    status: ClassVar[int] = 422

    def __init__(self, element_id: str) -> None:
        self.element_id = element_id
        super().__init__(element_id=element_id)


class InstanceEnded(RepairRefused):
    """Nothing waits in it any more."""

    code: ClassVar[str] = "bpmn.repair_ended"
    status: ClassVar[int] = 409


class UnknownScope(RepairRefused):
    """No scope with this number is open now."""

    code: ClassVar[str] = "bpmn.repair_unknown_scope"


class NoTokenThere(RepairRefused):
    """Nothing waits at this element now: it moved on, or never came."""

    code: ClassVar[str] = "bpmn.repair_no_token"
    status: ClassVar[int] = 409


class SeveralTokensThere(RepairRefused):
    """Several tokens wait there: one has to be named by its number."""

    code: ClassVar[str] = "bpmn.repair_several_tokens"


class NotMovable(RepairRefused):
    """What waits there belongs to something else: an event on an activity, an item, a start."""

    code: ClassVar[str] = "bpmn.repair_not_movable"


class UnknownTarget(RepairRefused):
    """The diagram has no such element."""

    code: ClassVar[str] = "bpmn.repair_unknown_target"


class TargetInAnotherScope(RepairRefused):
    """The target is in another subprocess or called process than the token."""

    code: ClassVar[str] = "bpmn.repair_other_scope"


class TargetTakesNoToken(RepairRefused):
    """A start event, an event on an activity, an event subprocess, a compensation handler: no token comes there."""

    code: ClassVar[str] = "bpmn.repair_target_takes_none"


class TargetIsJoin(RepairRefused):
    """A join waits for a token from each flow: one that comes by none would stay."""

    code: ClassVar[str] = "bpmn.repair_target_join"


class WouldWaitForEver(RepairRefused):
    """After the move tokens could wait for one another here without end."""

    code: ClassVar[str] = "bpmn.repair_would_wait"


class NotDecided(RepairRefused):
    """Whether the move is sound could not be found out within bounds."""

    code: ClassVar[str] = "bpmn.repair_not_decided"
