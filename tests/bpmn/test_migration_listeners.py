"""Event subprocesses go with their instance: who listens, who works, who begins, and whose event has come."""

import pytest

from shared.bpmn.instance_migration.verdicts import MappingRefused, MigrationRefused
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_migration import Moved, reasons, verdict
from tests.support.bpmn_walk import Walk

CLOS = "bilan.clos.v1"


def _guarded(*events: tuple[str, str, bool], task: str = "agir") -> Bpmn:
    """A task with event subprocesses (id of its task, event definition, interrupting)."""
    diagram = Bpmn().start().user(task).end().chain("debut", task, "fin").signal("alerte")
    if any(definition == b.message("clos") for _, definition, _ in events):
        diagram.message(CLOS)
    for id, definition, interrupting in events:
        body = Body().user(id).end(f"e_{id}").chain(f"s_{id}", id, f"e_{id}")
        diagram.event_sub(f"sub_{id}", body, f"s_{id}", definition, interrupting)
    return diagram


def _at_work(*events: tuple[str, str, bool]) -> Walk:
    return Walk("stored", _guarded(*events)).start()


MESSAGE, SIGNAL, TIMER = (
    ("m", b.message("clos"), False),
    ("s", b.signal("alerte"), True),
    ("t", b.timer("P3D"), False),
)


def test_who_listens_listens_on_and_a_timer_keeps_its_date() -> None:
    before = _at_work(MESSAGE, TIMER)
    after = Moved(before, _guarded(MESSAGE, ("t", b.timer("P9D"), False)))
    assert after.timers == before.timers
    assert [timer.id for timer in after.last.timers] == [timer.id for timer in before.last.timers]
    assert after.receive(CLOS).fire("s_t").open == ["agir", "m", "t"]


def test_what_only_the_new_version_has_begins_to_listen_and_what_it_has_no_more_ends() -> None:
    after = Moved(_at_work(MESSAGE), _guarded(SIGNAL))
    assert after.notes == [("event_ends", "s_m"), ("event_begins", "s_s")]
    assert (after.awaited, after.last.awaited_signals) == ([], ("alerte",))
    assert after.signal("alerte").open == ["s"]


def test_another_event_begins_in_its_stead() -> None:
    after = Moved(_at_work(("x", b.message("clos"), True)), _guarded(("x", b.signal("alerte"), True)))
    assert after.notes == [("event_ends", "s_x"), ("event_begins", "s_x")]
    assert after.signal("alerte").open == ["x"]


def test_an_hour_that_has_come_does_not_come_again() -> None:
    after = Moved(_at_work(TIMER).fire("s_t"), _guarded(TIMER, MESSAGE))
    assert (after.timers, after.awaited) == ({}, [CLOS])
    assert after.do("t").do("agir").ended


def test_who_works_works_on_and_the_others_stay_interrupted() -> None:
    before = _at_work(SIGNAL).signal("alerte")
    after = Moved(before, _guarded(SIGNAL, MESSAGE))
    assert (after.open, after.awaited) == (["s"], [])
    assert after.do("s").ended


def test_beside_others_a_handler_works_on_and_listens_again() -> None:
    after = Moved(_at_work(MESSAGE).receive(CLOS), _guarded(MESSAGE, SIGNAL))
    assert after.receive(CLOS).open == ["agir", "m", "m"]
    assert after.signal("alerte").open == ["s"]


def test_beside_one_at_work_another_event_in_its_place_begins() -> None:
    after = Moved(_at_work(MESSAGE).receive(CLOS), _guarded(("m", b.signal("alerte"), False)))
    assert after.notes == [("event_ends", "s_m"), ("event_begins", "s_m")]
    assert after.signal("alerte").open == ["agir", "m", "m"]


def test_who_was_silenced_by_one_at_work_may_be_drawn_in_another_way() -> None:
    before = _at_work(SIGNAL, MESSAGE, TIMER).signal("alerte")
    after = Moved(
        before, _guarded(SIGNAL, ("m", b.message("clos"), True), ("t", b.timer("R/P1D", "timeCycle"), False))
    )
    assert (after.open, after.awaited, after.timers) == (["s"], [], {})


@pytest.mark.parametrize(("before", "now"), [(True, False), (False, True)])
def test_a_handler_at_work_cannot_change_whether_it_interrupts(before: bool, now: bool) -> None:
    steps = _at_work(("m", b.message("clos"), before)).receive(CLOS)
    outcome, told = reasons(steps, _guarded(("m", b.message("clos"), now)))
    assert (outcome, told) == ("cannot", [("event_spent", "s_m")])


def test_a_renamed_event_subprocess_goes_by_its_mapping() -> None:
    before = _at_work(MESSAGE).receive(CLOS)
    mapping = {"elements": {"sub_m": "sub_n", "s_m": "s_n", "m": "n", "e_m": "e_n"}}
    after = Moved(before, _guarded(("n", b.message("clos"), False)), mapping=mapping)
    assert (after.open, after.awaited) == (["agir", "n"], [CLOS])


def test_a_handler_whose_event_subprocess_is_gone_needs_an_answer() -> None:
    before = _at_work(MESSAGE).receive(CLOS)
    outcome, told = reasons(before, _guarded(SIGNAL))
    assert outcome == "needs_mapping"
    assert ("element_gone", "sub_m") in told


def _until(condition: str) -> Bpmn:
    diagram = Bpmn().variables(n="number", m="number").start().user("apres").end()
    diagram.node("intermediateCatchEvent", "attendre", b.conditional(condition))
    return diagram.chain("debut", "attendre", "apres", "fin")


def test_a_condition_that_is_another_one_now_is_asked_at_once() -> None:
    before = Walk("stored", _until("n > 9")).start(n=5)
    assert not verdict(before, _until("n > 8")).goes_on
    assert verdict(before, _until("n > 4")).goes_on
    assert Moved(before, _until("n > 8")).open == []
    assert Moved(before, _until("n > 4")).open == ["apres"]


def test_a_condition_that_cannot_be_asked_now_is_told_by_the_dry_run_as_by_the_move() -> None:
    before = Walk("stored", _until("n > 9")).start(n=5)
    assert reasons(before, _until('if n > 4 then "oui" else false')) == ("cannot", [("fails", "attendre")])
    with pytest.raises(MigrationRefused) as refused:
        Moved(before, _until('if n > 4 then "oui" else false'))
    assert [each.element_id for each in refused.value.verdict.reasons] == ["attendre"]


def test_two_events_are_not_mapped_to_one_which_would_come_twice() -> None:
    both = (("m", b.timer("P3D"), False), ("t", b.timer("P5D"), False))
    ids = {"elements": {"sub_t": "sub_m", "s_t": "s_m", "t": "m", "e_t": "e_m"}}
    assert reasons(_at_work(*both), _guarded(both[0]), mapping=ids) == ("cannot", [("doubled", "s_t")])


def test_two_events_on_one_activity_are_not_mapped_to_one() -> None:
    def reminded(*ids: str) -> Bpmn:
        diagram = Bpmn().start().user("agir").end().chain("debut", "agir", "fin")
        for id in ids:
            diagram.boundary(id, "agir", b.timer("P3D"), False).end(f"f_{id}").chain(id, f"f_{id}")
        return diagram

    before = Walk("stored", reminded("x", "y")).start()
    ids = {"elements": {"y": "x", "f_y": "f_x"}}
    assert reasons(before, reminded("x"), mapping=ids) == ("cannot", [("doubled", "y")])


@pytest.mark.parametrize("ids", [{"essai": "agir"}, {"agir": "essai"}])
def test_a_process_is_not_mapped_to_an_element_which_would_leave_nothing_of_it(ids: dict[str, str]) -> None:
    with pytest.raises(MappingRefused):
        reasons(_at_work(), _guarded(), mapping={"elements": ids})
