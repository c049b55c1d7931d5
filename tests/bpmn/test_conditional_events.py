"""Conditional events: they come when their condition becomes true, and not before, nor twice."""

from collections.abc import Callable

import pytest

from shared.bpmn import Finding, Operation, ProcessFailure, check
from shared.bpmn.definition import reload
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import Walk

Walks = Callable[..., Walk]


def _waiting(condition: str = "n > 2") -> Bpmn:
    """A conditional catch event beside a task that writes ``n`` again and again."""
    diagram = Bpmn().variables(n="number", fini="boolean").start().parallel("p", "q").end()
    diagram.node("intermediateCatchEvent", "attendre", b.conditional(condition)).user("apres")
    diagram.xor("r").user("saisir", outputs=["n", "fini"]).xor("x", default="f_x_r")
    diagram.chain("debut", "p", "attendre", "apres", "q", "fin").chain("p", "r", "saisir", "x", "r")
    return diagram.flow("x", "q", "fini = true")


def test_it_waits_until_a_step_makes_it_true(walk: Walks) -> None:
    steps = walk(_waiting()).start(n=0)
    assert steps.open == ["saisir"]
    assert steps.last.position == ("attendre", "saisir") or set(steps.last.position) == {"attendre", "saisir"}
    assert steps.do("saisir", n=2, fini=False).open == ["saisir"]
    assert steps.do("saisir", n=3, fini=False).open == ["apres", "saisir"]
    assert steps.do("saisir", n=9, fini=True).open == ["apres"], "it came once"
    assert steps.do("apres").ended


def test_it_comes_at_once_when_it_is_true_already(walk: Walks) -> None:
    assert walk(_waiting()).start(n=3).open == ["apres", "saisir"]


def test_null_is_not_true(walk: Walks) -> None:
    steps = walk(_waiting()).start()
    assert steps.open == ["saisir"]
    assert steps.do("saisir", n=None, fini=False).open == ["saisir"]
    assert steps.do("saisir", n=5, fini=False).open == ["apres", "saisir"]


@pytest.mark.parametrize("value", [1, "true"])
def test_what_is_neither_true_nor_false_nor_null_is_an_incident(walk: Walks, value: object) -> None:
    diagram = Bpmn().variables(x="context").start()
    diagram.node("intermediateCatchEvent", "attendre", b.conditional("x.y")).end().chain(
        "debut", "attendre", "fin"
    )
    with pytest.raises(ProcessFailure) as failed:
        walk(diagram).start(x={"y": value})
    assert (failed.value.element_id, failed.value.reason) == ("attendre", "condition_not_boolean")


@pytest.mark.parametrize("text", ["now() > x", "date(x) < today()", "[today][1]() = date(x)"])
def test_a_condition_that_time_would_change_is_refused_by_name(text: str) -> None:
    diagram = Bpmn().variables(x="dateTime").start()
    diagram.node("intermediateCatchEvent", "attendre", b.conditional(text)).end().chain(
        "debut", "attendre", "fin"
    )
    assert ("attendre", "condition_of_time") in [(each.element_id, each.code) for each in _found(diagram)]


def test_a_text_that_only_speaks_of_today_is_no_time() -> None:
    assert _found(_waiting('n = 2 and "today()" != "now()"')) == []


@pytest.mark.parametrize(
    ("text", "code"), [("inconnue = 1", "variable_unknown"), ("n >", "feel_syntax"), (" ", "condition_empty")]
)
def test_a_condition_that_cannot_be_asked_is_refused(text: str, code: str) -> None:
    assert ("attendre", code) in [(each.element_id, each.code) for each in _found(_waiting(text))]


def _found(diagram: Bpmn) -> list[Finding]:
    return list(check(b.files(diagram), b.vocabulary()))


def test_a_condition_on_a_task_that_passes_at_once_is_refused() -> None:
    diagram = Bpmn().variables(n="number").start().script("agir", "n = 1").end().end("fin_bord")
    diagram.boundary("bord", "agir", b.conditional("n = 1")).chain("debut", "agir", "fin").chain(
        "bord", "fin_bord"
    )
    assert ("bord", "boundary_never") in [(each.element_id, each.code) for each in _found(diagram)]


def _on_a_task(interrupting: bool) -> Bpmn:
    diagram = Bpmn().variables(n="number").start().parallel("p", "q").user("agir").end()
    diagram.boundary("bord", "agir", b.conditional("n > 2"), interrupting).user("relancer").end("fin_bord")
    diagram.xor("r").user("saisir", outputs=["n"]).xor("x", default="f_x_r")
    diagram.chain("debut", "p", "agir", "q", "fin").chain("p", "r", "saisir", "x", "r").flow(
        "x", "q", "n = 0"
    )
    return diagram.chain("bord", "relancer", "fin_bord")


def test_on_a_task_it_interrupts(walk: Walks) -> None:
    found = [each.code for each in _found(_on_a_task(True))]
    assert found == ["deadlock"], "the join would wait for a task that is gone"
    diagram = (
        Bpmn().variables(n="number").start().parallel("p").user("agir").user("saisir", outputs=["n"]).end()
    )
    diagram.boundary("bord", "agir", b.conditional("n > 2")).user("relancer").chain("bord", "relancer", "fin")
    diagram.chain("debut", "p", "agir", "fin").chain("p", "saisir", "fin")
    steps = walk(diagram).start(n=0).do("saisir", n=3)
    assert steps.open == ["relancer"]
    assert walk(diagram).start(n=3).open == ["relancer", "saisir"], "at once when it is true on entering"


def _giving_back(activity: str) -> list[Bpmn]:
    """A call or a group that writes to the scope around as it ends, with a condition on it."""
    diagram = Bpmn().variables(n="number", noms="list", notes="list").start()
    called = Bpmn("noter", label="").variables(m="number").start("i").user("saisir", outputs=["m"]).end("j")
    if activity == "call":
        given = '<parcours:input variable="lycee" expression="lycee"/>'
        back = '<parcours:output variable="n" expression="m"/>'
        diagram.node("callActivity", "agir", "", given + back, calledElement="noter")
    else:
        own = b.variables_xml({"nom": "string", "m": "number"})
        diagram.user("agir", b.many("noms", "nom", "notes", "m"), outputs={"m": "number"}, ext=own)
    diagram.boundary("bord", "agir", b.conditional("n > 2 or count(notes) > 1")).user("relancer").end(
        "fin_bord"
    )
    diagram.user("suivre").end().chain("debut", "agir", "suivre", "fin").chain("bord", "relancer", "fin_bord")
    return [diagram, called.chain("i", "saisir", "j")] if activity == "call" else [diagram]


@pytest.mark.parametrize("activity", ["call", "group"])
def test_what_an_activity_gives_back_as_it_ends_does_not_interrupt_it(walk: Walks, activity: str) -> None:
    steps = walk(*_giving_back(activity)).start(n=0, noms=["a", "b"], notes=[])
    while steps.open != ["suivre"]:
        steps.do(steps.open[0], m=3)
        assert "relancer" not in steps.open


def test_beside_a_task_it_comes_on_each_change_to_true_and_not_while_it_stays_true(walk: Walks) -> None:
    steps = walk(_on_a_task(False)).start(n=0)
    for value, came in ((3, 1), (4, 1), (1, 1), (None, 1), (3, 2), (2, 2), (9, 3)):
        steps.do("saisir", n=value)
        assert steps.open.count("relancer") == came, value
    steps.do("agir")
    steps.do("saisir", n=0).do("relancer").do("relancer")
    assert steps.do("relancer").ended


def test_what_a_script_undoes_at_its_next_step_was_true_for_a_moment(walk: Walks) -> None:
    diagram = Bpmn().variables(n="number").start().parallel("p").user("agir").script("monter", "n = 5")
    diagram.script("baisser", "n = 0").end().end("fin_bord").user("relancer")
    diagram.boundary("bord", "agir", b.conditional("n > 2"), False).chain("bord", "relancer", "fin_bord")
    diagram.chain("debut", "p", "agir", "fin").chain("p", "monter", "baisser", "fin")
    assert walk(diagram).start(n=0).open == ["agir", "relancer"]
    within = (
        Bpmn().variables(n="number").start().parallel("p").user("agir").script("compter", "n = 5", "n = 0")
    )
    within.end().end("fin_bord").user("relancer")
    within.boundary("bord", "agir", b.conditional("n > 2"), False).chain("bord", "relancer", "fin_bord")
    within.chain("debut", "p", "agir", "fin").chain("p", "compter", "fin")
    assert walk(within).start(n=0).open == ["agir"], "a step is asked about when it is done, not on its way"


def test_after_an_event_gateway_the_condition_races_against_the_others(walk: Walks) -> None:
    diagram = Bpmn().variables(n="number").start().parallel("p").user("saisir", outputs=["n"]).end()
    diagram.node("eventBasedGateway", "g").node("intermediateCatchEvent", "c", b.conditional("n > 2"))
    diagram.node("intermediateCatchEvent", "d", b.timer("P1D")).user("apres_c").user("apres_d")
    diagram.chain("debut", "p", "saisir", "fin").chain("p", "g", "c", "apres_c", "fin")
    diagram.chain("g", "d", "apres_d", "fin")
    steps = walk(diagram).start(n=0).do("saisir", n=3)
    assert (steps.open, steps.timers) == (["apres_c"], {})
    steps = walk(diagram).start(n=0).fire("d").do("saisir", n=3)
    assert steps.open == ["apres_d"]


def test_a_variable_of_an_inner_scope_is_another_one(walk: Walks) -> None:
    inner = (
        Body()
        .variables(n="number")
        .start("i")
        .user("dedans", outputs=["n"])
        .end("j")
        .chain("i", "dedans", "j")
    )
    diagram = Bpmn().variables(n="number").start().sub("sous", inner).end().user("apres").end("fin_bord")
    diagram.boundary("bord", "sous", b.conditional("n > 2")).chain("debut", "sous", "fin")
    diagram.chain("bord", "apres", "fin_bord")
    assert walk(diagram).start(n=0).do("dedans", n=5).ended


@pytest.mark.parametrize("writer", ["message", "service"])
def test_whatever_writes_a_variable_is_heard(walk: Walks, writer: str) -> None:
    diagram = (
        Bpmn().variables(n="number").start().parallel("p").user("agir").user("lancer").end().end("fin_bord")
    )
    diagram.boundary("bord", "agir", b.conditional("n > 2")).user("apres").chain("bord", "apres", "fin_bord")
    operation = Operation(frozenset(), frozenset({"n"}), lambda _: {"n": 3})
    diagram.chain("debut", "p", "agir", "fin").chain("p", "lancer", "ecrire", "fin")
    if writer == "message":
        diagram.message("bilan.clos.v1", n="number").node("receiveTask", "ecrire", messageRef="m_clos")
        steps = walk(diagram).start(n=0).do("lancer").receive("bilan.clos.v1", n=3)
    else:
        diagram.service("ecrire", "ecrire")
        steps = walk(diagram, operations={"ecrire": operation}).start(n=0).do("lancer")
    assert steps.open == ["apres"]


def test_a_condition_that_feeds_itself_stops_at_the_step_budget(walk: Walks) -> None:
    diagram = Bpmn().variables(n="number").start().user("agir").end().chain("debut", "agir", "fin")
    body = Body().script("basculer", "n = 0", "n = 0").script("encore", "n = 1").end("e")
    body.chain("s", "basculer", "encore", "e")
    diagram.event_sub("secours", body, "s", b.conditional("n = 1"), interrupting=False)
    files, vocabulary = b.files(diagram), b.vocabulary()
    steps = walk(diagram, shared=reload(files, "essai", vocabulary))
    with pytest.raises(ProcessFailure, match="step_budget"):
        steps.start(n=1)


def test_of_several_conditions_that_become_true_together_the_innermost_comes_first(walk: Walks) -> None:
    inner = Body().start("i").user("agir", outputs=["n"]).end("j").chain("i", "agir", "j")
    inner.boundary("pres", "agir", b.conditional("n = 1")).user("apres_pres").chain("pres", "apres_pres", "j")
    diagram = (
        Bpmn().variables(n="number").start().parallel("p").user("ecrire", outputs=["n"]).sub("sous", inner)
    )
    diagram.boundary("loin", "sous", b.conditional("n = 1"), False).user("apres_loin").end().end("f2")
    diagram.chain("debut", "p", "ecrire", "fin").chain("p", "sous", "fin").chain("loin", "apres_loin", "f2")
    steps = (
        walk(diagram, shared=reload(b.files(diagram), "essai", b.vocabulary())).start(n=0).do("ecrire", n=1)
    )
    assert steps.open == ["apres_loin", "apres_pres"]
    caught = [entry.element_id for entry in steps.last.trace if entry.event == "caught"]
    assert caught == ["pres", "loin"]


def test_a_condition_of_an_event_subprocess_comes_again_when_it_was_false_between(walk: Walks) -> None:
    diagram = (
        Bpmn().variables(n="number").start().xor("r").user("saisir", outputs=["n"]).xor("x", default="f_x_r")
    )
    body = Body().user("noter").end("e").chain("s", "noter", "e")
    diagram.end().chain("debut", "r", "saisir", "x", "r").flow("x", "fin", "n = 0")
    diagram.event_sub("secours", body, "s", b.conditional("n > 2"), interrupting=False)
    steps = walk(diagram).start(n=5)
    assert steps.open == ["noter", "saisir"]
    for value, came in ((6, 1), (1, 1), (7, 2)):
        assert steps.do("saisir", n=value).open.count("noter") == came
    assert steps.do("noter").do("noter").do("saisir", n=0).ended
