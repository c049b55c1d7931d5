"""Whether a token may be moved: the token game, played on from where the tokens of the scope would then be."""

from typing import Any

from shared.bpmn.engine.scopes import tokens
from shared.bpmn.model import Node
from shared.bpmn.repairs.errors import NotDecided, WouldWaitForEver
from shared.bpmn.soundness.analysis import Analysis
from shared.bpmn.soundness.judging import faulty


def refuse_unsound(workflow: Any, moved: Any, target: Node) -> None:
    """Raises WouldWaitForEver, naming where, when tokens would then wait for one another, or come twice to a place."""
    beside = [task for task in tokens(workflow) if task.task_spec.keeps_open and task is not moved]
    stays = [task for task in beside if task.parent is workflow.task_tree]
    places = {task.task_spec.node.id for task in stays if "via" not in task.internal_data}
    arrived = {task.internal_data["via"] for task in stays if "via" in task.internal_data}
    analysis, scope = Analysis({}), workflow.spec.graph
    after = analysis.play_on(scope, {target.id} | places, arrived)
    if not after.complete:
        raise NotDecided(target.id)
    faults = faulty(scope, after) | ({target.id} & places)
    if unusual := faults - faulty(scope, analysis.play(scope, reduced=False)):
        raise WouldWaitForEver(min(unusual))
