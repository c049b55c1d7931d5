"""The timers of an instance that was carried over: what each was before, and whether its hour is right."""

from collections.abc import Mapping

from shared.bpmn import Definition, Progress
from shared.bpmn.checks.catching import start_of
from shared.bpmn.progress import Timer
from shared.bpmn.timers import due_at, first_turn, read_cycle
from tests.support.migration_pool import Running


def timers_kept(
    instance: Running, old: Definition, new: Definition, elements: Mapping[str, str]
) -> dict[str, Timer]:
    """The timers that were waited for before, by their element in the new version.

    An event subprocess has one start event: with the same id, that is the same event, whatever its own id.
    """
    now = {handler: start for start, handler in _listeners(new).items()}
    by_handler = {start: now[elements.get(handler, handler)] for start, handler in _listeners(old).items()
                  if elements.get(handler, handler) in now}  # fmt: skip
    names = elements | by_handler
    return {names.get(each.element_id, each.element_id): each for each in instance.progress.timers}


def _listeners(definition: Definition) -> dict[str, str]:
    """Start event of an event subprocess → its id."""
    return {start_of(node).id: node.id for process in definition.processes.values()
            for _, node in process.scope.everything() if node.event_subprocess}  # fmt: skip


def wrongly_due(
    instance: Running, after: Progress, old: Definition, new: Definition, kept: Mapping[str, Timer]
) -> list[str]:
    """A timer that was waited for before keeps date and id, another one counts from now."""
    triggers, before = timers_of(new), timers_of(old)
    faults = []
    for timer in after.timers:
        kind, text = triggers[timer.element_id]
        same = kept.get(timer.element_id)
        if same is not None and (before[same.element_id][0] == "cycle") == (kind == "cycle"):
            fine = (timer.id, timer.due_at) == (same.id, same.due_at)
        elif kind == "cycle":
            fine = timer.due_at == first_turn(read_cycle(text), instance.now)
        else:
            fine = text.startswith("=") or timer.due_at == due_at(kind, text, instance.now)
        faults += [] if fine else [f"timer {timer.element_id} is due at {timer.due_at}"]
    return faults


def wrongly_begun(after: Progress, lived: Progress, kept: Mapping[str, Timer]) -> list[str]:
    """Whatever has a date in the life on the new version has one now; only a date that was kept may be more."""
    one, two = ({timer.element_id for timer in each.timers} for each in (after, lived))
    return [] if two <= one <= two | kept.keys() else [f"timers: {sorted(one)} instead of {sorted(two)}"]


def timers_of(definition: Definition) -> dict[str, tuple[str, str]]:
    """Element → (date | duration | cycle, text)."""
    return {node.id: node.trigger.timer for process in definition.processes.values()
            for _, node in process.scope.everything() if node.trigger.kind == "timer"}  # fmt: skip
