"""Models with subprocesses, calls, event subprocesses and groups; and what is not decided."""

import pytest

from shared.bpmn import DefinitionRefused, check, load
from shared.bpmn.standalone import check_files
from tests.bpmn.soundness.drawing import diagram
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn

RIGHT = {
    "a subprocess with a delay": ("debut > dedans > fin; dedans!delai > un > fin2", "d > a > f"),
    "an error in it, caught": (
        "debut > dedans > X; dedans!rate > un > X; X > fin",
        "d > XI; XI > f; XI [n > 1]> erreur",
    ),
    "some behind an error beside another branch, in a loop": (
        "debut > X; X > P; P > a > PP; P > dedans > XX; dedans!rate > I; I > b > II; I [n > 1]> c > II; II > XX; "
        "XX > PP; PP > XE; XE > fin; XE [n > 2]> X",
        "d > XI; XI > f; XI [n > 1]> erreur",
    ),
    "terminate ends the inner scope only": ("debut > dedans > fin", "d > P; P > a > stop; P > b > f"),
    "an inner loop": ("debut > dedans > fin", "d > X; X > a > XX; XX [n > 1]> X; XX > f"),
}


def _inner(text: str) -> str:
    """Names of an inner scope: ``d`` starts it, ``f`` ends it."""
    return " ".join(
        {"d": "debut_i", "f": "fin_i"}.get(word, word) for word in text.replace(";", " ;").split()
    )


@pytest.mark.parametrize("name", RIGHT)
def test_of_a_right_model_nothing_is_said(name: str) -> None:
    outer, inner = RIGHT[name]
    assert _told(diagram(outer, dedans=_inner(inner))) == []


WRONG = {
    "a deadlock inside, told from the start": (
        "debut > un > dedans > fin", "d > X; X > a > P; X [n > 1]> b > P; P > f",
        [("P", "deadlock", "debut → un [tâche faite] → dedans → debut i → a [tâche faite] → P")],
    ),
    "an error that always comes": (
        "debut > dedans > deux > fin; dedans!rate > un > fin2", "d > a > erreur",
        [("deux", "never_entered", ""), ("fin", "never_entered", "")],
    ),
    "an error that never comes": (
        "debut > dedans > fin; dedans!rate > un > fin2", "d > a > f",
        [("rate", "never_entered", ""), ("un", "never_entered", ""), ("fin2", "never_entered", "")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_of_a_wrong_model_the_shortest_run_is_told(name: str) -> None:
    outer, inner, told = WRONG[name]
    assert sorted(_told(diagram(outer, dedans=_inner(inner)))) == sorted(told)


def test_an_escalation_that_may_not_come_leaves_the_join_waiting() -> None:
    outer = "debut > dedans > P; dedans~monte > un > P; P > fin"
    [(element, code, run)] = _told(diagram(outer, dedans=_inner("d > X; X > f; X [n > 1]> escalade")))
    assert (element, code) == ("P", "deadlock")
    assert run.startswith("debut → ")
    assert run.endswith("→ dedans → P")


def test_an_escalation_that_always_comes_is_what_a_join_may_count_on() -> None:
    outer = "debut > dedans > P; dedans~monte > un > P; P > fin"
    assert _told(diagram(outer, dedans=_inner("d > a > escalade"))) == []


def _called(text: str) -> Bpmn:
    made = diagram(text, "partie")
    made.label = ""
    return made


def _calling() -> Bpmn:
    made = Bpmn().error("e").start().parallel("P", "PP").user("deux").end()
    made.node("callActivity", "appel", calledElement="partie")
    made.chain("debut", "P", "appel", "PP", "fin").chain("P", "deux", "PP")
    made.boundary("rate", "appel", b.error("e")).user("reprendre").end("fin_rate")
    return made.chain("rate", "reprendre", "fin_rate")


def test_a_fault_that_only_the_call_brings_about_is_told_at_the_call() -> None:
    part = _called("debut_p > X; X > a > fin_p; X [n > 1]> erreur")
    assert _told(part) == [("erreur", "not_caught", "")]
    [(element, code, run)] = _told(_calling(), part)
    assert (element, code) == ("PP", "deadlock")
    assert run == "debut → rate [erreur] → reprendre [tâche faite] → fin rate → deux [tâche faite] → PP" or (
        "rate" in run and run.endswith("deux [tâche faite] → PP")
    )


def test_a_process_that_is_called_is_told_once_however_often_it_is_called() -> None:
    part = _called("debut_p > X; X > a > P; X [n > 1]> c > P; P > fin_p")
    made = Bpmn().start().end()
    names = [f"appel{number}" for number in range(3)]
    for name in names:
        made.node("callActivity", name, calledElement="partie")
    assert [each[:2] for each in _told(made.chain("debut", *names, "fin"), part)] == [("P", "deadlock")]


def test_an_event_subprocess_hides_no_deadlock() -> None:
    made = diagram("debut > X; X > un > P; X [n > 1]> deux > P; P > fin").signal("stop")
    made.event_sub(
        "secours", Body().user("aider").end("fin_s").chain("s", "aider", "fin_s"), "s", b.signal("stop")
    )
    assert _told(made) == [("P", "deadlock", "debut → un [tâche faite] → P")]


def test_an_event_subprocess_is_looked_into() -> None:
    handler = Body().xor("X", default="f_X_a").user("a").user("c").parallel("P").end("fin_s")
    handler.chain("s", "X", "a", "P", "fin_s").flow("X", "c", "n > 1").chain("c", "P")
    made = diagram("debut > un > fin").signal("stop")
    made.event_sub("secours", handler, "s", b.signal("stop"))
    [(element, code, run)] = _told(made)
    assert (element, code) == ("P", "deadlock")
    assert "secours → s [signal]" in run
    assert run.endswith("a [tâche faite] → P")


def test_a_group_is_looked_into_once() -> None:
    inner = Body().start("d").xor("X", default="f_X_a").user("a").user("c").parallel("P").end("f")
    inner.chain("d", "X", "a", "P", "f").flow("X", "c", "n > 1").chain("c", "P")
    made = Bpmn().variables(n="number").start().sub("groupe", inner, b.many(cardinality="3")).end()
    assert [each[:2] for each in _told(made.chain("debut", "groupe", "fin"))] == [("P", "deadlock")]


def test_a_diagram_that_is_too_large_to_decide_is_accepted_with_a_notice() -> None:
    made = _wide(16, spoilt=False)
    [finding] = check(b.files(made), b.vocabulary())
    assert (finding.code, finding.is_notice) == ("not_decided", True)
    assert "non vérifié jusqu'au bout" in finding.sentence
    assert load(b.files(made), "essai", b.vocabulary()).process_id == "essai"


def test_two_tasks_that_write_one_variable_stay_refused_in_a_large_diagram() -> None:
    made = _wide(16, spoilt=True)
    with pytest.raises(DefinitionRefused) as refused:
        load(b.files(made), "essai", b.vocabulary())
    assert "written_together" in {finding.code for finding in refused.value.findings}


def _wide(branches: int, spoilt: bool) -> Bpmn:
    """Branches that all meet in two rows of joins crosswise: nothing in it can be taken out."""
    made = Bpmn().variables(a="string").start().parallel("P", "Q").end().chain("debut", "P").chain("Q", "fin")
    for number in range(branches):
        made.parallel(f"p{number}", f"q{number}")
        made.user(f"u{number}", outputs=["a"] if spoilt and number < 2 else []).user(f"v{number}")
        made.chain("P", f"p{number}", f"u{number}", f"q{number}", f"v{number}", "Q")
    for number in range(branches):
        made.user(f"w{number}").chain(f"p{number}", f"w{number}", f"q{(number + 1) % branches}")
    return made


def _told(*made: Bpmn) -> list[tuple[str, str, str]]:
    findings = check(b.files(*made), b.vocabulary())
    return [(finding.element_id, finding.code, " → ".join(finding.run)) for finding in findings]


def _told_of_change() -> Bpmn:
    """``ok`` is asked before and after ``attendre``: a join counts on one answer, which a message may change."""
    made = Bpmn().variables(ok="boolean").message("bilan.change.v1", ok="boolean").message("bilan.suite.v1")
    made.start().parallel("p", "j").xor("x1", default="f_x1_fin_2").xor("x2", default="f_x2_fin_3").user(
        "agir"
    )
    made.node("receiveTask", "attendre", messageRef="m_suite").end("fin_2", b.terminate()).end("fin_3").end()
    made.chain("debut", "p", "x1", "fin_2").chain("p", "agir", "j", "fin").flow("x1", "attendre", "ok")
    return made.chain("attendre", "x2", "fin_3").flow("x2", "j", "ok")


def test_what_a_message_writes_beside_the_way_counts_when_the_question_is_asked_again() -> None:
    made = _told_of_change().boundary("change", "attendre", b.message("change"), False).end("fin_4")
    [(element, code, run)] = _told(made.flow("change", "fin_4"))
    assert (element, code) == ("j", "deadlock")
    assert "change [message reçu]" in run


def test_what_starts_an_event_subprocess_counts_when_the_question_is_asked_again() -> None:
    handler = Body().end("s_fin").flow("s_debut", "s_fin")
    made = _told_of_change().event_sub("change", handler, "s_debut", b.message("change"), False)
    assert [(element, code) for element, code, _ in _told(made)] == [("j", "deadlock")]


def test_a_form_that_is_not_known_may_write_what_a_frame_declares() -> None:
    frame = Body().variables(ok="boolean").start("d").parallel("p", "j").user("agir").user("demander")
    frame.xor("x1", default="f_x1_f2").xor("x2", default="f_x2_f3").end("f").end("f2", b.terminate()).end(
        "f3"
    )
    frame.chain("d", "p", "x1", "f2").chain("p", "agir", "j", "f").flow("x1", "demander", "ok")
    frame.chain("demander", "x2", "f3").flow("x2", "j", "ok")
    made = Bpmn().start().sub("cadre", frame).end().chain("debut", "cadre", "fin")
    alone = check_files({"essai.bpmn": made.xml()})
    assert [(found.element_id, found.code) for found in alone] == [("j", "deadlock")]


def _many_ways(*conditions: str) -> Bpmn:
    made = Bpmn().variables(n="number", **{f"b{number}": "boolean" for number in range(8)})
    made.start().inclusive("i").xor("met").user("agir").end().flow("debut", "i").chain("met", "agir", "fin")
    for number, condition in enumerate(conditions):
        made.user(f"t{number}").flow("i", f"t{number}", condition).flow(f"t{number}", "met")
    return made


def test_of_many_conditions_two_that_are_true_together_are_found() -> None:
    told = _told(_many_ways("n = 1", "n = 2", *(f"b{number}" for number in range(8))))
    assert [(element, code) for element, code, _ in told] == [("agir", "lack_of_synchronisation")]


def test_of_many_conditions_that_were_not_all_played_it_is_said() -> None:
    made = _many_ways(*(f"n = {number}" for number in range(9)))
    [finding] = check(b.files(made), b.vocabulary())
    assert (finding.element_id, finding.code, finding.is_notice) == ("i", "choices_not_decided", True)
