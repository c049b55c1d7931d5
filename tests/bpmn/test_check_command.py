"""``python -m shared.bpmn check FILE…``: a verdict on any file, with its reasons by element, and never an accident."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from shared.bpmn.__main__ import main
from shared.bpmn.standalone import FUNCTIONS
from shared.process.feel_functions import feel_functions
from tests.diagrams.files import PARTS, SERVICES, SOLUTIONS, WORKFLOWS
from tests.support.bpmn_builder import Bpmn


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["check", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def findings(*arguments: object) -> list[dict[str, Any]]:
    return list(json.loads(run(*arguments, "--json").stdout))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, diagram: Bpmn | bytes, name: str = "") -> Path:
    content = diagram if isinstance(diagram, bytes) else diagram.xml()
    path = folder / (name or f"{diagram.id if isinstance(diagram, Bpmn) else 'fichier'}.bpmn")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("service", SERVICES)
def test_a_shipped_diagram_is_accepted_with_its_folder(service: str) -> None:
    diagram = WORKFLOWS / service / f"{service}.bpmn"
    result = run(diagram, "--with", WORKFLOWS / service)
    assert (result.exit_code, result.stdout) == (0, f"{diagram} : accepté\n")


@pytest.mark.parametrize("service", SERVICES)
def test_a_shipped_diagram_alone_lacks_only_the_processes_that_it_calls(service: str) -> None:
    diagram = WORKFLOWS / service / f"{service}.bpmn"
    solutions = set(SOLUTIONS) - {"absences"}  # those are called by these
    called = {"accompaniment": solutions, "enrolment": set(PARTS)}.get(service, set())
    found = {
        (each["code"], each["message"].split("«")[1].split("»")[0].strip()) for each in findings(diagram)
    }
    assert found == {("unknown_name", process) for process in called}


def test_all_that_is_shipped_is_accepted_in_one_go() -> None:
    files = [path for path in WORKFLOWS.rglob("*") if path.suffix in (".bpmn", ".dmn", ".form")]
    assert run(*files).exit_code == 0


def test_what_is_wrong_is_said_by_file_element_and_name_with_what_is_allowed(folder: Path) -> None:
    diagram = write(
        folder, Bpmn().start().user("agir", parcours__due="demian").end().chain("debut", "agir", "fin")
    )
    result = run(diagram)
    assert result.exit_code == 1
    assert f"{diagram} : refusé, 1 point(s) à corriger" in result.stdout
    assert "agir « agir » : il n'y a ici ni variable ni fonction demian (permis : lycee)" in result.stdout


def test_programs_read_the_same_as_a_list(folder: Path) -> None:
    diagram = write(
        folder, Bpmn().start().user("agir", parcours__due="demian").end().chain("debut", "agir", "fin")
    )
    assert findings(diagram) == [
        {
            "file": str(diagram), "element_id": "agir", "name": "agir", "code": "variable_unknown",
            "message": "il n'y a ici ni variable ni fonction demian (permis : lycee)", "allowed": ["lycee"], "run": [],
        }
    ]  # fmt: skip


def test_what_only_a_service_knows_is_taken_as_named_and_what_is_not_named_is_missing(folder: Path) -> None:
    diagram = Bpmn().variables(ok="boolean").start().service("verifier", "une_operation")
    diagram.node("businessRuleTask", "choisir", parcours__decision="une_decision", parcours__result="ok")
    diagram.user("agir", parcours__role="un_role").end().chain("debut", "verifier", "choisir", "agir", "fin")
    assert run(write(folder, diagram)).exit_code == 0
    bare = (
        Bpmn("nu")
        .start()
        .node("serviceTask", "verifier")
        .node("businessRuleTask", "choisir")
        .node("userTask", "agir")
    )
    found = findings(write(folder, bare.end().chain("debut", "verifier", "choisir", "agir", "fin")))
    assert {(each["element_id"], each["code"]) for each in found} >= {
        ("verifier", "attribute_missing"), ("choisir", "attribute_missing"), ("agir", "attribute_missing"),
        ("agir", "no_organisation_lane"),
    }  # fmt: skip


def test_with_a_folder_what_is_not_in_it_does_not_exist(folder: Path) -> None:
    diagram = (
        (WORKFLOWS / "bilan" / "bilan.bpmn").read_bytes().replace(b'decision="consequences"', b'decision="x"')
    )
    found = findings(write(folder, diagram, "bilan.bpmn"), "--with", WORKFLOWS / "bilan")
    assert {each["code"] for each in found} == {"unknown_name"}


def test_a_call_finds_its_process_among_the_files(folder: Path) -> None:
    called = write(folder, Bpmn("preparer", label="").start("d2").end("f2").chain("d2", "f2"))
    calling = Bpmn().start().node("callActivity", "appel", calledElement="preparer").end()
    caller = write(folder, calling.chain("debut", "appel", "fin"))
    assert run(caller, called).exit_code == 0
    assert [(each["element_id"], each["code"]) for each in findings(caller)] == [("appel", "unknown_name")]
    called.write_bytes(
        called.read_bytes().replace(b"<bpmn:endEvent", b'<bpmn:endEvent cancelActivity="false"')
    )
    assert ("appel", "called_refused") in [(e["element_id"], e["code"]) for e in findings(caller, called)]


def test_that_it_does_not_say_it_is_executable_hides_no_other_fault(folder: Path) -> None:
    found = findings(write(folder, Bpmn(executable=False).start().end()))
    assert {each["code"] for each in found} >= {"not_executable", "not_connected"}


def test_one_bad_file_hides_nothing_of_another(folder: Path) -> None:
    bad, good = write(folder, b"<a>", "bad.bpmn"), WORKFLOWS / "bilan" / "bilan.bpmn"
    wrong = write(folder, Bpmn().start().end())
    result = run(bad, good, wrong)
    assert result.exit_code == 2
    assert f"{good} : accepté" in result.stdout
    assert "aucun flux" in result.stdout


def test_two_diagrams_that_have_nothing_to_do_with_each_other_may_have_one_id(folder: Path) -> None:
    one = write(folder, Bpmn("meme").start().end().chain("debut", "fin"), "un.bpmn")
    other = write(folder, Bpmn("meme").start().end(), "deux.bpmn")
    assert {each["file"] for each in findings(one, other)} == {str(other)}


def test_the_same_fault_a_hundred_times_is_told_once_to_people_and_each_time_to_programs(
    folder: Path,
) -> None:
    diagram = Bpmn().start().end()
    names = [f"t{number}" for number in range(100)]
    for name in names:
        diagram.node("task", name, camunda__asyncBefore="true")
    path = write(folder, diagram.chain("debut", *names, "fin"))
    text = run(path).stdout
    assert len(text.splitlines()) == 6
    assert "de même pour 97 autre(s) : t3, t4" in text
    assert len(findings(path)) == 100


@pytest.mark.parametrize("name", ["absent.bpmn", ".", "nul\0.bpmn"])
def test_what_is_not_a_file_is_said_not_to_be_one(name: str) -> None:
    assert run(name).exit_code == 2
    assert findings(name)[0]["code"] in ("file_missing", "file_unreadable")


def test_a_device_is_not_read() -> None:
    assert run("/dev/zero").exit_code == 2


def test_the_functions_that_every_service_offers_are_known() -> None:
    offered = feel_functions()
    assert {name: each.parameters for name, each in FUNCTIONS.items()} == {
        name: each.parameters for name, each in offered.items()
    }


def test_help_says_what_it_is_for() -> None:
    assert "Code de sortie" in run("--help").stdout


@pytest.mark.parametrize("asked", [[], ["--json"]])
def test_what_cannot_be_written_is_told_all_the_same(folder: Path, asked: list[str]) -> None:
    name = os.fsdecode(b"\xfe.bpmn")
    half = folder / "demi.form"
    half.write_text('{"id": "f", "type": "default", "schemaVersion": 17, "components": [{"type": "textfield",'
                    ' "key": "\\ud800", "label": "x"}, {"type": {}, "id": "y"}]}')  # fmt: skip
    for file, code in ((write(folder, b"<a/>", name), 2), (half, 1)):
        assert run(file, *asked).exit_code == code


def test_calls_within_calls_are_looked_at_once(folder: Path) -> None:
    """Ten calls in each of forty files, each of the next: not ten to the fortieth."""
    files = [write(folder, Bpmn("p0", label="").start("d0").end("f0").chain("d0", "f0"))]
    for number in range(1, 40):
        calls = [f"c{number}_{each}" for each in range(10)]
        made = Bpmn(f"p{number}", label="").start(f"d{number}").end(f"f{number}")
        for call in calls:
            made.node("callActivity", call, calledElement=f"p{number - 1}")
        files.append(write(folder, made.chain(f"d{number}", *calls, f"f{number}")))
    assert {each["code"] for each in findings(*files)} == set()
