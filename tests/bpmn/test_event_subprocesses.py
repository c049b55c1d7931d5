"""Event subprocesses: who listens, who is interrupted, who runs beside, and what leaves a handler."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from shared.bpmn import Finding, NotAwaited, Operation, OperationCall, ProcessFailure, check
from shared.bpmn.errors import BusinessError
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import SEPTEMBER, Walk

Walks = Callable[..., Walk]
CLOS = "bilan.clos.v1"
DEFINITIONS = {
    "message": b.message("clos"), "signal": b.signal("alerte"), "timer": b.timer("P3D"),
    "conditional": b.conditional("urgent = true"),
}  # fmt: skip


def _handler(*ids: str) -> Body:
    """A handler whose one task bears the first id; ``s_`` is its start, ``e_`` its end."""
    body = Body()
    for id in ids:
        body.user(id)
    return body.end(f"e_{ids[0]}").chain(f"s_{ids[0]}", *ids, f"e_{ids[0]}")


def _declared() -> Bpmn:
    return Bpmn().signal("alerte").escalation("tard").error("perdu").variables(urgent="boolean")


def _guarded(definition: str, interrupting: bool = True, handler: Body | None = None) -> Bpmn:
    """A process of two parallel tasks with an event subprocess ``secours`` that holds the task ``sauver``."""
    diagram = _declared() if definition != b.message("clos") else _declared().message(CLOS)
    diagram.start().parallel("p", "q").user("agir", outputs=["urgent"]).user("autre").end()
    diagram.event_sub("secours", handler or _handler("sauver"), "s_sauver", definition, interrupting)
    return diagram.chain("debut", "p", "agir", "q", "fin").chain("p", "autre", "q")


def _come(steps: Walk, kind: str) -> Walk:
    return {
        "message": lambda: steps.receive(CLOS), "signal": lambda: steps.signal("alerte"),
        "timer": lambda: steps.fire("s_sauver"), "conditional": lambda: steps.do("agir", urgent=True),
    }[kind]()  # fmt: skip


@pytest.mark.parametrize("kind", sorted(DEFINITIONS))
def test_an_interrupting_one_ends_all_else_and_then_its_scope(walk: Walks, kind: str) -> None:
    steps = _come(walk(_guarded(DEFINITIONS[kind])).start(), kind)
    assert steps.open == ["sauver"]
    assert (steps.timers, steps.awaited, steps.last.awaited_signals) == ({}, [], ())
    assert steps.do("sauver").ended


@pytest.mark.parametrize("kind", sorted(DEFINITIONS))
def test_one_that_does_not_interrupt_goes_beside(walk: Walks, kind: str) -> None:
    steps = _come(walk(_guarded(DEFINITIONS[kind], interrupting=False)).start(), kind)
    left = [task for task in ("agir", "autre") if task in steps.open]
    assert steps.open == [*left, "sauver"]
    assert "autre" in left
    for task in left:
        assert not steps.do(task).ended, "the handler is a part of the process"
    assert steps.do("sauver").ended
    assert (steps.timers, steps.awaited) == ({}, [])


@pytest.mark.parametrize("kind", sorted(DEFINITIONS))
def test_a_process_ends_though_its_event_subprocess_still_listens(walk: Walks, kind: str) -> None:
    steps = walk(_guarded(DEFINITIONS[kind])).start()
    assert steps.last.position == ("agir", "autre"), "what only listens is no place where a parcours stands"
    assert steps.do("agir", urgent=False).do("autre").ended
    assert (steps.timers, steps.awaited, steps.last.awaited_signals) == ({}, [], ())


def test_what_it_listens_for_is_told_with_everything_else_that_is_awaited(walk: Walks) -> None:
    assert walk(_guarded(b.message("clos"))).start().awaited == [CLOS]
    assert walk(_guarded(b.signal("alerte"))).start().last.awaited_signals == ("alerte",)
    assert walk(_guarded(b.timer("P3D"))).start().timers == {"s_sauver": SEPTEMBER + timedelta(days=3)}
    steps = walk(_guarded(b.message("clos")))
    assert list(steps.definition().caught_messages) == [CLOS]
    assert steps.definition().start_messages == {}


def test_messages_that_do_not_interrupt_come_again_and_several_handlers_work_at_once(walk: Walks) -> None:
    steps = walk(_guarded(b.message("clos"), interrupting=False)).start()
    steps.receive(CLOS).receive(CLOS).receive(CLOS)
    assert steps.open == ["agir", "autre", "sauver", "sauver", "sauver"]
    assert steps.do("sauver", 1).awaited == [CLOS]
    steps.do("agir", urgent=None).do("autre").do("sauver")
    assert not steps.ended
    assert steps.do("sauver").ended


def test_a_timer_of_one_hour_comes_once_and_a_cycle_again(walk: Walks) -> None:
    once = walk(_guarded(b.timer("P3D"), interrupting=False)).start().fire("s_sauver")
    assert once.timers == {}
    dated = walk(_guarded(b.timer("2026-10-01", "timeDate"), interrupting=False)).start()
    assert dated.timers == {"s_sauver": datetime(2026, 9, 30, 22, tzinfo=UTC)}
    steps = walk(_guarded(b.timer("R3/P1D", "timeCycle"), interrupting=False)).start()
    for _ in range(3):
        steps.fire("s_sauver")
    assert steps.open == ["agir", "autre", "sauver", "sauver", "sauver"]
    assert steps.timers == {}


def test_after_eleven_days_of_standstill_a_cycle_opens_one_handler_and_keeps_its_rhythm(walk: Walks) -> None:
    steps = walk(_guarded(b.timer("R/P1D", "timeCycle"), interrupting=False)).start()
    first = steps.timers["s_sauver"]
    steps.wait(days=11, hours=3).fire("s_sauver")
    assert steps.open == ["agir", "autre", "sauver"]
    assert steps.timers["s_sauver"] == first + timedelta(days=11)


def test_a_monthly_handler_keeps_its_wall_clock_over_summer_time(walk: Walks) -> None:
    steps = walk(_guarded(b.timer("R/P1M", "timeCycle"), interrupting=False),
                 now=datetime(2027, 1, 31, 9, tzinfo=UTC)).start()  # fmt: skip
    assert steps.timers["s_sauver"] == datetime(2027, 2, 28, 9, tzinfo=UTC)
    assert steps.fire("s_sauver").timers["s_sauver"] == datetime(2027, 3, 31, 8, tzinfo=UTC)


def _paying(handler: Body, ends: str, interrupting: bool = True) -> Bpmn:
    """A subprocess ``sous`` with a task ``essayer`` that throws, a task beside, and an event subprocess."""
    event = b.error("perdu") if ends == "error" else b.escalation("tard")
    inner = Body().start("i").parallel("p").user("essayer").user("beside").end("j", event).end("k")
    inner.chain("i", "p", "essayer", "j").chain("p", "beside", "k")
    inner.event_sub("secours", handler, "s_sauver", event, interrupting)
    return _declared().start().sub("sous", inner).user("apres").end().chain("debut", "sous", "apres", "fin")


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_what_is_thrown_in_a_scope_is_handled_in_it_and_the_scope_ends_as_it_should(
    walk: Walks, kind: str
) -> None:
    steps = walk(_paying(_handler("sauver"), kind)).start().do("essayer")
    assert steps.open == ["sauver"], "the task beside is cancelled"
    assert steps.do("sauver").open == ["apres"], (
        "after the handler the process goes on where the subprocess ends"
    )


def test_an_escalation_may_be_handled_beside(walk: Walks) -> None:
    steps = walk(_paying(_handler("sauver"), "escalation", interrupting=False)).start().do("essayer")
    assert steps.open == ["beside", "sauver"]
    assert steps.do("beside").open == ["sauver"]
    assert steps.do("sauver").open == ["apres"]


def test_the_boundary_of_the_throwing_activity_is_asked_before_the_event_subprocess_around_it(
    walk: Walks,
) -> None:
    inner = Body().start("i").user("essayer").end("j", b.error("perdu")).chain("i", "essayer", "j")
    diagram = (
        _declared().start().sub("sous", inner).boundary("bord", "sous", b.error("")).user("au_bord").end()
    )
    diagram.end("fin_bord").chain("debut", "sous", "fin").chain("bord", "au_bord", "fin_bord")
    diagram.event_sub("secours", _handler("sauver"), "s_sauver", b.error("perdu"))
    assert ("secours", "never_entered") in _found(diagram), "the boundary event catches all that could come"
    diagram = _declared().start().sub("sous", inner).end().chain("debut", "sous", "fin")
    diagram.event_sub("secours", _handler("sauver"), "s_sauver", b.error("perdu"))
    assert walk(diagram, shared=_unchecked(diagram)).start().do("essayer").open == ["sauver"]


def test_an_event_subprocess_is_asked_before_the_boundary_of_the_activity_around(walk: Walks) -> None:
    def failing(_: OperationCall) -> dict[str, object]:
        raise BusinessError("perdu")

    inner = Body().start("i").service("reserver", "reserver").end("j").chain("i", "reserver", "j")
    inner.event_sub("secours", _handler("sauver"), "s_sauver", b.error("perdu"))
    diagram = (
        _declared().start().sub("sous", inner).boundary("bord", "sous", b.error("perdu")).user("au_bord")
    )
    diagram.end().end("fin_bord").chain("debut", "sous", "fin").chain("bord", "au_bord", "fin_bord")
    operation = Operation(frozenset(), frozenset(), failing)
    assert walk(diagram, operations={"reserver": operation}).start().open == ["sauver"]


def test_at_one_place_a_code_goes_before_what_catches_any(walk: Walks) -> None:
    inner = Body().start("i").user("essayer").end("j", b.error("perdu")).chain("i", "essayer", "j")
    inner.event_sub("tous", _handler("divers"), "s_divers", b.error(""))
    inner.event_sub("secours", _handler("sauver"), "s_sauver", b.error("perdu"))
    diagram = _declared().start().sub("sous", inner).end().chain("debut", "sous", "fin")
    steps = walk(diagram, shared=_unchecked(diagram)).start()
    assert steps.do("essayer").open == ["sauver"]


def _unchecked(*diagrams: Bpmn) -> object:
    """For what the checks refuse and the kernel does all the same."""
    from shared.bpmn.definition import reload  # beside the public door, for these only

    return reload(b.files(*diagrams), diagrams[0].id, b.vocabulary())


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_passed_on_by_its_handler_goes_outwards_and_not_to_itself(
    walk: Walks, interrupting: bool
) -> None:
    handler = (
        Body().user("sauver").end("e_sauver", b.escalation("tard")).chain("s_sauver", "sauver", "e_sauver")
    )
    inner = (
        Body().start("i").parallel("p").user("essayer").user("beside").end("j", b.escalation("tard")).end("k")
    )
    inner.chain("i", "p", "essayer", "j").chain("p", "beside", "k")
    inner.event_sub("secours", handler, "s_sauver", b.escalation("tard"), interrupting)
    diagram = (
        _declared().start().sub("sous", inner).boundary("bord", "sous", b.escalation("tard"), False).end()
    )
    diagram.user("dehors").end("fin_bord").chain("debut", "sous", "fin").chain("bord", "dehors", "fin_bord")
    steps = walk(diagram).start().do("essayer").do("sauver")
    assert steps.open == (["dehors"] if interrupting else ["beside", "dehors"])


def test_an_error_in_a_handler_is_no_longer_caught_where_it_works(walk: Walks) -> None:
    handler = Body().variables(sauve="boolean").user("sauver", outputs=["sauve"]).xor("hx", default="f_hx_he")
    handler.end("he").end("hp", b.error("perdu")).chain("s_sauver", "sauver", "hx", "he")
    handler.flow("hx", "hp", "sauve = false")
    diagram = _paying(handler, "error").boundary("bord", "sous", b.error("")).user("dehors").end("fin_bord")
    steps = walk(diagram.chain("bord", "dehors", "fin_bord")).start().do("essayer").do("sauver", sauve=False)
    assert steps.open == ["dehors"]
    assert steps.do("dehors").ended


def test_an_error_beside_is_caught_by_the_other_event_subprocess_of_the_scope(walk: Walks) -> None:
    handler = Body().user("sauver").end("e_sauver", b.error("perdu")).chain("s_sauver", "sauver", "e_sauver")
    diagram = _guarded(b.message("clos"), interrupting=False, handler=handler)
    diagram.event_sub("dernier", _handler("reparer"), "s_reparer", b.error("perdu"))
    steps = walk(diagram).start().receive(CLOS).receive(CLOS).do("sauver")
    assert steps.open == ["reparer"], "everything of the scope is over, the other handler too"
    assert steps.do("reparer").ended


def test_an_error_that_leaves_everything_is_an_incident_and_changes_nothing(walk: Walks) -> None:
    handler = Body().user("sauver").end("e_sauver", b.error("perdu")).chain("s_sauver", "sauver", "e_sauver")
    diagram = _guarded(b.message("clos"), handler=handler)
    assert [found.code for found in check(b.files(diagram), b.vocabulary())] == ["not_caught"]
    steps = walk(diagram, shared=_unchecked(diagram)).start().receive(CLOS)
    with pytest.raises(ProcessFailure, match="error_not_caught"):
        steps.do("sauver")


def test_what_a_message_brings_is_seen_in_the_handler_and_around_it_where_it_is_declared(walk: Walks) -> None:
    handler = _handler("sauver").variables(motif="string")
    diagram = Bpmn().message(CLOS, motif="string", issue="string").variables(issue="string")
    diagram.start().user("agir").end().chain("debut", "agir", "fin")
    diagram.event_sub("secours", handler, "s_sauver", b.message("clos"), interrupting=False)
    steps = walk(diagram).start()
    steps.receive(CLOS, motif="un", issue="emploi").receive(CLOS, motif="deux", issue="formation")
    assert steps.value("motif", "sauver") == "un", "each handler has its own"
    assert steps.value("issue") == "formation"
    assert steps.do("sauver").value("motif", "sauver") == "deux"


def test_the_innermost_scope_that_listens_has_the_message(walk: Walks) -> None:
    inner = Body().start("i").user("dedans").end("j").chain("i", "dedans", "j")
    inner.event_sub("proche", _handler("pres"), "s_pres", b.message("clos"))
    diagram = Bpmn().message(CLOS).start().sub("sous", inner).end().chain("debut", "sous", "fin")
    diagram.event_sub("lointain", _handler("loin"), "s_loin", b.message("clos"))
    steps = walk(diagram).start().receive(CLOS)
    assert steps.open == ["pres"]
    assert steps.receive(CLOS).open == ["loin"]


def test_two_of_one_scope_at_one_signal_the_first_drawn_goes_first(walk: Walks) -> None:
    def drawn(first: bool) -> Bpmn:
        diagram = Bpmn().signal("alerte").start().user("agir").end().chain("debut", "agir", "fin")
        both = [("fort", True), ("doux", False)]
        for id, interrupting in both if first else both[::-1]:
            diagram.event_sub(f"sub_{id}", _handler(id), f"s_{id}", b.signal("alerte"), interrupting)
        return diagram

    for first in (True, False):
        steps = walk(drawn(first), shared=_unchecked(drawn(first))).start().signal("alerte")
        assert steps.open == ["fort"], "what interrupts ends the other, begun or not"
        assert steps.do("fort").ended


def test_a_timer_and_a_message_of_one_scope_the_later_finds_nobody(walk: Walks) -> None:
    diagram = _guarded(b.message("clos"))
    diagram.event_sub("delai", _handler("relancer"), "s_relancer", b.timer("P3D"))
    steps = walk(diagram).start()
    timer = steps.last.timers[0].id
    steps.receive(CLOS)
    with pytest.raises(NotAwaited):
        steps.runtime.fire(steps.last.state, timer, now=SEPTEMBER + timedelta(days=4))
    assert steps.open == ["sauver"]


@pytest.mark.parametrize("sequential", [False, True])
def test_it_interrupts_a_group_in_the_midst_of_its_answers(walk: Walks, sequential: bool) -> None:
    item = b.variables_xml({"un": "string", "mot": "string"})
    diagram = Bpmn().message(CLOS).variables(qui="list", mots="list").start()
    diagram.user(
        "dire", b.many("qui", "un", "mots", "mot", sequential=sequential), outputs={"mot": "string"}, ext=item
    )
    diagram.end().chain("debut", "dire", "fin")
    diagram.event_sub("secours", _handler("sauver"), "s_sauver", b.message("clos"))
    steps = walk(diagram).start(qui=["a", "b", "c"]).do("dire", mot="oui").receive(CLOS)
    assert steps.open == ["sauver"]
    assert steps.value("mots") is None, "a group that was ended has no result"
    assert steps.do("sauver").ended


def test_in_a_group_each_item_has_its_own_and_the_others_go_on(walk: Walks) -> None:
    inner = Body().start("i").user("dire", outputs=["refus"]).xor("x", default="f_x_j").end("j")
    inner.end("k", b.escalation("tard")).chain("i", "dire", "x", "j").flow("x", "k", "refus = true")
    inner.event_sub("secours", _handler("sauver"), "s_sauver", b.escalation("tard"))
    diagram = Bpmn().escalation("tard").variables(qui="list").start()
    body = inner.variables()
    group = b.many("qui", "un")
    diagram.subs.append(body)
    diagram.users += body.users
    diagram.forms |= body.forms | {"dire": {"outputs": {"refus": "boolean"}, "reads": []}}
    diagram.node(
        "subProcess", "sous", group + body.content(), b.variables_xml({"un": "string", "refus": "boolean"})
    )
    diagram.user("apres").end().chain("debut", "sous", "apres", "fin")
    steps = walk(diagram).start(qui=["a", "b"]).do("dire", refus=True)
    assert steps.open == ["dire", "sauver"]
    assert steps.value("un", "sauver") == "a"
    assert steps.do("dire", refus=False).do("sauver").open == ["apres"]


def _called(handler_interrupts: bool = True) -> Bpmn:
    called = (
        Bpmn("appele", label="")
        .message(CLOS)
        .start("da")
        .user("agir_la")
        .end("fa")
        .chain("da", "agir_la", "fa")
    )
    return called.event_sub("secours", _handler("sauver"), "s_sauver", b.message("clos"), handler_interrupts)


def _caller() -> Bpmn:
    diagram = Bpmn().start().node("callActivity", "appel", calledElement="appele",
                                  ext='<parcours:input variable="lycee" expression="lycee"/>')  # fmt: skip
    return diagram.user("apres").end().chain("debut", "appel", "apres", "fin")


@pytest.mark.parametrize("interrupting", [True, False])
def test_in_a_called_process_it_ends_the_call_and_not_the_caller(walk: Walks, interrupting: bool) -> None:
    steps = walk(_caller(), _called(interrupting)).start().receive(CLOS)
    assert steps.open == (["sauver"] if interrupting else ["agir_la", "sauver"])
    if not interrupting:
        steps.do("agir_la")
    assert steps.do("sauver").open == ["apres"]


def test_what_leaves_a_called_process_is_caught_by_the_event_subprocess_of_the_caller(walk: Walks) -> None:
    called = Bpmn("appele", label="").error("perdu").start("da").user("agir_la").end("fa", b.error("perdu"))
    called.chain("da", "agir_la", "fa")
    caller = _caller().error("perdu").event_sub("secours", _handler("sauver"), "s_sauver", b.error("perdu"))
    steps = walk(caller, called, shared=_unchecked(caller, called)).start().do("agir_la")
    assert steps.open == ["sauver"]
    assert steps.do("sauver").ended


def test_terminate_in_a_handler_ends_the_handler_and_in_the_scope_ends_the_handlers_too(walk: Walks) -> None:
    handler = Body().parallel("hp").user("un").user("deux").end("h_fin", b.terminate()).end("h_autre")
    handler.chain("s_sauver", "hp", "un", "h_fin").chain("hp", "deux", "h_autre")
    steps = (
        walk(_guarded(b.message("clos"), interrupting=False, handler=handler)).start().receive(CLOS).do("un")
    )
    assert steps.open == ["agir", "autre"]
    diagram = (
        Bpmn().message(CLOS).start().user("agir").end("fin", b.terminate()).chain("debut", "agir", "fin")
    )
    diagram.event_sub("secours", _handler("sauver"), "s_sauver", b.message("clos"), interrupting=False)
    steps = walk(diagram).start().receive(CLOS).receive(CLOS).do("agir")
    assert steps.ended
    assert steps.open == []


def test_an_event_subprocess_within_an_event_subprocess(walk: Walks) -> None:
    inner = _handler("sauver", "verifier")
    inner.event_sub("plus_grave", _handler("alerter"), "s_alerter", b.signal("alerte"))
    steps = walk(_guarded(b.message("clos"), interrupting=False, handler=inner)).start()
    assert steps.last.awaited_signals == (), "nobody listens there while it does not work"
    steps.receive(CLOS).receive(CLOS).do("sauver")
    assert steps.open == ["agir", "autre", "sauver", "verifier"]
    assert steps.signal("alerte").open == ["agir", "alerter", "alerter", "autre"]
    assert steps.do("alerter").do("alerter").do("autre").do("agir", urgent=False).ended


def test_a_handler_of_the_process_does_not_hold_up_an_inclusive_join(walk: Walks) -> None:
    diagram = (
        Bpmn().message(CLOS).start().inclusive("ou").user("a").user("c").inclusive("et").user("apres").end()
    )
    diagram.chain("debut", "ou").flow("ou", "a", "true").flow("ou", "c", "true").chain("a", "et").chain(
        "c", "et"
    )
    diagram.chain("et", "apres", "fin")
    diagram.event_sub("secours", _handler("sauver"), "s_sauver", b.message("clos"), interrupting=False)
    steps = walk(diagram).start().receive(CLOS).do("a")
    assert steps.open == ["c", "sauver"]
    assert steps.do("c").open == ["apres", "sauver"]


def test_tokens_that_wait_for_one_another_are_an_incident_though_somebody_listens(walk: Walks) -> None:
    diagram = (
        Bpmn().message(CLOS).variables(a="boolean").start().xor("choix", default="f_choix_j").parallel("j")
    )
    diagram.end().chain("debut", "choix", "j", "fin").flow("choix", "j", "a", id="autre")
    diagram.event_sub("secours", _handler("sauver"), "s_sauver", b.message("clos"))
    assert ("j", "deadlock") in [(f.element_id, f.code) for f in check(b.files(diagram), b.vocabulary())]
    with pytest.raises(ProcessFailure, match="deadlock"):
        walk(diagram, shared=_unchecked(diagram)).start(a=False)


def test_the_story_tells_what_came_and_not_what_was_not_needed(walk: Walks) -> None:
    steps = walk(_guarded(b.message("clos"))).start().receive(CLOS)
    told = [(entry.element_id, entry.event) for entry in steps.last.trace]
    assert told == [
        ("agir", "cancelled"), ("autre", "cancelled"), ("secours", "entered"), ("s_sauver", "entered"),
        ("s_sauver", "caught"), ("s_sauver", "completed"), ("sauver", "entered"),
    ]  # fmt: skip
    quiet = walk(_guarded(b.message("clos"))).start().do("agir", urgent=None).do("autre")
    assert "s_sauver" not in {entry.element_id for entry in quiet.trace}


def test_the_state_of_a_process_that_listens_stays_small() -> None:
    steps = Walk("stored", _guarded(b.timer("R/P1D", "timeCycle"), interrupting=False)).start()
    sizes = [len(steps.fire("s_sauver").do("sauver").last.state) for _ in range(100)]
    assert sizes[-1] - sizes[0] < 20


def _found(diagram: Bpmn) -> list[tuple[str, str]]:
    return [(each.element_id, each.code) for each in _findings(diagram)]


def _findings(diagram: Bpmn) -> list[Finding]:
    return list(check(b.files(diagram), b.vocabulary()))


def test_an_event_subprocess_has_one_start_that_says_what_it_waits_for() -> None:
    plain = _declared().start().user("agir").end().chain("debut", "agir", "fin")
    plain.event_sub("secours", _handler("sauver"), "s_sauver", "")
    assert ("secours", "event_subprocess_start") in _found(plain)
    two = _guarded(
        b.signal("alerte"),
        handler=_handler("sauver").start("s_deux", b.timer("P1D")).flow("s_deux", "sauver"),
    )
    assert ("secours", "event_subprocess_start") in _found(two)
    without = _declared().start().user("agir").end().chain("debut", "agir", "fin")
    without.sub("secours", Body().end("e").user("u").chain("u", "e"), triggeredByEvent="true")
    assert ("secours", "event_subprocess_start") in _found(without)


def test_no_flow_no_boundary_and_no_group_belong_to_an_event_subprocess() -> None:
    entered = _guarded(b.signal("alerte")).user("apres").flow("secours", "apres").flow("apres", "fin")
    assert ("secours", "event_subprocess_flow") in _found(entered)
    bounded = (
        _guarded(b.signal("alerte")).boundary("bord", "secours", b.timer("P1D")).end("fb").flow("bord", "fb")
    )
    assert ("bord", "boundary_host") in _found(bounded)
    many = _declared().start().user("agir").end().chain("debut", "agir", "fin")
    body = _handler("sauver").start("s_sauver", b.signal("alerte"))
    many.sub("secours", body, b.many(cardinality="2"), triggeredByEvent="true")
    assert ("secours", "event_subprocess_many") in _found(many)


def test_an_error_always_interrupts_and_other_starts_have_nothing_to_interrupt() -> None:
    assert ("s_sauver", "error_not_interrupting") in _found(_guarded(b.error("perdu"), interrupting=False))
    diagram = Bpmn().start("debut", isInterrupting="false").user("agir").end().chain("debut", "agir", "fin")
    assert ("debut", "interrupting_out_of_place") in _found(diagram)


def test_two_that_wait_for_the_same_are_refused() -> None:
    diagram = _guarded(b.message("clos")).event_sub("encore", _handler("bis"), "s_bis", b.message("clos"))
    assert ("encore", "event_twice") in _found(diagram)


@pytest.mark.parametrize("kind", ["signal", "conditional", "error", "escalation"])
def test_a_process_does_not_start_by_what_only_a_running_one_can_hear(kind: str) -> None:
    definition = {**DEFINITIONS, "error": b.error("perdu"), "escalation": b.escalation("tard")}[kind]
    diagram = _declared().start("debut", definition).user("agir").end().chain("debut", "agir", "fin")
    found = [each for each in _findings(diagram) if each.code == "start_of_process"]
    assert [(each.element_id, each.params["kind"]) for each in found] == [("debut", kind)]


def test_a_handler_that_nothing_could_ever_open_is_told() -> None:
    found = _found(_guarded(b.escalation("tard")))
    assert ("secours", "never_entered") in found


def test_the_timer_of_a_handler_cannot_ask_for_what_only_the_handler_declares() -> None:
    handler = _handler("sauver").variables(delai="duration")
    found = _found(_guarded(b.timer("= delai"), handler=handler))
    assert ("s_sauver", "variable_unknown") in found
    diagram = _guarded(b.timer("= delai")).variables(delai="duration")
    assert _found(diagram) == []


@pytest.mark.parametrize(
    ("definition", "interrupting", "refused"),
    [(b.signal("alerte"), False, True), (b.signal("alerte"), True, False), (b.timer("P3D"), False, False),
     (b.timer("R/P3D", "timeCycle"), False, True)],
)  # fmt: skip
def test_what_several_open_handlers_would_overwrite_is_told(
    definition: str, interrupting: bool, refused: bool
) -> None:
    handler = Body().user("sauver", outputs=["motif"]).end("e").chain("s_sauver", "sauver", "e")
    diagram = _guarded(definition, interrupting, handler).variables(motif="string")
    assert _found(diagram) == ([("sauver", "written_by_handlers")] if refused else [])
    own = (
        Body()
        .variables(motif="string")
        .user("sauver", outputs=["motif"])
        .end("e")
        .chain("s_sauver", "sauver", "e")
    )
    assert _found(_guarded(definition, interrupting, own)) == []
