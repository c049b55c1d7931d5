"""Compensation: what was completed is undone, last first, one after the other, once only."""

from collections.abc import Callable
from typing import Any

import pytest

from shared.bpmn import BusinessError, Operation, OperationCall, ProcessFailure, check
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import Walk

Walks = Callable[..., Walk]
UNDO = {"isForCompensation": "true"}


def _throw(diagram: Any, id: str = "defaire", activity: str = "") -> Any:
    return diagram.node("intermediateThrowEvent", id, b.compensate(activity))


def _undo(diagram: Any, *activities: str) -> Any:
    """Each activity with a user task that undoes it."""
    for activity in activities:
        diagram.user(f"rendre_{activity}", **UNDO).undone(activity, f"rendre_{activity}")
    return diagram


def _booked(activity: str = "") -> Bpmn:
    """train → hotel → defaire → fin, each booking with its handler."""
    diagram = Bpmn().start().user("train").user("hotel").end()
    _undo(_throw(diagram, activity=activity), "train", "hotel")
    return diagram.chain("debut", "train", "hotel", "defaire", "fin")


def _undone(steps: Walk) -> list[str]:
    """The handlers that were entered, in their order."""
    return [entry.element_id for entry in steps.trace if entry.event == "entered"
            and entry.element_id.startswith("rendre")]  # fmt: skip


def _all(steps: Walk, limit: int = 500) -> list[str]:
    """Do every open handler, one by one; what was undone, in its order."""
    while any(task.startswith("rendre") for task in steps.open):
        steps.do(next(task for task in steps.open if task.startswith("rendre")))
        assert len(_undone(steps)) < limit
    return _undone(steps)


def test_what_was_done_is_undone_last_first(walk: Walks) -> None:
    steps = walk(_booked()).start().do("train").do("hotel")
    assert steps.open == ["rendre_hotel"]
    assert steps.last.position == ("defaire", "rendre_hotel")
    assert steps.do("rendre_hotel").open == ["rendre_train"]
    assert steps.do("rendre_train").ended
    events = [(entry.element_id, entry.event) for entry in steps.trace if entry.element_id == "defaire"]
    assert events == [("defaire", "entered"), ("defaire", "thrown"), ("defaire", "completed")]


@pytest.mark.parametrize("activity", ["train", "hotel"])
def test_of_several_the_one_that_is_named_is_undone(walk: Walks, activity: str) -> None:
    steps = walk(_booked(activity)).start().do("train").do("hotel")
    assert steps.open == [f"rendre_{activity}"]
    assert steps.do(f"rendre_{activity}").ended


def test_an_end_event_ends_when_all_is_undone(walk: Walks) -> None:
    diagram = Bpmn().start().user("train").end("fin", b.compensate())
    steps = walk(_undo(diagram, "train").chain("debut", "train", "fin")).start().do("train")
    assert (steps.open, steps.ended) == (["rendre_train"], False)
    assert steps.do("rendre_train").ended


def _choice() -> Bpmn:
    """Of two bookings one is made; then everything is undone."""
    diagram = (
        Bpmn().variables(route="boolean").start().xor("choix", default="f_choix_train").xor("fusion").end()
    )
    diagram.user("train").user("bus").user("apres")
    _undo(_throw(diagram), "train", "bus")
    diagram.chain("debut", "choix", "train", "fusion", "defaire", "apres", "fin")
    return diagram.flow("choix", "bus", "route").flow("bus", "fusion")


def test_what_never_ran_is_not_undone(walk: Walks) -> None:
    steps = walk(_choice()).start(route=True).do("bus")
    assert _all(steps) == ["rendre_bus"]
    assert steps.open == ["apres"]


def test_when_nothing_was_done_the_event_goes_on_at_once(walk: Walks) -> None:
    diagram = Bpmn().variables(route="boolean").start().xor("choix", default="f_choix_fusion").xor("fusion")
    diagram.user("bus").user("apres").end()
    _undo(_throw(diagram), "bus").chain("debut", "choix", "fusion", "defaire", "apres", "fin")
    steps = walk(diagram.flow("choix", "bus", "route").flow("bus", "fusion")).start(route=False)
    assert steps.open == ["apres"]


def test_what_was_undone_is_not_undone_again(walk: Walks) -> None:
    diagram = Bpmn().start().user("train").user("hotel").end()
    _throw(_throw(diagram, "d_train", "train"), "defaire")
    _undo(diagram, "train", "hotel").chain("debut", "train", "hotel", "d_train", "defaire", "fin")
    steps = walk(diagram).start().do("train").do("hotel")
    assert _all(steps) == ["rendre_train", "rendre_hotel"]
    assert steps.ended


def _tour() -> Bpmn:
    """A loop over a night in a hotel; then everything is undone."""
    diagram = Bpmn().variables(encore="boolean").start().xor("retour").user("nuit", outputs=["encore"])
    diagram.xor("suite", default="f_suite_defaire").end()
    _undo(_throw(diagram), "nuit").chain("debut", "retour", "nuit", "suite", "defaire", "fin")
    return diagram.flow("suite", "retour", "encore")


def test_each_turn_of_a_loop_is_undone(walk: Walks) -> None:
    steps = walk(_tour()).start().do("nuit", encore=True).do("nuit", encore=True).do("nuit", encore=False)
    assert _all(steps) == ["rendre_nuit"] * 3
    assert steps.ended


def test_200_turns_that_could_be_undone_stay_small() -> None:
    steps = Walk("stored", _tour()).start().do("nuit", encore=True)
    size = len(steps.last.state)
    for _ in range(200):
        steps.do("nuit", encore=True)
    assert len(steps.last.state) < size + 10
    steps.do("nuit", encore=False)
    assert _all(steps) == ["rendre_nuit"] * 202
    assert steps.ended


def test_200_turns_of_two_activities_stay_small_too() -> None:
    diagram = (
        Bpmn()
        .variables(encore="boolean")
        .start()
        .xor("retour")
        .user("nuit")
        .user("repas", outputs=["encore"])
    )
    diagram.xor("suite", default="f_suite_defaire").end()
    _undo(_throw(diagram), "nuit", "repas")
    diagram.chain("debut", "retour", "nuit", "repas", "suite", "defaire", "fin").flow(
        "suite", "retour", "encore"
    )
    steps = Walk("stored", diagram).start().do("nuit").do("repas", encore=True)
    size = len(steps.last.state)
    for _ in range(199):
        steps.do("nuit").do("repas", encore=True)
    assert len(steps.last.state) < size + 120
    steps.do("nuit").do("repas", encore=False)
    assert _all(steps) == ["rendre_repas", "rendre_nuit"] * 201


# scopes


def _frame(**kind: str) -> Bpmn:
    """In a frame: note ← reserver, note ← changer; after it everything is undone."""
    inner = Body().variables(note="string").start("i_debut").user("reserver", outputs=["note"])
    inner.user("changer", outputs=["note"]).end("i_fin")
    inner.user("rendre", reads=["note"], **UNDO).undone("reserver", "rendre")
    inner.chain("i_debut", "reserver", "changer", "i_fin")
    diagram = _throw(Bpmn().start().sub("cadre", inner, **kind)).user("apres").end()
    return diagram.chain("debut", "cadre", "defaire", "apres", "fin")  # type: ignore[no-any-return]


def test_a_completed_frame_is_undone_with_the_values_that_it_had(walk: Walks) -> None:
    steps = walk(_frame()).start().do("reserver", note="chambre 12").do("changer", note="chambre 14")
    assert steps.open == ["rendre"]
    assert steps.value("note", "rendre") == "chambre 14"
    assert steps.do("rendre").open == ["apres"]


def test_the_frame_may_be_named(walk: Walks) -> None:
    inner = Body().start("i_debut").user("reserver").end("i_fin").chain("i_debut", "reserver", "i_fin")
    _undo(inner, "reserver")
    diagram = _throw(Bpmn().start().sub("cadre", inner).user("train"), activity="cadre").end()
    _undo(diagram, "train").chain("debut", "cadre", "train", "defaire", "fin")
    steps = walk(diagram).start().do("reserver").do("train")
    assert _all(steps) == ["rendre_reserver"]
    assert steps.ended


def test_a_frame_with_a_handler_is_undone_by_it_and_not_by_what_is_inside(walk: Walks) -> None:
    inner = Body().start("i_debut").user("reserver").end("i_fin").chain("i_debut", "reserver", "i_fin")
    _undo(inner, "reserver")
    diagram = _throw(Bpmn().start().sub("cadre", inner)).end()
    _undo(diagram, "cadre").chain("debut", "cadre", "defaire", "fin")
    steps = walk(diagram).start().do("reserver")
    assert _all(steps) == ["rendre_cadre"]
    assert steps.ended


def test_each_turn_through_a_frame_is_undone_with_its_own_values(walk: Walks) -> None:
    inner = Body().variables(note="string").start("i_debut").user("reserver", outputs=["note"]).end("i_fin")
    inner.user("rendre", reads=["note"], **UNDO).undone("reserver", "rendre").chain(
        "i_debut", "reserver", "i_fin"
    )
    diagram = Bpmn().variables(encore="boolean").start().xor("retour").sub("cadre", inner)
    _throw(diagram.user("demander", outputs=["encore"])).xor("suite", default="f_suite_defaire").end()
    diagram.chain("debut", "retour", "cadre", "demander", "suite", "defaire", "fin").flow(
        "suite", "retour", "encore"
    )
    steps = walk(diagram).start()
    for number in range(3):
        steps.do("reserver", note=f"chambre {number}").do("demander", encore=number < 2)
    seen = []
    while steps.open == ["rendre"]:
        seen.append(steps.value("note", "rendre"))
        steps.do("rendre")
    assert seen == ["chambre 2", "chambre 1", "chambre 0"]
    assert steps.ended


def test_frames_in_frames_are_undone_from_within(walk: Walks) -> None:
    deep = Body().variables(d="string").start("d_debut").user("fond", outputs=["d"]).end("d_fin")
    deep.user("rendre_fond", reads=["d"], **UNDO).undone("fond", "rendre_fond").chain(
        "d_debut", "fond", "d_fin"
    )
    inner = (
        Body()
        .variables(i="string")
        .start("i_debut")
        .user("avant", outputs=["i"])
        .sub("dedans", deep)
        .end("i_fin")
    )
    inner.user("rendre_avant", reads=["i"], **UNDO).undone("avant", "rendre_avant")
    inner.chain("i_debut", "avant", "dedans", "i_fin")
    diagram = _throw(Bpmn().start().sub("cadre", inner)).end().chain("debut", "cadre", "defaire", "fin")
    steps = walk(diagram).start().do("avant", i="un").do("fond", d="deux")
    assert (steps.value("d", "rendre_fond"), steps.value("i", "rendre_fond")) == ("deux", "un")
    steps.do("rendre_fond")
    assert steps.value("i", "rendre_avant") == "un"
    assert steps.do("rendre_avant").ended


def test_what_a_handler_writes_around_stays_and_in_a_past_scope_is_gone(walk: Walks) -> None:
    inner = Body().variables(note="string").start("i_debut").user("reserver", outputs=["note"]).end("i_fin")
    inner.script("rendre", 'note = "rendu"', 'bilan = note + " " + string(n)', "n = n + 1", **UNDO)
    inner.undone("reserver", "rendre").chain("i_debut", "reserver", "i_fin")
    diagram = Bpmn().variables(n="number", bilan="string").start().sub("cadre", inner)
    _throw(diagram).user("apres").end().chain("debut", "cadre", "defaire", "apres", "fin")
    steps = walk(diagram).start(n=1).do("reserver", note="x")
    assert steps.open == ["apres"]
    assert (steps.value("bilan"), steps.value("n")) == ("rendu 1", 2)


def test_an_unfinished_frame_is_not_undone(walk: Walks) -> None:
    inner = Body().start("i_debut").user("reserver").user("attendre").end("i_fin")
    _undo(inner, "reserver").chain("i_debut", "reserver", "attendre", "i_fin")
    diagram = Bpmn().start().parallel("partage", "reunion").sub("cadre", inner).user("train").end()
    _undo(_throw(diagram), "train").chain("debut", "partage", "cadre", "reunion", "fin")
    steps = walk(diagram.chain("partage", "train", "defaire", "reunion")).start().do("reserver").do("train")
    assert _all(steps) == ["rendre_train"]
    assert steps.open == ["attendre"]
    assert steps.do("attendre").ended


def test_a_frame_that_was_cut_short_is_not_undone(walk: Walks) -> None:
    inner = Body().start("i_debut").user("reserver").user("attendre").end("i_fin")
    _undo(inner, "reserver").chain("i_debut", "reserver", "attendre", "i_fin")
    diagram = Bpmn().start().sub("cadre", inner).user("apres").end().end("fin_delai")
    diagram.boundary("delai", "cadre", b.timer("P1D")).chain("debut", "cadre", "apres", "fin")
    _throw(diagram).chain("delai", "defaire", "fin_delai")
    steps = walk(diagram).start().do("reserver").fire("delai")
    assert steps.ended
    assert _undone(steps) == []


def test_a_cancelled_task_is_not_undone(walk: Walks) -> None:
    diagram = Bpmn().start().user("train").user("hotel").end().end("fin_delai")
    diagram.boundary("delai", "hotel", b.timer("P1D")).chain("debut", "train", "hotel", "fin")
    _undo(_throw(diagram), "train", "hotel").chain("delai", "defaire", "fin_delai")
    steps = walk(diagram).start().do("train").fire("delai")
    assert _all(steps) == ["rendre_train"]
    assert steps.ended


def test_within_a_frame_only_what_is_in_it_is_undone(walk: Walks) -> None:
    inner = _throw(Body().start("i_debut").user("reserver")).end("i_fin")
    _undo(inner, "reserver").chain("i_debut", "reserver", "defaire", "i_fin")
    diagram = _undo(Bpmn().start().user("train").sub("cadre", inner).end(), "train")
    steps = walk(diagram.chain("debut", "train", "cadre", "fin")).start().do("train").do("reserver")
    assert _all(steps) == ["rendre_reserver"]
    assert steps.ended


def _called() -> Bpmn:
    called = (
        Bpmn("voyage", label="")
        .variables(billet="string")
        .start("v_debut")
        .user("acheter", outputs=["billet"])
    )
    called.user("rendre", reads=["billet"], **UNDO).undone("acheter", "rendre").end("v_fin")
    return called.chain("v_debut", "acheter", "v_fin")


_LYCEE = '<parcours:input variable="lycee" expression="lycee"/>'


def test_a_called_process_is_undone_through_what_it_completed(walk: Walks) -> None:
    diagram = Bpmn().start().node("callActivity", "appel", "", _LYCEE, calledElement="voyage")
    _throw(diagram).end().chain("debut", "appel", "defaire", "fin")
    steps = walk(diagram, _called()).start().do("acheter", billet="B7")
    assert steps.value("billet", "rendre") == "B7"
    assert steps.do("rendre").ended


def test_a_call_may_be_undone_by_another_call(walk: Walks) -> None:
    back = (
        Bpmn("retour", label="")
        .start("r_debut")
        .user("rendre")
        .end("r_fin")
        .chain("r_debut", "rendre", "r_fin")
    )
    diagram = Bpmn().start().node("callActivity", "appel", "", _LYCEE, calledElement="voyage")
    diagram.node("callActivity", "rappel", "", _LYCEE, calledElement="retour", **UNDO).undone(
        "appel", "rappel"
    )
    _throw(diagram).end().chain("debut", "appel", "defaire", "fin")
    called = Bpmn("voyage", label="").start("v_debut").user("acheter").end("v_fin")
    steps = walk(diagram, called.chain("v_debut", "acheter", "v_fin"), back).start().do("acheter")
    assert steps.open == ["rendre"]
    assert steps.do("rendre").ended


# several times


@pytest.mark.parametrize("sequential", [False, True])
def test_each_item_of_a_group_is_undone_with_its_own_values(walk: Walks, sequential: bool) -> None:
    own = b.variables_xml({"personne": "string", "place": "string"})
    diagram = Bpmn().variables(personnes="list").start()
    diagram.user(
        "placer", b.many("personnes", "personne", sequential=sequential), outputs={"place": "string"}, ext=own
    )
    diagram.user("rendre", reads=["personne", "place"], **UNDO).undone("placer", "rendre")
    _throw(diagram).end().chain("debut", "placer", "defaire", "fin")
    steps = walk(diagram).start(personnes=["a", "b", "c"])
    for number in range(3):
        steps.do("placer", place=f"place {number}")
    seen = []
    while steps.open == ["rendre"]:
        seen.append((steps.value("personne", "rendre"), steps.value("place", "rendre")))
        steps.do("rendre")
    assert seen == [("c", "place 2"), ("b", "place 1"), ("a", "place 0")]
    assert steps.ended


def test_items_that_were_not_needed_any_more_are_not_undone(walk: Walks) -> None:
    own = b.variables_xml({"personne": "string"})
    diagram = Bpmn().variables(personnes="list").start()
    diagram.user("placer", b.many("personnes", "personne", until="nb_terminees = 1"), ext=own)
    diagram.user("rendre", reads=["personne"], **UNDO).undone("placer", "rendre")
    _throw(diagram).end().chain("debut", "placer", "defaire", "fin")
    steps = walk(diagram).start(personnes=["a", "b", "c"]).do("placer", 1)
    assert steps.value("personne", "rendre") == "b"
    assert steps.do("rendre").ended


def test_each_turn_of_a_standard_loop_is_undone(walk: Walks) -> None:
    diagram = Bpmn().start().user("nuit", b.loop(maximum=3))
    _undo(_throw(diagram), "nuit").end().chain("debut", "nuit", "defaire", "fin")
    steps = walk(diagram).start().do("nuit").do("nuit").do("nuit")
    assert _all(steps) == ["rendre_nuit"] * 3
    assert steps.ended


def test_a_group_of_frames_is_undone_frame_by_frame(walk: Walks) -> None:
    inner = (
        Body().variables(personne="string", note="string").start("i_debut").user("noter", outputs=["note"])
    )
    inner.user("rendre", reads=["note"], **UNDO).undone("noter", "rendre").end("i_fin")
    inner.chain("i_debut", "noter", "i_fin")
    diagram = Bpmn().variables(personnes="list").start().sub("cadre", inner, b.many("personnes", "personne"))
    _throw(diagram, activity="cadre").end().chain("debut", "cadre", "defaire", "fin")
    steps = walk(diagram).start(personnes=["a", "b"]).do("noter", 1, note="n1").do("noter", 0, note="n0")
    seen = []
    while steps.open == ["rendre"]:
        seen.append((steps.value("personne", "rendre"), steps.value("note", "rendre")))
        steps.do("rendre")
    assert seen == [("a", "n0"), ("b", "n1")]
    assert steps.ended


# handlers


@pytest.mark.parametrize("kind", ["script", "service", "frame", "group"])
def test_a_handler_is_any_activity(walk: Walks, kind: str) -> None:
    operation = Operation(frozenset({"n"}), frozenset({"n"}), lambda call: {"n": call.variables["n"] + 1})
    diagram = Bpmn().variables(n="number").start().user("train")
    if kind == "script":
        diagram.script("annulation", "n = n + 1", **UNDO)
    elif kind == "service":
        diagram.service("annulation", "ajouter", **UNDO)
    elif kind == "frame":
        inner = Body().start("h_debut").script("h_calcul", "n = n + 1").user("verifier").end("h_fin")
        diagram.sub("annulation", inner.chain("h_debut", "h_calcul", "verifier", "h_fin"), **UNDO)
    else:
        diagram.service("annulation", "ajouter", b.many(cardinality="1"), **UNDO)
    diagram.undone("train", "annulation").user("apres").end()
    _throw(diagram).chain("debut", "train", "defaire", "apres", "fin")
    steps = walk(diagram, operations={"ajouter": operation}).start(n=1).do("train")
    if kind == "frame":
        steps.do("verifier")
    assert (steps.open, steps.value("n")) == (["apres"], 2)


def test_what_a_handler_completes_is_not_undone_in_its_turn(walk: Walks) -> None:
    inner = Body().start("h_debut").user("rembourser").end("h_fin").chain("h_debut", "rembourser", "h_fin")
    _undo(inner, "rembourser")
    diagram = (
        Bpmn().start().user("train").sub("annulation", inner, **UNDO).undone("train", "annulation").end()
    )
    _throw(_throw(diagram), "encore").chain("debut", "train", "defaire", "encore", "fin")
    assert walk(diagram).start().do("train").do("rembourser").ended


def test_a_handler_may_undo_what_it_did_itself(walk: Walks) -> None:
    inner = _throw(Body().start("h_debut").user("essayer"), "h_defaire").end("h_fin")
    _undo(inner, "essayer").chain("h_debut", "essayer", "h_defaire", "h_fin")
    diagram = (
        Bpmn().start().user("train").sub("annulation", inner, **UNDO).undone("train", "annulation").end()
    )
    steps = walk(_throw(diagram).chain("debut", "train", "defaire", "fin")).start().do("train").do("essayer")
    assert steps.open == ["rendre_essayer"]
    assert steps.do("rendre_essayer").ended


def test_meanwhile_the_rest_goes_on(walk: Walks) -> None:
    diagram = Bpmn().start().parallel("partage", "reunion").user("train").user("autre").end().user("rappel")
    diagram.end("fin_rappel").boundary("delai", "autre", b.timer("P1D"), interrupting=False)
    diagram.chain("delai", "rappel", "fin_rappel")
    _undo(_throw(diagram), "train").chain("debut", "partage", "train", "defaire", "reunion", "fin")
    steps = walk(diagram.chain("partage", "autre", "reunion")).start().do("train")
    assert steps.open == ["autre", "rendre_train"]
    assert steps.fire("delai").open == ["autre", "rappel", "rendre_train"]
    steps.do("autre").do("rappel")
    assert (steps.open, steps.ended) == (["rendre_train"], False)
    assert steps.do("rendre_train").ended


@pytest.mark.parametrize("kind", ["parallel", "inclusive"])
def test_a_join_after_the_event_waits_until_all_is_undone(walk: Walks, kind: str) -> None:
    tag = f"{kind}Gateway"
    diagram = (
        Bpmn()
        .start()
        .node(tag, "partage")
        .node(tag, "reunion")
        .user("train")
        .user("autre")
        .user("apres")
        .end()
    )
    _undo(_throw(diagram), "train").chain("train", "defaire", "reunion", "apres", "fin").flow(
        "debut", "partage"
    )
    for branch in ("train", "autre"):
        diagram.flow("partage", branch, "true" if kind == "inclusive" else "")
    steps = walk(diagram.flow("autre", "reunion")).start().do("autre").do("train")
    assert steps.open == ["rendre_train"]
    assert steps.do("rendre_train").open == ["apres"]


def test_an_event_that_cuts_the_frame_short_ends_its_handlers(walk: Walks) -> None:
    inner = _throw(Body().start("i_debut").user("reserver")).end("i_fin")
    _undo(inner, "reserver").chain("i_debut", "reserver", "defaire", "i_fin")
    diagram = Bpmn().start().sub("cadre", inner).user("apres").end().end("fin_n")
    diagram.boundary("delai", "cadre", b.timer("P1D")).chain("debut", "cadre", "fin_n")
    steps = walk(diagram.chain("delai", "apres", "fin")).start().do("reserver")
    assert steps.open == ["rendre_reserver"]
    assert steps.fire("delai").open == ["apres"]
    assert steps.do("apres").ended


def test_terminate_ends_handlers_too(walk: Walks) -> None:
    diagram = Bpmn().start().parallel("partage").user("train").user("stop").end().end("arret", b.terminate())
    _undo(_throw(diagram), "train").chain("debut", "partage", "train", "defaire", "fin")
    steps = walk(diagram.chain("partage", "stop", "arret")).start().do("train")
    assert steps.open == ["rendre_train", "stop"]
    assert steps.do("stop").ended
    assert steps.open == []


def _failing(call: OperationCall) -> dict[str, Any]:
    raise BusinessError("impossible")


def test_an_error_in_a_handler_is_caught_around_the_event_that_asked(walk: Walks) -> None:
    inner = _throw(Body().start("i_debut").user("reserver")).end("i_fin")
    inner.service("rendre", "rater", **UNDO).undone("reserver", "rendre")
    inner.chain("i_debut", "reserver", "defaire", "i_fin")
    diagram = Bpmn().error("impossible").start().sub("cadre", inner).user("reparer").end().end("fin_n")
    diagram.boundary("echec", "cadre", b.error("impossible")).chain("debut", "cadre", "fin_n")
    operations = {"rater": Operation(frozenset(), frozenset(), _failing)}
    steps = walk(diagram.chain("echec", "reparer", "fin"), operations=operations).start().do("reserver")
    assert steps.open == ["reparer"]


def test_a_handler_that_fails_is_an_incident_of_the_handler(walk: Walks) -> None:
    diagram = Bpmn().start().user("train").service("rendre", "rater", **UNDO).undone("train", "rendre").end()
    operations = {"rater": Operation(frozenset(), frozenset(), _failing)}
    steps = walk(_throw(diagram).chain("debut", "train", "defaire", "fin"), operations=operations).start()
    with pytest.raises(ProcessFailure, match="error_not_caught") as failed:
        steps.do("train")
    assert failed.value.element_id == "rendre"
    assert steps.open == ["train"]


def _undone_again(inner: Any, event: str) -> Bpmn:
    """After ``inner``, all is undone; where ``event`` comes, what is then left is undone in an event subprocess."""
    handler = (
        _throw(Body(), "reprendre").user("relire").end("h_fin").chain("h", "reprendre", "relire", "h_fin")
    )
    diagram = inner.error("impossible").end("fin", b.compensate())
    return diagram.event_sub("rattrapage", handler, "h", event)  # type: ignore[no-any-return]


def _bookings() -> Bpmn:
    return _undo(Bpmn().start().user("train").user("hotel"), "train").chain("debut", "train", "hotel", "fin")


def test_what_an_interrupted_undoing_had_not_begun_is_undone_by_the_next(walk: Walks) -> None:
    diagram = _undone_again(_undo(_bookings(), "hotel"), b.timer("P1D"))
    steps = walk(diagram).start().do("train").do("hotel")
    assert steps.open == ["rendre_hotel"]
    assert steps.fire("h").open == ["rendre_train"]
    assert steps.do("rendre_train").do("relire").ended


def test_an_error_in_a_handler_leaves_the_rest_to_be_undone(walk: Walks) -> None:
    diagram = _undone_again(_bookings(), b.error("impossible"))
    diagram.service("rendre_hotel", "rater", **UNDO).undone("hotel", "rendre_hotel")
    operations = {"rater": Operation(frozenset(), frozenset(), _failing)}
    steps = walk(diagram, operations=operations).start().do("train").do("hotel")
    assert steps.open == ["rendre_train"]


def test_of_a_frame_that_was_being_undone_the_rest_is_undone_with_the_values_it_had(walk: Walks) -> None:
    frame = (
        Body()
        .variables(n="number")
        .start("i")
        .user("saisir", outputs=["n"])
        .user("train")
        .user("hotel")
        .end("j")
    )
    _undo(frame.chain("i", "saisir", "train", "hotel", "j"), "train", "hotel")
    diagram = _undone_again(Bpmn().start().sub("cadre", frame).chain("debut", "cadre", "fin"), b.timer("P1D"))
    steps = walk(diagram).start().do("saisir", n=7).do("train").do("hotel")
    assert steps.open == ["rendre_hotel"]
    assert steps.fire("h").open == ["rendre_train"]
    assert steps.value("n", "rendre_train") == 7


@pytest.mark.parametrize("event", ["error", "escalation"])
def test_what_only_a_handler_throws_is_known_to_come(walk: Walks, event: str) -> None:
    thrown = getattr(b, event)("impossible")
    undoing = Body().start("u").user("essayer").end("v", thrown).chain("u", "essayer", "v")
    inner = (
        _throw(Body().start("i").user("train"))
        .sub("rendre", undoing, **UNDO)
        .undone("train", "rendre")
        .end("j")
    )
    diagram = Bpmn().error("impossible").escalation("impossible").start().end().end("fin_n").user("reparer")
    diagram.sub("cadre", inner.chain("i", "train", "defaire", "j")).boundary("echec", "cadre", thrown)
    diagram.chain("debut", "cadre", "fin").chain("echec", "reparer", "fin_n")
    assert walk(diagram).start().do("train").do("essayer").open == ["reparer"]


def test_what_the_handlers_of_a_completed_call_throw_comes_where_it_is_undone(walk: Walks) -> None:
    undoing = Body().start("u").user("essayer").end("v", b.error("impossible")).chain("u", "essayer", "v")
    called = Bpmn("reserver", label="").error("impossible").start("i").user("train").end("j")
    called.sub("rendre", undoing, **UNDO).undone("train", "rendre").chain("i", "train", "j")
    diagram = (
        _throw(Bpmn().error("impossible").start())
        .user("apres")
        .end()
        .chain("appel", "defaire", "apres", "fin")
    )
    given = '<parcours:input variable="lycee" expression="lycee"/>'
    diagram.node("callActivity", "appel", "", given, calledElement="reserver").flow("debut", "appel")
    handler = Body().user("reparer").end("h_fin").chain("h", "reparer", "h_fin")
    diagram.event_sub("rattrapage", handler, "h", b.error("impossible"))
    assert walk(diagram, called).start().do("train").do("essayer").open == ["reparer"]


def test_two_events_share_what_there_is_to_undo(walk: Walks) -> None:
    diagram = Bpmn().start().user("train").user("hotel").parallel("partage", "reunion").end()
    _throw(_throw(diagram, "d_train", "train"), "d_hotel", "hotel")
    _undo(diagram, "train", "hotel").chain("debut", "train", "hotel", "partage", "d_train", "reunion", "fin")
    steps = walk(diagram.chain("partage", "d_hotel", "reunion")).start().do("train").do("hotel")
    assert steps.open == ["rendre_hotel", "rendre_train"]
    assert steps.do("rendre_train").do("rendre_hotel").ended


# what is refused


def _codes(*diagrams: Bpmn) -> list[tuple[str, str]]:
    return [(finding.element_id, finding.code) for finding in check(b.files(*diagrams), b.vocabulary())]


def _plain() -> Bpmn:
    return Bpmn().start().user("train").end().chain("debut", "train", "fin")


def test_a_compensation_event_leads_to_one_handler() -> None:
    assert _codes(_plain().node("boundaryEvent", "annuler", b.compensate(), attachedToRef="train")) == [
        ("annuler", "compensation_handler")
    ]
    assert _codes(_plain().user("rendre").undone("train", "rendre")) == [
        ("annuler_train", "compensation_handler")
    ]
    assert _codes(_plain().user("rendre", **UNDO)) == [("rendre", "handler_of_nothing")]


def test_a_handler_of_another_scope_is_refused() -> None:
    inner = Body().start("i_debut").user("rendre", **UNDO).end("i_fin").chain("i_debut", "i_fin")
    diagram = Bpmn().start().user("train").sub("cadre", inner).end().undone("train", "rendre")
    assert _codes(diagram.chain("debut", "train", "cadre", "fin")) == [
        ("rendre", "handler_of_nothing"),
        ("annuler_train", "compensation_handler"),
    ]


def test_one_activity_has_one_handler_and_one_handler_undoes_one_activity() -> None:
    twice = _undo(_plain(), "train").user("autre", **UNDO).undone("train", "autre", "encore")
    assert ("encore", "compensation_twice") in _codes(twice)
    shared = Bpmn().start().user("train").user("hotel").end().chain("debut", "train", "hotel", "fin")
    shared.user("rendre", **UNDO).undone("train", "rendre").undone("hotel", "rendre")
    assert _codes(shared) == [("annuler_hotel", "compensation_twice")]


def test_no_flow_and_no_event_touches_a_handler() -> None:
    for node in ("rendre_train", "annuler_train"):
        assert (node, "flow_beside") in _codes(_undo(_plain(), "train").end("f2").flow(node, "f2"))
    timed = _undo(_plain(), "train").boundary("delai", "rendre_train", b.timer("P1D")).end("f2")
    assert ("rendre_train", "event_on_handler") in _codes(timed.flow("delai", "f2"))
    chained = _undo(_undo(_plain(), "train"), "rendre_train")
    assert ("rendre_train", "event_on_handler") in _codes(chained)


def test_what_is_to_be_undone_exists_here_and_can_be_undone() -> None:
    def asking(activity: str) -> Bpmn:
        diagram = Bpmn().start().user("train").user("hotel").end()
        return _undo(_throw(diagram, activity=activity), "train").chain(  # type: ignore[no-any-return]
            "debut", "train", "hotel", "defaire", "fin"
        )

    assert _codes(asking("train")) == []
    assert _codes(asking("avion")) == [("defaire", "compensation_unknown")]
    assert _codes(asking("hotel")) == [("defaire", "compensation_of_nothing")]
    assert _codes(asking("rendre_train")) == [("defaire", "compensation_of_nothing")]


def test_a_frame_does_not_undo_what_is_around_it() -> None:
    inner = (
        _throw(Body().start("i_debut"), activity="train").end("i_fin").chain("i_debut", "defaire", "i_fin")
    )
    diagram = _undo(Bpmn().start().user("train").sub("cadre", inner).end(), "train")
    assert _codes(diagram.chain("debut", "train", "cadre", "fin")) == [("defaire", "compensation_unknown")]


def test_an_event_that_could_never_undo_anything_is_refused() -> None:
    diagram = _throw(Bpmn().start().user("train")).end().chain("debut", "train", "defaire", "fin")
    assert _codes(diagram) == [("defaire", "nothing_to_compensate")]


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ('<bpmn:compensateEventDefinition waitForCompletion="false"/>', "attribute_value"),
        ('<bpmn:compensateEventDefinition waitForCompletion="true"/>', None),
    ],
)
def test_to_go_on_without_waiting_is_refused(inner: str, code: str | None) -> None:
    diagram = _undo(
        Bpmn().start().user("train").node("intermediateThrowEvent", "defaire", inner).end(), "train"
    )
    found = _codes(diagram.chain("debut", "train", "defaire", "fin"))
    assert found == ([("defaire", code)] if code else [])


def test_compensation_neither_starts_a_process_nor_is_waited_for() -> None:
    for tag in ("startEvent", "intermediateCatchEvent"):
        diagram = _plain().node(tag, "annulation", b.compensate()).end("f2").flow("annulation", "f2")
        assert _codes(diagram) == [("annulation", "element_not_supported")]


def test_transactions_and_their_cancellation_are_refused() -> None:
    assert _codes(Bpmn().start().node("transaction", "t").end().chain("debut", "t", "fin")) == [
        ("t", "element_not_supported")
    ]
    cancel = Bpmn().start().end("fin", "<bpmn:cancelEventDefinition/>").chain("debut", "fin")
    assert _codes(cancel) == [("fin", "element_not_supported")]


# event subprocesses


def _rescue(activity: str = "", inside: bool = False) -> Bpmn:
    """train, then a task that fails; an event subprocess undoes what is around it (or what ``activity`` names)."""
    handler = (
        Body().user("noter").node("intermediateThrowEvent", "defaire", b.compensate(activity)).end("s_fin")
    )
    if inside:
        _undo(handler, "noter")
    handler.chain("s_debut", "noter", "defaire", "s_fin")
    diagram = (
        Bpmn()
        .signal("stop")
        .start()
        .user("train")
        .user("suite")
        .end()
        .chain("debut", "train", "suite", "fin")
    )
    return _undo(diagram.event_sub("secours", handler, "s_debut", b.signal("stop")), "train")  # type: ignore[no-any-return]


@pytest.mark.parametrize("activity", ["", "train"])
def test_an_event_subprocess_undoes_what_the_scope_around_it_has_completed(
    walk: Walks, activity: str
) -> None:
    steps = walk(_rescue(activity)).start().do("train").signal("stop").do("noter")
    assert steps.open == ["rendre_train"]
    assert steps.do("rendre_train").ended


def test_what_an_event_subprocess_undoes_is_said_when_it_could_be_two_things(walk: Walks) -> None:
    assert _codes(_rescue(inside=True)) == [("defaire", "compensation_unclear")]
    for activity in ("noter", "train"):
        steps = walk(_rescue(activity, inside=True)).start().do("train").signal("stop").do("noter")
        assert _all(steps) == [f"rendre_{activity}"]
        assert steps.ended


def test_a_handler_asked_from_an_event_subprocess_writes_where_the_activity_stands(walk: Walks) -> None:
    """The event subprocess has a variable of the same name: it is not meant."""
    handler = (
        Body().variables(n="number").node("intermediateThrowEvent", "defaire", b.compensate()).user("s_lire")
    )
    handler.end("s_fin").chain("s_debut", "defaire", "s_lire", "s_fin")
    diagram = Bpmn().signal("stop").variables(n="number").start().user("train").user("suite").end()
    diagram.script("rendre", "n = n + 1", **UNDO).undone("train", "rendre")
    diagram.event_sub("secours", handler, "s_debut", b.signal("stop")).chain("debut", "train", "suite", "fin")
    steps = walk(diagram).start(n=1).do("train").signal("stop")
    assert (steps.value("n", "s_lire"), steps.value("n")) == (None, 2)
