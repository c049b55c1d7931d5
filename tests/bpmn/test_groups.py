"""Groups in groups: each item has its own scope, and a condition sees all results, wherever it stands."""

from collections.abc import Callable

import pytest

from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import Walk
from tests.support.counted import calls

Walks = Callable[..., Walk]


def _classes(until: str = "", inner_until: str = "", sequential: bool = False) -> Bpmn:
    """For each class, each pupil gives a mark; a class answers with the sum of its marks."""
    own = b.variables_xml({"eleve": "string", "note": "number"})
    marks = b.many("eleves", "eleve", "notes", "note", until=inner_until, sequential=sequential)
    inner = Body().variables(classe="context", eleves="list", notes="list", somme="number").start("i")
    inner.script("lire", "eleves = classe.eleves").user("noter", marks, outputs={"note": "number"}, ext=own)
    inner.script("compter", "somme = sum(notes)").end("j").chain("i", "lire", "noter", "compter", "j")
    diagram = Bpmn().variables(classes="list", sommes="list").start()
    diagram.sub("classe_entiere", inner, b.many("classes", "classe", "sommes", "somme", until=until))
    return diagram.user("conclure").end().chain("debut", "classe_entiere", "conclure", "fin")


TWO = [{"eleves": ["a", "b"]}, {"eleves": ["c", "d"]}]


def test_items_of_items_keep_their_own_values_in_whatever_order_they_answer(walk: Walks) -> None:
    steps = walk(_classes()).start(classes=TWO)
    assert [steps.runtime.variables(steps.last.state, id)["eleve"] for id in steps.ids("noter")] == list(
        "abcd"
    )
    steps.do("noter", 3, note=40).do("noter", 0, note=1).do("noter", 1, note=30).do("noter", 0, note=2)
    assert steps.open == ["conclure"]
    assert steps.value("sommes") == [3, 70]
    assert steps.do("conclure").ended


def test_a_sequential_group_in_each_item_of_a_parallel_one_goes_at_its_own_pace(walk: Walks) -> None:
    steps = walk(_classes(sequential=True)).start(classes=TWO)
    assert [steps.value("eleve", "noter"), steps.open] == ["a", ["noter", "noter"]]
    steps.do("noter", 0, note=1)
    seen = [steps.runtime.variables(steps.last.state, id)["eleve"] for id in steps.ids("noter")]
    assert sorted(seen) == ["b", "c"]


def test_a_condition_inside_sees_the_results_of_its_own_group_only(walk: Walks) -> None:
    steps = walk(_classes(inner_until="sum(notes) >= 10")).start(classes=TWO)
    steps.do("noter", 0, note=6)
    assert steps.open == ["noter"] * 3
    steps.do("noter", 1, note=6)
    assert steps.open == ["noter", "noter"], "6 here and 6 there are not 12"
    steps.do("noter", 0, note=6)
    assert steps.open == ["noter"]


def test_a_condition_outside_sees_all_results_and_ends_what_is_still_open_inside(walk: Walks) -> None:
    steps = walk(_classes(until="sum(sommes) > 5")).start(classes=TWO)
    steps.do("noter", 2, note=3).do("noter", 2, note=4)
    assert steps.open == ["conclure"]
    assert steps.value("sommes") == [7]
    assert sorted(closed.reason for closed in steps.last.closed) == ["cancelled", "cancelled", "completed"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_on_a_group_concerns_all_its_items_at_once(walk: Walks, interrupting: bool) -> None:
    diagram = _classes().boundary("delai", "classe_entiere", b.timer("P1D"), interrupting)
    diagram.user("relancer").end("fin_delai").chain("delai", "relancer", "fin_delai")
    steps = walk(diagram).start(classes=TWO).fire("delai")
    assert steps.open == (["relancer"] if interrupting else ["noter"] * 4 + ["relancer"])


def test_an_event_inside_one_item_leaves_the_others_alone(walk: Walks) -> None:
    inner = Body().variables(qui="string").start("i").user("agir").end("j").chain("i", "agir", "j")
    inner.boundary("delai", "agir", b.timer("P1D")).user("relancer").end("k").chain("delai", "relancer", "k")
    diagram = Bpmn().variables(gens="list").start().sub("chacun", inner, b.many("gens", "qui")).end()
    steps = walk(diagram.chain("debut", "chacun", "fin")).start(gens=["a", "b"]).fire("delai")
    assert steps.open == ["agir", "relancer"]
    assert steps.value("qui", "relancer") == "a"
    assert steps.do("agir").do("relancer").ended


def test_terminate_in_one_item_ends_that_item_only(walk: Walks) -> None:
    inner = Body().variables(qui="string").start("i").parallel("p").user("vite").user("lent")
    inner.end("stop", b.terminate()).end("j").chain("i", "p", "vite", "stop").chain("p", "lent", "j")
    diagram = Bpmn().variables(gens="list").start().sub("chacun", inner, b.many("gens", "qui")).end()
    steps = walk(diagram.chain("debut", "chacun", "fin")).start(gens=["a", "b"]).do("vite", 1)
    assert steps.open == ["lent", "vite"]
    assert steps.value("qui", "lent") == "a"
    assert steps.do("vite").ended


def _calls(diagram: Bpmn, items: int) -> int:
    steps = Walk("stored", diagram)
    count = calls(lambda: steps.start(nombre=items))
    assert steps.ended
    return count


def _waits_within(kind: str) -> Body:
    body = Body().variables(n="number").start("i").script("un", "n = 1").script("deux", "n = 2").end("j")
    if kind == "frame":
        return body.chain("i", "un", "deux", "j")
    body.node(f"{kind}Gateway", "ouvrir").node(f"{kind}Gateway", "fermer").chain("i", "ouvrir")
    for branch in ("un", "deux"):
        body.flow("ouvrir", branch, "true" if kind == "inclusive" else "").flow(branch, "fermer")
    return body.flow("fermer", "j")


@pytest.mark.parametrize(("kind", "heard"), [("frame", "condition"), ("inclusive", "signal")])
def test_four_times_the_items_are_four_times_the_work(kind: str, heard: str) -> None:
    diagram = Bpmn().variables(nombre="number").signal("alerte").start().end()
    diagram.sub("groupe", _waits_within(kind), b.many(cardinality="nombre")).chain("debut", "groupe", "fin")
    event = b.conditional("nombre < 0") if heard == "condition" else b.signal("alerte")
    diagram.event_sub("suite", Body().end("k").flow("h", "k"), "h", event)
    _calls(diagram, 1)  # what is done once for all
    assert _calls(diagram, 160) < 4.5 * _calls(diagram, 40)
