"""Events: started by, thrown, caught, on the edge of activities, and the ends of things."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from shared.bpmn import NotAwaited, PayloadRefused, Runtime
from shared.bpmn.timers import next_turn, read_cycle
from shared.clock import PARIS
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import SEPTEMBER, Walk
from tests.support.counted import calls

Walks = Callable[..., Walk]


def _started_by_message() -> Bpmn:
    diagram = Bpmn().message("bilan.clos.v1", fin_le="date").variables(fin_le="date")
    diagram.start("debut", b.message("clos")).user("lire").end()
    return diagram.chain("debut", "lire", "fin")


def test_a_message_starts_a_process_with_its_fields(walk: Walks) -> None:
    steps = walk(_started_by_message()).start(("bilan.clos.v1", {"fin_le": "2026-12-31"}))
    assert steps.open == ["lire"]
    assert steps.value("fin_le") == date(2026, 12, 31)
    assert list(steps.definition().start_messages) == ["bilan.clos.v1"]


def test_a_process_is_not_started_by_a_message_it_does_not_know(walk: Walks) -> None:
    with pytest.raises(NotAwaited):
        walk(_started_by_message()).start(("bilan.autre.v1", {}))
    with pytest.raises(NotAwaited):
        walk(_started_by_message()).start()


@pytest.mark.parametrize(
    ("payload", "errors"),
    [
        ({}, {"fin_le": "missing"}),
        ({"fin_le": "hier"}, {"fin_le": "not_a_date"}),
        ({"fin_le": "2026-12-31", "nir": "1"}, {"nir": "unknown_field"}),
        ({"fin_le": 20261231}, {"fin_le": "not_a_date"}),
    ],
)
def test_a_payload_that_is_not_the_declared_one_is_refused_field_by_field(
    walk: Walks, payload: dict[str, object], errors: dict[str, str]
) -> None:
    with pytest.raises(PayloadRefused) as refused:
        walk(_started_by_message()).start(("bilan.clos.v1", payload))
    assert refused.value.errors == errors


def test_a_process_may_start_plainly_or_by_message(walk: Walks) -> None:
    diagram = Bpmn().message("bilan.clos.v1").start().start("par_message", b.message("clos"))
    diagram.user("a").user("b").end().chain("debut", "a", "fin").chain("par_message", "b", "fin")
    assert walk(diagram).start().open == ["a"]
    assert walk(diagram).start(("bilan.clos.v1", {})).open == ["b"]


def test_a_timer_start_says_when_it_is_due_and_starts(walk: Walks) -> None:
    diagram = Bpmn().start("debut", b.timer("R/P7D", "timeCycle")).user("a").end().chain("debut", "a", "fin")
    steps = walk(diagram)
    [timer] = steps.runtime.start_timers(SEPTEMBER)
    assert (timer.element_id, timer.due_at) == ("debut", SEPTEMBER + timedelta(days=7))
    assert steps.start().open == ["a"]


@pytest.mark.parametrize("tag", ["intermediateThrowEvent", "sendTask", "endEvent"])
def test_a_message_is_thrown_on_the_way_by_a_task_and_at_the_end(walk: Walks, tag: str) -> None:
    diagram = Bpmn().message("enrolment.confie.v1", n="number").variables(n="number").start()
    if tag == "sendTask":
        diagram.node(tag, "confier", messageRef="m_confie")
    else:
        diagram.node(tag, "confier", b.message("confie"))
    diagram.chain("debut", "confier")
    if tag != "endEvent":
        diagram.end().flow("confier", "fin")
    steps = walk(diagram).start(n=3)
    assert [(thrown.name, thrown.payload) for thrown in steps.thrown] == [("enrolment.confie.v1", {"n": 3})]
    assert ("confier", "thrown") in [(entry.element_id, entry.event) for entry in steps.trace]
    assert steps.ended


def test_a_message_goes_to_the_innermost_scope_and_then_to_who_waited_longest(walk: Walks) -> None:
    inner = Body().start("i").node("receiveTask", "dedans", messageRef="m_clos").user("apres_dedans").end("j")
    inner.chain("i", "dedans", "apres_dedans", "j")
    diagram = Bpmn().message("bilan.clos.v1").start().sub("sous", inner).end()
    diagram.boundary("bord", "sous", b.message("clos")).user("apres_bord").end("fin_bord")
    diagram.chain("debut", "sous", "fin").chain("bord", "apres_bord", "fin_bord")
    steps = walk(diagram).start()
    assert steps.receive("bilan.clos.v1").open == ["apres_dedans"]
    assert steps.receive("bilan.clos.v1").open == ["apres_bord"]


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("kind", ["timer", "message", "signal"])
def test_an_event_on_a_task_interrupts_it_or_goes_beside(walk: Walks, kind: str, interrupting: bool) -> None:
    definition = {"timer": b.timer("P3D"), "message": b.message("clos"), "signal": b.signal("alerte")}[kind]
    diagram = Bpmn().signal("alerte").start().user("agir").boundary("bord", "agir", definition, interrupting)
    if kind == "message":
        diagram.message("bilan.clos.v1")
    diagram.user("relancer").end().end("fin_bord").chain("debut", "agir", "fin").chain(
        "bord", "relancer", "fin_bord"
    )
    steps = walk(diagram).start()
    {"timer": lambda: steps.fire("bord"), "message": lambda: steps.receive("bilan.clos.v1"),
     "signal": lambda: steps.signal("alerte")}[kind]()  # fmt: skip
    assert steps.open == (["relancer"] if interrupting else ["agir", "relancer"])
    if not interrupting:
        steps.do("agir")
    assert steps.do("relancer").ended
    assert steps.timers == {}
    assert steps.awaited == []


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("kind", ["message", "escalation", "timer"])
def test_an_event_on_a_subprocess_ends_all_of_it_or_none(walk: Walks, kind: str, interrupting: bool) -> None:
    definition = {"timer": b.timer("P3D"), "message": b.message("clos"), "escalation": b.escalation("tard")}[
        kind
    ]
    deep = Body().start("di").user("profond").end("dj").chain("di", "profond", "dj")
    inner = (
        Body().start("i").parallel("partage").user("presque", outputs=["retard"]).xor("x", default="f_x_k")
    )
    inner.sub("deux", deep).end("j").end("k", b.escalation("tard"))
    inner.chain("i", "partage", "presque", "x", "k").chain("partage", "deux", "j").flow(
        "x", "j", "retard = false"
    )
    diagram = Bpmn().variables(retard="boolean").escalation("tard")
    if kind == "message":
        diagram.message("bilan.clos.v1")
    diagram.start().sub("sous", inner).boundary("bord", "sous", definition, interrupting)
    if kind != "escalation":
        diagram.boundary("tard", "sous", b.escalation("tard"), False).end("fin_tard").chain(
            "tard", "fin_tard"
        )
    diagram.user("apres").end().end("fin_bord").chain("debut", "sous", "fin").chain(
        "bord", "apres", "fin_bord"
    )
    steps = walk(diagram).start()
    assert steps.open == ["presque", "profond"]
    {"timer": lambda: steps.fire("bord"), "message": lambda: steps.receive("bilan.clos.v1"),
     "escalation": lambda: steps.do("presque", retard=True)}[kind]()  # fmt: skip
    left = {"escalation": ["apres", "profond"]}.get(kind, ["apres", "presque", "profond"])
    assert steps.open == (["apres"] if interrupting else left)
    for task in list(steps.open):
        steps.do(task, **({"retard": False} if task == "presque" else {}))
    assert steps.ended


def test_an_event_beside_a_task_may_come_again(walk: Walks) -> None:
    diagram = (
        Bpmn()
        .message("bilan.clos.v1")
        .start()
        .user("agir")
        .boundary("bord", "agir", b.message("clos"), False)
    )
    diagram.user("noter").end().end("fin_bord").chain("debut", "agir", "fin").chain(
        "bord", "noter", "fin_bord"
    )
    steps = walk(diagram).start().receive("bilan.clos.v1").receive("bilan.clos.v1")
    assert steps.open == ["agir", "noter", "noter"]
    assert steps.do("agir").awaited == []


def test_three_reminders_come_three_times(walk: Walks) -> None:
    diagram = Bpmn().variables(n="number").start().user("agir")
    diagram.boundary("rappel", "agir", b.timer("R3/P1D", "timeCycle"), False)
    diagram.script("compter", "n = n + 1").end().end("fin_rappel")
    diagram.chain("debut", "agir", "fin").chain("rappel", "compter", "fin_rappel")
    steps = walk(diagram).start(n=0).fire("rappel").fire("rappel").fire("rappel")
    assert steps.value("n") == 3
    assert steps.timers == {}


def _errors(thrown: str, caught: str, outer: bool = False) -> Bpmn:
    deep = Body().start("di").user("essayer", outputs=["reussi"]).xor("x", default="f_x_dj")
    deep.end("dj", b.error(thrown)).end("dk").chain("di", "essayer", "x", "dj").flow("x", "dk", "reussi")
    inner = Body().start("i").sub("dedans", deep).user("beside").parallel("p").end("j")
    inner.chain("i", "p", "dedans", "j").chain("p", "beside", "j")
    diagram = (
        Bpmn()
        .error(thrown)
        .variables(reussi="boolean")
        .start()
        .sub("dehors", inner)
        .end()
        .user("apres")
        .end("fin_erreur")
    )
    diagram.chain("debut", "dehors", "fin").chain("erreur", "apres", "fin_erreur")
    if caught and caught != thrown:
        diagram.error(caught)
    diagram.boundary("erreur", "dehors", b.error(caught))
    return diagram


@pytest.mark.parametrize("caught", ["complet", ""])
def test_an_error_leaves_scopes_until_one_catches_it_by_code_or_any(walk: Walks, caught: str) -> None:
    steps = walk(_errors("complet", caught)).start()
    assert steps.open == ["beside", "essayer"]
    assert steps.do("essayer", reussi=False).open == ["apres"]
    assert steps.do("apres").ended


def test_terminate_ends_its_scope_and_not_the_scopes_around(walk: Walks) -> None:
    inner = Body().start("i").parallel("p").user("premier").user("second").end("j", b.terminate()).end("k")
    inner.chain("i", "p", "premier", "j").chain("p", "second", "k")
    diagram = Bpmn().start().parallel("q", "r").sub("sous", inner).user("ailleurs").end()
    diagram.chain("debut", "q", "sous", "r", "fin").chain("q", "ailleurs", "r")
    steps = walk(diagram).start().do("premier")
    assert steps.open == ["ailleurs"]
    assert [closed.reason for closed in steps.last.closed] == ["completed", "cancelled"]
    assert steps.do("ailleurs").ended


def test_a_signal_reaches_all_who_wait_for_it_in_the_instance(walk: Walks) -> None:
    inner = Body().start("i").node("intermediateCatchEvent", "dedans", b.signal("feu")).user("un").end("j")
    inner.chain("i", "dedans", "un", "j")
    diagram = Bpmn().signal("feu").start().parallel("p").sub("sous", inner).user("lancer").end()
    diagram.node("intermediateCatchEvent", "ici", b.signal("feu")).user("deux").end("fin_deux")
    diagram.node("intermediateThrowEvent", "jeter", b.signal("feu")).end("fin_jeter")
    diagram.chain("debut", "p", "sous", "fin").chain("p", "ici", "deux", "fin_deux")
    diagram.chain("p", "lancer", "jeter", "fin_jeter")
    steps = walk(diagram).start()
    assert steps.do("lancer").open == ["deux", "un"]
    with pytest.raises(NotAwaited):
        steps.signal("feu")


def test_after_an_event_gateway_the_first_event_wins_and_the_others_are_forgotten(walk: Walks) -> None:
    diagram = Bpmn().message("bilan.clos.v1", issue="string").signal("stop").variables(issue="string")
    diagram.start().node("eventBasedGateway", "g")
    diagram.node("receiveTask", "message", messageRef="m_clos").node(
        "intermediateCatchEvent", "delai", b.timer("P1D")
    )
    diagram.node("intermediateCatchEvent", "signal", b.signal("stop")).end()
    for event in ("message", "delai", "signal"):
        diagram.user(f"apres_{event}").chain("g", event, f"apres_{event}", "fin")
    diagram.chain("debut", "g")
    assert walk(diagram).start().receive("bilan.clos.v1", issue="emploi").open == ["apres_message"]
    assert walk(diagram).start().fire("delai").open == ["apres_delai"]
    steps = walk(diagram).start().signal("stop")
    assert (steps.open, steps.timers, steps.awaited) == (["apres_signal"], {}, [])


def test_a_refused_task_takes_its_refusal_event_or_stays(walk: Walks) -> None:
    diagram = Bpmn().error("refus").start().user("accepter").user("sans_refus").parallel("p").end()
    diagram.boundary("refus", "accepter", b.error("refus")).user("redesigner").end("fin_refus")
    diagram.chain("debut", "p", "accepter", "fin").chain("p", "sans_refus", "fin")
    diagram.chain("refus", "redesigner", "fin_refus")
    steps = walk(diagram).start()
    assert steps.refuse("sans_refus") is False
    assert steps.open == ["accepter", "sans_refus"]
    assert steps.refuse("accepter") is True
    assert steps.open == ["redesigner", "sans_refus"]


def test_one_refusal_in_a_group_ends_the_group(walk: Walks) -> None:
    diagram = Bpmn().error("refus").variables(qui="list").start()
    diagram.user("accepter", b.many("qui", "un"), ext=b.variables_xml({"un": "string"})).end()
    diagram.boundary("refus", "accepter", b.error("refus")).user("redesigner").end("fin_refus")
    diagram.chain("debut", "accepter", "fin").chain("refus", "redesigner", "fin_refus")
    steps = walk(diagram).start(qui=["a", "b"])
    assert steps.refuse("accepter") is True
    assert steps.open == ["redesigner"]


def test_none_events_on_the_way_pass(walk: Walks) -> None:
    diagram = (
        Bpmn()
        .start()
        .node("intermediateThrowEvent", "jalon")
        .node("manualTask", "poster")
        .node("task", "x")
        .end()
    )
    steps = walk(diagram.chain("debut", "jalon", "poster", "x", "fin")).start()
    assert steps.ended
    assert [entry.element_id for entry in steps.trace if entry.event == "completed"] == [
        "debut", "jalon", "poster", "x", "fin"
    ]  # fmt: skip


def test_a_monthly_cycle_begun_on_the_31st_comes_at_the_end_of_each_month(walk: Walks) -> None:
    diagram = (
        Bpmn().start().user("agir").boundary("mensuel", "agir", b.timer("R/P1M", "timeCycle"), False).end()
    )
    diagram.end("fin_bord").chain("debut", "agir", "fin").chain("mensuel", "fin_bord")
    steps = walk(diagram, now=datetime(2027, 1, 31, 9, tzinfo=UTC)).start()
    assert steps.timers["mensuel"] == datetime(2027, 2, 28, 9, tzinfo=UTC)
    days = [steps.fire("mensuel").timers["mensuel"].astimezone(PARIS) for _ in range(3)]
    assert [(day.month, day.day, day.hour) for day in days] == [(3, 31, 10), (4, 30, 10), (5, 31, 10)]


@pytest.mark.parametrize(("rhythm", "days"), [("R/P1D", 1), ("R/P1W", 7), ("R4/2027-03-26T10:00/P1D", 1)])
def test_a_cycle_of_days_keeps_its_hour_over_summer_time(walk: Walks, rhythm: str, days: int) -> None:
    diagram = (
        Bpmn().start().user("agir").boundary("rappel", "agir", b.timer(rhythm, "timeCycle"), False).end()
    )
    diagram.end("fin_bord").chain("debut", "agir", "fin").chain("rappel", "fin_bord")
    steps = walk(diagram, now=datetime(2027, 3, 25, 10, tzinfo=PARIS)).start()
    seen = [steps.timers["rappel"]] + [steps.fire("rappel").timers["rappel"] for _ in range(3)]
    assert {moment.astimezone(PARIS).hour for moment in seen} == {10}
    assert [moment.astimezone(PARIS).date() for moment in seen] == [
        date(2027, 3, 25) + timedelta(days=days * (n + 1)) for n in range(4)
    ]


@pytest.mark.parametrize(
    ("text", "hour"), [("P3D", 10), ("PT72H", 11), ('=duration("P3D")', 10), ("P2DT24H", 10), ("P1W", 10)]
)
def test_days_are_days_of_the_calendar_and_hours_are_hours(walk: Walks, text: str, hour: int) -> None:
    """Clocks go forward on 28 March 2027."""
    diagram = Bpmn().start().node("intermediateCatchEvent", "attendre", b.timer(text)).end()
    steps = walk(
        diagram.chain("debut", "attendre", "fin"), now=datetime(2027, 3, 26, 10, tzinfo=PARIS)
    ).start()
    assert steps.timers["attendre"].astimezone(PARIS).hour == hour


def test_a_cycle_that_was_begun_by_the_last_release_keeps_its_rhythm() -> None:
    turn = next_turn(
        read_cycle("R/P1M"), datetime(2027, 2, 28, 9, tzinfo=UTC), 1, 1, datetime(2027, 3, 1, tzinfo=UTC)
    )
    assert turn == (2, datetime(2027, 3, 28, 8, tzinfo=UTC))


def test_a_cycle_of_long_ago_finds_its_next_turn_at_once() -> None:
    diagram = Bpmn().start().user("agir").end().end("fin_bord")
    diagram.boundary("rappel", "agir", b.timer("R/0002-01-01/P1D", "timeCycle"), interrupting=False)
    steps = Walk("stored", diagram.chain("debut", "agir", "fin").chain("rappel", "fin_bord")).start()
    assert calls(lambda: steps.fire("rappel")) < 5_000
    assert steps.timers["rappel"] == datetime(2026, 9, 1, 22, tzinfo=UTC)


def test_reading_variables_needs_no_clock(walk: Walks) -> None:
    steps = walk(_started_by_message()).start(("bilan.clos.v1", {"fin_le": None}))
    assert isinstance(steps.runtime, Runtime)
    assert steps.value("fin_le", "lire") is None


@pytest.mark.parametrize("rhythm", [None, "R/P7D", "jamais"])
def test_reminders_go_on_as_they_were_begun_whatever_their_variable_has_become(
    walk: Walks, rhythm: str | None
) -> None:
    diagram = Bpmn().variables(rythme="string").start().parallel("p", "q").user("agir")
    diagram.user("changer", outputs=["rythme"]).user("noter").end().end("fin_rappel")
    diagram.boundary("rappel", "agir", b.timer("=rythme", "timeCycle"), False)
    diagram.chain("debut", "p", "agir", "q", "fin").chain("p", "changer", "q").chain(
        "rappel", "noter", "fin_rappel"
    )
    steps = walk(diagram).start(rythme="R3/P1D").do("changer", rythme=rhythm)
    assert steps.fire("rappel").timers == {"rappel": SEPTEMBER + timedelta(days=2)}
    assert steps.fire("rappel").fire("rappel").timers == {}
    assert steps.open == ["agir", "noter", "noter", "noter"]
