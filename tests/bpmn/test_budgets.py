"""A command that would go on for ever ends as an incident, and costs no more than a second whatever it evaluates."""

import resource
from collections.abc import Callable
from decimal import Decimal

import pytest

from shared.bpmn import ProcessFailure
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import Walk

BIG = {"texte": "x" * 20_000, "nombres": [Decimal(number) for number in range(2_000)]}
DEAR = "count(for i in 1..120, j in 1..120 return i * j) > 0"


def _cpu(work: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    work()
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - before


def _loop(*lines: str, condition: str = "true") -> Walk:
    """A person's task, then a loop of a script and a choice that never ends."""
    diagram = Bpmn().variables(texte="string", nombres="list", n="number", v="boolean").start().user("agir")
    diagram.xor("retour").script("calculer", *lines).xor("choix", default="f_choix_fin").end()
    diagram.chain("debut", "agir", "retour", "calculer", "choix", "fin").flow("choix", "retour", condition)
    return Walk("stored", diagram).start(n=0, **BIG)


@pytest.mark.parametrize(
    ("lines", "condition"),
    [
        (["n = n + 1"], "true"),
        (["n = count(nombres)"], "count(nombres[item > 5]) > 1"),
        ([f"v = {DEAR}"], DEAR),
        (['v = matches(texte, "(x+)+y")'], "true"),
        (['v = contains(texte + texte + texte, "y")'], 'string length(texte + "é") > 3'),
        (["n = sum(for i in nombres return sum(nombres))"], "true"),
        (["nombres = sort(nombres, function(a, b) a > b)"], "true"),
    ],
)
def test_an_endless_loop_is_an_incident_within_a_second(lines: list[str], condition: str) -> None:
    steps = _loop(*lines, condition=condition)
    state = steps.last.state

    def work() -> None:
        with pytest.raises(ProcessFailure) as failed:
            steps.do("agir")
        assert failed.value.reason in ("step_budget", "expression_budget", "expression_null")

    assert _cpu(work) < 3  # a bound against minutes: what is meant is a second, on a machine at rest
    assert steps.last.state == state


def test_an_enormous_cardinality_is_an_incident_before_anything_is_made() -> None:
    inner = Body().start("i").end("j").chain("i", "j")
    diagram = Bpmn().start().sub("groupe", inner, b.many(cardinality="1000000000000")).end()
    with pytest.raises(ProcessFailure):
        Walk("stored", diagram.chain("debut", "groupe", "fin")).start()


@pytest.mark.parametrize(
    "text", ["= 9 ** 9 ** 9 ** 9", '= duration("P999999999D")', '= date("9999-12-31")', "= null"]
)
def test_a_computed_timer_that_no_calendar_holds_is_an_incident(text: str) -> None:
    diagram = Bpmn().start().node("intermediateCatchEvent", "attendre", b.timer(text)).end()
    with pytest.raises(ProcessFailure) as failed:
        Walk("stored", diagram.chain("debut", "attendre", "fin")).start()
    assert failed.value.element_id == "attendre"


def test_each_command_has_a_purse_of_its_own() -> None:
    diagram = Bpmn().variables(v="boolean", encore="boolean").start().xor("retour").user("agir")
    diagram.script("calculer", f"v = {DEAR}").xor("choix", default="f_choix_retour").end()
    diagram.chain("debut", "retour", "agir", "calculer", "choix", "retour").flow("choix", "fin", "not(v)")
    steps = Walk("stored", diagram).start()
    for _ in range(6):
        steps.do("agir")
    assert steps.open == ["agir"]
