"""Findings as a person or a program reads them, and what they come to."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import orjson

from shared.bpmn.findings import Finding
from shared.catalogue import sentence

UNREADABLE = frozenset(("file_missing", "file_unreadable", "xml_unreadable", "doctype_refused", "not_bpmn"))
"""Codes of what is not BPMN at all."""
ALIKE = 3  # so many elements with the same fault are told one by one, more are told together
ACCEPTED, REFUSED, NOT_BPMN = 0, 1, 2


def verdict(findings: Iterable[Finding]) -> int:
    """The exit code: 0 accepted, 1 refused, 2 not readable as BPMN."""
    codes = {finding.code for finding in findings if not finding.is_notice}
    if codes & UNREADABLE:
        return NOT_BPMN
    return REFUSED if codes else ACCEPTED


def as_json(findings: Sequence[Finding]) -> str:
    return orjson.dumps([_object(finding) for finding in findings], option=orjson.OPT_INDENT_2).decode()


def _object(finding: Finding) -> dict[str, Any]:
    said = {
        "file": finding.file, "element_id": finding.element_id, "name": finding.element_name,
        "code": finding.code, "message": finding.message,
    }  # fmt: skip
    lists = {"allowed": finding.allowed, "run": finding.run}
    return {
        **{name: _writable(text) for name, text in said.items()},
        **{name: [_writable(text) for text in texts] for name, texts in lists.items()},
    }


def _writable(text: str) -> str:
    """File names of another encoding and halves of characters (JSON's ``\\ud800``) can be read, not written."""
    return text.encode("utf-8", "replace").decode()


def as_text(files: Sequence[str], findings: Sequence[Finding]) -> str:
    """Per file: its verdict, then its faults, those alike together."""
    lines = [line for file in files for line in _about(file, [f for f in findings if f.file == file])]
    others = [finding for finding in findings if finding.file not in files]
    return _writable("\n".join(lines + [finding.sentence for finding in others]))


def _about(file: str, findings: list[Finding]) -> Iterator[str]:
    said = ("accepted", "refused", "not_bpmn")[verdict(findings)]
    faults = sum(not finding.is_notice for finding in findings)
    yield sentence(f"bpmn.check_{said}", file=file, count=faults)
    for message, alike in groupby(sorted(findings, key=_order(findings)), key=lambda each: each.message):
        yield from _told(message, list(alike))
    if verdict(findings) == REFUSED:
        yield "  " + sentence("bpmn.check_more")


def _order(findings: list[Finding]) -> Any:
    """Faults alike side by side, in the order in which the first of them was found."""
    first = {finding.message: index for index, finding in reversed(list(enumerate(findings)))}
    return lambda finding: first[finding.message]


def _told(message: str, alike: list[Finding]) -> Iterator[str]:
    for finding in alike[:ALIKE]:
        yield f"  {finding.place} : {message}"
    if others := [finding.element_id for finding in alike[ALIKE:]]:
        yield "    " + sentence(
            "bpmn.check_alike", count=len(others), elements=", ".join(dict.fromkeys(others))
        )
