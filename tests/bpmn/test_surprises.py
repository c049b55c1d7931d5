"""What surprises in SpiffWorkflow 3.2.0 as it comes (architecture, section 4), and does not here."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from shared.bpmn import (
    BusinessError,
    DefinitionFiles,
    DefinitionRefused,
    NotAwaited,
    NotDue,
    Operation,
    OperationCall,
    ProcessFailure,
    UnknownTask,
    check,
    load,
)
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Bpmn
from tests.support.bpmn_walk import UAI, Walk

Walks = Callable[..., Walk]

_SHAPES = """<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="dessin"><bpmndi:BPMNPlane id="plan" bpmnElement="essai">
<bpmndi:BPMNShape id="s_a" bpmnElement="a"><dc:Bounds x="0" y="{a}" width="9" height="9"/></bpmndi:BPMNShape>
<bpmndi:BPMNShape id="s_z" bpmnElement="z"><dc:Bounds x="0" y="{z}" width="9" height="9"/></bpmndi:BPMNShape>
</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"""


@pytest.mark.parametrize(("a", "z"), [(0, 500), (500, 0)])
def test_moving_a_shape_changes_nobodys_way(a: int, z: int) -> None:
    diagram = (
        Bpmn().variables(n="number").start().xor("choix", default="f_choix_fin").user("z").user("a").end()
    )
    diagram.chain("debut", "choix").flow("choix", "z", "n > 1").flow("choix", "a", "n > 3").flow(
        "choix", "fin"
    )
    diagram.chain("z", "fin").chain("a", "fin")
    files = b.files(diagram)
    drawn = DefinitionFiles({"essai.bpmn": diagram.xml(after=_SHAPES.format(a=a, z=z))}, {}, files.forms)
    steps = Walk("stored", diagram)
    steps.runtime = type(steps.runtime)(
        load(drawn, "essai", steps.vocabulary), steps.vocabulary, lambda: "id"
    )
    assert steps.start(n=5).open == ["z"], "the first true condition in document order wins"


def _timer(text: str, kind: str = "timeDuration", **variables: str) -> Bpmn:
    diagram = Bpmn().variables(**variables).start()
    diagram.node("intermediateCatchEvent", "attendre", b.timer(text, kind)).end()
    return diagram.chain("debut", "attendre", "fin")


@pytest.mark.parametrize(
    ("text", "kind", "due"),
    [
        ("PT1H", "timeDuration", datetime(2026, 9, 1, 9, tzinfo=UTC)),
        ("P1Y2M3DT4H", "timeDuration", datetime(2027, 11, 4, 13, tzinfo=UTC)),  # winter time by then
        ("P3W", "timeDuration", datetime(2026, 9, 22, 8, tzinfo=UTC)),
        ("2027-07-01T09:00", "timeDate", datetime(2027, 7, 1, 7, tzinfo=UTC)),  # summer: two hours
        ("2027-01-15T09:00", "timeDate", datetime(2027, 1, 15, 8, tzinfo=UTC)),  # winter: one
        ("2027-07-01", "timeDate", datetime(2027, 6, 30, 22, tzinfo=UTC)),
        ('= duration("P2D")', "timeDuration", datetime(2026, 9, 3, 8, tzinfo=UTC)),
        ('= date("2026-12-31")', "timeDate", datetime(2026, 12, 30, 23, tzinfo=UTC)),
        ('= today() + duration("P1D")', "timeDate", datetime(2026, 9, 1, 22, tzinfo=UTC)),
    ],
)
def test_a_timer_is_read_as_modellers_write_it_and_local_to_paris(
    walk: Walks, text: str, kind: str, due: datetime
) -> None:
    assert walk(_timer(text, kind)).start().timers == {"attendre": due}


def test_a_month_after_the_31_january_is_the_end_of_february(walk: Walks) -> None:
    steps = walk(_timer("P1M"), now=datetime(2027, 1, 31, 8, tzinfo=UTC)).start()
    assert steps.timers["attendre"] == datetime(2027, 2, 28, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("-PT1H", "timeDuration"), ("P", "timeDuration"), ("1D", "timeDuration"), ("PT", "timeDuration"),
     ("demain", "timeDate"), ("2026-02-30", "timeDate"), ("R/PT0S", "timeCycle"), ("R0/PT1H", "timeCycle"),
     ("0001-01-01", "timeDate"), ("R/0001-01-01/P1D", "timeCycle"), ("R/2026-10-01/P9000Y", "timeCycle"),
     ("0 9 * * 1", "timeCycle")],
)  # fmt: skip
def test_a_timer_that_means_nothing_is_refused_before_it_runs(text: str, kind: str) -> None:
    findings = check(b.files(_timer(text, kind)), b.vocabulary())
    assert [(finding.element_id, finding.code) for finding in findings] == [("attendre", "timer_unreadable")]


@pytest.mark.parametrize("value", [timedelta(hours=-1), None, "PT1H"])
def test_a_computed_timer_that_is_negative_null_or_text_is_an_incident(walk: Walks, value: object) -> None:
    kind = "string" if isinstance(value, str) else "duration"
    steps = walk(_timer('= delai + duration("PT0S")' if value is None else "= delai", delai=kind))
    if isinstance(value, str):  # ISO text from a variable is a duration too
        assert steps.start(delai=value).timers["attendre"] == steps.now + timedelta(hours=1)
        return
    with pytest.raises(ProcessFailure):
        steps.start(delai=value)


def _reminders() -> Bpmn:
    diagram = Bpmn().variables(rappels="number").start().user("agir")
    diagram.boundary("rappel", "agir", b.timer("R/P1D", "timeCycle"), False)
    diagram.script("compter", "rappels = rappels + 1").end().end("rappele")
    diagram.chain("debut", "agir", "fin")
    return diagram.chain("rappel", "compter", "rappele")


def test_after_eleven_days_of_standstill_one_reminder_comes_not_eleven(walk: Walks) -> None:
    steps = walk(_reminders()).start(rappels=0)
    first = steps.timers["rappel"]
    steps.wait(days=11, hours=3).fire("rappel")
    assert steps.value("rappels") == 1
    assert steps.timers["rappel"] == first + timedelta(days=11)
    steps.fire("rappel")
    assert steps.value("rappels") == 2
    assert steps.open == ["agir"]


def test_a_timer_rings_neither_before_its_hour_nor_twice(walk: Walks) -> None:
    steps = walk(_timer("PT1H")).start()
    timer = steps.last.timers[0]
    with pytest.raises(NotDue):
        steps.runtime.fire(steps.last.state, timer.id, now=steps.now + timedelta(minutes=59))
    steps.fire("attendre")
    with pytest.raises(NotAwaited):
        steps.runtime.fire(steps.last.state, timer.id, now=steps.now)


def _vote(until: str) -> Bpmn:
    diagram = Bpmn().variables(personnes="list", avis="list")
    item = b.variables_xml({"personne": "string", "oui": "boolean"})
    group = b.many("personnes", "personne", "avis", "oui", until=until)
    diagram.start().user("voter", group, outputs={"oui": "boolean"}, ext=item).user("suite").end()
    return diagram.chain("debut", "voter", "suite", "fin")


def test_a_group_ends_on_what_all_said_not_on_the_last_voice(walk: Walks) -> None:
    steps = walk(_vote("count(avis[item = true]) >= 2")).start(personnes=["a", "b", "c", "d"])
    steps.do("voter", 3, oui=True).do("voter", 0, oui=False)
    assert steps.open == ["voter", "voter"]
    steps.do("voter", 0, oui=True)
    assert steps.open == ["suite"], "the two who had not answered are no longer asked"
    assert steps.value("avis") == [False, True, True]


def test_a_group_may_count_who_answered(walk: Walks) -> None:
    steps = walk(_vote("nb_terminees >= nb_instances / 2 and nb_actives < 3")).start(
        personnes=["a", "b", "c"]
    )
    steps.do("voter", oui=True)
    assert len(steps.open) == 2
    assert steps.do("voter", oui=True).open == ["suite"]


def test_a_variable_may_be_called_typename_and_hold_what_looks_like_a_tag(walk: Walks) -> None:
    diagram = Bpmn().variables(typename="context").start().user("agir").end().chain("debut", "agir", "fin")
    given = {"typename": "x", "$d": "not a date", "autre": {"$n": "1"}}
    assert walk(diagram).start(typename=given).value("typename") == given


def test_a_message_carries_its_declared_fields_and_nothing_else(walk: Walks) -> None:
    diagram = Bpmn().message("enrolment.confie.v1", fin_le="date", heures="number", nom="string")
    diagram.variables(fin_le="date", heures="number", nom="string", secret="string")
    diagram.start().end("fin", b.message("confie")).chain("debut", "fin")
    steps = walk(diagram).start(fin_le=date(2026, 12, 31), heures=Decimal("12.50"), secret="medical")
    [thrown] = steps.thrown
    assert thrown.name == "enrolment.confie.v1"
    assert thrown.payload == {"fin_le": "2026-12-31", "heures": "12.50", "nom": None}


def test_an_early_message_is_refused_so_that_the_mailbox_keeps_it(walk: Walks) -> None:
    diagram = Bpmn().message("bilan.clos.v1", issue="string").variables(issue="string")
    diagram.start().user("avant").node("receiveTask", "attendre", messageRef="m_clos").end()
    diagram.chain("debut", "avant", "attendre", "fin")
    steps = walk(diagram).start()
    assert steps.awaited == []
    with pytest.raises(NotAwaited):
        steps.receive("bilan.clos.v1", issue="emploi")
    assert steps.do("avant").awaited == ["bilan.clos.v1"]
    assert steps.receive("bilan.clos.v1", issue="emploi").ended
    assert steps.value("issue") == "emploi"


def test_a_process_that_does_not_say_it_is_executable_is_refused() -> None:
    diagram = Bpmn(executable=False).start().end().chain("debut", "fin")
    [finding] = check(b.files(diagram), b.vocabulary())
    assert (finding.code, finding.element_id, finding.allowed) == (
        "not_executable",
        "essai",
        ('isExecutable="true"',),
    )


def _caller(id: str, called: str, label: str = '"x"') -> Bpmn:
    diagram = Bpmn(id, label=label).start(f"d_{id}").end(f"f_{id}")
    diagram.node("callActivity", f"appel_{id}", calledElement=called)
    return diagram.chain(f"d_{id}", f"appel_{id}", f"f_{id}")


@pytest.mark.parametrize("diagrams", [[("a", "a")], [("a", "b"), ("b", "c"), ("c", "a")]])
def test_a_process_that_calls_itself_is_refused(diagrams: list[tuple[str, str]]) -> None:
    findings = check(b.files(*(_caller(*names) for names in diagrams)), b.vocabulary())
    assert [finding.code for finding in findings] == ["call_cycle"] * len(diagrams)


def test_250_tasks_in_a_row_are_read_and_walked(walk: Walks) -> None:
    diagram = Bpmn().start().end()
    names = [f"t{number}" for number in range(250)]
    for name in names:
        diagram.user(name)
    steps = walk(diagram.chain("debut", *names, "fin")).start()
    for name in names[:3]:
        steps.do(name)
    assert steps.open == ["t3"]


def test_200_automatic_steps_in_a_row_are_the_most_of_one_command(walk: Walks) -> None:
    diagram = Bpmn().variables(n="number").start().end()
    names = [f"t{number}" for number in range(197)]
    for name in names:
        diagram.script(name, "n = n + 1")
    steps = walk(diagram.chain("debut", *names, "fin"))
    assert steps.start(n=0).value("n") == 197


def test_a_task_done_twice_is_refused_the_second_time(walk: Walks) -> None:
    diagram = Bpmn().start().user("a").user("c").end().chain("debut", "a", "c", "fin")
    steps = walk(diagram).start()
    [task_id] = steps.ids("a")
    steps.do("a")
    with pytest.raises(UnknownTask):
        steps.runtime.complete(steps.last.state, task_id, {}, now=steps.now)


def _service(boundary: str = "") -> Bpmn:
    diagram = Bpmn().variables(n="number").error("complet").start().service("reserver", "reserve").end()
    diagram.chain("debut", "reserver", "fin")
    if boundary:
        diagram.boundary("complet", "reserver", b.error(boundary)).user("autre_place").end("fin_autre")
        diagram.chain("complet", "autre_place", "fin_autre")
    return diagram


def _raising(error: Exception) -> dict[str, Operation]:
    def call(_: OperationCall) -> dict[str, object]:
        raise error

    return {"reserve": Operation(frozenset({"n"}), frozenset({"n"}), call)}


def test_a_python_exception_is_an_incident_and_not_a_business_error(walk: Walks) -> None:
    steps = walk(_service("complet"), operations=_raising(ValueError("Jean Dupont")))
    with pytest.raises(ProcessFailure) as failed:
        steps.start(n=1)
    assert (failed.value.element_id, failed.value.reason) == ("reserver", "operation_failed")
    assert "Dupont" not in str(failed.value)


def test_a_business_error_takes_the_boundary_event_of_its_code(walk: Walks) -> None:
    steps = walk(_service("complet"), operations=_raising(BusinessError("complet"))).start(n=1)
    assert steps.open == ["autre_place"]


def test_a_business_error_that_nothing_catches_is_an_incident(walk: Walks) -> None:
    with pytest.raises(ProcessFailure, match="error_not_caught"):
        walk(_service(), operations=_raising(BusinessError("complet"))).start(n=1)


def test_an_endless_loop_of_gateways_is_stopped_and_nothing_of_it_is_kept(walk: Walks) -> None:
    diagram = Bpmn().variables(n="number").start().user("lancer").xor("retour").script("compter", "n = n + 1")
    diagram.xor("encore", default="f_encore_fin").end()
    diagram.chain("debut", "lancer", "retour", "compter", "encore", "fin").flow("encore", "retour", "n > 0")
    steps = walk(diagram).start(n=1)
    before = steps.last.state
    with pytest.raises(ProcessFailure, match="step_budget"):
        steps.do("lancer")
    assert steps.last.state == before


@pytest.mark.parametrize(
    "text",
    ["__import__('os').environ", "().__class__.__base__.__subclasses__()", "lycee.__class__", "open('/etc/passwd')",
     "${execution.id}", "lambda: 1", "[x for x in (1,)]"],
)  # fmt: skip
def test_python_in_a_condition_is_refused_or_is_not_python(text: str) -> None:
    diagram = Bpmn().start().xor("choix", default="f_choix_fin").user("a").end()
    diagram.chain("debut", "choix", "fin").flow("choix", "a", text).chain("a", "fin")
    with pytest.raises((DefinitionRefused, ProcessFailure)):
        Walk("stored", diagram).start()


@pytest.mark.parametrize("value", [None, Decimal(1), "true"])
def test_a_condition_that_is_neither_true_nor_false_takes_no_default(walk: Walks, value: object) -> None:
    diagram = Bpmn().variables(x="context").start().xor("choix", default="f_choix_fin").user("a").end()
    diagram.chain("debut", "choix", "fin").flow("choix", "a", "= x.y").chain("a", "fin")
    with pytest.raises(ProcessFailure) as failed:
        walk(diagram).start(x={"y": value})
    assert (failed.value.element_id, failed.value.reason) == ("choix", "condition_not_boolean")


def test_a_date_stays_a_date_through_the_store(walk: Walks) -> None:
    diagram = Bpmn().variables(ne_le="date").start().user("attendre").xor("age", default="f_age_mineur")
    diagram.user("majeur").user("mineur").end()
    diagram.chain("debut", "attendre", "age", "mineur", "fin").chain("majeur", "fin")
    diagram.flow("age", "majeur", 'ne_le + duration("P18Y") <= today()')
    steps = walk(diagram).start(ne_le=date(2008, 9, 1)).do("attendre")
    assert steps.open == ["majeur"]
    assert steps.value("ne_le") == date(2008, 9, 1)
    assert steps.value("lycee") == UAI


_DMN = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:test">
<inputData id="age" name="age"><variable name="age" typeRef="number"/></inputData>
<decision id="public" name="public"><variable name="public" typeRef="string"/>
<informationRequirement id="r"><requiredInput href="#age"/></informationRequirement>
<decisionTable id="t" hitPolicy="UNIQUE"><input id="i"><inputExpression id="e" typeRef="number"><text>age</text>
</inputExpression></input><output id="o" name="public" typeRef="string"/>
<rule id="r1"><inputEntry id="c1"><text>[16..18)</text></inputEntry>
<outputEntry id="o1"><text>"mineur"</text></outputEntry></rule>
<rule id="r2"><inputEntry id="c2"><text>18,19,20</text></inputEntry>
<outputEntry id="o2"><text>"majeur"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""


def _decided() -> Bpmn:
    diagram = Bpmn().variables(age="number", public="string").start()
    diagram.node("businessRuleTask", "decider", parcours__decision="public", parcours__result="public")
    return diagram.user("voir").end().chain("debut", "decider", "voir", "fin")


@pytest.mark.parametrize(("age", "public"), [(16, "mineur"), (18, "majeur"), (20, "majeur")])
def test_ranges_and_lists_in_a_table_match(walk: Walks, age: int, public: str) -> None:
    assert walk(_decided(), dmn={"d.dmn": _DMN}).start(age=age).value("public") == public


@pytest.mark.parametrize("age", [15, None])
def test_a_table_that_says_nothing_is_an_incident_and_not_a_null_that_goes_on(
    walk: Walks, age: int | None
) -> None:
    with pytest.raises(ProcessFailure) as failed:
        walk(_decided(), dmn={"d.dmn": _DMN}).start(age=age)
    assert (failed.value.element_id, failed.value.reason) == ("decider", "decision_null")
