"""What SpiffWorkflow 3.2.0 silently loses or corrupts as it comes (architecture, section 4), and we do not.

Each test is named by what a user would lose.
"""

import json
import zlib
from collections.abc import Callable

import pytest

from shared.bpmn import DefinitionRefused, Operation, OperationCall, ProcessFailure, Runtime
from shared.bpmn.definition import reload
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import SEPTEMBER, Walk

Walks = Callable[..., Walk]


def _loop() -> Bpmn:
    diagram = Bpmn().variables(fini="boolean", tour="number")
    diagram.start().xor("retour").user("point", outputs=["fini"]).script("compter", "tour = tour + 1")
    diagram.xor("encore", default="f_encore_retour").end()
    diagram.chain("debut", "retour", "point", "compter", "encore", "retour")
    return diagram.flow("encore", "fin", "fini")


def test_a_weekly_point_d_etape_goes_on_for_400_turns(walk: Walks) -> None:
    steps = walk(_loop()).start(tour=0)
    for _ in range(400):
        steps.do("point", fini=False)
    assert steps.open == ["point"]
    assert not steps.ended
    steps.do("point", fini=True)
    assert steps.ended
    assert steps.value("tour") == 401


def test_the_thousandth_turn_costs_what_the_first_cost() -> None:
    steps = Walk("stored", _loop()).start(tour=0)
    steps.do("point", fini=False)
    size = len(steps.last.state)
    for _ in range(999):
        steps.do("point", fini=False)
    assert abs(len(steps.last.state) - size) < 20
    assert steps.last.trace[0].element_id == "point"


def _joined_loop(kind: str) -> Bpmn:
    diagram = Bpmn().variables(encore="boolean", vrai="boolean")
    diagram.start().xor("retour").node(kind, "partage").user("lycee_fait").user("ml_fait").node(
        kind, "reunion"
    )
    diagram.user("valider", outputs=["encore"]).xor("tour", default="f_tour_fin").end()
    diagram.chain("debut", "retour", "partage")
    for side in ("lycee_fait", "ml_fait"):
        diagram.flow("partage", side, "true" if kind == "inclusiveGateway" else "").flow(side, "reunion")
    diagram.chain("reunion", "valider", "tour", "fin").flow("tour", "retour", "encore")
    return diagram


@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway"])
@pytest.mark.parametrize("order", [("lycee_fait", "ml_fait"), ("ml_fait", "lycee_fait")])
def test_both_parts_are_awaited_again_in_the_second_turn(
    walk: Walks, kind: str, order: tuple[str, str]
) -> None:
    steps = walk(_joined_loop(kind)).start()
    for turn in range(3):
        first, second = order if turn % 2 else order[::-1]
        assert steps.open == ["lycee_fait", "ml_fait"]
        steps.do(first)
        assert steps.open == [second], "the join fired without the other part"
        steps.do(second)
        assert steps.open == ["valider"]
        steps.do("valider", encore=turn < 2)
    assert steps.ended
    assert steps.came_to("valider") == 3


def _two_writers() -> Bpmn:
    diagram = Bpmn().variables(avis="string", notes="list", fiche="context", autre="string")
    diagram.start().parallel("partage", "reunion").user("ecrire", outputs=["avis", "notes", "fiche"])
    diagram.user("autre_part", outputs=["autre"]).end()
    diagram.chain("debut", "partage", "ecrire", "reunion", "fin")
    return diagram.chain("partage", "autre_part", "reunion")


def test_what_one_branch_wrote_survives_the_other_branch_ending_last(walk: Walks) -> None:
    steps = walk(_two_writers()).start(avis="initial", notes=[], fiche={})
    steps.do("ecrire", avis="favorable", notes=["x", "y", "x"], fiche={"a": {"b": 1}})
    steps.do("autre_part", autre="vu")
    assert steps.ended
    assert steps.value("avis") == "favorable"
    assert steps.value("notes") == ["x", "y", "x"]
    assert steps.value("fiche") == {"a": {"b": 1}}


def test_a_shorter_list_written_in_a_branch_is_not_mixed_with_the_longer_one(walk: Walks) -> None:
    steps = walk(_two_writers()).start(notes=["a", "b", "c"])
    steps.do("autre_part").do("ecrire", notes=["z"])
    assert steps.value("notes") == ["z"]


def test_changing_nested_data_in_python_changes_nothing_that_is_stored(walk: Walks) -> None:
    def meddle(call: OperationCall) -> dict[str, object]:
        call.variables["fiche"]["a"].append("meddled")
        return {"copie": call.variables["fiche"]}

    operation = Operation(frozenset({"fiche"}), frozenset({"copie"}), meddle)
    diagram = Bpmn().variables(fiche="context", copie="context").start().service("brasser", "brasser")
    diagram.user("voir").end().chain("debut", "brasser", "voir", "fin")
    given = {"a": ["x"]}
    steps = walk(diagram, operations={"brasser": operation}).start(fiche=given)
    assert steps.value("fiche") == {"a": ["x"]}
    assert steps.value("copie") == {"a": ["x", "meddled"]}
    assert given == {"a": ["x"]}


def test_variables_survive_a_store_that_sorts_keys() -> None:
    steps = Walk("stored", _two_writers()).start(avis="initial", notes=["n"], fiche={"z": 1, "a": 2})
    state = steps.last.state
    content = json.loads(zlib.decompress(state[1:]))
    resorted = state[:1] + zlib.compress(json.dumps(content, sort_keys=True).encode())
    assert steps.runtime.variables(resorted) == steps.runtime.variables(state)
    steps.last = steps.runtime.complete(resorted, steps.ids("ecrire")[0], {"avis": "vu"}, now=steps.now)
    assert steps.value("notes") == ["n"]


def _assembly(sequential: bool) -> Bpmn:
    diagram = Bpmn().variables(personnes="list", avis="list")
    diagram.start().user("recueillir", b.many("personnes", "personne", "avis", "reponse", sequential=sequential),
                         outputs={"reponse": "string"},
                         ext=b.variables_xml({"personne": "string", "reponse": "string"}))  # fmt: skip
    return diagram.user("lire").end().chain("debut", "recueillir", "lire", "fin")


@pytest.mark.parametrize("sequential", [False, True])
def test_every_answer_of_a_group_arrives_when_each_comes_to_another_worker(
    walk: Walks, sequential: bool
) -> None:
    steps = walk(_assembly(sequential)).start(personnes=["a", "b", "c"])
    seen = []
    for _ in range(3):
        seen.append(steps.value("personne", "recueillir"))
        steps.do("recueillir", reponse=f"avis de {seen[-1]}")
    assert steps.open == ["lire"]
    assert seen == ["a", "b", "c"]
    assert steps.value("avis") == ["avis de a", "avis de b", "avis de c"]


def test_of_two_deadlines_after_a_gateway_each_keeps_its_own_date(walk: Walks) -> None:
    diagram = Bpmn().start().node("eventBasedGateway", "attendre")
    diagram.node("intermediateCatchEvent", "long", b.timer("P30D"))
    diagram.node("intermediateCatchEvent", "court", b.timer("P1D"))
    diagram.user("apres_long").user("apres_court").end("fin_long").end("fin_court")
    diagram.chain("debut", "attendre", "long", "apres_long", "fin_long")
    diagram.chain("attendre", "court", "apres_court", "fin_court")
    steps = walk(diagram).start()
    assert (steps.timers["long"] - steps.now).days == 30
    assert (steps.timers["court"] - steps.now).days == 1
    steps.fire("court")
    assert steps.open == ["apres_court"]
    assert steps.timers == {}


def test_an_error_starts_its_event_subprocess_when_it_comes_and_not_at_once(walk: Walks) -> None:
    inner = Body().user("secourir").end("e_fin").chain("e_debut", "secourir", "e_fin")
    diagram = Bpmn().variables(n="number").error("perdu").start().user("agir").user("autre").parallel("p")
    diagram.end("fin", b.error("perdu")).end("autre_fin").event_sub(
        "secours", inner, "e_debut", b.error("perdu")
    )
    diagram.chain("debut", "p", "agir", "fin").chain("p", "autre", "autre_fin")
    steps = walk(diagram).start()
    assert steps.open == ["agir", "autre"]
    assert steps.do("agir").open == ["secourir"], "an error interrupts"
    assert steps.do("secourir").ended


def test_a_signal_at_an_end_is_thrown(walk: Walks) -> None:
    diagram = Bpmn().signal("fini").start().parallel("p").user("agir").end("fin", b.signal("fini"))
    diagram.node("intermediateCatchEvent", "attendre", b.signal("fini")).user("apres").end("autre_fin")
    diagram.chain("debut", "p", "agir", "fin").chain("p", "attendre", "apres", "autre_fin")
    steps = walk(diagram).start().do("agir")
    assert steps.open == ["apres"]
    assert steps.last.signals == ("fini",)


def test_a_condition_on_a_flow_leaving_a_task_is_refused_rather_than_ignored() -> None:
    diagram = Bpmn().variables(ok="boolean").start().user("saisir").end().chain("debut", "saisir")
    diagram.flow("saisir", "fin", "ok")
    with pytest.raises(DefinitionRefused, match="f_saisir_fin: a condition is only heeded"):
        Walk("stored", diagram)


def test_a_task_that_nothing_leads_to_is_refused_rather_than_left_out() -> None:
    diagram = Bpmn().start().user("perdue").end().chain("debut", "fin").flow("perdue", "fin")
    with pytest.raises(DefinitionRefused, match="perdue"):
        Walk("stored", diagram)


def test_tokens_that_wait_for_one_another_are_an_incident_never_a_silence() -> None:
    """The checks refuse such a diagram; the kernel does not rely on them."""
    diagram = Bpmn().variables(a="boolean").start().xor("choix", default="f_choix_j").parallel("j").end()
    diagram.chain("debut", "choix", "j", "fin").flow("choix", "j", "a", id="autre")
    with pytest.raises(DefinitionRefused, match="j « j »: a token can wait here for ever"):
        Walk("stored", diagram)
    unchecked = reload(b.files(diagram), "essai", b.vocabulary())
    runtime = Runtime(unchecked, b.vocabulary(), lambda: "id")
    with pytest.raises(ProcessFailure, match="deadlock"):
        runtime.start("parcours-1", variables={"a": False}, now=SEPTEMBER)
