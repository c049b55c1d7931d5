"""The drawings can be read: everything is drawn, nothing lies over anything else, what decides has a label."""

from itertools import combinations

import pytest

from tests.diagrams.files import BPMN, DIAGRAMS, diagram
from tests.diagrams.geometry import Box, drawing, elements, nodes

every_service = pytest.mark.parametrize("service", DIAGRAMS)


def host(service: str, node: str) -> str | None:
    """The activity that a boundary event sits on."""
    found: str | None = nodes(service)[node].get("attachedToRef")
    return found


def parent(service: str, node: str) -> str:
    return str(nodes(service)[node].getparent().get("id"))


def solid(service: str) -> dict[str, Box]:
    """The boxes of nodes that nothing may lie on: subprocesses are frames."""
    found = drawing(service).boxes
    return {key: found[key] for key, element in nodes(service).items() if element.tag != f"{BPMN}subProcess"}


@every_service
def test_every_node_lane_pool_and_flow_is_drawn(service: str) -> None:
    drawn = drawing(service)
    frames = elements(service, "participant", "lane", "textAnnotation")
    flows = elements(service, "sequenceFlow", "messageFlow", "association")
    assert drawn.boxes.keys() == nodes(service).keys() | frames.keys()
    assert drawn.edges.keys() == flows.keys()


@every_service
def test_no_two_shapes_overlap(service: str) -> None:
    boxes = solid(service)
    lying = [
        (one, other)
        for one, other in combinations(boxes, 2)
        if boxes[one].overlaps(boxes[other]) and one != host(service, other) and other != host(service, one)
    ]
    assert lying == []


@every_service
def test_each_node_lies_inside_its_subprocess_or_its_lane(service: str) -> None:
    boxes = drawing(service).boxes
    lanes = {
        reference.text: lane
        for lane, element in elements(service, "lane").items()
        for reference in element.iter(f"{BPMN}flowNodeRef")
    }
    inner = {key for key in nodes(service) if parent(service, key) in nodes(service)}
    attached = {key for key in nodes(service) if host(service, key)}
    frames = {key: nodes(service)[key].tag == f"{BPMN}subProcess" for key in nodes(service)}
    astray = [key for key in inner if not boxes[parent(service, key)].contains(boxes[key])]
    astray += [
        key
        for key in nodes(service)
        if not frames[key] and key not in attached and not boxes[lanes[key]].contains(boxes[key])
    ]
    assert astray == []


@every_service
def test_edges_run_straight_or_at_right_angles(service: str) -> None:
    assert [key for key, edge in drawing(service).edges.items() if not edge.is_orthogonal] == []


@every_service
def test_no_edge_runs_through_a_shape(service: str) -> None:
    boxes, flows = solid(service), elements(service, "sequenceFlow", "messageFlow")
    through = [
        (key, node)
        for key, edge in drawing(service).edges.items()
        for node, box in boxes.items()
        if node not in (flows[key].get("sourceRef"), flows[key].get("targetRef"))
        and any(segment.overlaps(box.inset(1)) for segment in edge.segments())
    ]
    assert through == []


@every_service
def test_edges_begin_and_end_on_the_border_of_what_they_join(service: str) -> None:
    boxes, flows = drawing(service).boxes, elements(service, "sequenceFlow", "messageFlow")
    loose = []
    for key, edge in drawing(service).edges.items():
        for point, end in ((edge.points[0], "sourceRef"), (edge.points[-1], "targetRef")):
            box, (x, y) = boxes[flows[key].get(end)], point
            touches = box.inset(-1).contains(Box(x, y, 0, 0)) and not box.inset(1).contains(Box(x, y, 0, 0))
            loose += [] if touches else [(key, end)]
    assert loose == []


@every_service
def test_what_a_reader_needs_has_a_name_and_a_placed_label(service: str) -> None:
    events = elements(
        service, "startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"
    )
    deciding = {
        key: element
        for key, element in elements(service, "exclusiveGateway").items()
        if len(element.findall(f"{BPMN}outgoing")) > 1
    }
    leaving = {
        flow.text: elements(service, "sequenceFlow")[flow.text]
        for gateway in deciding.values()
        for flow in gateway.findall(f"{BPMN}outgoing")
    }
    named = {**events, **deciding, **leaving, **elements(service, "messageFlow")}
    assert [key for key, element in named.items() if not element.get("name")] == []
    assert [key for key in named if key not in drawing(service).labels] == []


@every_service
def test_no_label_lies_on_a_shape(service: str) -> None:
    boxes, labels = solid(service), drawing(service).labels
    lying = [
        (key, node)
        for key, label in labels.items()
        for node, box in boxes.items()
        if key != node and label.inset(2).overlaps(box)  # the corner of its own gateway is no shape
    ]
    assert lying == []


@every_service
def test_tasks_begin_with_a_verb_and_questions_are_asked_on_gateways(service: str) -> None:
    tasks = [element for key, element in nodes(service).items() if element.tag.endswith("Task")]
    questions = [
        element
        for element in diagram(service).iter(f"{BPMN}exclusiveGateway")
        if len(element.findall(f"{BPMN}outgoing")) > 1
    ]
    first_words = [task.get("name").split(" ")[0] for task in tasks]
    assert [word for word in first_words if not word.endswith(("er", "ir", "re"))] == []
    assert [gateway.get("id") for gateway in questions if not gateway.get("name").endswith("?")] == []
