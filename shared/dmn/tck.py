"""Runs the DMN Technology Compatibility Kit: python -m shared.dmn.tck DIR [--level 2|3] [--verbose] [--json].

The last line of the output is JSON: {"level2": [passed, total], "level3": [passed, total]}, in test cases.
Ends with 1 when level 2 is not complete, with 2 when DIR holds no test.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree
from tqdm import tqdm

from shared.dmn.errors import DmnError
from shared.dmn.model import Model
from shared.dmn.reader import parse_dmn
from shared.dmn.tck_values import UnreadableValue, agrees, value_in
from shared.feel import BudgetExceeded, Evaluation

_NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """One `testCase`: the model's path, and what the file says of it."""

    level: int
    folder: str
    file: str
    number: str
    model: Path
    element: etree._Element

    @property
    def name(self) -> str:
        """For lists and reports."""
        return f"{self.folder}/{self.file}#{self.number}"


def cases_of(directory: Path, level: int) -> Iterator[Case]:
    """The cases of one compliance level, in the order of their files."""
    for file in sorted(directory.glob(f"compliance-level-{level}/*/*-test-*.xml")):
        root = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
        model = next((e.text or "" for e in root.iter("{*}modelName")), "")
        for element in root.iter("{*}testCase"):
            yield Case(
                level, file.parent.name, file.stem, element.get("id") or "", file.parent / model, element
            )


@lru_cache(maxsize=4)
def _model(path: Path) -> Model:
    others = [p.read_bytes() for p in sorted(path.parent.glob("*.dmn")) if p != path]
    return parse_dmn(path.read_bytes(), imports=others, lenient=True)


def _named(element: etree._Element, name: str) -> list[etree._Element]:
    return [e for e in element if isinstance(e.tag, str) and etree.QName(e).localname == name]


def failure_of(case: Case) -> str | None:
    """Why a case fails, or None when it passes."""
    try:
        model = _model(case.model)
        inputs = {
            " ".join(str(n.get("name")).split()): value_in(n) for n in _named(case.element, "inputNode")
        }
        for result in _named(case.element, "resultNode"):
            wrong = _wrong_result(model, case, inputs, result)
            if wrong:
                return wrong
    except (DmnError, BudgetExceeded, UnreadableValue) as problem:
        return f"{type(problem).__name__}: {problem}"
    return None


def _wrong_result(model: Model, case: Case, inputs: dict[str, Any], result: etree._Element) -> str | None:
    name, service = str(result.get("name")), case.element.get("invocableName")
    if case.element.get("type") == "decisionService" and service:
        evaluation = model.evaluate_service(service, inputs, now=_NOW)
        if len(model.services[service].output_decisions) > 1:
            evaluation = Evaluation((evaluation.value or {}).get(name), evaluation.reasons)
    else:
        evaluation = model.evaluate(name, inputs, now=_NOW)
    expectation = _named(result, "expected")
    expected = value_in(expectation[0]) if expectation else None
    if agrees(evaluation.value, expected):
        return None
    return f"{name}: expected {expected!r}, got {evaluation.value!r} {'; '.join(evaluation.reasons)}"


def run(directory: Path, levels: Sequence[int], *, verbose: bool) -> dict[str, list[int]]:
    """Run the levels; [passed, total] of each."""
    counts: dict[str, list[int]] = {}
    for level in levels:
        cases = list(cases_of(directory, level))
        passed = 0
        for case in tqdm(cases, desc=f"level {level}", unit="case", file=sys.stderr, disable=None):
            failure = failure_of(case)
            passed += failure is None
            if failure and verbose:
                tqdm.write(f"{case.name}: {failure}", file=sys.stdout)
        counts[f"level{level}"] = [passed, len(cases)]
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; see above."""
    parser = argparse.ArgumentParser(prog="python -m shared.dmn.tck", description="Run the DMN TCK.")
    parser.add_argument("directory", type=Path, metavar="DIR", help="holds compliance-level-2 and -3")
    parser.add_argument("--level", type=int, choices=(2, 3), help="only this level")
    parser.add_argument("--verbose", action="store_true", help="say of each failed case what was expected")
    parser.add_argument("--json", action="store_true", help="print nothing but the last line")
    options = parser.parse_args(arguments)
    levels = (options.level,) if options.level else (2, 3)
    counts = run(options.directory, levels, verbose=options.verbose and not options.json)
    if not any(total for _, total in counts.values()):
        sys.stderr.write(f"no test case in {options.directory}\n")
        return 2
    if not options.json:
        sys.stdout.writelines(f"{level}: {p} of {t} cases pass\n" for level, (p, t) in counts.items())
    sys.stdout.write(json.dumps(counts) + "\n")
    passed, total = counts.get("level2", [0, 0])
    return int(passed < total)


if __name__ == "__main__":
    sys.exit(main())
