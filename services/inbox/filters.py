"""How a person narrows the list of tasks: kept with her or his preferences, never in an address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from services.inbox.people import FILTERS
from services.inbox.wording import plain, task_title
from services.inbox.worklist import Task, urgency_of
from shared.errors import NotFound


@dataclass(frozen=True)
class Filters:
    """``etape``: 2 to 5; ``echeance``: an urgency of ``worklist.urgency_of``; empty: all."""

    etape: str = ""
    echeance: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        """What narrows the list, by name."""
        return {name: value for name in FILTERS if (value := getattr(self, name))}

    def keeper(self, text: str, today: date) -> Callable[[Task], bool]:
        """Whether a task is shown, also by the words of a search, without accents and capitals."""
        words = plain(text).split()

        def keep(task: Task) -> bool:
            said = plain(f"{task['subject']} {task_title(task)} {task.get('assignee_name') or ''}")
            return (
                (not self.etape or task["etape"] == int(self.etape))
                and (not self.echeance or urgency_of(task["due_at"], today) == self.echeance)
                and all(word in said for word in words)
            )

        return keep


def filters_of(told: Mapping[str, str], kept: Mapping[str, str]) -> Filters:
    """What ``told`` names, else what is ``kept``. NotFound for a value that there is not."""
    values = {name: told.get(name, kept.get(name, "")) for name in FILTERS}
    if any(value not in FILTERS[name] for name, value in values.items()):
        raise NotFound
    return Filters(**values)
