# ruff: noqa: E501 — one hostile file on each line
"""The command under limits of the operating system: whatever the files hold, verdicts in seconds and 256 MB."""

import json
import os
import resource
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from shared.bpmn.findings import MOST_FOUND
from tests.diagrams.files import ROOT
from tests.support.limited import Verdict, check_limited

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:x"'
    ' xmlns:parcours="urn:ambition-emploi:bpmn:1">'
)
_DMN = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="u">'
_VARIABLE = '<parcours:variable name="{}" type="number" side="both" retention="parcours" label="x"/>'
_LAUGHS = '<!DOCTYPE x [<!ENTITY a "haha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip
MEMORY, SECONDS = 256 * 1024 * 1024, 2  # of CPU, twice what is meant: a busy machine counts more


def process(body: str, beside: str = "") -> str:
    return f'{_HEAD}{beside}<process id="p" isExecutable="true">{body}</process></definitions>'


def declared(*names: str) -> str:
    inner = "".join(_VARIABLE.format(name) for name in names)
    return f"<extensionElements><parcours:variables>{inner}</parcours:variables></extensionElements>"


def flow(*ids: str) -> str:
    return "".join(
        f'<sequenceFlow id="f_{s}_{t}" sourceRef="{s}" targetRef="{t}"/>' for s, t in pairwise(ids)
    )


def row(*nodes: str, ids: tuple[str, ...] = ("n",)) -> str:
    """start → nodes → end."""
    return f'<startEvent id="a"/>{"".join(nodes)}<endEvent id="z"/>{flow("a", *ids, "z")}'


def tasks(count: int) -> str:
    names = [f"t{number}" for number in range(count)]
    return row(*(f'<task id="{name}"/>' for name in names), ids=tuple(names))


def condition(text: str) -> str:
    said = text.replace("&", "&amp;").replace("<", "&lt;")
    gateway = '<exclusiveGateway id="n" default="d"/><endEvent id="y"/>'
    way = f'<sequenceFlow id="c" sourceRef="n" targetRef="z"><conditionExpression>{said}</conditionExpression></sequenceFlow>'
    rest = f'<startEvent id="a"/><endEvent id="z"/><sequenceFlow id="d" sourceRef="n" targetRef="y"/>{way}{flow("a", "n")}'
    return process(declared("x") + gateway + rest)


def timer(kind: str, text: str) -> str:
    definition = f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"
    return process(row(f'<intermediateCatchEvent id="n">{definition}</intermediateCatchEvent>'))


def table(rules: int) -> str:
    entries = "".join(
        f'<rule id="r{n}"><inputEntry id="i{n}"><text>&gt; {n}</text></inputEntry>'
        f'<outputEntry id="o{n}"><text>{n}</text></outputEntry></rule>' for n in range(rules)
    )  # fmt: skip
    return (
        f'{_DMN}<inputData id="a" name="a"/><decision id="x" name="x"><informationRequirement id="q"><requiredInput href="#a"/>'
        '</informationRequirement><decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="e"><text>a</text>'
        f'</inputExpression></input><output id="o" name="o"/>{entries}</decisionTable></decision></definitions>'
    )


def decision(text: str) -> str:
    return f'{_DMN}<decision id="x" name="x"><literalExpression id="l"><text>{text}</text></literalExpression></decision></definitions>'


def form(**validate: object) -> str:
    field = {"type": "textfield", "key": "k", "label": "x", "validate": validate}
    return json.dumps({"type": "default", "id": "f", "schemaVersion": 16, "components": [field]})


REFUSED = {
    "entities.bpmn": _LAUGHS + process("").replace('"p"', '"&a9;"'),
    "outside.bpmn": '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + process(tasks(1)),
    "external.bpmn": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///dev/zero">]>' + process("<documentation>&e;</documentation>"),
    "deep.bpmn": process('<subProcess id="s">' * 10_000 + "</subProcess>" * 10_000),
    "deep200.bpmn": process("".join(f'<subProcess id="s{n}">' for n in range(200)) + "</subProcess>" * 200),
    "wide.bpmn": process("<x/>" * 200_000),
    "nodes.bpmn": process(tasks(10_000)),
    "nodes301.bpmn": process(tasks(299)),
    "flows.bpmn": process(tasks(298) + "".join(f'<sequenceFlow id="x{n}" sourceRef="t{n % 298}" targetRef="t{n * 7 % 298}"/>' for n in range(11_000))),
    "attributes.bpmn": process(tasks(1).replace('"t0"', '"t0" ' + " ".join(f'a{n}="1"' for n in range(100_000)), 1)),
    "attributes45000.bpmn": process(tasks(1).replace('"t0"', '"t0" ' + " ".join(f'a{n}="1"' for n in range(45_000)), 1)),
    "extensions.bpmn": process("<extensionElements>" + '<y xmlns="u"/>' * 49_000 + "</extensionElements>"),
    "variables.bpmn": process(declared(*(f"v{n}" for n in range(8_000))) + "<x/>"),
    "variables_twice.bpmn": process(declared(*["v"] * 8_000) + tasks(1)),
    "messages.bpmn": process(tasks(1), "".join(f'<message id="m{n}" name="m"/>' for n in range(16_000))),
    "processes.bpmn": _HEAD + "".join(f'<process id="p{n}"/>' for n in range(20_000)) + "</definitions>",
    "said.bpmn": process(tasks(290).replace('<task id="t5"/>', '<task id="t5">' + "<incoming>x</incoming>" * 40_000 + "</task>")),
    "associations.bpmn": process(tasks(1) + "".join(f'<association id="s{n}" sourceRef="t0" targetRef="x{n}"/>' for n in range(12_000))),
    "twice.bpmn": process('<task id="t"/>' * 290),
    "cyclic.bpmn": process('<boundaryEvent id="b" attachedToRef="c"/><boundaryEvent id="c" attachedToRef="b"/>'),
    "itself.bpmn": process(row('<callActivity id="n" calledElement="p"/>')),
    "brackets.bpmn": condition("(" * 100_000), "lists.bpmn": condition("[" * 100_000),
    "sum.bpmn": condition("1" + "+1" * 200_000), "ifs.bpmn": condition("if x=1 then " * 3_000 + "true"),
    "functions.bpmn": condition("function(a) " * 5_000 + "1"), "path.bpmn": condition("x" + ".a" * 50_000),
    "digits.bpmn": condition("1" * 400_000), "nots.bpmn": condition("not(" * 5_000 + "true" + ")" * 5_000),
    "years.bpmn": timer("timeDuration", "P" + "9" * 500_000 + "Y"), "years9.bpmn": timer("timeDuration", "P999999999Y"),
    "hours.bpmn": timer("timeDuration", "PT" + "1H" * 100_000), "turns.bpmn": timer("timeCycle", "R" + "9" * 90_000 + "/PT1M"),
    "script.bpmn": process(declared("x") + row('<scriptTask id="n" scriptFormat="feel"><script>' + "x = x + 1\n" * 100_000 + "</script></scriptTask>")),
    "deep.dmn": _DMN + "<decision>" * 10_000 + "</decision>" * 10_000 + "</definitions>",
    "entities.dmn": _LAUGHS + decision("1"), "brackets.dmn": decision("(" * 100_000), "sum.dmn": decision("1" + "+1" * 200_000),
    "rules.dmn": table(9_000), "many.dmn": _DMN + "".join(f'<decision id="x{n}" name="x{n}"/>' for n in range(20_000)) + "</definitions>",
    "circle.dmn": _DMN + "".join(f'<decision id="x{n}" name="x{n}"><informationRequirement id="i{n}"><requiredDecision href="#x{(n + 1) % 1_500}"/></informationRequirement></decision>' for n in range(1_500)) + "</definitions>",
    "deep.form": "[" * 100_000, "objects.form": '{"a":' * 50_000, "number.form": '{"schemaVersion":' + "9" * 100_000 + "}",
    "pattern.form": form(pattern="(" * 50_000), "open_pattern.form": form(pattern="(?P<a>" * 200 + ")" * 200),
    "components.form": '{"type":"default","id":"f","schemaVersion":16,"components":[' + ",".join(['{"type":"textfield","key":"k","label":"x"}'] * 2_500) + "]}",
    "hidden.form": json.dumps({"type": "default", "id": "f", "schemaVersion": 16, "components": [{"type": "text", "text": "x", "conditional": {"hide": "=" + "(" * 50_000}}]}),
}  # fmt: skip
BYTES = {
    "random.bpmn": os.urandom(100_000), "null.bpmn": process(tasks(1)).encode().replace(b"t0", b"t\0"),
    "big.bpmn": b"<a>" + b" " * 3_000_000, "utf8.form": b"\xff\xfe\x00", "random.dmn": os.urandom(1_000),
    "cut.bpmn": process(tasks(5)).encode("utf-16")[:-3],
}  # fmt: skip
ACCEPTED = {
    "nodes300.bpmn": process(tasks(298)),
    "name.bpmn": process(tasks(1).replace('"t0"', f'"t0" name="{"x" * 1_900_000}"', 1)),
    "spaces.bpmn": process(tasks(1) + " " * 1_900_000),
    "rows.dmn": table(1_900),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    """Of every file, each checked by a child of its own with little memory and little CPU."""
    folder = tmp_path_factory.mktemp("hostile")
    files = BYTES | {name: text.encode() for name, text in (REFUSED | ACCEPTED).items()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return check_limited([folder / name for name in files], memory=MEMORY, seconds=SECONDS)


@pytest.mark.parametrize("name", [*REFUSED, *BYTES])
def test_a_hostile_file_is_refused_with_a_reason(name: str, verdicts: dict[str, Verdict]) -> None:
    found = verdicts[name]
    assert found.code in (1, 2), found.printed
    assert 2 <= len(found.printed.splitlines()) <= MOST_FOUND + 10
    assert max(map(len, found.printed.splitlines())) < 20_000


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_large_file_that_says_nothing_wrong_is_accepted_as_quickly(
    name: str, verdicts: dict[str, Verdict]
) -> None:
    assert verdicts[name].code == 0, verdicts[name].printed


def test_the_command_itself_starts_and_ends_within_the_same_memory(tmp_path: Path) -> None:
    (tmp_path / "x.bpmn").write_text(ACCEPTED["nodes300.bpmn"])
    command = [sys.executable, "-m", "shared.bpmn", "check", str(tmp_path / "x.bpmn")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, preexec_fn=_limit, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{tmp_path / 'x.bpmn'} : accepté\n", "")


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
