# ruff: noqa: E501 — one case on each line
"""Files as other tools write them: each gets a verdict, and nothing in them is left out without a word."""

from typing import Any

import pytest

from shared.bpmn.findings import Finding
from shared.bpmn.reading import documents
from shared.bpmn.reading.dialects import DEFAULTS
from shared.bpmn.report import verdict
from shared.bpmn.standalone import check_files
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Bpmn

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_FLOWS = ("a", "t"), ("t", "z")


def document(
    *, prefix: str = "", root: str = "", task: str = "<{p}task id='t' {attributes}>{inner}</{p}task>",
    attributes: str = "", inner: str = "", process: str = 'isExecutable="true"', beside: str = "", head: str = "",
) -> str:  # fmt: skip
    """start a → task t → end z, with one thing in it that a tool wrote."""
    p = f"{prefix}:" if prefix else ""
    declared = f"xmlns:{prefix}" if prefix else "xmlns"
    flows = "".join(f"<{p}sequenceFlow id='{s}_{t}' sourceRef='{s}' targetRef='{t}'/>" for s, t in _FLOWS)
    middle = task.format(p=p, attributes=attributes, inner=inner.format(p=p))
    return (
        f'{head}<{p}definitions {declared}="{MODEL}" targetNamespace="urn:x" {root}>{beside.format(p=p)}'
        f'<{p}process id="proc" {process}><{p}startEvent id="a"/>{middle}<{p}endEvent id="z"/>{flows}</{p}process>'
        f"</{p}definitions>"
    )


def found(text: str | bytes) -> list[Finding]:
    return check_files({"x.bpmn": text if isinstance(text, bytes) else text.encode()})


def codes(text: str | bytes) -> list[tuple[str, str]]:
    return [(finding.element_id, finding.code) for finding in found(text)]


# the same file, written in other ways

_PLAIN = document()
SPELLINGS = {
    "default namespace": _PLAIN,
    "bpmn:": document(prefix="bpmn"),
    "bpmn2:": document(prefix="bpmn2"),
    "semantic:": document(prefix="semantic"),
    "CRLF": _PLAIN.replace("><", ">\r\n<"),
    "BOM": b"\xef\xbb\xbf" + _PLAIN.encode(),
    "UTF-16 with BOM": ('<?xml version="1.0" encoding="UTF-16"?>' + _PLAIN).encode("utf-16"),
    "UTF-16 BE": ('<?xml version="1.0" encoding="UTF-16"?>' + _PLAIN).encode("utf-16-be"),
    "ISO-8859-1": document(head='<?xml version="1.0" encoding="ISO-8859-1"?>', attributes="name='été'").encode("latin-1"),
    "windows-1252": document(head='<?xml version="1.0" encoding="windows-1252"?>', attributes="name='œuf'").encode("cp1252"),
    "comments": _PLAIN.replace("><", "><!-- c --><"),
    "processing instructions": '<?xml version="1.0"?><?tool a="b"?>' + _PLAIN.replace("><", "><?php x?><"),
    "standalone": '<?xml version="1.0" standalone="yes"?>' + _PLAIN,
    "schema location": document(
        root='xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="u x.xsd"'
    ),
    "exporter": document(root='exporter="Modeler, http://x" exporterVersion="6.7.5" name="x"'),
    "unused namespaces": document(root='xmlns:zeebe="urn:z" xmlns:camunda="urn:c" xmlns:tns="urn:x" xmlns:xsi="xsi"'),
    "diagram interchange": _PLAIN.replace(
        "</definitions>",
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" name="p"><di:BPMNPlane bpmnElement="proc"/>'
        "</di:BPMNDiagram></definitions>",
    ),
    "isImmediate": _PLAIN.replace("sequenceFlow id", "sequenceFlow isImmediate='true' id"),
    "isExecutable as a number": document(process="isExecutable=' 1 '"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPELLINGS)
def test_how_a_file_is_spelt_changes_nothing(name: str) -> None:
    assert codes(SPELLINGS[name]) == []


@pytest.mark.parametrize(
    "arguments",
    [
        {"root": 'xml:lang="fr" xml:space="preserve"'},
        {"task": "<{p}receiveTask id='t' implementation='##WebService' messageRef='m'/>"},
        {"inner": "<{p}documentation id='d'/><{p}extensionElements/>"},
        {"process": 'isExecutable="true" processType="None" isClosed="false"'},
        {"process": 'isExecutable="true" processType="Private"'},
    ],
)
def test_what_a_tool_writes_that_changes_nothing_is_no_fault(arguments: dict[str, str]) -> None:
    """A receiving task still lacks what every task has to have here, and nothing else is said of it."""
    message = {"beside": "<{p}message id='m' name='bilan.clos.v1'/>"}
    assert codes(document(**{**message, **arguments} if "receive" in str(arguments) else arguments)) == []


def gateways(fork: str, join: str) -> list[Finding]:
    """A split in two and its join, which say their direction."""
    raw = Bpmn().start().node("parallelGateway", "fourche", gatewayDirection=fork)
    raw = (
        raw.node("task", "un")
        .node("task", "deux")
        .node("parallelGateway", "union", gatewayDirection=join)
        .end()
    )
    raw = raw.chain("debut", "fourche", "un", "union", "fin").chain("fourche", "deux", "union")
    return found(raw.xml())


@pytest.mark.parametrize(("fork", "join"), [("Diverging", "Converging"), ("Unspecified", "Unspecified")])
def test_a_gateway_that_says_the_direction_of_its_flows_says_nothing_new(fork: str, join: str) -> None:
    assert gateways(fork, join) == []


@pytest.mark.parametrize(
    ("fork", "allowed"),
    [
        ("Converging", ("Unspecified", "Diverging")),
        ("Mixed", ("Unspecified", "Diverging")),
        ("diverging", ("Unspecified", "Diverging")),
    ],
)
def test_a_gateway_whose_direction_contradicts_its_flows_is_refused(
    fork: str, allowed: tuple[str, ...]
) -> None:
    (finding,) = gateways(fork, "Converging")
    assert (finding.element_id, finding.code, finding.allowed) == (
        "fourche",
        "direction_contradicted",
        allowed,
    )
    assert fork in finding.message


@pytest.mark.parametrize("attribute", ["completionQuantity", "startQuantity"])
def test_a_default_that_is_written_out_changes_nothing_and_another_value_is_refused(attribute: str) -> None:
    assert codes(document(attributes=f'{attribute}="{DEFAULTS[attribute]}"')) == []
    assert ("t", "attribute_not_supported") in codes(document(attributes=f'{attribute}="2"'))


def test_a_reference_with_the_prefix_of_the_file_itself_is_the_same_reference() -> None:
    raw = (
        Bpmn().message("bilan.clos.v1").start().node("receiveTask", "attendre", messageRef="tns:m_clos").end()
    )
    text = raw.chain("debut", "attendre", "fin").xml().decode()
    assert codes(text.replace("<bpmn:definitions", '<bpmn:definitions xmlns:tns="urn:test"', 1)) == []
    assert ("attendre", "reference_unknown") in codes(
        text.replace("<bpmn:definitions", '<bpmn:definitions xmlns:tns="urn:other"', 1)
    )


# what tools write that means nothing here is named, with what does

_E = "<{{p}}extensionElements>{}</{{p}}extensionElements>"
_C, _Z, _A, _F = (
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"', 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"',
    'xmlns:activiti="http://activiti.org/bpmn"', 'xmlns:flowable="http://flowable.org/bpmn"',
)  # fmt: skip
_USER, _SERVICE = (
    f"<{{p}}{tag} id='t' {{attributes}}>{{inner}}</{{p}}{tag}>" for tag in ("userTask", "serviceTask")
)
_RULE, _CALL = (
    f"<{{p}}{tag} id='t' {{attributes}}>{{inner}}</{{p}}{tag}>"
    for tag in ("businessRuleTask", "callActivity")
)
NAMED: dict[str, tuple[dict[str, Any], str, str]] = {
    "camunda:assignee": ({"root": _C, "task": _USER, "attributes": 'camunda:assignee="x"'}, "camunda:assignee", "parcours:assignee"),
    "camunda:formKey": ({"root": _C, "task": _USER, "attributes": 'camunda:formKey="x"'}, "camunda:formKey", "parcours:form"),
    "camunda:candidateGroups": ({"root": _C, "task": _USER, "attributes": 'camunda:candidateGroups="x"'}, "camunda:candidateGroups", "parcours:role"),
    "camunda:asyncBefore": ({"root": _C, "attributes": 'camunda:asyncBefore="true"'}, "camunda:asyncBefore", ""),
    "camunda:class": ({"root": _C, "task": _SERVICE, "attributes": 'camunda:class="x"'}, "camunda:class", "parcours:operation"),
    "camunda:topic": ({"root": _C, "task": _SERVICE, "attributes": 'camunda:type="external" camunda:topic="x"'}, "camunda:topic", "parcours:operation"),
    "camunda:decisionRef": ({"root": _C, "task": _RULE, "attributes": 'camunda:decisionRef="x"'}, "camunda:decisionRef", "parcours:decision"),
    "camunda:in": ({"root": _C, "task": _CALL, "inner": _E.format('<camunda:in source="a" target="b"/>')}, "camunda:in", "parcours:input"),
    "camunda:executionListener": ({"root": _C, "inner": _E.format('<camunda:executionListener event="end"/>')}, "camunda:executionListener", ""),
    "zeebe:taskDefinition": ({"root": _Z, "task": _SERVICE, "inner": _E.format('<zeebe:taskDefinition type="x"/>')}, "zeebe:taskDefinition", "parcours:operation"),
    "zeebe:formDefinition": ({"root": _Z, "task": _USER, "inner": _E.format('<zeebe:formDefinition formId="x"/>')}, "zeebe:formDefinition", "parcours:form"),
    "zeebe:calledDecision": ({"root": _Z, "task": _RULE, "inner": _E.format('<zeebe:calledDecision decisionId="x"/>')}, "zeebe:calledDecision", "parcours:decision"),
    "zeebe:ioMapping": ({"root": _Z, "task": _CALL, "inner": _E.format("<zeebe:ioMapping/>")}, "zeebe:ioMapping", "parcours:input"),
    "activiti:candidateGroups": ({"root": _A, "task": _USER, "attributes": 'activiti:candidateGroups="x"'}, "activiti:candidateGroups", "parcours:role"),
    "activiti:formProperty": ({"root": _A, "task": _USER, "inner": _E.format('<activiti:formProperty id="x"/>')}, "activiti:formProperty", "parcours:form"),
    "flowable:delegateExpression": ({"root": _F, "task": _SERVICE, "attributes": 'flowable:delegateExpression="x"'}, "flowable:delegateExpression", "parcours:operation"),
    "flowable:dueDate": ({"root": _F, "task": _USER, "attributes": 'flowable:dueDate="x"'}, "flowable:dueDate", "parcours:due"),
    "modeler:executionPlatform": ({"root": 'xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud"'}, "modeler:executionPlatform", ""),
    "signavio": ({"root": 'xmlns:signavio="http://www.signavio.com"', "inner": _E.format('<signavio:signavioMetaData metaKey="bgcolor"/>')}, "signavio:signavioMetaData", ""),
    "bizagi": ({"root": 'xmlns:bizagi="http://www.bizagi.com/bpmn20"', "inner": _E.format("<bizagi:BizagiExtensions/>")}, "bizagi:BizagiExtensions", ""),
    "bizagi without a namespace": ({"inner": _E.format('<BizagiExtensions xmlns=""/>')}, "BizagiExtensions", ""),
    "W4": ({"root": 'xmlns:w4="http://www.w4.eu/spec/BPMN/20110701/MODEL" w4:version="1.0"'}, "w4:version", ""),
    "W4's style": ({"root": 'xmlns:w4graph="http://www.w4.eu/x"', "inner": _E.format("<w4graph:graphStyle><Grid/></w4graph:graphStyle>")}, "w4graph:graphStyle", ""),
    "Trisotech": ({"root": 'xmlns:triso="http://www.trisotech.com/2015/triso/bpmn" triso:x="1"'}, "triso:x", ""),
    "ADONIS": ({"root": 'xmlns:adonis="http://www.boc-group.com"', "inner": _E.format("<adonis:instance/>")}, "adonis:instance", ""),
    "IBM": ({"root": 'xmlns:xmi="http://www.omg.org/XMI" xmi:version="2.0"'}, "xmi:version", ""),
    "Innovator's geometry": ({"inner": '<geometry xmlns="" x="1"/>'}, "geometry", ""),
    "jBPM": ({"root": 'xmlns:drools="http://www.jboss.org/drools"', "attributes": 'drools:taskName="x"'}, "drools:taskName", ""),
    "jBPM's items": ({"beside": '<{p}itemDefinition id="i" structureRef="String"/>'}, "itemDefinition", "parcours:variables"),
    "expressionLanguage": ({"root": 'expressionLanguage="http://www.w3.org/1999/XPath"'}, "expressionLanguage", "FEEL"),
    "processType": ({"process": 'isExecutable="true" processType="Public"'}, "processType", ""),
    "isImmediate": ({"task": "<{p}task id='t'/><{p}sequenceFlow id='i' isImmediate='false' sourceRef='t' targetRef='z'/>"}, "isImmediate", ""),
    "ioSpecification": ({"inner": "<{p}ioSpecification id='io'><{p}inputSet/><{p}outputSet/></{p}ioSpecification>"}, "ioSpecification", "parcours:variables"),
    "import": ({"beside": '<{p}import importType="http://www.w3.org/2001/XMLSchema" location="x.xsd" namespace="urn:y"/>'}, "import", ""),
    "dataStore": ({"beside": '<{p}dataStore id="d"/>'}, "dataStore", ""),
    "choreography": ({"beside": '<{p}choreography id="c"><{p}participant id="p1" name="x"/></{p}choreography>'}, "choreography", ""),
    "conversation": ({"beside": '<{p}collaboration id="c"><{p}conversation id="v"/></{p}collaboration>'}, "conversation", ""),
    "globalTask": ({"beside": '<{p}globalTask id="g"/>'}, "globalTask", ""),
    "interface": ({"beside": '<{p}interface id="i" name="x"><{p}operation id="o" name="x"><{p}inMessageRef>m</{p}inMessageRef></{p}operation></{p}interface>'}, "interface", ""),
    "resource": ({"beside": '<{p}resource id="r" name="x"/>'}, "resource", "parcours:role"),
    "a definition beside": ({"beside": '<{p}timerEventDefinition id="e"/>'}, "timerEventDefinition", ""),
    "auditing": ({"inner": "<{p}auditing/>"}, "auditing", ""),
    "transaction": ({"task": "<{p}transaction id='t'/>"}, "transaction", ""),
    "adHocSubProcess": ({"task": "<{p}adHocSubProcess id='t'/>"}, "adHocSubProcess", ""),
    "complexGateway": ({"task": "<{p}complexGateway id='t'/>"}, "complexGateway", ""),
    "callChoreography": ({"task": "<{p}callChoreography id='t' initiatingParticipantRef='x'/>"}, "callChoreography", ""),
    "bpmn:name with a prefix": ({"prefix": "bpmn", "attributes": 'bpmn:name="x"'}, "bpmn:name", "name"),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_what_a_tool_wrote_is_named_as_it_is_written_with_what_to_write_instead(name: str) -> None:
    arguments, said, instead = NAMED[name]
    mine = [finding for finding in found(document(**arguments)) if said in finding.message]
    assert mine, [finding.message for finding in found(document(**arguments))]
    assert verdict(mine) == 1
    assert any(instead in allowed for finding in mine for allowed in finding.allowed) or not instead


_SEEN = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" {_C}'
_GATEWAY = (
    "<{p}exclusiveGateway id='t' {attributes}/><{p}endEvent id='y'/>"
    "<{p}sequenceFlow id='t_y' sourceRef='t' targetRef='y'><{p}conditionExpression>${{x}}</{p}conditionExpression></{p}sequenceFlow>"
)


def test_what_only_another_tool_reads_does_not_hide_the_other_faults() -> None:
    text = document(root=_SEEN, task=_GATEWAY, attributes='camunda:asyncBefore="true"')
    assert codes(text) == [("t", "foreign_attribute"), ("t_z", "condition_missing"), ("t_y", "feel_syntax")]


def test_what_another_tool_wrote_a_dozen_times_at_one_element_is_told_once() -> None:
    text = document(root=_C, inner=_E.format('<camunda:property name="a"/>' * 12))
    assert codes(text) == [("t", "foreign_element")]


def test_only_what_would_say_it_at_this_element_is_named_instead() -> None:
    (start,) = found(document(root=_C).replace('id="a"', 'id="a" camunda:formKey="x"'))
    assert (start.code, start.allowed) == ("foreign_attribute", ())
    (mapped,) = [
        finding
        for finding in found(document(root=_C, task=_CALL, inner=_E.format("<camunda:inputOutput/>")))
        if finding.code == "foreign_element"
    ]
    assert mapped.allowed == ("parcours:input", "parcours:output")


def test_extensions_and_notes_on_any_element_are_looked_into() -> None:
    inner = "<{p}extensionElements><camunda:x/></{p}extensionElements>"
    timer = f"<{{p}}intermediateCatchEvent id='t'><{{p}}timerEventDefinition id='m'>{inner}<{{p}}timeDuration>P1D</{{p}}timeDuration></{{p}}timerEventDefinition></{{p}}intermediateCatchEvent>"
    pools = (
        f"<{{p}}collaboration id='c'>{inner}<{{p}}participant id='p' processRef='proc'/></{{p}}collaboration>"
    )
    assert codes(document(root=_C, task=timer, beside=pools)) == [
        ("c", "foreign_element"),
        ("m", "foreign_element"),
    ]


def test_a_note_within_an_expression_is_refused_as_the_text_after_it_would_be_lost() -> None:
    condition = "<{p}conditionalEventDefinition><{p}condition><{p}documentation/>x</{p}condition></{p}conditionalEventDefinition>"
    text = document(task=f"<{{p}}intermediateCatchEvent id='t'>{condition}</{{p}}intermediateCatchEvent>")
    assert codes(text) == [("t", "element_not_supported")]


@pytest.mark.parametrize("frame", ["transaction", "adHocSubProcess"])
def test_what_is_inside_a_frame_that_is_refused_is_looked_at_too(frame: str) -> None:
    inner = "<{p}complexGateway id='g'/><{p}subProcess id='s'><{p}dataStoreReference id='d'/></{p}subProcess>"
    text = document(task=f"<{{p}}{frame} id='t'>{inner}</{{p}}{frame}>")
    assert codes(text) == [(element, "element_not_supported") for element in ("t", "g", "d")]


def test_an_event_with_two_definitions_is_told_beside_what_else_is_not_supported() -> None:
    several = "<{p}startEvent id='b'><{p}timerEventDefinition/><{p}signalEventDefinition/></{p}startEvent>"
    text = document(task=f"<{{p}}complexGateway id='t'/>{several}")
    assert {("t", "element_not_supported"), ("b", "several_event_definitions")} == set(codes(text))


def test_a_part_that_nobody_sees_is_told_with_the_event_that_it_is_in() -> None:
    cancel = (
        "<{p}boundaryEvent id='b' attachedToRef='t'><{p}cancelEventDefinition id='c'/></{p}boundaryEvent>"
    )
    (finding,) = found(document(task=f"<{{p}}task id='t'/>{cancel}"))
    assert finding.element_id == "c"
    assert "cancelEventDefinition n'est pas pris en charge dans boundaryEvent b" in finding.message


def test_a_name_that_is_drawn_on_several_lines_is_told_on_one() -> None:
    (finding,) = found(document(root=_C, attributes='name="Facture&#xA;reçue" camunda:x="1"'))
    assert finding.place == "t « Facture reçue »"


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ("<{p}messageEventDefinition/>", "reference_missing"),
        ("<{p}timerEventDefinition><{p}timeDate/></{p}timerEventDefinition>", "timer_empty"),
        ("<{p}conditionalEventDefinition><{p}condition/></{p}conditionalEventDefinition>", "condition_empty"),
        ("<{p}signalEventDefinition/>", "reference_missing"),
    ],
)
def test_an_event_that_was_only_drawn_is_told_what_it_lacks(definition: str, expected: str) -> None:
    task = f"<{{p}}intermediateCatchEvent id='t'>{definition}</{{p}}intermediateCatchEvent>"
    assert ("t", expected) in codes(document(task=task))


@pytest.mark.parametrize(
    ("declared", "said"),
    [("error", "error: errorCode"), ("escalation", "escalation: escalationCode"), ("signal", "signal: name")],
)
def test_a_declaration_is_told_which_of_its_words_is_missing(declared: str, said: str) -> None:
    (finding,) = found(document(beside=f"<{{p}}{declared} id='d'/>"))
    assert (finding.element_id, finding.code, finding.params["attribute"]) == ("d", "attribute_missing", said)


# several pools, none, and what is not BPMN 2.0


def test_a_file_of_several_pools_is_told_to_be_cut_up_and_each_pool_is_looked_at() -> None:
    second = '<process id="autre"><startEvent id="b" camunda:x="1"/></process>'
    text = document(
        root=_C,
        beside=second + '<collaboration id="c"><participant id="p" processRef="proc"/></collaboration>',
    )
    assert {
        ("", "one_process_per_file"),
        ("autre", "not_executable"),
        ("b", "foreign_attribute"),
    } <= set(codes(text))


def test_each_of_several_pools_is_told_its_own_faults_and_none_of_the_other() -> None:
    pools = (
        "<collaboration id='c'><participant id='p' processRef='proc'/><participant id='q' processRef='autre'/></collaboration>"
        "<collaboration id='d'><messageFlow id='mf' sourceRef='t' targetRef='b'/></collaboration>"
        "<message id='m' name='bilan.clos.v1'/>"
        "<process id='autre' isExecutable='true'><startEvent id='b'><messageEventDefinition messageRef='m'/></startEvent>"
        "<exclusiveGateway id='g'/><endEvent id='y'/><sequenceFlow id='b_g' sourceRef='b' targetRef='g'/>"
        "<sequenceFlow id='g_y' sourceRef='g' targetRef='y'/><sequenceFlow id='g_y2' sourceRef='g' targetRef='y'/></process>"
    )
    assert sorted(codes(document(beside=pools))) == [
        ("", "one_process_per_file"), ("g_y", "condition_missing"), ("g_y2", "condition_missing"),
        ("t", "flow_without_message"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "inside", ["", "<collaboration id='c'><participant id='p' name='x'/></collaboration>"]
)
def test_a_file_without_a_process_says_so(inside: str) -> None:
    assert codes(f'<definitions xmlns="{MODEL}" targetNamespace="urn:x">{inside}</definitions>') == [
        ("", "one_process_per_file")
    ]


def test_a_process_that_does_not_say_it_is_executable_is_refused_beside_its_other_faults() -> None:
    text = document(process="", root=_C, attributes='camunda:asyncBefore="true"')
    assert codes(text) == [("t", "foreign_attribute"), ("proc", "not_executable")]


OTHERS = {
    "BPMN 1.x (XPDL)": '<Package xmlns="http://www.wfmc.org/2008/XPDL2.1" Id="x"/>',
    "BPMN 2.0 beta": '<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0" targetNamespace="urn:x"/>',
    "DMN": '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="x" name="x" namespace="y"/>',
    "CMMN": '<definitions xmlns="http://www.omg.org/spec/CMMN/20151109/MODEL"/>',
    "BPEL": '<process xmlns="http://docs.oasis-open.org/wsbpel/2.0/process/executable"/>',
    "without a namespace": "<definitions><process id='x'/></definitions>",
    "a bare process": f'<process xmlns="{MODEL}" id="x"/>',
    "diagram interchange alone": '<BPMNDiagram xmlns="http://www.omg.org/spec/BPMN/20100524/DI"/>',
    "HTML": "<!-- x --><html><body/></html>",
    "JSON": '{"elements": []}',
    "text": "Bonjour",
    "nothing": "",
    "an unknown encoding": '<?xml version="1.0" encoding="klingon"?>' + _PLAIN,
    "Latin-1 called UTF-8": document(attributes="name='été'").encode("latin-1"),
    "cut short": _PLAIN[:-30],
    "two roots": _PLAIN + _PLAIN,
    "a zip": b"PK\x03\x04\x14\x00",
    "a null byte": _PLAIN.replace("id='t'", "id='t\0'"),
    "an undeclared prefix": document(attributes='camunda:x="1"'),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_bpmn_2_is_said_not_to_be(name: str) -> None:
    assert verdict(found(OTHERS[name])) == 2


def test_a_diagram_that_is_too_large_is_refused_and_what_is_none_is_not_readable() -> None:
    assert verdict(found(_PLAIN.encode() + b" " * documents.MAX_BYTES)) == 1
    assert verdict(found(OTHERS["HTML"].encode() + b" " * documents.MAX_BYTES)) == 2
    assert verdict(found(b"Bonjour " * documents.MAX_BYTES)) == 2


@pytest.mark.parametrize(
    ("before", "after", "place", "said"),
    [
        ('id="a"', 'id="a b"', "a b", "« a b » n'est pas un identifiant valable"),
        ('id="z"', 'id="a"', "a", "« a » n'est pas un identifiant valable, ou est déjà pris"),
        ("sourceRef='t'", "", "t_z", "l'attribut sourceRef manque"),
        ("true", "oui", "proc", "isExecutable ne peut pas valoir « oui »"),
        ("/></process>", ">z</sequenceFlow></process>", "t_z", "sequenceFlow ne peut pas contenir de texte"),
        ('<endEvent id="z"/>', '<endEvent id="z"><incoming>t_z</incoming><documentation/></endEvent>', "z", "documentation n'est pas à sa place"),
    ],
)  # fmt: skip
def test_a_fault_by_the_schema_is_told_in_french_at_its_element_however_the_lines_run(
    before: str, after: str, place: str, said: str
) -> None:
    for text in (_PLAIN, _PLAIN.replace("><", ">\n<")):
        changed = text.replace(before.replace("><", "><" if text is _PLAIN else ">\n<"), after, 1)
        faults = [finding for finding in found(changed) if finding.code == "schema_invalid"]
        assert [finding.element_id for finding in faults] == [place]
        assert said in faults[0].message


def test_an_expression_or_a_timer_that_cannot_be_read_is_told_in_french() -> None:
    flow = "<{p}conditionExpression>x == 1</{p}conditionExpression>"
    task = f"<{{p}}exclusiveGateway id='t' default='t_z'/><{{p}}endEvent id='y'/><{{p}}sequenceFlow id='t_y' sourceRef='t' targetRef='y'>{flow}</{{p}}sequenceFlow>"
    assert [finding.message for finding in found(document(task=task))] == [
        "« x == 1 » n'est pas du FEEL à partir du caractère 4"
    ]
    wait = "<{p}intermediateCatchEvent id='t'><{p}timerEventDefinition><{p}timeDuration>10 j</{p}timeDuration></{p}timerEventDefinition></{p}intermediateCatchEvent>"
    assert [finding.message for finding in found(document(task=wait))] == [
        "la minuterie « 10 j » ne se lit pas : une durée s'écrit P10D ou PT2H (ISO 8601)"
    ]


# references that lead nowhere


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("<startEvent id=\"a\"/>", "<startEvent id=\"a\"><outgoing>autre</outgoing></startEvent>", ("a", "flow_said_otherwise")),
        ("<startEvent id=\"a\"/>", "<startEvent id=\"a\"><outgoing>t_z</outgoing></startEvent>", ("a", "flow_said_otherwise")),
        ("<process ", '<collaboration id="c"><participant id="p" processRef="x"/></collaboration><process ', ("p", "reference_unknown")),
        ("<process ", '<collaboration id="c"><participant id="p"/><messageFlow id="m" sourceRef="p" targetRef="x"/></collaboration><process ', ("m", "reference_unknown")),
        ("</process>", '<association id="s" sourceRef="t" targetRef="x"/></process>', ("s", "reference_unknown")),
        ("<task id='t' ", "<task ", ("proc", "attribute_missing")),
    ],
)  # fmt: skip
def test_a_reference_to_nothing_is_told_where_it_is(
    before: str, after: str, expected: tuple[str, str]
) -> None:
    assert expected in codes(_PLAIN.replace(before, after, 1))


def test_a_message_flow_that_names_another_message_than_its_event_is_refused() -> None:
    diagram = Bpmn().message("bilan.clos.v1").message("bilan.autre.v1").start()
    diagram.node("receiveTask", "attendre", messageRef="m_clos").end().chain("debut", "attendre", "fin")
    flow = '<bpmn:messageFlow id="mf" sourceRef="p" targetRef="attendre" messageRef="m_autre"/>'
    pool = f'<bpmn:collaboration id="c"><bpmn:participant id="p" name="x"/>{flow}</bpmn:collaboration>'
    assert ("mf", "message_flow_differs") in codes(diagram.xml(before=pool))


def test_text_where_nobody_reads_it_is_refused() -> None:
    raw = (
        b.Bpmn()
        .start()
        .end()
        .chain("debut", "fin")
        .xml()
        .replace(b"<parcours:variables>", b"<parcours:variables>x")
    )
    assert [code for _, code in codes(raw)] == ["text_not_supported"]
