"""People's tasks: opened and closed by a process, found, taken and done by people. One API for every service.

A process opens and closes tasks on its own transaction (`open_tasks`, `close_task`); people reach them by the
blueprint of `shared.tasks.api`, which moves the process through the port `TaskProcess`.
"""

from shared.tasks.model import NewTask, TaskProcess, TaskRow
from shared.tasks.store import (
    close_task,
    element_of_task,
    forget_answers,
    open_tasks,
    retitle,
    tasks_of,
)

__all__ = [
    "NewTask",
    "TaskProcess",
    "TaskRow",
    "close_task",
    "element_of_task",
    "forget_answers",
    "open_tasks",
    "retitle",
    "tasks_of",
]
