"""Standard loops: one turn after the other, asked before or after, never more than the maximum."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from shared.bpmn import Operation, OperationCall, ProcessFailure, check
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import Walk

Walks = Callable[..., Walk]


def _visits(loop: str) -> Bpmn:
    diagram = (
        Bpmn().variables(fini="boolean").start().user("visiter", loop, outputs=["fini"]).user("conclure")
    )
    return diagram.end().chain("debut", "visiter", "conclure", "fin")


def test_asked_after_each_turn_it_is_done_once_at_least(walk: Walks) -> None:
    steps = walk(_visits(b.loop("not(fini)"))).start(fini=True)
    assert steps.open == ["visiter"]
    assert steps.do("visiter", fini=False).open == ["visiter"]
    assert steps.do("visiter", fini=False).open == ["visiter"]
    assert steps.do("visiter", fini=True).open == ["conclure"]
    assert steps.came_to("visiter") == 3


def test_asked_before_each_turn_it_may_never_be_done(walk: Walks) -> None:
    steps = walk(_visits(b.loop("not(fini)", before=True))).start(fini=True)
    assert steps.open == ["conclure"]
    assert steps.came_to("visiter") == 0
    again = walk(_visits(b.loop("not(fini)", before=True))).start(fini=False)
    assert again.do("visiter", fini=True).open == ["conclure"]


@pytest.mark.parametrize("before", [True, False])
def test_the_maximum_ends_what_the_condition_would_go_on_with(walk: Walks, before: bool) -> None:
    steps = walk(_visits(b.loop("true", 3, before=before))).start()
    for _ in range(3):
        assert steps.open == ["visiter"]
        steps.do("visiter", fini=False)
    assert steps.open == ["conclure"]


def test_a_loop_may_have_a_maximum_only(walk: Walks) -> None:
    steps = walk(_visits(b.loop(maximum=2))).start()
    assert steps.do("visiter").open == ["visiter"]
    assert steps.do("visiter").open == ["conclure"]


@pytest.mark.parametrize(("before", "turns"), [(True, 3), (False, 3)])
def test_the_condition_knows_how_many_turns_are_done(walk: Walks, before: bool, turns: int) -> None:
    steps = walk(_visits(b.loop("nb_tours < 3", before=before))).start()
    for _ in range(turns):
        steps.do("visiter")
    assert steps.open == ["conclure"]


def test_a_condition_that_is_null_is_an_incident(walk: Walks) -> None:
    steps = walk(_visits(b.loop("fini"))).start()
    with pytest.raises(ProcessFailure, match="condition_not_boolean") as failed:
        steps.do("visiter")
    assert failed.value.element_id == "visiter"
    with pytest.raises(ProcessFailure, match="condition_not_boolean"):
        walk(_visits(b.loop("fini", before=True))).start()


def _count(call: OperationCall) -> dict[str, object]:
    return {"n": (call.variables["n"] or 0) + 1}


COUNT = {"compter": Operation(frozenset({"n"}), frozenset({"n"}), _count)}


def _automatic(kind: str, loop: str) -> Bpmn:
    diagram = Bpmn().variables(n="number").start().user("lire").end()
    if kind == "scriptTask":
        diagram.node(kind, "agir", f"{loop}<bpmn:script>n = if n = null then 1 else n + 1</bpmn:script>",
                     scriptFormat="feel")  # fmt: skip
    elif kind == "serviceTask":
        diagram.service("agir", "compter", loop)
    else:
        inner = Body().start("i_debut").service("i_agir", "compter").end("i_fin")
        diagram.sub("agir", inner.chain("i_debut", "i_agir", "i_fin"), loop)
    return diagram.chain("debut", "agir", "lire", "fin")


@pytest.mark.parametrize("kind", ["scriptTask", "serviceTask", "subProcess"])
def test_automatic_activities_loop_within_one_command(walk: Walks, kind: str) -> None:
    steps = walk(_automatic(kind, b.loop("n < 7")), operations=COUNT).start()
    assert (steps.open, steps.value("n")) == (["lire"], 7)


@pytest.mark.parametrize("kind", ["scriptTask", "serviceTask", "subProcess"])
def test_a_loop_without_end_that_never_waits_is_stopped(walk: Walks, kind: str) -> None:
    with pytest.raises(ProcessFailure, match="step_budget"):
        walk(_automatic(kind, b.loop("1 = 1")), operations=COUNT).start()


def test_each_turn_of_a_frame_has_variables_of_its_own(walk: Walks) -> None:
    inner = Body().variables(note="string").start("i_debut").user("noter", outputs=["note"])
    inner.user("relire").end("i_fin").chain("i_debut", "noter", "relire", "i_fin")
    steps = walk(Bpmn().start().sub("cadre", inner, b.loop(maximum=2)).end().chain("debut", "cadre", "fin"))
    steps.start().do("noter", note="premier")
    assert steps.value("note", "relire") == "premier"
    steps.do("relire")
    assert steps.value("note", "noter") is None
    assert steps.do("noter", note="second").do("relire").ended


def test_a_called_process_loops(walk: Walks) -> None:
    called = Bpmn("visite", label="").variables(vu="boolean").start("v_debut").user("voir", outputs=["vu"])
    called.end("v_fin").chain("v_debut", "voir", "v_fin")
    diagram = Bpmn().variables(vu="boolean").start()
    diagram.node("callActivity", "appel", b.loop("not(vu)"), '<parcours:input variable="lycee" expression="lycee"/>'
                 '<parcours:output variable="vu" expression="vu"/>', calledElement="visite")  # fmt: skip
    steps = walk(diagram.end().chain("debut", "appel", "fin"), called).start()
    assert steps.do("voir", vu=False).open == ["voir"]
    assert steps.do("voir", vu=True).ended


def test_a_received_message_loops(walk: Walks) -> None:
    diagram = Bpmn().message("bilan.recu.v1", fini="boolean").variables(fini="boolean").start()
    diagram.node("receiveTask", "attendre", b.loop("not(fini)"), messageRef="m_recu").end()
    steps = walk(diagram.chain("debut", "attendre", "fin")).start()
    steps.receive("bilan.recu.v1", fini=False)
    assert steps.awaited == ["bilan.recu.v1"]
    assert steps.receive("bilan.recu.v1", fini=True).ended


def test_an_event_on_a_loop_ends_all_of_its_turns(walk: Walks) -> None:
    diagram = _visits(b.loop("true")).user("relancer").end("fin_bord")
    diagram.boundary("delai", "visiter", b.timer("PT1H")).chain("delai", "relancer", "fin_bord")
    steps = walk(diagram).start().do("visiter", fini=False).wait(minutes=30).do("visiter", fini=False)
    assert steps.timers["delai"] - steps.now == timedelta(minutes=30)
    assert steps.fire("delai").open == ["relancer"]


def test_a_refused_turn_goes_where_the_refusal_on_the_loop_leads(walk: Walks) -> None:
    diagram = _visits(b.loop("true")).error("refus").user("autrement").end("fin_refus")
    diagram.boundary("refuse", "visiter", b.error("refus")).chain("refuse", "autrement", "fin_refus")
    steps = walk(diagram).start().do("visiter", fini=False)
    assert steps.refuse("visiter")
    assert steps.open == ["autrement"]


def test_200_turns_leave_no_trace_in_what_is_stored() -> None:
    steps = Walk("stored", _visits(b.loop("true"))).start().do("visiter", fini=False)
    size = len(steps.last.state)
    for _ in range(200):
        steps.do("visiter", fini=False)
    assert abs(len(steps.last.state) - size) < 20


def test_a_loop_within_a_loop_turns_anew_each_time(walk: Walks) -> None:
    inner = (
        Body().start("i_debut").user("agir", b.loop(maximum=2)).end("i_fin").chain("i_debut", "agir", "i_fin")
    )
    steps = walk(
        Bpmn().start().sub("cadre", inner, b.loop(maximum=3)).end().chain("debut", "cadre", "fin")
    ).start()
    for _ in range(6):
        assert steps.open == ["agir"]
        steps.do("agir")
    assert steps.ended


def _codes(diagram: Bpmn) -> list[tuple[str, str]]:
    return [(finding.element_id, finding.code) for finding in check(b.files(diagram), b.vocabulary())]


def test_what_a_loop_needs_is_told_before_it_runs() -> None:
    assert _codes(_visits(b.loop())) == [("visiter", "loop_without_end")]
    for maximum in ("0", "-3", "1" * 5_000):
        wrong = b.loop(maximum=1).replace('"1"', f'"{maximum}"')
        assert _codes(_visits(wrong)) == [("visiter", "attribute_value")]
    assert _codes(_visits(b.loop("inconnu"))) == [("visiter", "variable_unknown")]
    assert _codes(_visits(b.loop("fini and"))) == [("visiter", "feel_syntax")]


def test_what_never_waits_has_a_condition_that_could_be_false() -> None:
    assert _codes(_automatic("scriptTask", b.loop("true"))) == [("agir", "loop_without_end")]
    assert _codes(_automatic("scriptTask", b.loop("true", maximum=3))) == []
    assert _codes(_visits(b.loop("true"))) == []


def test_an_activity_has_one_kind_of_loop() -> None:
    assert _codes(_visits(b.loop("true") + b.many(cardinality="2"))) == [("visiter", "schema_invalid")]


def test_a_gateway_of_events_does_not_wait_for_a_loop() -> None:
    diagram = Bpmn().message("bilan.recu.v1").start().node("eventBasedGateway", "attendre")
    diagram.node("receiveTask", "recevoir", b.loop(maximum=2), messageRef="m_recu")
    diagram.node("intermediateCatchEvent", "delai", b.timer("P1D")).end().end("fin_delai")
    diagram.chain("debut", "attendre", "recevoir", "fin").chain("attendre", "delai", "fin_delai")
    assert _codes(diagram) == [("recevoir", "event_gateway_target")]
