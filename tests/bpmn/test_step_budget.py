"""The guard against endless loops: it lets a thousand items pass, and stops what turns without end."""

from collections.abc import Callable

import pytest

from shared.bpmn import Operation, ProcessFailure
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import Walk

Walks = Callable[..., Walk]
COUNT = {
    "compter": Operation(
        frozenset({"n"}), frozenset({"n"}), lambda call: {"n": (call.variables["n"] or 0) + 1}
    )
}


def _frame() -> Body:
    inner = Body().start("i_debut").service("i_compter", "compter").xor("i_suite").end("i_fin")
    return inner.chain("i_debut", "i_compter", "i_suite", "i_fin")


def test_a_thousand_automatic_frames_pass_in_one_command() -> None:
    diagram = Bpmn().variables(n="number").start().sub("cadre", _frame(), b.many(cardinality="1000"))
    diagram.user("lire").end().chain("debut", "cadre", "lire", "fin")
    steps = Walk("stored", diagram, operations=COUNT).start()
    assert (steps.open, steps.value("n")) == (["lire"], 1000)


def test_a_thousand_waiting_frames_go_on_at_one_signal() -> None:
    inner = Body().start("i_debut").node("intermediateCatchEvent", "i_attendre", b.signal("partez"))
    inner.service("i_compter", "compter").end("i_fin").chain("i_debut", "i_attendre", "i_compter", "i_fin")
    diagram = (
        Bpmn().signal("partez").variables(n="number").start().sub("cadre", inner, b.many(cardinality="300"))
    )
    diagram.user("lire").end().chain("debut", "cadre", "lire", "fin")
    steps = Walk("stored", diagram, operations=COUNT).start().signal("partez")
    assert (steps.open, steps.value("n")) == (["lire"], 300)


def test_groups_in_groups_pass_too() -> None:
    inner = Body().start("i_debut").service("i_compter", "compter", b.many(cardinality="20")).end("i_fin")
    inner.chain("i_debut", "i_compter", "i_fin")
    diagram = (
        Bpmn().variables(n="number").start().sub("cadre", inner, b.many(cardinality="20")).user("lire").end()
    )
    steps = Walk("stored", diagram.chain("debut", "cadre", "lire", "fin"), operations=COUNT).start()
    assert steps.value("n") == 400


def test_an_endless_loop_in_an_item_is_stopped(walk: Walks) -> None:
    inner = (
        Body()
        .start("i_debut")
        .xor("i_retour")
        .service("i_compter", "compter")
        .xor("i_suite", default="f_i_suite_i_retour")
    )
    inner.end("i_fin").chain("i_debut", "i_retour", "i_compter", "i_suite", "i_retour").flow(
        "i_suite", "i_fin", "n < 0"
    )
    diagram = Bpmn().variables(n="number").start().sub("cadre", inner, b.many(cardinality="3")).end()
    with pytest.raises(ProcessFailure, match="step_budget"):
        walk(diagram.chain("debut", "cadre", "fin"), operations=COUNT).start()


@pytest.mark.parametrize("wrapped", [False, True])
def test_an_endless_loop_around_a_group_is_stopped(walk: Walks, wrapped: bool) -> None:
    diagram = Bpmn().variables(n="number").start().xor("retour")
    if wrapped:
        inner = Body().start("w_debut").sub("cadre", _frame(), b.many(cardinality="50")).end("w_fin")
        diagram.sub("groupe", inner.chain("w_debut", "cadre", "w_fin"))
    else:
        diagram.sub("groupe", _frame(), b.many(cardinality="50"))
    diagram.xor("suite", default="f_suite_retour").end().chain("debut", "retour", "groupe", "suite", "retour")
    with pytest.raises(ProcessFailure, match="step_budget"):
        walk(diagram.flow("suite", "fin", "n < 0"), operations=COUNT).start()


def test_300_automatic_handlers_undo_300_turns_in_one_command() -> None:
    diagram = (
        Bpmn().variables(n="number", encore="boolean").start().xor("retour").user("nuit", outputs=["encore"])
    )
    diagram.service("rendre", "compter", isForCompensation="true").undone("nuit", "rendre")
    diagram.xor("suite", default="f_suite_defaire").node("intermediateThrowEvent", "defaire", b.compensate())
    diagram.user("lire").end().chain("debut", "retour", "nuit", "suite", "defaire", "lire", "fin")
    steps = Walk("stored", diagram.flow("suite", "retour", "encore"), operations=COUNT).start()
    for turn in range(300):
        steps.do("nuit", encore=turn < 299)
    assert (steps.open, steps.value("n")) == (["lire"], 300)


def test_an_endless_loop_of_doing_and_undoing_is_stopped(walk: Walks) -> None:
    diagram = Bpmn().variables(n="number").start().xor("retour").service("faire", "compter")
    diagram.service("rendre", "compter", isForCompensation="true").undone("faire", "rendre")
    diagram.node("intermediateThrowEvent", "defaire", b.compensate()).xor(
        "suite", default="f_suite_retour"
    ).end()
    diagram.chain("debut", "retour", "faire", "defaire", "suite", "retour").flow("suite", "fin", "n < 0")
    with pytest.raises(ProcessFailure, match="step_budget"):
        walk(diagram, operations=COUNT).start()
