"""What is outside the profile is refused at load, by element id and name, with what is allowed."""

import pytest

from shared.bpmn import DefinitionFiles, Finding, check
from shared.bpmn.phrases import ENGLISH
from shared.catalogue import has_sentence
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Bpmn
from tests.support.bpmn_walk import Walk


def _found(diagram: Bpmn) -> list[Finding]:
    return list(check(b.files(diagram), b.vocabulary()))


def _with(node: str, id: str = "etrange") -> Bpmn:
    """A sound diagram with one strange node between start and end."""
    diagram = Bpmn().start().end().chain("debut", id, "fin")
    inner, tag, attributes = "", node, ""
    if ">" in node:
        tag, _, inner = node.partition(">")
    if " " in tag:
        tag, _, attributes = tag.partition(" ")
    given = dict(part.split("=") for part in attributes.split()) if attributes else {}
    return diagram.node(tag, id, inner, name="Étape étrange", **given)


@pytest.mark.parametrize(
    ("node", "named"),
    [
        ("complexGateway", "complexGateway"),
        ("transaction", "transaction"),
        ("adHocSubProcess", "adHocSubProcess"),
        ("task><bpmn:ioSpecification><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>", "ioSpecification"),
        ("userTask><bpmn:potentialOwner/>", "potentialOwner"),
    ],
)  # fmt: skip
def test_an_unsupported_element_is_refused_with_its_id_and_name(node: str, named: str) -> None:
    findings = _found(_with(node))
    assert [finding.code for finding in findings] == ["element_not_supported"]
    [finding] = findings
    assert (finding.element_id, finding.element_name) == ("etrange", "Étape étrange")
    assert finding.params["element"] == named
    assert finding.allowed
    assert "essai.bpmn, etrange « Étape étrange »" in str(finding)


@pytest.mark.parametrize(
    "attribute",
    [
        "camunda:formKey",
        "camunda:assignee",
        "zeebe:modelerTemplate",
        "spiffworkflow:x",
        "parcours:roles",
        "parcours:Form",
        "completionQuantity",
        "implementation",
    ],
)
def test_an_unknown_or_misspelt_attribute_is_refused_with_what_is_allowed(attribute: str) -> None:
    value = {"completionQuantity": "2"}.get(attribute, "x")
    diagram = (
        Bpmn()
        .start()
        .user("agir", **{attribute.replace(":", "__"): value})
        .end()
        .chain("debut", "agir", "fin")
    )
    [finding] = _found(diagram)
    assert finding.element_id == "agir"
    assert finding.params["attribute"].endswith(attribute.rpartition(":")[2])
    if attribute.partition(":")[0] in ("camunda", "zeebe", "spiffworkflow"):
        assert finding.code == "foreign_attribute"
    else:
        assert finding.code == "attribute_not_supported"
        assert {"parcours:role", "parcours:form", "parcours:due"} <= set(finding.allowed)


@pytest.mark.parametrize("ext", ['<camunda:formData/>', '<parcours:variabels/>', '<zeebe:taskDefinition type="x"/>',
                                 '<spiffworkflow:serviceTaskOperator id="x"/>'])  # fmt: skip
def test_an_unknown_extension_element_is_refused(ext: str) -> None:
    diagram = Bpmn().start().service("agir", "x").end().chain("debut", "agir", "fin")
    diagram._nodes[1] = ("serviceTask", "agir", {"parcours__operation": "x"}, "", ext)
    [finding] = _found(diagram)
    code = "element_not_supported" if "parcours:" in ext else "foreign_element"
    assert (finding.code, finding.element_id) == (code, "agir")


@pytest.mark.parametrize(
    "ext",
    [
        '<parcours:input variable="a" expression="1"/>',
        '<parcours:field name="a" type="string"/>',
        "<parcours:variables/>",
    ],
)
def test_a_known_extension_at_the_wrong_place_is_refused(ext: str) -> None:
    [finding] = _found(Bpmn().start().user("agir", ext=ext).end().chain("debut", "agir", "fin"))
    assert (finding.code, finding.element_id) == ("element_not_supported", "agir")


def test_several_flows_out_of_a_task_are_refused() -> None:
    diagram = Bpmn().start().user("agir").user("a").user("c").end()
    diagram.chain("debut", "agir", "a", "fin").chain("agir", "c", "fin")
    assert [(found.element_id, found.code) for found in _found(diagram)] == [("agir", "several_flows_out")]


@pytest.mark.parametrize(
    ("event", "host", "code"),
    [
        (b.timer("P1D"), "script", "boundary_never"),
        (b.message("clos"), "service", "boundary_never"),
        (b.escalation("x"), "user", "boundary_never"),
        (b.error("perdu"), "user", "boundary_never"),
        ("", "user", "event_without_definition"),
    ],
)
def test_a_boundary_event_that_can_never_happen_is_refused(event: str, host: str, code: str) -> None:
    diagram = Bpmn().error("perdu").escalation("x").message("bilan.clos.v1").variables(n="number").start()
    {"script": lambda: diagram.script("agir", "n = 1"), "service": lambda: diagram.service("agir", "op"),
     "user": lambda: diagram.user("agir")}[host]()  # fmt: skip
    diagram.boundary("bord", "agir", event).end().end("fin_bord").chain("debut", "agir", "fin").chain(
        "bord", "fin_bord"
    )
    operation = b.Operation(frozenset(), frozenset(), lambda _: {})
    codes = {(f.element_id, f.code) for f in check(b.files(diagram), b.vocabulary({"op": operation}))}
    assert ("bord", code) in codes


def test_an_error_that_does_not_interrupt_is_refused() -> None:
    diagram = (
        Bpmn()
        .error("refus")
        .start()
        .user("agir")
        .boundary("bord", "agir", b.error("refus"), False)
        .end()
        .end("fin_bord")
    )
    findings = _found(diagram.chain("debut", "agir", "fin").chain("bord", "fin_bord"))
    assert [(found.element_id, found.code) for found in findings] == [("bord", "error_not_interrupting")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ((b'sourceRef="debut"', b'sourceRef="ailleurs"'), "flow_end_unknown"),
        ((b'isExecutable="true"', b'isExecutable="false"'), "not_executable"),
        (
            (b"</bpmn:process>", b'</bpmn:process><bpmn:process id="p2" isExecutable="true"/>'),
            "one_process_per_file",
        ),
        ((b'type="string" side="both"', b'type="text" side="both"'), "attribute_value"),
        ((b'side="both"', b'side="partout"'), "attribute_value"),
        ((b'retention="parcours"', b'retention="toujours"'), "attribute_value"),
        ((b"<bpmn:startEvent", '<bpmn:startEvent parcours:jalon="Entrée"'.encode()), "attribute_value"),
        ((b'label="lycee"', b'label=""'), "variable_without_label"),
        ((b'name="lycee"', 'name="lycée"'.encode()), "variable_name"),
        ((b' sourceRef="debut"', b""), "schema_invalid"),
        ((b'id="fin"', b'id="debut"'), "schema_invalid"),
        ((b"<bpmn:startEvent", b'<bpmn:startEvent begin="1"'), "attribute_not_supported"),
    ],
)
def test_a_fault_in_the_file_is_named(change: tuple[bytes, bytes], code: str) -> None:
    diagram = Bpmn().start().end().chain("debut", "fin")
    raw = diagram.xml().replace(*change)
    assert code in [found.code for found in check(DefinitionFiles({"essai.bpmn": raw}), b.vocabulary())]


def test_all_faults_are_told_at_once_and_in_french_too() -> None:
    diagram = (
        Bpmn()
        .start()
        .user("agir", parcours__role="prefet", parcours__form="perdu")
        .service("operer", "vanish")
    )
    diagram.script("ecrire", "inconnue = 1 +").node("callActivity", "appeler", calledElement="ailleurs").end()
    findings = _found(diagram.chain("debut", "agir", "operer", "ecrire", "appeler", "fin"))
    assert {(found.element_id, found.code) for found in findings} == {
        ("agir", "unknown_name"), ("operer", "unknown_name"), ("ecrire", "variable_unknown"),
        ("ecrire", "feel_syntax"), ("appeler", "unknown_name"),
    }  # fmt: skip
    for found in findings:
        assert found.sentence.startswith("essai.bpmn, ")
    assert any("permis : conseiller, referent" in found.sentence for found in findings)


def test_every_finding_has_its_phrase_in_both_languages() -> None:
    assert [code for code in ENGLISH if not has_sentence(f"bpmn.{code}")] == []


_POOLS = (
    '<bpmn:collaboration id="col"><bpmn:participant id="nous" name="Lycée" processRef="essai"/>'
    '<bpmn:participant id="bilan" name="Bilan"/>'
    '<bpmn:messageFlow id="mf" sourceRef="bilan" targetRef="{target}"/></bpmn:collaboration>'
)
_NOTE = '<bpmn:textAnnotation id="n"><bpmn:text>Ici</bpmn:text></bpmn:textAnnotation></bpmn:process>'


def _drawn(target: str) -> list[tuple[str, str]]:
    diagram = Bpmn().message("bilan.clos.v1").start("debut", b.message("clos")).user("agir").end()
    raw = diagram.chain("debut", "agir", "fin").xml(before=_POOLS.format(target=target))
    raw = raw.replace(b"</bpmn:process>", _NOTE.encode())
    found = check(DefinitionFiles({"essai.bpmn": raw}, {}, diagram.form_bytes()), b.vocabulary())
    return [(finding.element_id, finding.code) for finding in found]


def test_pools_lanes_annotations_and_message_flows_are_welcome() -> None:
    assert _drawn("debut") == []


def test_a_message_flow_without_message_and_a_message_without_flow_are_told() -> None:
    assert _drawn("agir") == [("debut", "message_without_flow"), ("agir", "flow_without_message")]


def _flowing(*flows: tuple[str, str]) -> list[tuple[str, str]]:
    """A task that sends and one that receives, in « Lycée »; ``flows``: message flows, from and to."""
    drawn = "".join(
        f'<bpmn:messageFlow id="mf{n}" sourceRef="{s}" targetRef="{t}"/>' for n, (s, t) in enumerate(flows)
    )
    pools = _POOLS.partition("<bpmn:messageFlow")[0] + drawn + "</bpmn:collaboration>"
    diagram = Bpmn().message("enrolment.dit.v1").message("bilan.clos.v1").start().end()
    diagram.node("sendTask", "dire", messageRef="m_dit").node("receiveTask", "entendre", messageRef="m_clos")
    raw = diagram.chain("debut", "dire", "entendre", "fin").xml(before=pools)
    found = check(DefinitionFiles({"essai.bpmn": raw}), b.vocabulary())
    return [(finding.element_id, finding.code) for finding in found]


def test_a_message_flow_leaves_what_sends_and_enters_what_receives() -> None:
    assert _flowing(("dire", "bilan"), ("bilan", "entendre")) == []
    assert _flowing(("bilan", "dire"), ("entendre", "bilan")) == [
        ("dire", "flow_the_wrong_way"), ("entendre", "flow_the_wrong_way"),
    ]  # fmt: skip


@pytest.mark.parametrize("end", ["entendre", "nous"])
def test_a_message_flow_joins_two_participants(end: str) -> None:
    assert ("mf0", "message_flow_inside") in _flowing(("dire", end), ("bilan", "entendre"))


@pytest.mark.parametrize("end", ["mf1", "m_dit", "f_debut_dire"])
def test_a_message_flow_joins_participants_tasks_and_events(end: str) -> None:
    assert ("mf0", "message_flow_end") in _flowing(("dire", end), ("bilan", "entendre"))


def test_a_group_names_a_category_that_there_is() -> None:
    raw = Bpmn().start().end().chain("debut", "fin").xml()
    raw = raw.replace(b"</bpmn:process>", b'<bpmn:group id="g" categoryValueRef="rien"/></bpmn:process>')
    found = check(DefinitionFiles({"essai.bpmn": raw}), b.vocabulary())
    assert [(finding.element_id, finding.code) for finding in found] == [("g", "reference_unknown")]


def test_a_process_without_id_is_told_and_read_no_further() -> None:
    raw = Bpmn().start().end().xml().replace(b'<bpmn:process id="essai"', b"<bpmn:process")
    found = check(DefinitionFiles({"essai.bpmn": raw}), b.vocabulary())
    assert [(finding.element_id, finding.code) for finding in found] == [("definitions", "attribute_missing")]


def test_a_condition_without_text_is_told_wherever_it_stands() -> None:
    raw = Bpmn().start().user("agir").end().chain("debut", "agir", "fin").xml()
    ends = b'<bpmn:sequenceFlow id="vide" sourceRef="agir" targetRef="fin">'
    raw = raw.replace(
        b"</bpmn:process>", ends + b"<bpmn:conditionExpression/></bpmn:sequenceFlow></bpmn:process>"
    )
    found = check(DefinitionFiles({"essai.bpmn": raw}), b.vocabulary())
    assert ("vide", "flow_condition_empty") in [(finding.element_id, finding.code) for finding in found]


@pytest.mark.parametrize("name", ["if", "count", "item", "Nom", "prénom", "deux mots", ""])
def test_a_variable_has_a_name_that_feel_can_read(name: str) -> None:
    diagram = Bpmn().variables(**{name: "string"}).start().end().chain("debut", "fin")
    assert ("essai", "variable_name") in [(found.element_id, found.code) for found in _found(diagram)]


def test_blanks_around_true_do_not_turn_it_into_false() -> None:
    diagram = Bpmn().start().user("agir").user("noter").end().end("fin_bord")
    diagram.node("boundaryEvent", "bord", b.timer("PT1H"), attachedToRef="agir", cancelActivity=" true ")
    diagram.chain("debut", "agir", "fin").chain("bord", "noter", "fin_bord")
    assert Walk("stored", diagram).start().fire("bord").open == ["noter"]
    in_turn = b.many(cardinality="2").replace('isSequential="false"', 'isSequential="\n1"')
    group = Bpmn().start().user("agir", in_turn).end().chain("debut", "agir", "fin")
    assert Walk("stored", group).start().open == ["agir"]


def test_a_comparison_in_a_script_is_not_taken_for_a_value() -> None:
    diagram = Bpmn().variables(n="number").start().script("noter", "n == 5").end()
    findings = _found(diagram.chain("debut", "noter", "fin"))
    assert [(found.element_id, found.code) for found in findings] == [("noter", "script_line")]


def test_of_two_starts_by_one_message_one_would_never_run() -> None:
    diagram = Bpmn().message("bilan.clos.v1").start("un", b.message("clos")).start("deux", b.message("clos"))
    diagram.user("a").user("b").end().chain("un", "a", "fin").chain("deux", "b", "fin")
    assert [(found.element_id, found.code) for found in _found(diagram)] == [("deux", "event_twice")]


def test_a_message_is_declared_once_in_a_file() -> None:
    diagram = Bpmn().message("bilan.clos.v1").start("debut", b.message("clos")).end().chain("debut", "fin")
    twin = '<bpmn:message id="m_autre" name="bilan.clos.v1"/>'
    found = check(DefinitionFiles({"essai.bpmn": diagram.xml(before=twin)}), b.vocabulary())
    assert [(finding.code, finding.params["declared"]) for finding in found] == [
        ("declared_twice", "bilan.clos.v1")
    ]


def test_a_flow_without_id_is_told_for_what_it_is() -> None:
    diagram = Bpmn().start().end().chain("debut", "fin")
    raw = diagram.xml().replace(b' id="f_debut_fin"', b"")
    found = check(DefinitionFiles({"essai.bpmn": raw}), b.vocabulary())
    assert [(finding.element_id, finding.code) for finding in found] == [("debut", "attribute_missing")]


@pytest.mark.parametrize(("reference", "code"), [("agir", "declared_twice"), ("agri", "reference_unknown")])
def test_a_task_stands_in_one_lane_and_a_lane_names_what_there_is(reference: str, code: str) -> None:
    diagram = Bpmn().variables(mission_locale="string").start().user("agir").end()
    other = f'<bpmn:lane id="ml" parcours:organisation="mission_locale"><bpmn:flowNodeRef>{reference}</bpmn:flowNodeRef></bpmn:lane>'  # noqa: E501
    raw = (
        diagram.chain("debut", "agir", "fin")
        .xml()
        .replace(b"</bpmn:laneSet>", f"{other}</bpmn:laneSet>".encode())
    )
    found = check(DefinitionFiles({"essai.bpmn": raw}, {}, diagram.form_bytes()), b.vocabulary())
    assert [(finding.element_id, finding.code) for finding in found] == [("ml", code)]
