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


def _birthday() -> Bpmn:
    """A listener on the 18th birthday, if that is to come after the entry."""
    date_ = '=if ne_le + duration("P18Y") > entree_le then ne_le + duration("P18Y") else null'
    handler = Body().user("informer").end("informe").chain("anniversaire", "informer", "informe")
    diagram = (
        Bpmn().variables(ne_le="date", entree_le="date").start().user("x").end().chain("debut", "x", "fin")
    )
    return diagram.event_sub(
        "majorite", handler, "anniversaire", timer(date_, "timeDate"), interrupting=False
    )


def _at(mode: str, born: date) -> Walk:
    return Walk(mode, _birthday()).start(ne_le=born, entree_le=date(2026, 9, 1))


def test_a_birthday_that_has_been_before_does_not_come_until_the_date_is_corrected(mode: str) -> None:
    walk = _at(mode, date(2007, 3, 1))
    assert walk.timers == {}
    walk.correct(ne_le="2009-03-01")
    assert walk.timers == {"anniversaire": datetime(2027, 2, 28, 23, tzinfo=UTC)}
    walk.correct(ne_le="2007-03-01")
    assert walk.timers == {}


def test_a_birthday_that_came_on_a_wrong_date_comes_again_on_the_right_one(mode: str) -> None:
    walk = _at(mode, date(2008, 10, 1)).fire("anniversaire").do("informer")
    assert walk.timers == {}
    walk.correct(ne_le="2008-09-20")
    assert walk.timers == {}
    walk.correct(ne_le="2008-12-01")
    assert walk.timers == {"anniversaire": datetime(2026, 11, 30, 23, tzinfo=UTC)}
    assert walk.fire("anniversaire").do("informer").do("x").ended


def test_who_is_born_on_a_29_february_comes_of_age_on_the_28th(mode: str) -> None:
    walk = Walk(mode, _birthday()).start(ne_le=date(2008, 2, 29), entree_le=date(2026, 1, 5))
    assert walk.timers == {"anniversaire": datetime(2026, 2, 27, 23, tzinfo=UTC)}
