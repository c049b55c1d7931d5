"""Signals within an instance: thrown on the way and at ends, heard by all who wait."""

from collections.abc import Callable

import pytest

from shared.bpmn import NotAwaited
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import Walk

Walks = Callable[..., Walk]


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "endEvent"])
def test_what_was_thrown_and_what_is_awaited_is_told(walk: Walks, tag: str) -> None:
    diagram = Bpmn().signal("feu").signal("fin").start().user("lancer").node(tag, "jeter", b.signal("feu"))
    diagram.parallel("p").node("intermediateCatchEvent", "ici", b.signal("fin")).end("fin_ici").end()
    diagram.chain("debut", "p", "lancer", "jeter").chain("p", "ici", "fin_ici")
    if tag != "endEvent":
        diagram.flow("jeter", "fin")
    else:
        diagram._nodes = [node for node in diagram._nodes if node[1] != "fin"]
    steps = walk(diagram).start()
    assert (steps.last.signals, steps.last.awaited_signals) == ((), ("fin",))
    steps.do("lancer")
    assert (steps.last.signals, steps.last.awaited_signals) == (("feu",), ("fin",))
    assert [entry.element_id for entry in steps.last.trace if entry.event == "thrown"] == ["jeter"]
    assert steps.signal("fin").ended
    assert steps.last.awaited_signals == ()


def test_a_signal_at_the_end_of_a_subprocess_may_end_the_subprocess_itself(walk: Walks) -> None:
    inner = Body().start("i").parallel("p").user("dire").user("beside").end("j", b.signal("feu")).end("k")
    inner.chain("i", "p", "dire", "j").chain("p", "beside", "k")
    diagram = Bpmn().signal("feu").start().sub("sous", inner).boundary("bord", "sous", b.signal("feu"))
    diagram.user("apres").end().chain("debut", "sous", "fin").chain("bord", "apres", "fin")
    assert walk(diagram).start().do("dire").open == ["apres"]


def test_a_signal_that_its_handler_throws_again_is_heard_by_who_waits_then(walk: Walks) -> None:
    diagram = (
        Bpmn().signal("feu").start().user("agir").end("fin", b.signal("feu")).chain("debut", "agir", "fin")
    )
    body = Body().user("noter").end("e").chain("s", "noter", "e")
    diagram.event_sub("secours", body, "s", b.signal("feu"), interrupting=False)
    steps = walk(diagram).start().signal("feu")
    assert steps.open == ["agir", "noter"]
    assert steps.do("agir").open == ["noter", "noter"], "the end itself is heard while the scope lives"
    assert steps.do("noter").do("noter").ended


def test_thrown_twice_it_is_told_twice(walk: Walks) -> None:
    diagram = (
        Bpmn().signal("feu").start().node("intermediateThrowEvent", "un", b.signal("feu")).user("attendre")
    )
    diagram.node("intermediateThrowEvent", "deux", b.signal("feu")).end("fin", b.signal("feu"))
    steps = walk(diagram.chain("debut", "un", "attendre", "deux", "fin")).start()
    assert steps.last.signals == ("feu",)
    assert steps.do("attendre").last.signals == ("feu", "feu")


def test_nobody_waits_any_more_for_a_signal_that_has_come(walk: Walks) -> None:
    diagram = (
        Bpmn().signal("feu").start().node("intermediateCatchEvent", "ici", b.signal("feu")).user("apres")
    )
    steps = walk(diagram.end().chain("debut", "ici", "apres", "fin")).start().signal("feu")
    with pytest.raises(NotAwaited):
        steps.signal("feu")
    with pytest.raises(NotAwaited):
        steps.signal("inconnu")
