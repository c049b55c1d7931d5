"""States that releases wrote, kept in ``states/<format>/``: each is read, and carried to its end."""

import zlib
from random import Random

import orjson
import pytest

from shared.bpmn import ProcessFailure, StateRefused
from shared.bpmn.engine.state import FORMAT, MOST_BYTES, read
from tests.support.bpmn_builder import Bpmn
from tests.support.bpmn_walk import Walk
from tests.support.recorded import STATES, Journey, journeys

KEPT = [
    pytest.param(journey, id=f"{number}-{journey}")
    for number in range(1, FORMAT + 1)
    for journey in journeys(str(number))
]


@pytest.mark.parametrize("journey", KEPT)
def test_what_a_release_wrote_is_carried_to_its_end(journey: Journey) -> None:
    runtime = journey.runtime()
    for index in range(len(journey.case["moves"])):
        last = journey.go_on_from(index)
        assert last.ended is journey.case["ended"]
        assert [thrown.name for thrown in last.thrown] == journey.case["thrown_last"]
        assert runtime.variables(last.state) == journey.variables


@pytest.mark.parametrize("journey", KEPT)
def test_what_ended_under_a_release_can_still_be_read(journey: Journey) -> None:
    assert journey.runtime().variables(journey.states[-1]) == journey.variables


@pytest.mark.parametrize("journey", KEPT)
def test_the_next_move_writes_the_format_of_this_release(journey: Journey) -> None:
    assert journey.go_on_from(0).state[:1] == str(FORMAT).encode()


def test_journeys_of_every_format_are_kept() -> None:
    assert sorted(folder.name for folder in STATES.iterdir()) == [
        str(number) for number in range(1, FORMAT + 1)
    ]


# bytes that are not what was written


@pytest.mark.parametrize("journey", KEPT)
def test_bytes_that_were_cut_short_are_refused(journey: Journey) -> None:
    for state in journey.states[:3]:
        for length in range(len(state)):
            with pytest.raises(StateRefused):
                read(state[:length])


@pytest.mark.parametrize("journey", KEPT)
def test_one_wrong_byte_is_refused_or_changes_nothing(journey: Journey) -> None:
    chance = Random(1)
    for state in journey.states[:2]:
        for place in range(1, len(state)):
            wrong = bytearray(state)
            wrong[place] ^= chance.randrange(1, 256)
            try:
                assert read(bytes(wrong)) == read(state)
            except StateRefused:
                continue


@pytest.mark.parametrize("journey", KEPT)
def test_content_that_makes_no_sense_is_refused_or_read_and_never_an_accident(journey: Journey) -> None:
    chance, runtime = Random(2), journey.runtime()
    for state in journey.states:
        for _ in range(60):
            content = _disturbed(read(state), chance)
            try:
                runtime.variables(b"1" + zlib.compress(orjson.dumps(content)))
            except StateRefused:
                continue


def _disturbed(value: object, chance: Random) -> object:
    """The same JSON with one thing in it replaced by something else, dropped, or put twice."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        key = chance.choice(sorted(value))
        return value | {key: _disturbed(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        new = chance.choice(([_disturbed(value[place], chance)], [], [value[place]] * 2))
        return [*value[:place], *new, *value[place + 1 :]]
    return chance.choice(
        (None, True, -1, 2**63, 1.5, "", "é", [], {}, {"$d": "x"}, {"$dt": "x@Europe"}, [[[]]])
    )


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"3", "newer release"),
        (b"9", "newer release"),
        (b"0", "unknown"),
        (b"x", "unknown"),
        (b"", "unknown"),
    ],
)
def test_another_format_is_refused_and_a_newer_one_says_so(head: bytes, said: str) -> None:
    with pytest.raises(StateRefused) as refused:
        read(head + zlib.compress(b'{"p":"x"}'))
    assert said in refused.value.params["detail"]


@pytest.mark.parametrize("text", [b"[]", b"{}", b'{"p":1}', b"[" * 5000, b'{"p":"x","e":1}', b'"x"', b"\xff"])
def test_json_that_is_no_state_is_refused(text: bytes) -> None:
    steps = Walk("stored", Bpmn().start().user("agir").end().chain("debut", "agir", "fin"))
    with pytest.raises(StateRefused):
        steps.runtime.variables(b"2" + zlib.compress(text))


def test_bytes_that_would_become_many_more_are_refused_before_they_do() -> None:
    bomb = b"2" + zlib.compress(b'{"p":"' + b"x" * 50_000_000 + b'"}')
    assert len(bomb) < 60_000
    with pytest.raises(StateRefused) as refused:
        read(bomb)
    assert refused.value.params["detail"] == "too large"


def test_a_move_whose_state_could_not_be_read_again_is_an_incident() -> None:
    diagram = Bpmn().variables(texte="string").start().user("saisir", outputs=["texte"]).user("voir").end()
    steps = Walk("stored", diagram.chain("debut", "saisir", "voir", "fin")).start()
    with pytest.raises(ProcessFailure, match="state_too_large"):
        steps.do("saisir", texte="x" * MOST_BYTES)
    assert steps.do("saisir", texte="x" * (MOST_BYTES - 1000)).value("texte").startswith("xx")
