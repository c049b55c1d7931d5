"""What the checks find in a readable diagram: data, messages, tasks that overwrite each other, unsound flow."""

from collections.abc import Callable

import pytest

from shared.bpmn import DefinitionRefused, Finding, check, load
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn


def _found(*diagrams: Bpmn) -> list[tuple[str, str]]:
    return [(finding.element_id, finding.code) for finding in _findings(*diagrams)]


def _findings(*diagrams: Bpmn) -> tuple[Finding, ...]:
    return check(b.files(*diagrams), b.vocabulary())


def test_a_form_that_writes_or_reads_what_is_not_declared_is_told() -> None:
    diagram = (
        Bpmn()
        .variables(note="number")
        .start()
        .user("agir", outputs={"note": "string", "autre": "string"}, reads=["lu"])
    )
    assert sorted(_found(diagram.end().chain("debut", "agir", "fin"))) == [
        ("agir", "variable_type"),
        ("agir", "variable_unknown"),
        ("agir", "variable_unknown"),
    ]


def test_a_user_task_outside_the_lanes_is_told() -> None:
    diagram = Bpmn(lane=False).start().user("agir").end().chain("debut", "agir", "fin")
    assert _found(diagram) == [("agir", "no_organisation_lane")]


def test_a_lane_whose_organisation_variable_is_missing_is_told() -> None:
    diagram = Bpmn().start().user("agir").end().chain("debut", "agir", "fin")
    del diagram._variables["lycee"]
    assert _found(diagram) == [("agir", "organisation_variable")]


def test_a_lane_of_the_operator_needs_the_variable_that_says_what_it_is() -> None:
    diagram = Bpmn().variables(operateur="string").start().user("agir").end().in_lane("operateur")
    assert _found(diagram.chain("debut", "agir", "fin")) == [("agir", "organisation_variable")]


@pytest.mark.parametrize("attribute", ["parcours__role", "parcours__form"])
def test_a_user_task_needs_a_role_and_a_form(attribute: str) -> None:
    diagram = Bpmn().start().user("agir", **{attribute: ""}).end().chain("debut", "agir", "fin")
    assert _found(diagram) == [("agir", "attribute_missing")]


def test_operations_are_held_to_declared_variables() -> None:
    operation = b.Operation(frozenset({"lu"}), frozenset({"ecrit"}), lambda _: {})
    diagram = Bpmn().start().service("agir", "op").end().chain("debut", "agir", "fin")
    findings = check(b.files(diagram), b.vocabulary({"op": operation}))
    assert [finding.params["variable"] for finding in findings] == ["ecrit", "lu"]


def test_a_variable_of_a_subprocess_is_not_seen_outside() -> None:
    inner = (
        Body()
        .variables(interne="number")
        .start("i")
        .script("ecrire", "interne = 1")
        .end("j")
        .chain("i", "ecrire", "j")
    )
    diagram = Bpmn().start().sub("sous", inner).script("lire", "lycee = string(interne)").end()
    assert _found(diagram.chain("debut", "sous", "lire", "fin")) == [("lire", "variable_unknown")]


def test_a_name_means_one_thing_in_all_scopes() -> None:
    inner = Body().variables(lycee="number").start("i").user("agir").end("j").chain("i", "agir", "j")
    assert ("sous", "variable_differs") in _found(
        Bpmn().start().sub("sous", inner).end().chain("debut", "sous", "fin")
    )


def _message(name: str = "enrolment.confie.v1", tag: str = "endEvent") -> Bpmn:
    diagram = Bpmn().message(name, n="number").variables(n="number").start()
    if tag == "endEvent":
        return diagram.end("fin", b.message(name.split(".")[1])).chain("debut", "fin")
    return (
        diagram.node(tag, "attendre", messageRef=f"m_{name.split('.')[1]}")
        .end()
        .chain("debut", "attendre", "fin")
    )


def test_a_message_nobody_throws_or_catches_is_told() -> None:
    diagram = Bpmn().message("bilan.clos.v1").start().end().chain("debut", "fin")
    assert _found(diagram) == [("m_clos", "message_unused")]


@pytest.mark.parametrize("name", ["Confie", "enrolment.confie", "enrolment.confie.v0", "enrolment.Confie.v1"])
def test_a_message_is_named_service_event_version(name: str) -> None:
    diagram = Bpmn().start().end("fin", '<bpmn:messageEventDefinition messageRef="m"/>').chain("debut", "fin")
    diagram._declarations = f'<bpmn:message id="m" name="{name}"/>'
    assert ("m", "message_name") in _found(diagram)


def test_a_message_is_sent_by_the_service_in_its_name_and_by_no_other() -> None:
    assert _found(_message("bilan.clos.v1")) == [("fin", "message_of_another")]
    assert _found(_message("enrolment.confie.v1", "receiveTask")) == [("attendre", "message_of_ours")]


def test_a_field_fits_its_variable() -> None:
    diagram = _message()
    diagram.variables(n="string")
    assert _found(diagram) == [("fin", "variable_type")]


def test_two_files_declare_a_message_alike() -> None:
    other = (
        Bpmn("autre")
        .message("enrolment.confie.v1")
        .start("d2")
        .end("f2", b.message("confie"))
        .chain("d2", "f2")
    )
    assert [code for _, code in _found(_message(), other)] == ["message_differs", "message_differs"]


def _together(first: str, second: str, parallel: bool) -> Bpmn:
    diagram = (
        Bpmn()
        .variables(a="string", c="string")
        .start()
        .user("un", outputs=[first])
        .user("deux", outputs=[second])
        .end()
    )
    if not parallel:
        return diagram.chain("debut", "un", "deux", "fin")
    return diagram.parallel("p", "q").chain("debut", "p", "un", "q", "fin").chain("p", "deux", "q")


def test_two_tasks_open_together_that_write_one_variable_are_told() -> None:
    [finding] = _findings(_together("a", "a", parallel=True))
    assert (finding.code, {finding.element_id, finding.params["other"]}) == (
        "written_together",
        {"un", "deux"},
    )
    assert finding.params["variable"] == "a"
    assert _found(_together("a", "c", parallel=True)) == []
    assert _found(_together("a", "a", parallel=False)) == []


def test_a_reminder_task_beside_the_task_it_reminds_of_may_not_write_the_same() -> None:
    diagram = (
        Bpmn()
        .variables(a="string")
        .start()
        .user("agir", outputs=["a"])
        .user("relancer", outputs=["a"])
        .end()
        .end("fin2")
    )
    diagram.boundary("delai", "agir", b.timer("P1D"), False)
    assert _found(diagram.chain("debut", "agir", "fin").chain("delai", "relancer", "fin2")) == [
        ("agir", "written_together")
    ]


def test_an_interrupted_task_and_what_follows_the_interruption_are_never_open_together() -> None:
    diagram = (
        Bpmn()
        .variables(a="string")
        .start()
        .user("agir", outputs=["a"])
        .user("relancer", outputs=["a"])
        .end()
        .end("fin2")
    )
    diagram.boundary("delai", "agir", b.timer("P1D"), True)
    assert _found(diagram.chain("debut", "agir", "fin").chain("delai", "relancer", "fin2")) == []


@pytest.mark.parametrize(("sequential", "found"), [(False, [("voter", "written_by_items")]), (True, [])])
def test_parallel_items_may_not_write_a_variable_they_share(
    sequential: bool, found: list[tuple[str, str]]
) -> None:
    diagram = Bpmn().variables(qui="list", avis="string").start()
    group = b.many("qui", "un", sequential=sequential)
    diagram.user("voter", group, outputs=["avis"], ext=b.variables_xml({"un": "string"})).end()
    assert _found(diagram.chain("debut", "voter", "fin")) == found


def _split(opening: str, closing: str) -> Bpmn:
    default = {"default": "f_ouvre_a"} if opening != "parallelGateway" else {}
    diagram = (
        Bpmn()
        .variables(x="boolean")
        .start()
        .node(opening, "ouvre", **default)
        .user("a")
        .user("c")
        .node(closing, "ferme")
    )
    diagram.user("apres").end().chain("debut", "ouvre", "a", "ferme", "apres", "fin")
    return diagram.flow("ouvre", "c", "x" if default else "").flow("c", "ferme")


@pytest.mark.parametrize(
    ("opening", "closing", "found"),
    [
        ("exclusiveGateway", "exclusiveGateway", []),
        ("parallelGateway", "parallelGateway", []),
        ("inclusiveGateway", "inclusiveGateway", []),
        ("exclusiveGateway", "inclusiveGateway", []),
        ("parallelGateway", "inclusiveGateway", []),
        ("exclusiveGateway", "parallelGateway", [("ferme", "deadlock")]),
        ("inclusiveGateway", "parallelGateway", [("ferme", "deadlock")]),
        ("parallelGateway", "exclusiveGateway", [("apres", "lack_of_synchronisation")]),
        ("inclusiveGateway", "exclusiveGateway", []),  # one condition and a default: never both
    ],
)
def test_splits_and_joins_that_do_not_match_are_told(
    opening: str, closing: str, found: list[tuple[str, str]]
) -> None:
    assert _found(_split(opening, closing)) == found


def test_a_loop_without_a_way_out_is_told() -> None:
    diagram = (
        Bpmn()
        .variables(x="boolean")
        .start()
        .xor("retour")
        .user("agir")
        .xor("x", default="f_x_retour")
        .user("autre")
        .end()
    )
    diagram.chain("debut", "retour", "agir", "x", "retour").flow("x", "autre", "x").flow("autre", "retour")
    diagram.parallel("jamais")
    codes = {code for _, code in _found(diagram.chain("jamais", "fin"))}
    assert codes == {"not_connected", "unreachable"}


def test_twelve_branches_of_six_tasks_are_checked_within_bounds() -> None:
    diagram = Bpmn().start().parallel("p", "q").end().chain("debut", "p").chain("q", "fin")
    for branch in range(12):
        names = [f"t{branch}_{number}" for number in range(6)]
        for name in names:
            diagram.user(name)
        diagram.chain("p", *names, "q")
    assert _found(diagram) == []


@pytest.mark.parametrize(
    ("event", "interrupting"), [(b.error, True), (b.escalation, True), (b.escalation, False)]
)
def test_what_nothing_throws_is_told(event: Callable[[str], str], interrupting: bool) -> None:
    inner = Body().start("i").user("agir").end("j").chain("i", "agir", "j")
    diagram = Bpmn().error("perdu").escalation("perdu").start().sub("sous", inner)
    diagram.boundary("bord", "sous", event("perdu"), interrupting).end().end("fin2")
    assert _found(diagram.chain("debut", "sous", "fin").chain("bord", "fin2")) == [
        ("bord", "never_entered"),
        ("fin2", "never_entered"),
    ]


def test_an_error_that_nothing_catches_is_told() -> None:
    diagram = Bpmn().error("perdu").start().end("fin", b.error("perdu")).chain("debut", "fin")
    assert _found(diagram) == [("fin", "not_caught")]


def test_an_unknown_process_is_told_with_those_there_are() -> None:
    diagram = Bpmn().start().end().chain("debut", "fin")
    with pytest.raises(DefinitionRefused) as refused:
        load(b.files(diagram), "autre", b.vocabulary())
    [finding] = refused.value.findings
    assert (finding.code, finding.allowed) == ("process_unknown", ("essai",))


def test_what_leaves_a_called_process_is_caught_by_its_caller() -> None:
    called = Bpmn("partie", label="").error("perdu").start("d2").end("f2", b.error("perdu")).chain("d2", "f2")
    caller = (
        Bpmn()
        .start()
        .node("callActivity", "appel", calledElement="partie")
        .end()
        .chain("debut", "appel", "fin")
    )
    assert ("appel", "not_caught_by_caller") in _found(caller, called)
    assert ("f2", "not_caught") not in _found(caller, called)
    assert _found(called) == [("f2", "not_caught")]


def test_an_expression_in_another_language_is_refused() -> None:
    diagram = Bpmn().variables(a="boolean").start().xor("x", default="f_x_fin").user("agir").end()
    diagram.chain("debut", "x", "fin").flow("x", "agir", "a").chain("agir", "fin")
    raw = diagram.xml().replace(
        b'tFormalExpression">', b'tFormalExpression" language="http://www.java.com/juel">'
    )
    files = b.files(diagram)
    [finding] = check(type(files)({"essai.bpmn": raw}, {}, files.forms), b.vocabulary())
    assert (finding.code, finding.element_id) == ("attribute_not_supported", "f_x_agir")


def test_a_deadlock_in_a_subprocess_is_told_though_a_timer_would_end_it_one_day() -> None:
    inner = Body().start("di").inclusive("s", default="f_s_b").user("a").user("b").parallel("j").end("fi")
    inner.flow("di", "s").flow("s", "a", "true").flow("s", "b").chain("a", "j", "fi").chain("b", "j")
    diagram = (
        Bpmn().start().sub("dedans", inner).boundary("bord", "dedans", b.timer("P1D")).user("agir").end()
    )
    diagram.end("fin_bord").chain("debut", "dedans", "fin").chain("bord", "agir", "fin_bord")
    assert _found(diagram) == [("j", "deadlock")]
