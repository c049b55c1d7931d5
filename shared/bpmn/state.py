"""State format 1: the live tokens and the variables of an instance, as bytes; never specifications, never history.

One byte "1", then zlib-compressed JSON:
{"p": parcours_id, "n": counter, "s": [[container token id or 0, scope name, {variable: value}], …],
 "t": [[scope index, token id, step name, state letter, parent token id or 0, {internal}], …]}
An ended instance keeps {"p", "e": 1, "v": its variables with retention `parcours`}.
Lists keep every order; values are tagged (shared.bpmn.values). Size and cost do not grow with what has happened.
"""

import zlib
from typing import Any

import orjson

from shared.bpmn.errors import StateRefused
from shared.bpmn.instance import Instance, Move
from shared.bpmn.kernel import TaskState
from shared.bpmn.scopes import Token, plant, tokens
from shared.bpmn.values import ValueMismatch, decode, encode

FORMAT = b"1"
_LETTERS = {TaskState.WAITING: "W", TaskState.READY: "R", TaskState.STARTED: "S", TaskState.COMPLETED: "C"}
_STATES = {letter: state for state, letter in _LETTERS.items()}
_VALUES = ("items", "results")  # internal data that holds variables' values


def dump(instance: Instance) -> bytes:
    """The bytes of an instance at rest."""
    content = _ended(instance) if instance.ended else _running(instance)
    return FORMAT + zlib.compress(orjson.dumps(content), 6)


def _ended(instance: Instance) -> dict[str, Any]:
    kept = {name for name, variable in instance.spec.variables.items() if variable.retention == "parcours"}
    return {
        "p": instance.parcours_id,
        "e": 1,
        "v": _variables({k: v for k, v in instance.data.items() if k in kept}),
    }


def _running(instance: Instance) -> dict[str, Any]:
    workflows = instance.workflows()
    scopes = [
        [workflow.parent_task_id or 0, workflow.spec.name, _variables(workflow.data)]
        for workflow in workflows
    ]
    rows = [_row(index, task) for index, workflow in enumerate(workflows) for task in tokens(workflow)]
    return {"p": instance.parcours_id, "n": instance.counter, "s": scopes, "t": rows}


def _variables(data: dict[str, Any]) -> dict[str, Any]:
    return {name: encode(value) for name, value in data.items() if value is not None}


def _row(index: int, task: Any) -> list[Any]:
    parent = 0 if task.parent is task.workflow.task_tree else task.parent.id
    return [
        index,
        task.id,
        task.task_spec.name,
        _LETTERS[task.state],
        parent,
        _internal(task.internal_data, encode),
    ]


def _internal(data: dict[str, Any], convert: Any) -> dict[str, Any]:
    return {key: convert(value) if key in _VALUES else value for key, value in data.items()}


def read(state: bytes) -> dict[str, Any]:
    """The content of stored bytes. Raises StateRefused for another format or damaged bytes."""
    if state[:1] != FORMAT:
        raise StateRefused("unknown format")
    try:
        content: dict[str, Any] = orjson.loads(zlib.decompress(state[1:]))
    except (zlib.error, orjson.JSONDecodeError) as error:
        raise StateRefused("damaged") from error
    return content


def load(plan: Any, state: bytes, move: Move) -> Instance:
    """A running instance on its plan. Raises StateRefused when the two do not belong together."""
    content = read(state)
    if "e" in content:
        return _load_ended(plan, content, move)
    try:
        return _load_running(plan, content, move)
    except (KeyError, IndexError, ValueError, TypeError, ValueMismatch) as error:
        raise StateRefused("the state does not belong to this definition") from error


def _load_ended(plan: Any, content: dict[str, Any], move: Move) -> Instance:
    instance = Instance(plan, content["p"], move)
    plant(instance)
    instance.data = {name: decode(value) for name, value in content["v"].items()}
    return instance


def _load_running(plan: Any, content: dict[str, Any], move: Move) -> Instance:
    instance = Instance(plan, content["p"], move, content["n"])
    rows: dict[int, list[Any]] = {}
    for row in content["t"]:
        rows.setdefault(row[0], []).append(row)
    # scopes are in the order of their creation: an inner one finds its container already there
    for index, (container_id, name, variables) in enumerate(content["s"]):
        workflow: Any = instance
        if container_id:
            workflow = instance.nest(instance.get_task_from_id(container_id), name)
        else:
            plant(instance)
        workflow.data = {key: decode(value) for key, value in variables.items()}
        for row in rows.get(index, ()):
            _restore(workflow, row)
    instance.counter = content["n"]
    return instance


def _restore(workflow: Any, row: list[Any]) -> None:
    _, task_id, name, letter, parent_id, internal = row
    parent = workflow.tasks[parent_id] if parent_id else workflow.task_tree
    task = Token(workflow, workflow.spec.task_specs[name], parent, _STATES[letter], task_id)
    task.internal_data = _internal(internal, decode)
