"""The field's own tools read our diagrams: bpmn-moddle (the modellers' parser) and bpmnlint."""

import json
import subprocess
from typing import Any

import pytest

from tests.diagrams.files import DIAGRAMS, ROOT, diagram_path


@pytest.fixture(scope="module")
def opened() -> dict[str, Any]:
    paths = [str(diagram_path(service)) for service in DIAGRAMS]
    command = [
        "sh",
        str(ROOT / "tools" / "node"),
        str(ROOT / "tests" / "diagrams" / "open_and_lint.mjs"),
        *paths,
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    return {service: found[path] for service, path in zip(DIAGRAMS, paths, strict=True)}


@pytest.mark.parametrize("service", DIAGRAMS)
def test_a_modeller_opens_the_diagram_without_a_warning(opened: dict[str, Any], service: str) -> None:
    assert opened[service]["warnings"] == []


@pytest.mark.parametrize("service", DIAGRAMS)
def test_the_recommended_rules_of_bpmnlint_find_no_error(opened: dict[str, Any], service: str) -> None:
    assert [report for report in opened[service]["reports"] if report["category"] == "error"] == []
