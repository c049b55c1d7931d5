"""Random edits of the date events of a shipped diagram, and of the event subprocesses that wait for them."""

from typing import Any

from lxml import etree

from tests.diagrams.files import BPMN
from tests.support.migration_edits import XSI, Draft, Edit, add_boundary, rename_label

BORN = "eleve_ne_le"
AT_18, AT_26 = (f'{BORN} + duration("P{years}Y")' for years in (18, 26))
DATES = (
    f"= if {AT_18} > entree_le then {AT_18} else null", f"= if {AT_26} > entree_le then {AT_26} else null",
    f"= {AT_18}", f"= {AT_26}", '= today() + duration("P12D")', "= null", "2026-01-15", "2026-12-15", "2031-06-15",
)  # fmt: skip
LENGTHS = ("P0D", "P12D", "P63D")


def change_date(draft: Draft) -> str:
    beside = [event for event in _starts(draft) if event.get("isInterrupting") == "false"]
    beside += [event for event in draft.all("boundaryEvent") if event.get("cancelActivity") == "false"]
    event = draft.pick([each for each in beside if _timer(each) is not None])
    kind, texts = draft.random.choice((("timeDate", DATES), ("timeDate", DATES), ("timeDuration", LENGTHS)))
    return f"{event.get('id')} waits {_wait(draft, event, kind, draft.random.choice(texts))}"


def repeat(draft: Draft) -> str:
    event = draft.pick([each for each in _starts(draft) if _timer(each) is not None])
    return f"{event.get('id')} waits {_wait(draft, event, 'timeCycle', 'R3/P7D')}"


def toggle_listener(draft: Draft) -> str:
    event = draft.pick([each for each in _starts(draft) if _timer(each) is not None])
    event.set("isInterrupting", "true" if event.get("isInterrupting") == "false" else "false")
    return f"{event.get('id')} interrupts: {event.get('isInterrupting')}"


def rename_listener(draft: Draft) -> str:
    """The start event has another id, or the event subprocess, with or without a word of it."""
    start = draft.pick(_starts(draft))
    node = draft.random.choice((start, start.getparent()))
    old, new = node.get("id"), f"{node.get('id')}_bis"
    for element in draft.root.iter(etree.Element):
        for name in ("id", "sourceRef", "targetRef"):
            if element.get(name) == old:
                element.set(name, new)
        if element.tag == BPMN + "flowNodeRef" and element.text == old:
            element.text = new
    if draft.random.random() < 0.5 and "_nouveau_" not in old:
        draft.mapping.setdefault("elements", {})[old] = new
    return f"{old} is {new}"


def add_listener(draft: Draft) -> str:
    frame = draft.pick([each.getparent().getparent() for each in _starts(draft)])
    beside = draft.pick([each for each in frame if each.tag == BPMN + "userTask"]).get("id")
    id, start, end = draft.new_id("guet"), draft.new_id("date"), draft.new_id("fin")
    outer = draft.add(frame, "subProcess", id, beside, triggeredByEvent="true")
    event = draft.add(outer, "startEvent", start, beside, isInterrupting="false")
    _wait(draft, event, "timeDate", draft.random.choice(DATES))
    task = draft.user(outer, beside)
    draft.add(outer, "endEvent", end, beside)
    draft.flow(outer, start, task)
    draft.flow(outer, task, end)
    return f"{id} in {frame.get('id')} waits {_timer(event)[0].text}"


def remove_listener(draft: Draft) -> str:
    start = draft.pick(_starts(draft))
    sub = start.getparent()
    for node in sub.iter(etree.Element):
        for reference in draft.all("flowNodeRef"):
            if reference.text == node.get("id"):
                reference.getparent().remove(reference)
    sub.getparent().remove(sub)
    return f"without {sub.get('id')}"


def _starts(draft: Draft) -> list[Any]:
    """The start events of event subprocesses that no event subprocess is around."""
    return [start for start in draft.all("startEvent") if start.getparent().get("triggeredByEvent") == "true"]


def _timer(event: Any) -> Any:
    return event.find(BPMN + "timerEventDefinition")


def _wait(draft: Draft, event: Any, kind: str, text: str) -> str:
    definition = _timer(event)
    if definition is None:
        definition = etree.SubElement(event, BPMN + "timerEventDefinition", id=draft.new_id("minuterie"))
    for child in list(definition):
        definition.remove(child)
    etree.SubElement(definition, BPMN + kind, {XSI: "bpmn:tFormalExpression"}).text = text
    return text


DATE_EDITS: tuple[Edit, ...] = (
    change_date, change_date, change_date, repeat, toggle_listener, rename_listener, add_listener, remove_listener,
    add_boundary, rename_label,
)  # fmt: skip
