"""« Pourquoi cette tâche est-elle chez moi ? » : sentences from the task's own facts. Pure."""

from collections.abc import Mapping
from typing import Any

from services.inbox.identity.people import SignedIn
from services.inbox.wording import moment, role, task_title
from shared.catalogue import has_sentence, sentence


def reasons(task: Mapping[str, Any], who: SignedIn) -> list[str]:
    """Who has it and since when, whom it is for, what came before it; of an open task of one's own organisation."""
    return [_holding(task, who), *_for_role(task, who), *_before(task.get("before"))]


def _holding(task: Mapping[str, Any], who: SignedIn) -> str:
    """A task that its diagram assigns is somebody's since the instant of its opening."""
    opened = task["opened_at"]
    since = task.get("assigned_at") or opened
    if not task["assignee"]:
        return sentence("worklist.why_free", organisation=who.organisation.name, at=moment(opened))
    if task["assignee"] == who.actor.person_id and who.mandate is None:
        return sentence("worklist.why_named" if since == opened else "worklist.why_mine", at=moment(since))
    return sentence(
        "worklist.why_theirs", name=task["assignee_name"] or sentence("inbox.someone"), at=moment(since)
    )


def _for_role(task: Mapping[str, Any], who: SignedIn) -> list[str]:
    """Also when somebody without the role has it (a substitute): both are then facts."""
    if not task.get("role"):
        return []
    held = who.mandate is None and task["role"] in who.actor.roles
    return [sentence("worklist.why_my_role" if held else "worklist.why_role", role=role(task["role"]))]


def _before(earlier: Mapping[str, Any] | None) -> list[str]:
    if not earlier:
        return []
    side = f"worklist.by_{earlier['kind']}"
    told = {
        "name": task_title(earlier), "at": moment(earlier["at"]),
        "by": earlier["by"] or sentence("inbox.someone"), "side": sentence(side) if has_sentence(side) else "",
    }  # fmt: skip
    return [sentence("worklist.why_before", **told)]
