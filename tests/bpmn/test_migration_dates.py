"""Date events go with their instance: null when asked for, corrected, come, or passed while it was moved."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from shared.bpmn.engine.state import read
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_migration import Moved, reasons
from tests.support.bpmn_walk import Walk

Drawn = Callable[..., Bpmn]
BIRTHDAY = '=if ne_le + duration("P18Y") > entree_le then ne_le + duration("P18Y") else null'
ANY_BIRTHDAY = '=ne_le + duration("P18Y")'
AT_26 = '=ne_le + duration("P26Y")'
ENTRY = date(2026, 9, 1)
MINOR, OF_AGE = date(2008, 10, 1), date(2007, 3, 1)  # 18 a month after the entry, and before it


def on(date_: str) -> str:
    return b.timer(date_, "timeDate")


def _drawn(*more: str) -> Bpmn:
    """A task, and more after it."""
    diagram = Bpmn().variables(ne_le="date", entree_le="date").start().user("x").end()
    for task in more:
        diagram.user(task)
    return diagram.chain("debut", "x", *more, "fin")


def listening(
    event: str, *more: str, sub: str = "majorite", start: str = "anniversaire", interrupting: bool = False
) -> Bpmn:
    """A task, and an event subprocess in which the young person is told."""
    body = Body().user("informer").end("informe").chain(start, "informer", "informe")
    return _drawn(*more).event_sub(sub, body, start, event, interrupting)


def reminding(event: str, *more: str, interrupting: bool = False) -> Bpmn:
    """A task with a reminder on it."""
    diagram = _drawn(*more).boundary("anniversaire", "x", event, interrupting).end("dit")
    return diagram.flow("anniversaire", "dit")


def begun(diagram: Bpmn, born: date = MINOR) -> Walk:
    return Walk("stored", diagram).start(ne_le=born, entree_le=ENTRY)


def midnight(*day: int) -> datetime:
    """00:00 in Paris, in winter."""
    return datetime(*day, tzinfo=UTC) - timedelta(hours=1)  # type: ignore[arg-type]


# a date that was null

DRAWN = pytest.mark.parametrize("drawn", [listening, reminding])


@DRAWN
def test_a_date_that_was_null_is_not_asked_for_again_while_its_text_stays(drawn: Drawn) -> None:
    before = begun(drawn(on(BIRTHDAY)), OF_AGE).set(ne_le="2010-03-01")
    after = Moved(before, drawn(on(BIRTHDAY), "y"))
    assert (after.timers, after.notes) == ({}, [])


@DRAWN
def test_a_date_that_was_null_is_asked_for_again_when_the_new_version_asks_for_another(
    drawn: Drawn,
) -> None:
    after = Moved(begun(drawn(on(BIRTHDAY)), OF_AGE), drawn(on(AT_26)))
    assert after.timers == {"anniversaire": midnight(2033, 3, 1)}
    assert after.notes == [("event_begins", "anniversaire")]


@DRAWN
def test_a_length_in_the_place_of_a_date_that_was_null_counts_from_the_move(drawn: Drawn) -> None:
    before = begun(drawn(on(BIRTHDAY)), OF_AGE).wait(days=3)
    after = Moved(before, drawn(b.timer("P30D")))
    assert after.timers == {"anniversaire": before.now + timedelta(days=30)}


@DRAWN
def test_a_date_that_is_null_in_the_new_version_too_is_not_told_as_begun(drawn: Drawn) -> None:
    after = Moved(begun(drawn(on(BIRTHDAY)), OF_AGE), drawn(on(BIRTHDAY.replace("> ", ">= "))))
    assert (after.timers, after.notes) == ({}, [])


@DRAWN
def test_an_event_that_ends_what_it_is_on_cannot_have_a_null_date(drawn: Drawn) -> None:
    before = begun(drawn(on(BIRTHDAY)), OF_AGE)
    told = reasons(before, drawn(on(BIRTHDAY), interrupting=True))
    assert told == ("cannot", [("event_fails", "anniversaire")])


def test_a_date_that_was_null_is_corrected_on_the_new_version() -> None:
    after = Moved(begun(listening(on(BIRTHDAY)), OF_AGE), listening(on(BIRTHDAY), "y"))
    assert after.correct(ne_le="2009-03-01").timers == {"anniversaire": midnight(2027, 3, 1)}


# a date that has come


def come() -> Walk:
    return begun(listening(on(BIRTHDAY))).fire("anniversaire").do("informer")


@pytest.mark.parametrize("event", [b.timer("P63D"), on("2030-12-15"), on("2026-12-15"), on(AT_26)])
def test_a_date_that_has_come_does_not_come_again_whatever_the_new_version_makes_of_it(event: str) -> None:
    after = Moved(come(), listening(event))
    assert (after.timers, after.notes) == ({}, [])
    assert after.do("x").ended


def test_a_date_that_has_come_comes_again_when_it_is_corrected_on_the_new_version() -> None:
    after = Moved(come(), listening(on(AT_26))).correct(ne_le="2008-12-01")
    assert after.timers == {"anniversaire": midnight(2034, 12, 1)}
    assert after.fire("anniversaire").open == ["informer", "x"]


def test_a_length_that_has_come_may_be_corrected_once_the_new_version_has_a_date() -> None:
    before = begun(listening(b.timer("P30D"))).fire("anniversaire").do("informer")
    after = Moved(before, listening(on(ANY_BIRTHDAY)))
    assert (after.timers, after.notes) == ({}, [])
    assert after.correct(ne_le="2008-12-01").timers == {"anniversaire": midnight(2026, 12, 1)}


def test_what_a_version_without_birthday_has_forgotten_is_known_again_by_the_next() -> None:
    between = Moved(come(), listening(b.timer("P63D"))).correct(ne_le="2008-12-01")
    assert between.timers == {}
    after = Moved(between, listening(on(BIRTHDAY)))
    assert after.timers == {}
    assert after.correct(ne_le="2008-12-02").timers == {"anniversaire": midnight(2026, 12, 2)}


@pytest.mark.parametrize(
    "now", [listening(on(BIRTHDAY), interrupting=True), listening(b.timer("R/P1D", "timeCycle"))]
)
def test_a_date_that_has_come_may_neither_end_the_task_nor_come_every_day_now(now: Bpmn) -> None:
    assert reasons(come(), now) == ("cannot", [("event_spent", "anniversaire")])


def test_a_date_that_came_and_was_corrected_keeps_its_new_hour() -> None:
    before = come().correct(ne_le="2008-12-01")
    for event in (on(AT_26), b.timer("P63D")):
        after = Moved(before, listening(event))
        assert after.last.timers == before.last.timers
        assert after.fire("anniversaire").open == ["informer", "x"]
        assert after.timers == {}


def test_another_event_in_the_place_of_a_date_that_has_come_begins() -> None:
    now = listening(b.message("clos")).message("bilan.clos.v1")
    after = Moved(come(), now)
    assert (after.notes, after.awaited) == ([("event_begins", "anniversaire")], ["bilan.clos.v1"])


def steps(walk: Walk) -> list[str]:
    """What its tokens stand at, those that only listen too."""
    return sorted(row[2] for row in read(walk.last.state)["t"])


@pytest.mark.parametrize("now", [b.timer("P30D"), on("2026-10-01"), on(BIRTHDAY), on(ANY_BIRTHDAY)])
@pytest.mark.parametrize("then", [b.timer("P30D"), on("2026-10-01"), on(BIRTHDAY), on(ANY_BIRTHDAY)])
def test_after_a_date_that_has_come_listens_what_would_listen_had_it_come_on_the_new_version(
    then: str, now: str
) -> None:
    before, lived = (begun(listening(each)).fire("anniversaire") for each in (then, now))
    after = Moved(before, listening(now))
    assert (steps(after), after.timers) == (steps(lived), {})


# a date that has passed before its timer rang


@DRAWN
@pytest.mark.parametrize("event", [on(BIRTHDAY), on(AT_26), b.timer("P63D")])
def test_an_hour_that_has_passed_keeps_its_timer_which_rings_after_the_move(drawn: Drawn, event: str) -> None:
    before = begun(drawn(on(BIRTHDAY))).wait(days=90)
    after = Moved(before, drawn(event))
    assert after.last.timers == before.last.timers
    assert after.fire("anniversaire").timers == {}
    assert after.now == before.now


@DRAWN
def test_an_event_that_only_the_new_version_has_rings_at_once_when_its_date_has_passed(
    drawn: Drawn,
) -> None:
    before = begun(_drawn()).wait(days=90)
    after = Moved(before, drawn(on(BIRTHDAY)))
    assert after.timers == {"anniversaire": datetime(2026, 9, 30, 22, tzinfo=UTC)}
    assert after.fire("anniversaire").now == before.now


# an event subprocess with another id


def test_a_renamed_event_subprocess_goes_on_by_its_start_event() -> None:
    before = begun(listening(b.timer("P30D"))).wait(days=3)
    after = Moved(before, listening(b.timer("P30D"), sub="majeur"))
    assert (after.last.timers, after.notes) == (before.last.timers, [])
    assert after.fire("anniversaire").open == ["informer", "x"]


def test_a_date_that_has_come_does_not_come_again_in_a_renamed_event_subprocess() -> None:
    after = Moved(come(), listening(on(ANY_BIRTHDAY), sub="majeur"))
    assert (after.timers, after.notes) == ({}, [])
    assert after.correct(ne_le="2008-12-01").timers == {"anniversaire": midnight(2026, 12, 1)}


def test_who_works_in_a_renamed_event_subprocess_needs_an_answer() -> None:
    before = begun(listening(on(BIRTHDAY))).fire("anniversaire")
    outcome, told = reasons(before, listening(on(BIRTHDAY), sub="majeur"))
    assert (outcome, told) == ("needs_mapping", [("element_gone", "majorite")])
    after = Moved(before, listening(on(BIRTHDAY), sub="majeur"), mapping={"elements": {"majorite": "majeur"}})
    assert (after.open, after.timers) == (["informer", "x"], {})


def test_an_event_subprocess_with_another_start_event_is_the_same() -> None:
    before = begun(listening(b.timer("P30D"))).wait(days=3)
    after = Moved(before, listening(b.timer("P30D"), start="date"))
    assert [timer.id for timer in after.last.timers] == [timer.id for timer in before.last.timers]
    assert after.timers == {"date": before.timers["anniversaire"]}


def test_an_event_subprocess_of_which_nothing_has_its_id_begins_anew() -> None:
    before = begun(listening(b.timer("P30D"))).wait(days=3)
    after = Moved(before, listening(b.timer("P30D"), sub="majeur", start="date"))
    assert after.notes == [("event_ends", "anniversaire"), ("event_begins", "date")]
    assert after.timers == {"date": before.now + timedelta(days=30)}


def _two(first: tuple[str, str], second: tuple[str, str]) -> Bpmn:
    """Event subprocesses (id, start event) on two birthdays."""
    diagram = _drawn()
    for (sub, start), event in ((first, on(ANY_BIRTHDAY)), (second, on(AT_26))):
        body = Body().user(f"dire_{sub}").end(f"dit_{sub}").chain(start, f"dire_{sub}", f"dit_{sub}")
        diagram.event_sub(sub, body, start, event, interrupting=False)
    return diagram


@pytest.mark.parametrize("first", ["majorite", "autre"])
def test_start_events_that_changed_their_event_subprocesses_are_not_guessed(first: str) -> None:
    before = begun(_two(("majorite", "a_18"), ("fin_aide", "a_26")))
    moved = _two((first, "a_26"), ("fin_aide", "a_18"))
    outcome, told = reasons(before, moved)
    assert (outcome, told[-1]) == ("cannot", ("scope_changed", "a_26"))
    after = Moved(before, moved, mapping={"elements": {"majorite": "fin_aide", "fin_aide": first}})
    assert after.timers == before.timers
