"""What is read of a diagram's drawing: every element once, at its place, and never a fault; what may come next."""

import pytest

from shared.bpmn.ahead import Ahead
from shared.bpmn.drawing import Drawing
from shared.bpmn.reading.drawing import read_drawings
from shared.process.views import TOLD_TYPES
from tests.diagrams.files import DIAGRAMS, diagram_path, unchecked
from tests.diagrams.geometry import drawing as drawn_by_hand

every_service = pytest.mark.parametrize("service", DIAGRAMS)


def drawn(old: str = "", new: str = "") -> dict[str, Drawing]:
    """The smallest of the shipped diagrams, edited."""
    text = diagram_path("solution_atelier").read_text(encoding="utf-8")
    assert old in text
    return read_drawings(text.replace(old, new).encode(), unchecked("solution_atelier").process)


@every_service
def test_each_shipped_diagram_gives_every_shape_and_line_once_where_it_was_drawn(service: str) -> None:
    found, wanted = unchecked(service).drawings[service], drawn_by_hand(service)
    assert [shape.id for shape in found.shapes] == list(dict.fromkeys(shape.id for shape in found.shapes))
    assert {shape.id: vars(shape.box) for shape in found.shapes} == {
        key: vars(box) for key, box in wanted.boxes.items()
    }
    assert len(found.lines) == len(wanted.edges)
    assert {line.id: line.points for line in found.lines} == {
        key: edge.points for key, edge in wanted.edges.items()
    }
    labels = [each for each in (*found.shapes, *found.lines) if each.label]
    assert {each.id: vars(each.label) for each in labels} == {
        key: vars(box) for key, box in wanted.labels.items()
    }


@every_service
def test_what_holds_others_comes_before_them_so_that_it_does_not_cover_them(service: str) -> None:
    order = [shape.id for shape in unchecked(service).drawings[service].shapes]
    elements = unchecked(service).elements
    inside = [
        (holder, key) for key in order if key in elements for holder in elements[key].path if holder in order
    ]
    assert [pair for pair in inside if order.index(pair[0]) > order.index(pair[1])] == []


def test_a_parcours_has_the_drawings_of_the_processes_that_it_calls_after_its_own() -> None:
    found = unchecked("accompaniment").drawings
    assert next(iter(found)) == "accompaniment"
    assert {"solution_periode", "solution_atelier", "pacea"} <= found.keys()


@pytest.mark.parametrize(
    "broken",
    ['x="nan" y="370"', 'x="1e308" y="370"', 'x="inf" y="370"', 'x="à gauche" y="370"', 'y="370"', 'x="" y="370"'],
)  # fmt: skip
def test_a_shape_that_has_no_place_is_left_out_and_the_rest_is_drawn(broken: str) -> None:
    whole, found = drawn()["solution_atelier"], drawn('x="310" y="370"', broken)["solution_atelier"]
    assert {shape.id for shape in whole.shapes} - {shape.id for shape in found.shapes} == {"preparer_atelier"}
    assert found.lines == whole.lines


def test_an_element_that_is_drawn_twice_is_there_once() -> None:
    found = drawn('bpmnElement="retenir_place"', 'bpmnElement="preparer_atelier"')["solution_atelier"]
    assert [shape.id for shape in found.shapes].count("preparer_atelier") == 1


@pytest.mark.parametrize("content", [b"", b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_a_file_that_cannot_be_read_has_no_drawing(content: bytes) -> None:
    assert read_drawings(content, unchecked("solution_atelier").process) == {}


def test_what_lies_inside_a_folded_subprocess_is_not_drawn_over_it() -> None:
    path = diagram_path("pacea")
    text = path.read_text(encoding="utf-8")
    shape = 'bpmnElement="phases_pacea"'
    folded = text.replace(f'{shape} isExpanded="true"', f'{shape} isExpanded="false"')
    assert folded != text
    whole = read_drawings(text.encode(), unchecked("pacea").process)["pacea"]
    found = read_drawings(folded.encode(), unchecked("pacea").process)["pacea"]
    inner = {key for key, each in unchecked("pacea").elements.items() if "phases_pacea" in each.path}
    assert inner
    assert {each.id for each in whole.shapes} - {each.id for each in found.shapes} == inner
    assert inner <= found.hidden


def ahead(service: str, element_id: str) -> list[str]:
    known = unchecked(service)
    return Ahead(known.process, known.processes, TOLD_TYPES).of(element_id)


def test_what_may_come_next_is_the_nearest_that_people_know_by_any_way() -> None:
    assert ahead("enrolment", "fixer_entretien") == [
        "contact_en_retard", "rendez_vous_pris", "attendre_rappel", "verifier_situation",
    ]  # fmt: skip
    assert ahead("enrolment", "nulle_part") == []


def test_what_may_come_next_goes_into_a_called_process_and_out_of_its_end() -> None:
    assert ahead("accompaniment", "retenir_place") == ["premier_jour"]
    assert ahead("accompaniment", "atelier_fin") == ["solution_finie"]
