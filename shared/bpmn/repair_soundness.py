"""Whether a token may be moved: the token game, played on from where the tokens of the scope would then be."""

from typing import Any

from shared.bpmn.markings import explore, explore_from
from shared.bpmn.model import Node, Process, Scope
from shared.bpmn.repair_errors import NotDecided, WouldWaitForEver
from shared.bpmn.scopes import tokens


def refuse_unsound(workflow: Any, moved: Any, target: Node) -> None:
    """Raises WouldWaitForEver, naming where, when tokens would then wait for one another, or come twice to a place."""
    beside = [task for task in tokens(workflow) if task.task_spec.keeps_open and task is not moved]
    stays = [task for task in beside if task.parent is workflow.task_tree]
    places = {task.task_spec.node.id for task in stays if "via" not in task.internal_data}
    arrived = {task.internal_data["via"] for task in stays if "via" in task.internal_data}
    process = _as_process(workflow.spec.graph)
    after, usual = explore_from(process, {target.id} | places, arrived), explore(process, places)
    if not after.complete:
        raise NotDecided(target.id)
    faults = after.stuck | after.hopeless | after.doubled | ({target.id} & places)
    if unusual := faults - usual.stuck - usual.hopeless - usual.doubled:
        raise WouldWaitForEver(min(unusual))


def _as_process(graph: Scope) -> Process:
    return Process(graph.id, graph.name, "", "", None, graph, {})
