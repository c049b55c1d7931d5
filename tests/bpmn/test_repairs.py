"""What an operator may do to a running instance, and what is refused by name. In every mode of walking."""

from datetime import date

import pytest

from shared.bpmn import PayloadRefused, ProcessFailure, RepairRefused
from shared.bpmn.repairs.errors import (
    InstanceEnded,
    NotMovable,
    NoTokenThere,
    SeveralTokensThere,
    TargetInAnotherScope,
    TargetIsJoin,
    TargetTakesNoToken,
    UnknownScope,
    UnknownTarget,
    WouldWaitForEver,
)
from tests.support.bpmn_builder import Body, Bpmn, many, message, timer
from tests.support.bpmn_walk import MODES, Walk

pytestmark = pytest.mark.parametrize("mode", MODES)


def _line() -> Bpmn:
    """a → b → c, a reminder of seven days on a."""
    diagram = Bpmn().variables(jour="date", note="string", nombre="number").start()
    diagram.user("a").user("b").user("c").boundary("rappel", "a", timer("P7D")).end().end("fin_rappel")
    return diagram.chain("debut", "a", "b", "c", "fin").flow("rappel", "fin_rappel")


def _parallel() -> Bpmn:
    """avant → fork → (a → a2 | b → b2) → join → apres."""
    diagram = Bpmn().start().user("avant").parallel("fork", "join").user("a").user("a2").user("b").user("b2")
    diagram.user("apres").end().chain("debut", "avant", "fork", "a", "a2", "join", "apres", "fin")
    return diagram.chain("fork", "b", "b2", "join")


def _nested() -> Bpmn:
    body = Body().variables(dedans="string").start("sd").user("x").user("y").end("sf")
    body.chain("sd", "x", "y", "sf")
    diagram = Bpmn().start().sub("bloc", body).boundary("stop", "bloc", timer("P9D"))
    diagram.user("apres").end().end("fin_stop")
    return diagram.chain("debut", "bloc", "apres", "fin").flow("stop", "fin_stop")


def _items(sequential: bool = False) -> Bpmn:
    diagram = Bpmn().variables(qui="list").start().user("avant").user("apres").end()
    diagram.user("chacun", many("qui", "une", sequential=sequential), ext=_declared("une"))
    return diagram.chain("debut", "avant", "chacun", "apres", "fin")


def _declared(name: str) -> str:
    return (
        f'<parcours:variables><parcours:variable name="{name}" type="string" side="both" retention="parcours"'
        f' label="{name}"/></parcours:variables>'
    )


def _numbers(walk: Walk, element: str) -> list[int]:
    return [token.id for scope in walk.scopes() for token in scope.tokens if token.element_id == element]


# moving a token


def test_a_moved_token_waits_at_its_target_and_what_hung_on_it_is_gone(mode: str) -> None:
    walk = Walk(mode, _line()).start().move("a", "c")
    assert (walk.open, walk.timers) == (["c"], {})
    assert [closed.reason for closed in walk.last.closed] == ["cancelled"]
    assert walk.do("c").ended


def test_a_token_may_go_back_and_its_boundary_events_wait_anew(mode: str) -> None:
    walk = Walk(mode, _line()).start().do("a").move("b", "a")
    assert (walk.open, list(walk.timers)) == (["a"], ["rappel"])


def test_automatic_steps_after_the_target_run_at_once(mode: str) -> None:
    diagram = Bpmn().variables(n="number").start().user("a").user("b").script("calcul", "n = 1 + 1")
    diagram.user("c").end().chain("debut", "a", "b", "calcul", "c", "fin")
    walk = Walk(mode, diagram).start().move("a", "calcul")
    assert (walk.open, walk.value("n")) == (["c"], 2)


def test_moving_to_an_end_ends(mode: str) -> None:
    assert Walk(mode, _line()).start().move("a", "fin").ended


def test_a_token_leaves_an_event_gateway_with_all_its_events(mode: str) -> None:
    diagram = (
        Bpmn().message("x.oui.v1").start().node("eventBasedGateway", "attente").user("a").user("b").end()
    )
    diagram.node("intermediateCatchEvent", "oui", message("oui"))
    diagram.node("intermediateCatchEvent", "tard", timer("P1D"))
    diagram.chain("debut", "attente", "oui", "a", "fin").chain("attente", "tard", "b", "fin")
    walk = Walk(mode, diagram).start().move("attente", "b")
    assert (walk.open, walk.timers, walk.awaited) == (["b"], {}, [])


def test_a_subprocess_is_left_with_everything_in_it(mode: str) -> None:
    walk = Walk(mode, _nested()).start().move("bloc", "apres")
    assert walk.open == ["apres"]
    assert walk.do("apres").ended


def test_a_token_moves_within_its_subprocess(mode: str) -> None:
    walk = Walk(mode, _nested()).start().move("x", "y")
    assert walk.open == ["y"]
    assert walk.do("y").do("apres").ended


def test_a_multi_instance_activity_is_moved_as_a_whole(mode: str) -> None:
    walk = Walk(mode, _items()).start(qui=["u", "v"]).do("avant").move("chacun", "apres")
    assert walk.open == ["apres"]


def test_a_branch_goes_on_within_itself(mode: str) -> None:
    walk = Walk(mode, _parallel()).start().do("avant").move("a", "a2").do("a2").do("b").do("b2")
    assert walk.open == ["apres"]


def test_a_single_token_passes_over_a_whole_parallel_part(mode: str) -> None:
    assert Walk(mode, _parallel()).start().move("avant", "apres").open == ["apres"]
    assert Walk(mode, _parallel()).start().move("avant", "fork").open == ["a", "b"]


@pytest.mark.parametrize(
    ("done", "source", "target"),
    [
        ((), "avant", "a"),  # nothing would come from b
        (("avant",), "a", "apres"),  # b would wait at the join for ever
        (("avant", "a", "a2"), "b", "avant"),
    ],
)
def test_a_move_after_which_a_join_would_wait_for_ever_is_refused(
    mode: str, done: tuple[str, ...], source: str, target: str
) -> None:
    walk = Walk(mode, _parallel()).start()
    for element in done:
        walk.do(element)
    with pytest.raises(WouldWaitForEver):
        walk.move(source, target)


def test_a_token_beside_one_that_waits_at_the_join_may_still_move_to_it(mode: str) -> None:
    walk = Walk(mode, _parallel()).start().do("avant").do("a").do("a2").move("b", "b2").do("b2")
    assert walk.open == ["apres"]


@pytest.mark.parametrize(
    ("source", "target", "refused"),
    [
        ("b", "c", NoTokenThere),
        ("rappel", "c", NoTokenThere),
        ("a", "nulle_part", UnknownTarget),
        ("a", "debut", TargetTakesNoToken),
        ("a", "rappel", TargetTakesNoToken),
    ],
)
def test_a_move_that_cannot_be_is_refused_by_name(
    mode: str, source: str, target: str, refused: type[RepairRefused]
) -> None:
    walk = Walk(mode, _line()).start()
    with pytest.raises(refused) as told:
        walk.move(source, target)
    assert told.value.element_id in (source, target)


def test_a_token_does_not_change_its_scope(mode: str) -> None:
    with pytest.raises(TargetInAnotherScope):
        Walk(mode, _nested()).start().move("x", "apres")
    with pytest.raises(TargetInAnotherScope):
        Walk(mode, _nested()).start().do("x").do("y").move("apres", "x")


def test_a_token_is_not_set_on_a_join(mode: str) -> None:
    with pytest.raises(TargetIsJoin):
        Walk(mode, _parallel()).start().do("avant").move("a", "join")


def test_an_item_is_not_moved_alone(mode: str) -> None:
    body = Body().start("sd").user("x").end("sf").chain("sd", "x", "sf")
    diagram = Bpmn().start().sub("bloc", body, many(cardinality="2")).user("apres").end()
    walk = Walk(mode, diagram.chain("debut", "bloc", "apres", "fin")).start()
    with pytest.raises(SeveralTokensThere):
        walk.move("x", "x")
    with pytest.raises(TargetInAnotherScope):
        walk.move("x", "apres", _numbers(walk, "x")[0])


def test_one_of_several_tokens_is_named_by_its_number(mode: str) -> None:
    body = Body().start("sd").user("x").user("y").end("sf").chain("sd", "x", "y", "sf")
    diagram = Bpmn().start().sub("bloc", body, many(cardinality="2")).end().chain("debut", "bloc", "fin")
    walk = Walk(mode, diagram).start()
    assert walk.move("x", "y", _numbers(walk, "x")[1]).open == ["x", "y"]


# writing variables


def test_a_corrected_value_is_read_by_what_comes_after(mode: str) -> None:
    diagram = Bpmn().variables(n="number").start().user("a").xor("choix", default="f_choix_non").user("oui")
    diagram.user("non").end().chain("debut", "a", "choix").flow("choix", "oui", "n > 3").chain(
        "choix", "non", "fin"
    )
    walk = Walk(mode, diagram.flow("oui", "fin")).start(n=1).set(n=5)
    assert walk.open == ["a"]
    assert walk.do("a").open == ["oui"]


def test_values_are_written_as_in_messages(mode: str) -> None:
    walk = Walk(mode, _line()).start().set(jour="2026-09-01", nombre="2.5", note=None)
    assert (walk.value("jour"), str(walk.value("nombre")), walk.value("note")) == (
        date(2026, 9, 1),
        "2.5",
        None,
    )


def test_a_wrong_type_and_an_unknown_name_are_both_told_and_nothing_is_written(mode: str) -> None:
    walk = Walk(mode, _line()).start(note="avant")
    with pytest.raises(PayloadRefused) as told:
        walk.set(jour="bientôt", inconnue=1, note="après")
    assert told.value.errors == {"jour": "not_a_date", "inconnue": "unknown_variable"}
    assert "bientôt" not in str(told.value)


def test_the_scope_of_a_subprocess_is_written_by_its_number(mode: str) -> None:
    walk = Walk(mode, _nested()).start()
    walk.set(walk.scope("bloc").id, dedans="corrigé")
    assert walk.value("dedans", "x") == "corrigé"
    with pytest.raises(PayloadRefused):
        walk.set(dedans="ailleurs")


def test_one_item_is_written_and_not_its_neighbour(mode: str) -> None:
    walk = Walk(mode, _items()).start(qui=["u", "v"]).do("avant")
    walk.set(walk.scope("chacun", 1).id, une="w")
    assert [scope.values["une"] for scope in walk.scopes() if scope.element_id == "chacun"] == ["u", "w"]


def test_an_unknown_scope_is_refused(mode: str) -> None:
    with pytest.raises(UnknownScope):
        Walk(mode, _line()).start().set(99, note="x")


# ending


def test_a_cancelled_instance_has_ended_with_every_task_and_timer_gone(mode: str) -> None:
    walk = Walk(mode, _nested()).start().cancel()
    assert (walk.ended, walk.open, walk.timers, walk.awaited) == (True, [], {}, [])
    assert walk.came_to("fin") == 0


def test_a_cancelled_instance_keeps_its_variables(mode: str) -> None:
    assert Walk(mode, _line()).start(note="gardée").cancel().value("note") == "gardée"


def test_nothing_is_repaired_in_an_instance_that_has_ended(mode: str) -> None:
    walk = Walk(mode, _line()).start().cancel()
    for repair in (walk.cancel, lambda: walk.move("a", "b"), lambda: walk.set(note="x")):
        with pytest.raises(InstanceEnded):
            repair()


def test_a_repair_that_fails_on_the_way_changes_no_byte(mode: str) -> None:
    diagram = Bpmn().variables(n="number").start().user("a").xor("choix").user("b").user("c").end()
    diagram.chain("debut", "a", "choix").flow("choix", "b", "n > 1").flow("choix", "c", "n <= 1")
    walk = Walk(mode, diagram.chain("b", "fin").flow("c", "fin")).start()
    before = walk.last.state
    with pytest.raises(ProcessFailure):
        walk.move("a", "choix")
    assert walk.last.state == before


def test_what_is_fixed_to_something_else_is_not_moved(mode: str) -> None:
    walk = Walk(mode, _items(sequential=True)).start(qui=["u", "v"]).do("avant")
    inner = walk.scope("chacun").tokens[0]
    with pytest.raises(NotMovable):
        walk.move("chacun", "apres", inner.id)
