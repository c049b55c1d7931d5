"""Other diagrams: a loop of one task, tasks in a row, and a large one that reads like a real one."""

from collections.abc import Mapping
from itertools import pairwise

from benchmarks.drawing import Flows, declarations, document, plain_node, user
from benchmarks.workload import form
from shared.bpmn import DefinitionFiles


def loop() -> DefinitionFiles:
    """start → again → choice (stop ? end : again)."""
    nodes = [plain_node("startEvent", "start"), user("again", ours=True), plain_node("endEvent", "end")]
    nodes.append(plain_node("exclusiveGateway", "choice", ' default="f_choice_again"'))
    flows = (("start", "again"), ("again", "choice"), ("choice", "again"), ("choice", "end"))
    return _files(
        "loop", nodes, flows, {("choice", "end"): "stop = true"}, {"again": "note"}, ("reference", "stop")
    )


def row(count: int) -> DefinitionFiles:
    """``count`` tasks one after the other."""
    tasks = [f"t{number}" for number in range(count)]
    nodes = [
        plain_node("startEvent", "start"),
        *(user(task, ours=True) for task in tasks),
        plain_node("endEvent", "end"),
    ]
    places = ("start", *tasks, "end")
    flows = tuple(pairwise(places))
    return _files("row", nodes, flows, {}, dict.fromkeys(tasks, "note"), ("reference",))


def large(count: int) -> DefinitionFiles:
    """About ``count`` nodes: blocks of ten, each a choice with two tasks and a fork with two, joined again."""
    nodes, flows = [plain_node("startEvent", "start"), plain_node("endEvent", "end")], list[tuple[str, str]]()
    conditions, tasks, before = dict[tuple[str, str], str](), list[str](), "start"
    for number in range((count - 2) // 8):
        x, a, b, y, s, c, d, j = (f"{letter}{number}" for letter in "xabyscdj")
        nodes += [
            plain_node("exclusiveGateway", x, f' default="f_{x}_{b}"'),
            plain_node("exclusiveGateway", y),
        ]
        nodes += [plain_node("parallelGateway", gateway) for gateway in (s, j)]
        nodes += [user(task, ours=True) for task in (a, b, c, d)]
        tasks += [a, b, c, d]
        conditions[x, a] = "stop = true"
        flows += [(before, x), (x, a), (x, b), (a, y), (b, y), (y, s), (s, c), (s, d), (c, j), (d, j)]
        before = j
    flows.append((before, "end"))
    written = {task: f"n_{task}" for task in tasks}
    return _files("large", nodes, tuple(flows), conditions, written, ("reference", "stop"))


def _files(
    name: str, nodes: list[str], flows: Flows, conditions: Mapping[tuple[str, str], str],
    tasks: Mapping[str, str], others: tuple[str, ...],
) -> DefinitionFiles:  # fmt: skip
    """``tasks``: task → the variable that its form writes."""
    xml = document(
        name, nodes, flows, conditions, declarations(dict.fromkeys([*others, *tasks.values()]), tasks)
    )
    forms = {f"{task}.form": form(task, {variable: True}) for task, variable in tasks.items()}
    return DefinitionFiles({f"{name}.bpmn": xml.encode()}, {}, forms)
