"""The command that runs a conformance suite."""

import json
from pathlib import Path

import pytest

from shared.dmn.tck import main
from tests.dmn.models import decision, input_data, model_bytes, text

CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <modelName>one.dmn</modelName>
  <testCase id="1"><inputNode name="x"><value xsi:type="xsd:decimal">2</value></inputNode>
    <resultNode name="d"><expected><value xsi:type="xsd:decimal">4</value></expected></resultNode></testCase>
  <testCase id="2"><inputNode name="x"><list><item><value xsi:type="xsd:string">a</value></item></list></inputNode>
    <resultNode name="d" errorResult="true"><expected><value xsi:nil="true"/></expected></resultNode></testCase>
</testCases>"""


def _suite(folder: Path, level: int, expression: str) -> Path:
    place = folder / f"compliance-level-{level}" / "one"
    place.mkdir(parents=True)
    (place / "one.dmn").write_bytes(model_bytes(input_data("x"), decision("d", text(expression), "input:x")))
    (place / "one-test-01.xml").write_text(CASES, encoding="utf-8")
    return folder


def test_a_complete_level_2_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _suite(tmp_path, 2, "x * 2")
    _suite(tmp_path, 3, "x * 3")
    assert main([str(tmp_path)]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert json.loads(last) == {"level2": [2, 2], "level3": [1, 2]}


def test_an_incomplete_level_2_fails_and_says_what_was_expected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _suite(tmp_path, 2, "x * 3")
    assert main([str(tmp_path), "--verbose", "--level", "2"]) == 1
    printed = capsys.readouterr().out
    assert "one/one-test-01#1: d: expected Decimal('4'), got Decimal('6')" in printed
    assert json.loads(printed.splitlines()[-1]) == {"level2": [1, 2]}


def test_a_folder_without_a_suite_is_told_apart(tmp_path: Path) -> None:
    assert main([str(tmp_path), "--json"]) == 2
