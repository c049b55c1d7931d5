"""What a check costs is bounded by the size of the diagram: counted in steps, not in seconds."""

from collections import Counter
from typing import Any

import pytest

from shared.bpmn import check
from shared.bpmn.soundness import moves
from shared.bpmn.soundness.graph import Graph
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Bpmn


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Counts the calls of a function from now on."""
    calls = Counter[str]()

    def counted(holder: Any, name: str) -> Counter[str]:
        real = getattr(holder, name)

        def call(*arguments: Any) -> Any:
            calls[name] += 1
            return real(*arguments)

        monkeypatch.setattr(holder, name, call)
        return calls

    return counted


@pytest.mark.parametrize("kind", ["exclusiveGateway", "parallelGateway", "inclusiveGateway"])
def test_many_flows_between_two_gateways_are_taken_out_in_one_pass(kind: str, count: Any) -> None:
    asks = kind != "parallelGateway"
    made = Bpmn().start().node(kind, "g", **({"default": "f_0"} if asks else {})).node(kind, "h").end()
    for number in range(300):
        made.flow("g", "h", f"{number} = {number}" if asks and number else "", id=f"f_{number}")
    calls = count(Graph, "out")
    assert check(b.files(made.chain("debut", "g").chain("h", "fin")), b.vocabulary()) == ()
    assert calls["out"] < 300


def test_a_condition_of_an_inclusive_gateway_is_read_once_whatever_the_choices(count: Any) -> None:
    made = (
        Bpmn()
        .variables(n="number")
        .start()
        .node("inclusiveGateway", "g", default="f_g_e0")
        .chain("debut", "g")
    )
    for number in range(8):
        made.end(f"e{number}").flow("g", f"e{number}", f"n > {number}" if number else "")
    calls = count(moves, "tree_of")
    assert check(b.files(made), b.vocabulary()) == ()
    assert calls["tree_of"] <= 3 * 8
