"""Gateways beyond the plain cases: order, emptiness, nesting, tokens that queue."""

from collections.abc import Callable

import pytest

from shared.bpmn import ProcessFailure
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import Walk

Walks = Callable[..., Walk]


@pytest.mark.parametrize(("n", "task"), [(5, "gros"), (2, "petit"), (0, "rien")])
def test_an_exclusive_gateway_takes_the_first_true_flow_else_its_default(
    walk: Walks, n: int, task: str
) -> None:
    diagram = Bpmn().variables(n="number").start().xor("g", default="f_g_rien")
    diagram.user("rien").user("gros").user("petit").end().chain("debut", "g").flow("g", "rien").flow(
        "g", "gros", "n > 3"
    ).flow("g", "petit", "= n > 1")
    for each in ("rien", "gros", "petit"):
        diagram.flow(each, "fin")
    assert walk(diagram).start(n=n).open == [task]


def test_without_a_true_flow_and_without_default_it_is_an_incident(walk: Walks) -> None:
    diagram = Bpmn().variables(n="number").start().xor("g").user("a").user("c").end()
    diagram.chain("debut", "g").flow("g", "a", "n = 1").flow("g", "c", "n = 2").chain("a", "fin").chain(
        "c", "fin"
    )
    with pytest.raises(ProcessFailure, match="no_flow"):
        walk(diagram).start(n=3)


def _inclusive(second_wait: bool = False) -> Bpmn:
    diagram = Bpmn().variables(a="boolean", c="boolean").start()
    diagram.inclusive("ou", default="f_ou_defaut").inclusive("et").user("a_faire").user("c_faire").user(
        "defaut"
    ).user("apres").end()
    diagram.chain("debut", "ou", "defaut", "et", "apres", "fin")
    diagram.flow("ou", "a_faire", "a").flow("ou", "c_faire", "c").flow("a_faire", "et")
    if second_wait:
        return diagram.user("c_suite").chain("c_faire", "c_suite", "et")
    return diagram.flow("c_faire", "et")


@pytest.mark.parametrize(
    ("a", "c", "opened"),
    [(True, True, ["a_faire", "c_faire"]), (True, False, ["a_faire"]), (False, True, ["c_faire"]),
     (False, False, ["defaut"])],
)  # fmt: skip
@pytest.mark.parametrize("second_wait", [False, True])
def test_an_inclusive_join_waits_for_those_that_were_started_and_no_others(
    walk: Walks, a: bool, c: bool, opened: list[str], second_wait: bool
) -> None:
    steps = walk(_inclusive(second_wait)).start(a=a, c=c)
    assert steps.open == opened
    for task in opened:
        assert "apres" not in steps.open
        steps.do(task)
    if second_wait and c:
        assert steps.open == ["c_suite"]
        steps.do("c_suite")
    assert steps.open == ["apres"]
    assert steps.do("apres").ended
    assert steps.came_to("apres") == 1


def test_an_inclusive_join_goes_on_when_the_other_branch_ends_elsewhere(walk: Walks) -> None:
    diagram = Bpmn().variables(stop="boolean").start().parallel("p").user("a").user("c", outputs=["stop"])
    diagram.xor("x", default="f_x_et").inclusive("et").user("apres").end().end("ailleurs")
    diagram.chain("debut", "p", "a", "et", "apres", "fin").chain("p", "c", "x", "et").flow(
        "x", "ailleurs", "stop"
    )
    steps = walk(diagram).start().do("a")
    assert steps.open == ["c"], "the other token may still come"
    assert steps.do("c", stop=True).open == ["apres"]


def test_an_interrupted_branch_no_longer_holds_the_inclusive_join(walk: Walks) -> None:
    diagram = (
        Bpmn().start().parallel("p").user("a").user("c").inclusive("et").user("apres").end().end("parti")
    )
    diagram.boundary("delai", "c", b.timer("P1D")).chain("debut", "p", "a", "et", "apres", "fin")
    diagram.chain("p", "c", "et").chain("delai", "parti")
    steps = walk(diagram).start().do("a")
    assert steps.open == ["c"]
    assert steps.fire("delai").open == ["apres"]


def test_nested_splits_and_joins_meet_in_any_order(walk: Walks) -> None:
    diagram = (
        Bpmn().start().parallel("p1", "p2", "j2", "j1").user("a").user("c").user("d").user("apres").end()
    )
    diagram.chain("debut", "p1", "p2", "a", "j2", "j1", "apres", "fin").chain("p2", "c", "j2").chain(
        "p1", "d", "j1"
    )
    for order in (("d", "a", "c"), ("a", "c", "d"), ("c", "d", "a")):
        steps = walk(diagram).start()
        for task in order:
            assert "apres" not in steps.open
            steps.do(task)
        assert steps.open == ["apres"]


def test_a_join_and_split_in_one_gateway_does_both(walk: Walks) -> None:
    diagram = Bpmn().start().parallel("p", "milieu", "j").user("a").user("c").user("d").user("e").end()
    diagram.chain("debut", "p", "a", "milieu", "d", "j", "fin").chain("p", "c", "milieu", "e", "j")
    steps = walk(diagram).start().do("a").do("c")
    assert steps.open == ["d", "e"]
    assert steps.do("d").do("e").ended


def test_each_subprocess_instance_has_its_own_joins(walk: Walks) -> None:
    inner = Body().variables(un="string").start("i").parallel("p", "q").user("x").user("y").end("j")
    inner.chain("i", "p", "x", "q", "j").chain("p", "y", "q")
    diagram = Bpmn().variables(qui="list").start().sub("groupe", inner, b.many("qui", "un")).end()
    diagram.chain("debut", "groupe", "fin")
    steps = walk(diagram).start(qui=["a", "b"])
    assert steps.open == ["x", "x", "y", "y"]
    steps.do("x", 0).do("y", 1)
    assert steps.open == ["x", "y"], "x of one item and y of the other do not meet"
    assert steps.do("x").do("y").ended


def test_two_flows_from_one_gateway_to_another_are_two_tokens_of_a_join(walk: Walks) -> None:
    diagram = Bpmn().start().parallel("p", "q").user("a").end().chain("debut", "p")
    diagram.flow("p", "q", id="un").flow("p", "q", id="deux").chain("q", "a", "fin")
    assert walk(diagram).start().open == ["a"]


def test_an_event_beside_a_task_does_not_pass_the_inclusive_join_before_the_task(walk: Walks) -> None:
    diagram = Bpmn().message("bilan.clos.v1").variables(seul="boolean").start().inclusive("s", default="d")
    diagram.user("a").user("b").boundary("bord", "a", b.message("clos"), False).inclusive("j").user("z").end()
    diagram.flow("debut", "s").flow("s", "a", "true").flow("s", "b", "not(seul)").flow("s", "j", id="d")
    diagram.chain("a", "j").chain("b", "j").chain("bord", "j").chain("j", "z", "fin")
    steps = walk(diagram).start(seul=True).receive("bilan.clos.v1")
    assert steps.open == ["a"]
    assert steps.do("a").open == ["z"]
    assert steps.do("z").ended


def test_an_event_by_which_all_branches_could_come_again_does_not_hold_their_join(walk: Walks) -> None:
    diagram = (
        Bpmn().variables(n="number").start().xor("x").xor("y").xor("z", default="f_z_fin").parallel("p", "q")
    )
    diagram.user("un").user("a").user("c").user("d").end().boundary("delai", "un", b.timer("P1D"))
    diagram.inclusive("s", default="f_s_c").inclusive("j").chain("debut", "x", "un", "y", "z", "fin")
    diagram.chain("delai", "p", "a", "q", "y").chain("p", "s", "c", "j", "q").flow("s", "d", "n > 1")
    diagram.chain("d", "j").flow("z", "x", "n > 2")
    steps = walk(diagram).start(n=0).fire("delai").do("a")
    assert steps.open == ["c"], "what waits after a could come again to c and to d, by the delay"
    assert steps.do("c").ended
