"""State format 2: the live tokens and the variables of an instance, as bytes; never specifications, never history.

One byte "2", then zlib-compressed JSON:
{"p": parcours_id, "n": counter, "s": [[container token id or 0, scope name, {variable: value}, records], …],
 "t": [[scope index, token id, step name, state letter, parent token id or 0, {internal}], …]}
Records say what could be undone (shared.bpmn.engine.completed); they are left out while there are none.
An ended instance keeps {"p", "e": 1, "v": its variables with retention `parcours`}.
Lists keep every order; values are tagged (shared.bpmn.values). Size and cost do not grow with what has happened.
Older formats are upgraded as they are read, one format at a time (``_UPGRADES``); the next move writes the new one.
"""

import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from shared.bpmn.engine.completed import Record, convert
from shared.bpmn.engine.instance import Instance, Move
from shared.bpmn.engine.kernel import TaskState
from shared.bpmn.engine.scopes import Token, plant, tokens
from shared.bpmn.engine.variables import Variables
from shared.bpmn.errors import ProcessFailure, StateRefused
from shared.bpmn.values import decode, encode

FORMAT = 2
MOST_BYTES = 4_000_000  # of JSON: what more would be neither written nor read
_LETTERS = {TaskState.WAITING: "W", TaskState.READY: "R", TaskState.STARTED: "S", TaskState.COMPLETED: "C"}
_STATES = {letter: state for state, letter in _LETTERS.items()}
_VALUES = ("items", "results")  # internal data that holds variables' values


def dump(instance: Instance) -> bytes:
    """The bytes of an instance at rest. Raises ProcessFailure when they would be too many to be read again."""
    content = orjson.dumps(_ended(instance) if instance.ended else _running(instance))
    if len(content) > MOST_BYTES:
        raise ProcessFailure(instance.spec.name, "state_too_large", f"{len(content)} bytes of JSON")
    return _head(FORMAT) + zlib.compress(content, 1)  # 6 costs three times as much and saves a tenth


def without_values(parcours_id: str) -> bytes:
    """The bytes of an instance that has ended and of whose variables nothing is left."""
    return _head(FORMAT) + zlib.compress(orjson.dumps({"p": parcours_id, "e": 1, "v": {}}), 1)


def _head(number: int) -> bytes:
    return str(number).encode()


def _ended(instance: Instance) -> dict[str, Any]:
    kept = {name for name, variable in instance.spec.variables.items() if variable.retention == "parcours"}
    return {
        "p": instance.parcours_id,
        "e": 1,
        "v": {name: value for name, value in _variables(instance.data).items() if name in kept},
    }


def _running(instance: Instance) -> dict[str, Any]:
    workflows = instance.workflows()
    scopes = [
        [
            workflow.parent_task_id or 0,
            workflow.spec.name,
            _variables(workflow.data),
            *_records(workflow.done),
        ]
        for workflow in workflows
    ]
    rows = [_row(index, task) for index, workflow in enumerate(workflows) for task in tokens(workflow)]
    return {"p": instance.parcours_id, "n": instance.counter, "s": scopes, "t": rows}


def _variables(data: dict[str, Any] | Variables) -> dict[str, Any]:
    if isinstance(data, Variables):
        return data.encoded()
    return {name: encode(value) for name, value in data.items() if value is not None}


def _records(done: list[Record]) -> list[list[Record]]:
    return [convert(done, encode)] if done else []


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


def _internal(data: dict[str, Any], value: Any) -> dict[str, Any]:
    whole = {"done": lambda records: convert(records, value)} | dict.fromkeys(_VALUES, value)
    return {key: whole[key](each) if key in whole else each for key, each in data.items()}


def _from_1(content: dict[str, Any]) -> dict[str, Any]:
    """Format 2 only adds: what format 1 could not hold is absent."""
    return content


# format → what makes the next format of its content
_UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1}


def read(state: bytes) -> dict[str, Any]:
    """The content of stored bytes, as the current format has it. Raises StateRefused, whatever the bytes are."""
    number = _format(state[:1])
    content = _json(_unpacked(state[1:]))
    for older in range(number, FORMAT):
        content = _UPGRADES[older](content)
    return content


def _format(head: bytes) -> int:
    known = {_head(number): number for number in (*_UPGRADES, FORMAT)}
    if head in known:
        return known[head]
    if head.isdigit() and int(head) > FORMAT:
        raise StateRefused(f"format {int(head)} is of a newer release: this one reads up to {FORMAT}")
    raise StateRefused("unknown format")


def _unpacked(packed: bytes) -> bytes:
    """Never more than MOST_BYTES, whatever the bytes would become."""
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, MOST_BYTES + 1)
    except zlib.error as error:
        raise StateRefused("damaged") from error
    if len(content) > MOST_BYTES:
        raise StateRefused("too large")
    if not unpacker.eof or unpacker.unused_data:
        raise StateRefused("damaged: not whole")
    return content


def _json(text: bytes) -> dict[str, Any]:
    """JSON with an object at its root; orjson itself refuses what is deeper than 1 024."""
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise StateRefused("damaged: not JSON") from error
    if not isinstance(content, dict) or not isinstance(content.get("p"), str):
        raise StateRefused("damaged: not a state")
    return content


def load(plan: Any, state: bytes, move: Move) -> Instance:
    """A running instance on its plan. Raises StateRefused when the two do not belong together."""
    content = read(state)
    try:
        return (_load_ended if "e" in content else _load_running)(plan, content, move)
    except Exception as error:  # another definition's content can break anywhere
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
    restored: dict[int, Any] = {}
    for index, (container_id, name, variables, *done) in enumerate(content["s"]):
        workflow: Any = instance
        if container_id:
            workflow = instance.nest(restored[container_id], name)
        else:
            plant(instance)
        workflow.data = Variables(variables)
        workflow.done = convert(done[0], decode) if done else []
        for row in rows.get(index, ()):
            restored[row[1]] = _restore(workflow, row)
    instance.counter = content["n"]
    return instance


def _restore(workflow: Any, row: list[Any]) -> Any:
    _, task_id, name, letter, parent_id, internal = row
    if type(task_id) is not int or task_id <= 0 or task_id in workflow.tasks:
        raise ValueError("token id")
    if "timer" in internal:
        datetime.fromisoformat(internal["due"])
    parent = workflow.tasks[parent_id] if parent_id else workflow.task_tree
    task = Token(workflow, workflow.spec.task_specs[name], parent, _STATES[letter], task_id)
    task.internal_data = _internal(internal, decode)
    return task
