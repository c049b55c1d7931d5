"""A fact about the person was wrong: the right one is written wherever it is held, what hangs on it is set anew."""

import re
from collections.abc import Mapping
from typing import Any

from shared.bpmn.engine.instance import Instance
from shared.bpmn.engine.kernel import TaskState
from shared.bpmn.engine.scopes import write
from shared.bpmn.errors import PayloadRefused
from shared.bpmn.values import ValueMismatch, from_message

_NAME = re.compile(r"\w+")


def correct(instance: Instance, values: Mapping[str, Any]) -> None:
    """Write the values (JSON, as in messages) in every open scope that declares their names; others are left out.

    Timers that wait for a date told by one of them wait for the new date. Of an instance that has ended, what it
    keeps is corrected. Raises PayloadRefused for a value that does not fit.
    """
    for workflow in instance.workflows():
        for name, value in _typed(workflow, values).items():
            write(workflow, name, value, workflow.spec.name)
    _set_timers(instance, set(values))


def _typed(workflow: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    errors: dict[str, str] = {}
    typed: dict[str, Any] = {}
    for name in values.keys() & workflow.spec.variables.keys():
        try:
            typed[name] = from_message(values[name], workflow.spec.variables[name].type)
        except ValueMismatch as error:
            errors[name] = str(error)
    if errors:
        raise PayloadRefused(errors)
    return typed


def _set_timers(instance: Instance, names: set[str]) -> None:
    """A date is of the facts; a duration or a cycle goes on as it was begun."""
    for task in list(instance.live()):
        kind, text = task.task_spec.node.trigger.timer
        waits = task.state == TaskState.WAITING
        if waits and kind == "date" and text.startswith("=") and names & set(_NAME.findall(text)):
            task.internal_data.pop("timer", None)
            task.task_spec.set_timer(task)
