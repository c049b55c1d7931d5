"""Files that attack their reader: entities, outside files, sizes, depths, Python."""

import pytest

from shared.bpmn import DefinitionFiles, check
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Bpmn

_PLAIN = Bpmn().start().end().chain("debut", "fin").xml().decode()


def _codes(raw: bytes) -> list[str]:
    return [finding.code for finding in check(DefinitionFiles({"essai.bpmn": raw}), b.vocabulary())]


def _with_doctype(doctype: str, text: str = "") -> bytes:
    xml = _PLAIN.replace("\n<bpmn:definitions", f"\n{doctype}\n<bpmn:definitions", 1)
    return xml.replace('name="debut"', f'name="debut{text}"').encode()


_LAUGHS = '<!DOCTYPE x [<!ENTITY a "haha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        _with_doctype("<!DOCTYPE bpmn:definitions>"),
        _with_doctype('<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'),
        _with_doctype('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;"),
        _with_doctype('<!DOCTYPE x [<!ENTITY e "inside">]>', "&e;"),
        _with_doctype(_LAUGHS, "&a9;"),
    ],
)
def test_a_doctype_and_what_it_brings_is_refused(raw: bytes) -> None:
    assert _codes(raw)[0] in ("doctype_refused", "xml_unreadable")


@pytest.mark.parametrize("raw", [b"", b"not xml", b"<a>", b"\xff\xfe\x00", b"<a xmlns='" + b"x" * 100])
def test_what_is_not_xml_is_refused(raw: bytes) -> None:
    assert _codes(raw) == ["xml_unreadable"]


def test_xml_that_is_not_bpmn_is_refused() -> None:
    assert _codes(b"<html/>") == ["not_bpmn"]


def test_more_than_two_megabytes_are_not_read() -> None:
    assert _codes(_PLAIN.encode() + b" " * 2_000_000) == ["file_too_large"]


def test_more_than_300_nodes_are_not_read() -> None:
    diagram = Bpmn().start().end()
    names = [f"t{number}" for number in range(299)]
    for name in names:
        diagram.node("task", name)
    assert _codes(diagram.chain("debut", *names, "fin").xml()) == ["too_many_nodes"]


def test_more_than_1000_flows_are_not_read() -> None:
    flows = "".join(
        f'<sequenceFlow id="g{number}" sourceRef="debut" targetRef="fin"/>' for number in range(1_001)
    )
    drawn = (
        Bpmn()
        .start()
        .end()
        .xml()
        .replace(b"</bpmn:process>", flows.replace("<", "<bpmn:").encode() + b"</bpmn:process>")
    )
    assert _codes(drawn) == ["too_many_flows"]


@pytest.mark.parametrize(("count", "told"), [(99, []), (100, []), (101, ["too_deep"]), (250, ["too_deep"])])
def test_frames_are_read_a_hundred_deep(count: int, told: list[str]) -> None:
    bare = Bpmn().start().end().chain("debut", "fin").xml().decode()
    opened = "".join(f'<bpmn:subProcess id="s{depth}">' for depth in range(count))
    raw = bare.replace("</bpmn:process>", opened + "</bpmn:subProcess>" * count + "</bpmn:process>")
    assert [code for code in _codes(raw.encode()) if code == "too_deep"] == told


def test_frames_ninety_deep_are_checked() -> None:
    body = b.Body().start("i0").end("j0").chain("i0", "j0")
    for depth in range(1, 90):
        body = (
            b.Body()
            .start(f"i{depth}")
            .sub(f"s{depth}", body)
            .end(f"j{depth}")
            .chain(f"i{depth}", f"s{depth}", f"j{depth}")
        )
    diagram = Bpmn().start().sub("sous", body).end().chain("debut", "sous", "fin")
    assert _codes(diagram.xml()) == []


def test_utf_16_is_read_like_any_xml() -> None:
    raw = _PLAIN.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    assert _codes(raw) == []


def test_comments_and_processing_instructions_mean_nothing() -> None:
    assert _codes(_PLAIN.replace("<bpmn:endEvent", "<!-- c --><?php x ?><bpmn:endEvent").encode()) == []


@pytest.mark.parametrize(
    "text", ["1 +", "", "=", "a.b(", "import os", "x := 1", "'quoted'", "(" * 3000, "1" + "+1" * 20_000]
)  # fmt: skip
def test_an_expression_that_is_not_feel_is_told_at_its_element(text: str) -> None:
    diagram = Bpmn().start().user("agir", parcours__assignee=text).end().chain("debut", "agir", "fin")
    findings = check(b.files(diagram), b.vocabulary())
    if text:
        assert {finding.element_id for finding in findings} == {"agir"}
        assert {finding.code for finding in findings} <= {"feel_syntax", "variable_unknown"}
