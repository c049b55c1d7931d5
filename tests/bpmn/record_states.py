"""``python -m tests.bpmn.record_states FOLDER``: keep journeys as this code writes them, for the code that follows.

To be run for a state format before its first release, into ``states/<format>``; ``test_old_states`` reads what it left.
"""

import sys
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from tests.bpmn.test_state import SAMPLES
from tests.diagrams import files as shipped
from tests.diagrams import world
from tests.diagrams.scenarios import SCENARIOS
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import Walk
from tests.support.recorded import Recorder, keep


class RecordedWalk(Walk):
    def _make(self) -> Recorder:
        numbers = count(1)
        return Recorder(self.definition(), self.vocabulary, lambda: f"id-{next(numbers)}")


def group() -> Walk:
    """A parallel group half done, each item with its own boundary timer."""
    inner = Body().variables(un="string", avis="string").start("i").user("dire", outputs=["avis"]).end("j")
    inner.chain("i", "dire", "j")
    diagram = Bpmn().variables(qui="list", avis_tous="list").start()
    diagram.sub("groupe", inner, b.many("qui", "un", "avis_tous", "avis"))
    diagram.boundary("delai", "groupe", b.timer("P10D")).end("fin_delai").end()
    steps = RecordedWalk("stored", diagram.chain("debut", "groupe", "fin").chain("delai", "fin_delai"))
    steps.start(qui=["a", "b", "c"])
    return steps.do("dire", 1, avis="oui").do("dire", 1, avis="non").do("dire", avis="rien")


def row() -> Walk:
    """A sequential group, one after the other, that ends when enough have said yes."""
    diagram = Bpmn().variables(qui="list", oui="list").start()
    item = b.variables_xml({"un": "string", "dit": "boolean"})
    until = "count(oui[item = true]) = 2"
    inner = b.many("qui", "un", "oui", "dit", until=until, sequential=True)
    diagram.user("voter", inner, outputs={"dit": "boolean"}, ext=item).end()
    steps = RecordedWalk("stored", diagram.chain("debut", "voter", "fin")).start(qui=["a", "b", "c", "d"])
    return steps.do("voter", dit=True).do("voter", dit=False).do("voter", dit=True)


def call() -> Walk:
    """A called process within a group, waiting for a person and for a message."""
    called = Bpmn("preparer", label="").variables(sujet="string", note="number", reponse="string")
    called.message("bilan.clos.v1", reponse="string").start("d2").user("rediger", outputs=["note"])
    called.node("receiveTask", "attendre", messageRef="m_clos").end("f2")
    called.chain("d2", "rediger", "attendre", "f2")
    diagram = Bpmn().variables(titres="list", notes="list").start().user("lire").end()
    item = b.variables_xml({"titre": "string", "total": "number"})
    mapped = (
        '<parcours:input variable="sujet" expression="titre"/><parcours:input variable="lycee" expression="lycee"/>'
        '<parcours:output variable="total" expression="note * 2"/>'
    )
    many = b.many("titres", "titre", "notes", "total")
    diagram.node("callActivity", "appel", many, item + mapped, calledElement="preparer")
    steps = RecordedWalk("stored", diagram.chain("debut", "appel", "lire", "fin"), called)
    steps.start(titres=["A", "B"]).do("rediger", 1, note=Decimal(2)).receive("bilan.clos.v1", reponse="B")
    return steps.do("rediger", note=Decimal(1)).receive("bilan.clos.v1", reponse="A").do("lire")


def joins() -> Walk:
    """A parallel and an inclusive join, half arrived, in a loop."""
    diagram = Bpmn().variables(encore="boolean", long="boolean").start().xor("retour").parallel("p", "q")
    diagram.inclusive("i", default="f_i_k").inclusive("k").user("court").user("long_")
    diagram.user("a").user("b", outputs=["encore"]).xor("x", default="f_x_fin").end()
    diagram.chain("debut", "retour", "p", "a", "q", "i", "k", "x", "fin").chain("p", "b", "q")
    diagram.flow("i", "court", "long").flow("i", "long_", "long").chain("court", "k").chain("long_", "k")
    diagram.flow("x", "retour", "encore")
    steps = RecordedWalk("stored", diagram).start(long=True).do("b", encore=True).do("a")
    steps.do("court").do("long_").do("a").do("b", encore=False)
    return steps.do("long_").do("court")


def timers() -> Walk:
    """A reminder that comes again beside a task, and a wait for a message or one of two hours."""
    diagram = Bpmn().variables(le="date").message("bilan.clos.v1").start().user("agir", outputs=["le"])
    diagram.boundary("rappel", "agir", b.timer("R3/P2D", "timeCycle"), False).user("relancer").end(
        "fin_rappel"
    )
    diagram.node("eventBasedGateway", "g").node("intermediateCatchEvent", "tot", b.timer("= le", "timeDate"))
    diagram.node("intermediateCatchEvent", "tard", b.timer("P1Y2M", "timeDuration"))
    diagram.node("intermediateCatchEvent", "venu", b.message("clos")).xor("x").end()
    diagram.chain("debut", "agir", "g", "tot", "x", "fin").chain("g", "tard", "x").chain("g", "venu", "x")
    diagram.chain("rappel", "relancer", "fin_rappel")
    steps = RecordedWalk("stored", diagram).start().fire("rappel").fire("rappel").do("relancer")
    return steps.do("agir", le=date(2026, 12, 24)).do("relancer").fire("tot")


def values() -> Walk:
    """One variable of each type."""
    types = {f"v_{type_.lower()}": type_ for type_ in SAMPLES}
    diagram = Bpmn().variables(**types).start().user("saisir", outputs=list(types)).user("voir").end()
    steps = RecordedWalk("stored", diagram.chain("debut", "saisir", "voir", "fin")).start()
    return steps.do("saisir", **{f"v_{type_.lower()}": value for type_, value in SAMPLES.items()}).do("voir")


def undone() -> Walk:
    """Two bookings that are being undone, the last first."""
    diagram = Bpmn().start().user("train").user("hotel").end()
    for activity in ("train", "hotel"):
        diagram.user(f"rendre_{activity}", isForCompensation="true").undone(activity, f"rendre_{activity}")
    diagram.node("intermediateThrowEvent", "defaire", b.compensate(""))
    steps = RecordedWalk("stored", diagram.chain("debut", "train", "hotel", "defaire", "fin")).start()
    return steps.do("train").do("hotel").do("rendre_hotel").do("rendre_train")


def listening() -> Walk:
    """An event subprocess beside two tasks, a condition that waits, and a loop in its second turn."""
    handler = Body().user("sauver").end("fin_sauver").chain("s_sauver", "sauver", "fin_sauver")
    diagram = (
        Bpmn().message("bilan.clos.v1").variables(n="number", fini="boolean").start().parallel("p", "q").end()
    )
    diagram.user("visiter", b.loop("not(fini)"), outputs=["fini", "n"])
    diagram.node("intermediateCatchEvent", "attendre", b.conditional("n > 2")).user("apres")
    diagram.event_sub("secours", handler, "s_sauver", b.message("clos"), False)
    diagram.chain("debut", "p", "visiter", "q", "fin").chain("p", "attendre", "apres", "q")
    steps = RecordedWalk("stored", diagram).start(n=Decimal(0), fini=False)
    steps.do("visiter", fini=False, n=Decimal(1)).receive("bilan.clos.v1").do(
        "visiter", fini=False, n=Decimal(3)
    )
    return steps.do("sauver").do("apres").do("visiter", fini=True, n=Decimal(3))


STORIES = {
    "accompaniment": "an avenant breaks R9, is mended, signed, and the follow-up goes on",
    "bilan": "the young person misses the bilan, is convened again, and misses it again (R13)",
    "enrolment": "the projet breaks R9, then a signatory wants it changed, then it is signed with a PACEA",
}


def main(folder: Path) -> None:
    for make in (group, row, call, joins, timers, values, undone, listening):
        steps = make()
        assert isinstance(steps.runtime, Recorder)
        keep(steps.runtime.case("", make.__name__), steps.files, folder, make.__name__)
    for service, story in STORIES.items():
        runtime: Any = _played(story).runtimes[service]
        keep(runtime.case(service, service), shipped.files(service), folder, service)


def _played(story: str) -> world.World:
    world.Runtime = Recorder  # type: ignore[misc]
    return world.World(SCENARIOS[story])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
