"""A fact about the person is corrected wherever an instance holds it, and what hangs on it is set anew."""

from datetime import UTC, date, datetime

import pytest

from shared.bpmn import PayloadRefused
from tests.support.bpmn_builder import Body, Bpmn, timer
from tests.support.bpmn_walk import MODES, Walk

pytestmark = pytest.mark.parametrize("mode", MODES)


def _parcours() -> Bpmn:
    """A task with three timers: on a birthday, after a time from a date, at a date of something else."""
    body = Body().variables(ne_le="date").start("sd").user("x").end("sf").chain("sd", "x", "sf")
    diagram = Bpmn().variables(ne_le="date", entree_le="date", nom="string").start().sub("bloc", body)
    diagram.boundary("majorite", "bloc", timer('=ne_le + duration("P18Y")', "timeDate"))
    diagram.boundary("duree", "bloc", timer("P7D")).boundary("autre", "bloc", timer("=entree_le", "timeDate"))
    diagram.end().end("f1").end("f2").end("f3").chain("debut", "bloc", "fin")
    return diagram.flow("majorite", "f1").flow("duree", "f2").flow("autre", "f3")


def _begun(mode: str) -> Walk:
    walk = Walk(mode, _parcours())
    return walk.start(ne_le=date(2010, 3, 1), entree_le=date(2027, 1, 1), nom="Planterose")


def test_a_timer_on_a_birthday_waits_for_the_corrected_one_and_the_others_as_before(mode: str) -> None:
    walk = _begun(mode)
    before = walk.timers
    walk.correct(ne_le="2010-05-02")
    assert walk.timers == before | {"majorite": datetime(2028, 5, 1, 22, tzinfo=UTC)}
    assert walk.value("ne_le") == date(2010, 5, 2)


def test_a_value_is_corrected_in_every_open_scope_that_declares_it(mode: str) -> None:
    walk = _begun(mode).correct(ne_le="2010-05-02")
    assert walk.value("ne_le", "x") == date(2010, 5, 2)


def test_names_that_are_not_declared_are_left_out_and_a_value_of_another_kind_is_refused(mode: str) -> None:
    walk = _begun(mode).correct(inconnu="x", nom="Plantevigne")
    assert walk.value("nom") == "Plantevigne"
    with pytest.raises(PayloadRefused):
        walk.correct(ne_le="hier")


def test_what_an_ended_instance_keeps_is_corrected(mode: str) -> None:
    walk = _begun(mode).do("x")
    assert walk.ended
    walk.correct(nom="Plantevigne")
    assert walk.ended
    assert walk.value("nom") == "Plantevigne"
