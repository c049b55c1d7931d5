"""The state: compact, versioned, typed, without history, and refused when it is not ours."""

import zlib
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bpmn import PayloadRefused, StateRefused
from shared.bpmn.values import ValueMismatch, decode, encode, fit, from_message, to_message
from shared.feel import YearsMonths
from tests.support.bpmn_builder import Bpmn
from tests.support.bpmn_walk import UAI, Walk

PARIS = ZoneInfo("Europe/Paris")
SAMPLES = {
    "string": "Zoé « é » $d",
    "number": Decimal("12.50"),
    "boolean": False,
    "date": date(2026, 9, 1),
    "time": time(9, 30, tzinfo=PARIS),
    "dateTime": datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=1),
    "duration": timedelta(days=-3, seconds=7, microseconds=5),
    "yearsMonthsDuration": YearsMonths(-14),
    "list": [Decimal(1), "x", None, [date(2026, 1, 1)], {"$d": "2026-01-01"}],
    "context": {"a": {"b": [time(1, 2, 3)]}, "$c": {"$n": Decimal("-0")}},
}


@pytest.mark.parametrize("type_", sorted(SAMPLES))
def test_a_value_of_each_type_comes_back_as_it_was(type_: str) -> None:
    diagram = Bpmn().variables(valeur=type_).start().user("attendre").user("voir").end()
    steps = (
        Walk("fresh", diagram.chain("debut", "attendre", "voir", "fin"))
        .start(valeur=SAMPLES[type_])
        .do("attendre")
    )
    found = steps.value("valeur")
    assert (type(found), repr(found)) == (type(SAMPLES[type_]), repr(SAMPLES[type_]))


@pytest.mark.parametrize("type_", sorted(SAMPLES))
def test_a_value_of_each_type_survives_a_message(type_: str) -> None:
    assert from_message(to_message(SAMPLES[type_], type_), type_) == SAMPLES[type_]


@pytest.mark.parametrize("type_", sorted(SAMPLES))
def test_null_fits_every_type_and_a_wrong_value_none(type_: str) -> None:
    assert fit(None, type_) is None
    for other, value in SAMPLES.items():
        if other != type_:
            with pytest.raises(ValueMismatch):
                fit(value, type_)


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e6145"), b"x", {1: "x"}, {1, 2},
     "a\0b", {"a": ["\0"]}, object()],
)  # fmt: skip
def test_what_is_no_value_is_refused(value: object) -> None:
    for type_ in SAMPLES:
        with pytest.raises(ValueMismatch):
            fit(value, type_)


def test_a_value_that_is_too_deep_is_refused() -> None:
    value: list[object] = []
    for _ in range(40):
        value = [value]
    with pytest.raises(ValueMismatch, match="too_deep"):
        fit(value, "list")


_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.times().map(lambda value: value.replace(fold=0)),
    st.datetimes().map(lambda value: value.replace(fold=0)),
    st.timedeltas(),
    st.integers(-1000, 1000).map(YearsMonths),
)
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)


@given(_VALUES)
def test_any_value_comes_back_as_it_was(value: object) -> None:
    found = decode(encode(value))
    assert found == value
    assert repr(found) == repr(value)


def _one_task() -> Bpmn:
    return Bpmn().start().user("agir").end().chain("debut", "agir", "fin")


def test_a_waiting_instance_takes_little_room() -> None:
    state = Walk("stored", _one_task()).start().last.state
    assert state[:1] == b"2"
    assert len(state) < 150


@pytest.mark.parametrize(
    "state", [b"", b"2abc", b"1", b"1not zlib", b"1" + zlib.compress(b"{"), b"1" + zlib.compress(b'{"p":1}')]
)
def test_bytes_that_are_not_a_state_are_refused(state: bytes) -> None:
    steps = Walk("stored", _one_task())
    with pytest.raises(StateRefused):
        steps.runtime.variables(state)


def test_the_state_of_another_diagram_is_refused_rather_than_guessed() -> None:
    state = Walk("stored", _one_task()).start().last.state
    other = Walk("stored", Bpmn().start().user("autre").end().chain("debut", "autre", "fin"))
    with pytest.raises(StateRefused):
        other.runtime.variables(state)


def test_an_ended_instance_keeps_what_is_kept_with_the_parcours_and_forgets_the_rest() -> None:
    diagram = _one_task().variables(garde="string", oublie="string")
    steps = Walk("stored", diagram)
    raw = diagram.xml().replace(b'name="oublie" type="string" side="both" retention="parcours"',
                                b'name="oublie" type="string" side="both" retention="etape"')  # fmt: skip
    steps.files = type(steps.files)({"essai.bpmn": raw}, {}, steps.files.forms)
    steps.runtime = steps._make()
    steps.start(garde="oui", oublie="oui")
    assert (steps.value("garde"), steps.value("oublie")) == ("oui", "oui")
    steps.do("agir")
    assert (steps.value("garde"), steps.value("oublie"), steps.value("lycee")) == ("oui", None, UAI)


def test_forty_tasks_in_a_row_take_no_more_room_than_one() -> None:
    diagram = Bpmn().start().end()
    names = [f"t{number:02}" for number in range(40)]
    for name in names:
        diagram.user(name)
    steps = Walk("stored", diagram.chain("debut", *names, "fin")).start()
    sizes = []
    for name in names[:-1]:
        steps.do(name)
        sizes.append(len(steps.last.state))
    assert max(sizes) - min(sizes) <= 8


def test_a_loop_inside_one_branch_does_not_grow_while_the_other_waits() -> None:
    diagram = (
        Bpmn()
        .variables(encore="boolean")
        .start()
        .parallel("p", "q")
        .xor("retour")
        .user("tourner", outputs=["encore"])
    )
    diagram.xor("x", default="f_x_q").user("attendre").end().chain(
        "debut", "p", "retour", "tourner", "x", "q", "fin"
    )
    diagram.flow("x", "retour", "encore").chain("p", "attendre", "q")
    steps = Walk("stored", diagram).start().do("tourner", encore=True)
    size = len(steps.last.state)
    for _ in range(400):
        steps.do("tourner", encore=True)
    assert abs(len(steps.last.state) - size) < 12
    assert steps.do("tourner", encore=False).do("attendre").ended


def test_what_happened_is_told_once_and_not_kept() -> None:
    steps = Walk("stored", _one_task()).start()
    assert [(entry.element_id, entry.event) for entry in steps.last.trace] == [
        ("debut", "entered"),
        ("debut", "completed"),
        ("agir", "entered"),
    ]
    content = zlib.decompress(steps.last.state[1:])
    assert b"debut" not in content


def test_a_datetime_without_zone_in_a_message_stays_without() -> None:
    naive = datetime(2026, 9, 1, 9)  # noqa: DTZ001 — FEEL has local date-times
    assert from_message(to_message(naive, "dateTime"), "dateTime") == naive
    aware = datetime(2026, 9, 1, 9, tzinfo=UTC)
    assert from_message(to_message(aware, "dateTime"), "dateTime") == aware


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("string", "Zo\ud800"),
        ("list", [{"\udfff": 1}]),
        ("duration", timedelta(days=999_999_999)),
        ("yearsMonthsDuration", YearsMonths(10**25)),
    ],
)
def test_a_value_that_the_bytes_cannot_hold_is_refused_at_the_door(type_: str, value: object) -> None:
    diagram = Bpmn().variables(x=type_).start().user("saisir", outputs=["x"]).end()
    steps = Walk("stored", diagram.chain("debut", "saisir", "fin")).start()
    with pytest.raises(PayloadRefused):
        steps.do("saisir", x=value)


def _nested(depth: int) -> list[object]:
    value: list[object] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("type_", "raw"),
    [
        ("duration", "demain"),
        ("duration", "--P1D"),
        ("yearsMonthsDuration", ""),
        ("list", _nested(900)),
        ("list", [{"$ym": "x"}]),
        ("list", [{"$ym": 1.5}]),
        ("list", [{"$p": True}]),
        ("string", "\udcff"),
    ],
)
def test_a_message_that_says_nonsense_is_refused_and_breaks_nothing(type_: str, raw: object) -> None:
    diagram = Bpmn().variables(x=type_).message("bilan.clos.v1", x=type_).start()
    diagram.node("receiveTask", "attendre", messageRef="m_clos").end()
    steps = Walk("stored", diagram.chain("debut", "attendre", "fin")).start()
    with pytest.raises(PayloadRefused) as refused:
        steps.receive("bilan.clos.v1", x=raw)
    assert list(refused.value.errors) == ["x"]
