"""Random edits of a shipped diagram, as an analyst makes them; what the check refuses is drawn again."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any

from lxml import etree

from shared.bpmn import Definition, DefinitionFiles, DefinitionRefused, load
from tests.diagrams.files import BPMN, PARCOURS, diagram, files, vocabulary
from tests.diagrams.files import definition as shipped_definition

XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"
TRIES = 60
NEW_FORM = {
    "type": "default", "id": "relire", "schemaVersion": 19,
    "components": [{"type": "textfield", "id": "Field_relu", "key": "relu", "label": "Relu"}],
}  # fmt: skip
ROLES = {
    "lycee": ("referent", "chef_etablissement", "secretariat"),
    "mission_locale": ("conseiller", "responsable_ml"),
}
TYPES = ("string", "number", "boolean", "date", "list", "context")


class NoPlace(Exception):
    """The drawn edit has no place in this diagram."""


@dataclass
class Edited:
    """A new version with what its analyst says about changed ids. ``told``: the edits in words, for a failure."""

    definition: Definition
    mapping: dict[str, dict[str, str]]
    told: list[str]


@dataclass
class Draft:
    """A diagram being edited."""

    service: str
    random: Random
    root: Any = None
    mapping: dict[str, dict[str, str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.root = deepcopy(diagram(self.service))
        for drawing in self.root.findall("{http://www.omg.org/spec/BPMN/20100524/DI}BPMNDiagram"):
            self.root.remove(drawing)

    # finding

    def all(self, *tags: str) -> list[Any]:
        return [node for tag in tags for node in self.root.iter(BPMN + tag)]

    def pick(self, found: list[Any]) -> Any:
        if not found:
            raise NoPlace
        return self.random.choice(found)

    def node(self, id: str) -> Any:
        return next(each for each in self.root.iter() if each.get("id") == id)

    def flows(self) -> list[Any]:
        return [flow for flow in self.all("sequenceFlow") if self.node(flow.get("targetRef")).get("id")]

    def out(self, id: str) -> list[Any]:
        return [flow for flow in self.all("sequenceFlow") if flow.get("sourceRef") == id]

    def into(self, id: str) -> list[Any]:
        return [flow for flow in self.all("sequenceFlow") if flow.get("targetRef") == id]

    # drawing

    def new_id(self, word: str) -> str:
        self.count += 1
        return f"{word}_nouveau_{self.count}"

    def add(self, scope: Any, tag: str, id: str, beside: str, **attributes: str) -> Any:
        """A node in the lane of ``beside``."""
        node = etree.SubElement(scope, BPMN + tag, {"id": id, "name": id.replace("_", " ")} | attributes)
        for reference in self.all("flowNodeRef"):
            if reference.text == beside:
                reference.addnext(self._text("flowNodeRef", id))
        return node

    def _text(self, tag: str, text: str) -> Any:
        element = etree.Element(BPMN + tag)
        element.text = text
        return element

    def user(self, scope: Any, beside: str) -> str:
        id = self.new_id("relire")
        lane = next((ref.getparent() for ref in self.all("flowNodeRef") if ref.text == beside), None)
        if lane is None:
            raise NoPlace
        role = self.random.choice(ROLES[lane.get(PARCOURS + "organisation")])
        self.declare("relu", "string")
        self.add(scope, "userTask", id, beside, **{PARCOURS + "role": role, PARCOURS + "form": "relire"})
        return id

    def script(self, scope: Any, beside: str) -> str:
        id = self.new_id("marquer")
        self.declare("marque", "string")
        node = self.add(scope, "scriptTask", id, beside, scriptFormat="feel")
        node.append(self._text("script", 'marque = "vu"'))
        return id

    def declare(self, name: str, type_: str) -> None:
        variables = self.root.find(f".//{PARCOURS}variables")
        if not any(each.get("name") == name for each in variables):
            said = {"name": name, "type": type_, "side": "both", "retention": "parcours", "label": name}
            etree.SubElement(variables, PARCOURS + "variable", said)

    def flow(self, scope: Any, source: str, target: str, condition: str = "") -> str:
        id = self.new_id("flux")
        flow = etree.SubElement(
            scope, BPMN + "sequenceFlow", id=id, sourceRef=source, targetRef=target, name=id
        )
        if condition:
            said = etree.SubElement(flow, BPMN + "conditionExpression", {XSI: "bpmn:tFormalExpression"})
            said.text = condition
        return id

    def after(self, flow: Any, *nodes: str) -> None:
        """Put nodes on a flow: it leads to the first, a new one from the last to where it led."""
        target = flow.get("targetRef")
        flow.set("targetRef", nodes[0])
        scope = flow.getparent()
        for one, two in zip(nodes, (*nodes[1:], target), strict=True):
            new = self.flow(scope, one, two)
        if self.random.random() < 0.5:  # an analyst may say that who came by the old flow is meant
            self.mapping.setdefault("flows", {})[str(flow.get("id"))] = new

    def remove(self, node: Any) -> None:
        for reference in self.all("flowNodeRef"):
            if reference.text == node.get("id"):
                reference.getparent().remove(reference)
        node.getparent().remove(node)

    def definition(self) -> Definition:
        self._sort()
        text = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8")
        shipped = files(self.service)
        bpmn = {**shipped_definition(self.service).files.bpmn, f"{self.service}.bpmn": text}
        forms = {**shipped.forms, "relire.form": json.dumps(NEW_FORM).encode()}
        return load(DefinitionFiles(bpmn, shipped.dmn, forms), self.service, vocabulary(self.service))

    def _sort(self) -> None:
        """The schema wants incoming and outgoing, which only repeat the flows, as they are or not at all."""
        for tag in ("incoming", "outgoing"):
            for element in self.all(tag):
                element.getparent().remove(element)


Edit = Callable[[Draft], str]


def rename_label(draft: Draft) -> str:
    node = draft.pick(draft.all("userTask", "subProcess", "scriptTask", "intermediateCatchEvent"))
    node.set("name", node.get("name") + " bis")
    return f"label of {node.get('id')}"


def insert_user(draft: Draft) -> str:
    flow = draft.pick(draft.flows())
    draft.after(flow, draft.user(flow.getparent(), flow.get("sourceRef")))
    return f"task on {flow.get('id')}"


def insert_script(draft: Draft) -> str:
    flow = draft.pick(draft.flows())
    draft.after(flow, draft.script(flow.getparent(), flow.get("sourceRef")))
    return f"script on {flow.get('id')}"


def insert_choice(draft: Draft) -> str:
    flow = draft.pick(draft.flows())
    scope, beside = flow.getparent(), flow.get("sourceRef")
    opening, closing, task = draft.new_id("choix"), draft.new_id("reuni"), draft.user(scope, beside)
    draft.add(scope, "exclusiveGateway", opening, beside)
    draft.add(scope, "exclusiveGateway", closing, beside)
    draft.after(flow, opening, closing)
    straight = draft.out(opening)[0]
    draft.node(opening).set("default", straight.get("id"))
    draft.flow(scope, opening, task, draft.random.choice(("true", "today() > date(2020, 1, 1)", "1 = 2")))
    draft.flow(scope, task, closing)
    return f"choice on {flow.get('id')}"


def insert_branch(draft: Draft) -> str:
    """A task beside what one task does."""
    flow = draft.pick(
        [each for each in draft.flows() if draft.node(each.get("sourceRef")).tag == BPMN + "userTask"]
    )
    task = flow.get("sourceRef")
    if len(draft.into(task)) != 1:
        raise NoPlace
    scope, before = flow.getparent(), draft.into(task)[0]
    opening, closing, beside = draft.new_id("partage"), draft.new_id("jonction"), draft.user(scope, task)
    draft.add(scope, "parallelGateway", opening, task)
    draft.add(scope, "parallelGateway", closing, task)
    before.set("targetRef", opening)
    draft.flow(scope, opening, task)
    target = flow.get("targetRef")
    flow.set("targetRef", closing)
    draft.flow(scope, closing, target)
    draft.flow(scope, opening, beside)
    draft.flow(scope, beside, closing)
    return f"branch beside {task}"


def remove_task(draft: Draft) -> str:
    node = draft.pick(
        draft.all("userTask", "scriptTask", "serviceTask", "businessRuleTask", "intermediateThrowEvent")
    )
    id = node.get("id")
    if len(draft.out(id)) != 1 or any(each.get("attachedToRef") == id for each in draft.all("boundaryEvent")):
        raise NoPlace
    (leaving,) = draft.out(id)
    for flow in draft.into(id):
        flow.set("targetRef", leaving.get("targetRef"))
    leaving.getparent().remove(leaving)
    draft.remove(node)
    return f"without {id}"


def add_boundary(draft: Draft) -> str:
    host = draft.pick(draft.all("userTask", "subProcess"))
    scope, id, end = host.getparent(), draft.new_id("echeance"), draft.new_id("fin")
    interrupting = draft.random.random() < 0.5
    event = draft.add(scope, "boundaryEvent", id, host.get("id"), attachedToRef=host.get("id"),
                      cancelActivity=str(interrupting).lower())  # fmt: skip
    _timer(draft, event, "timeDuration", f"P{draft.random.randint(1, 40)}D")
    draft.add(scope, "endEvent", end, host.get("id"))
    draft.flow(scope, id, end)
    return f"{'deadline' if interrupting else 'reminder'} on {host.get('id')}"


def _timer(draft: Draft, event: Any, kind: str, text: str) -> None:
    definition = etree.SubElement(event, BPMN + "timerEventDefinition", id=draft.new_id("minuterie"))
    etree.SubElement(definition, BPMN + kind, {XSI: "bpmn:tFormalExpression"}).text = text


def remove_boundary(draft: Draft) -> str:
    event = draft.pick(draft.all("boundaryEvent"))
    for flow in draft.out(event.get("id")):
        target = draft.node(flow.get("targetRef"))
        flow.getparent().remove(flow)
        if target.tag == BPMN + "endEvent" and not draft.into(target.get("id")):
            draft.remove(target)
    draft.remove(event)
    return f"without event {event.get('id')}"


def toggle_boundary(draft: Draft) -> str:
    timed = [each for each in draft.all("boundaryEvent") if each.find(BPMN + "errorEventDefinition") is None]
    event = draft.pick(timed)
    event.set("cancelActivity", "true" if event.get("cancelActivity") == "false" else "false")
    return f"{event.get('id')} interrupts: {event.get('cancelActivity')}"


def change_timer(draft: Draft) -> str:
    definition = draft.pick(draft.all("timerEventDefinition"))
    for child in list(definition):
        definition.remove(child)
    kind = draft.random.choice(("timeDuration", "timeDate"))
    text = (
        f"P{draft.random.randint(0, 90)}D"
        if kind == "timeDuration"
        else f"2026-{draft.random.randint(10, 12)}-15"
    )
    etree.SubElement(definition, BPMN + kind, {XSI: "bpmn:tFormalExpression"}).text = text
    return f"{definition.getparent().get('id')} waits {text}"


def change_form(draft: Draft) -> str:
    one, two = draft.pick(draft.all("userTask")), draft.pick(draft.all("userTask"))
    one.set(PARCOURS + "form", two.get(PARCOURS + "form"))
    return f"{one.get('id')} has the form of {two.get('id')}"


def change_role(draft: Draft) -> str:
    task = draft.pick(draft.all("userTask"))
    task.set(PARCOURS + "role", draft.random.choice([role for roles in ROLES.values() for role in roles]))
    return f"role of {task.get('id')}"


def change_due(draft: Draft) -> str:
    task = draft.pick(draft.all("userTask"))
    task.set(
        PARCOURS + "due", draft.random.choice(("= today()", '= date("2026-12-24")', '= duration("P2D")'))
    )
    return f"due of {task.get('id')}"


def move_lane(draft: Draft) -> str:
    task = draft.pick(draft.all("userTask"))
    references = [ref for ref in draft.all("flowNodeRef") if ref.text == task.get("id")]
    lanes = [lane for lane in draft.all("lane") if lane not in [ref.getparent() for ref in references]]
    for ref in references:
        ref.getparent().remove(ref)
    lane = draft.pick(lanes)
    lane.append(draft._text("flowNodeRef", task.get("id")))
    task.set(PARCOURS + "role", ROLES[lane.get(PARCOURS + "organisation")][0])
    return f"{task.get('id')} in {lane.get('id')}"


def rename_id(draft: Draft) -> str:
    tags = (
        "userTask",
        "subProcess",
        "intermediateCatchEvent",
        "boundaryEvent",
        "parallelGateway",
        "scriptTask",
    )
    node = draft.pick(draft.all(*tags))
    old, new = node.get("id"), f"{node.get('id')}_bis"
    for element in draft.root.iter(etree.Element):
        for name in ("id", "sourceRef", "targetRef", "attachedToRef"):
            if element.get(name) == old:
                element.set(name, new)
        if element.tag == BPMN + "flowNodeRef" and element.text == old:
            element.text = new
    if draft.random.random() < 0.8 and "_nouveau_" not in old:  # what an edit has added has no old id
        draft.mapping.setdefault("elements", {})[old] = new
    return f"{old} is {new}"


def rename_flow(draft: Draft) -> str:
    flow = draft.pick(draft.flows())
    old, new = flow.get("id"), flow.get("id") + "_bis"
    flow.set("id", new)
    for gateway in draft.root.iter(etree.Element):
        if gateway.get("default") == old:
            gateway.set("default", new)
    return f"flow {old} is {new}"


def change_variable(draft: Draft) -> str:
    variable = draft.pick(list(draft.root.iter(PARCOURS + "variable")))
    variable.set("type", draft.random.choice(TYPES))
    return f"{variable.get('name')} is a {variable.get('type')}"


def wrap(draft: Draft) -> str:
    """A task moves into a new subprocess."""
    task = draft.pick(draft.all("userTask"))
    id, scope, frame = task.get("id"), task.getparent(), draft.new_id("cadre")
    if any(each.get("attachedToRef") == id for each in draft.all("boundaryEvent")):
        raise NoPlace
    outer = draft.add(scope, "subProcess", frame, id)
    for flow in (*draft.into(id), *draft.out(id)):
        name = "targetRef" if flow.get("targetRef") == id else "sourceRef"
        flow.set(name, frame)
    first, last = draft.new_id("debut"), draft.new_id("fin")
    draft.add(outer, "startEvent", first, id)
    draft.add(outer, "endEvent", last, id)
    outer.append(task)
    draft.flow(outer, first, id)
    draft.flow(outer, id, last)
    return f"{id} in a subprocess"


def delete_end(draft: Draft) -> str:
    end = draft.pick(draft.all("endEvent"))
    others = [each for each in end.getparent() if each.tag == end.tag and each is not end]
    other = draft.pick(others)
    for flow in draft.into(end.get("id")):
        flow.set("targetRef", other.get("id"))
    draft.remove(end)
    return f"{end.get('id')} is {other.get('id')}"


def alter_condition(draft: Draft) -> str:
    condition = draft.pick(draft.all("conditionExpression"))
    condition.text = draft.random.choice(
        ("true", "false", f"not({condition.text.strip().removeprefix('=')})")
    )
    return f"condition of {condition.getparent().get('id')}: {condition.text}"


def move_flow(draft: Draft) -> str:
    """An arrow leads elsewhere in its scope."""
    flow = draft.pick(draft.flows())
    others = [each.get("targetRef") for each in draft.flows() if each.getparent() is flow.getparent()]
    flow.set("targetRef", draft.pick(others))
    return f"{flow.get('id')} leads to {flow.get('targetRef')}"


EDITS: tuple[Edit, ...] = (
    rename_label, insert_user, insert_script, insert_choice, insert_branch, remove_task, add_boundary, remove_boundary,
    toggle_boundary, change_timer, change_form, change_role, change_due, move_lane, rename_id, rename_flow,
    change_variable, wrap, delete_end, alter_condition, move_flow,
)  # fmt: skip


def draw(service: str, seed: int, edits: tuple[Edit, ...] = EDITS) -> Edited:
    """One to three edits that the check accepts."""
    random = Random(f"{service} {seed}")
    for _ in range(TRIES):
        draft = Draft(service, random)
        try:
            for edit in random.sample(edits, random.choice((1, 1, 2, 3))):
                draft.told.append(edit(draft))
            return Edited(draft.definition(), draft.mapping, draft.told)
        except (NoPlace, DefinitionRefused):
            continue
    raise AssertionError(f"no edit of {service} was accepted, seed {seed}")
