"""Texts of a form file: said as they stand, or read as FEEL."""

import re
from collections.abc import Iterator

from shared.feel import FeelSyntaxError, compile_expression
from shared.forms.findings import Node
from shared.forms.model import TODAY, Formula, Template

TEMPLATE = re.compile(r"^\s*=|\{\{")
MOST_HOLES = 50
HOLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
ELSEWHERE = frozenset(("this", "parent"))
"""form-js's names for a row and what is around it: here a row's own keys come first, then those around."""


def plain(node: Node, prop: str) -> str:
    """A text that is said as it stands: form-js's templates and expressions are not supported there."""
    text = node.text(prop)
    if TEMPLATE.search(text):
        node.refuse(prop, "expected plain text, without '=' in front and without '{{'")
    return text


def template(node: Node, prop: str) -> Template | None:
    """A text with FEEL in it: `{{…}}` within, or `=` in front of the whole; None for a plain one."""
    text = node.text(prop)
    if not TEMPLATE.search(text):
        return None
    if text.lstrip().startswith("="):
        whole = compiled(node, prop, text.strip().removeprefix("="))
        return Template((whole,)) if whole else None
    if len(HOLE.findall(text)) > MOST_HOLES:
        node.refuse(prop, f"expected at most {MOST_HOLES} expressions")
        return None
    return Template(tuple(_pieces(node, prop, text)))


def _pieces(node: Node, prop: str, text: str) -> Iterator[str | Formula]:
    at = 0
    for hole in HOLE.finditer(text):
        yield text[at : hole.start()]
        at = hole.end()
        if hole[1].lstrip().startswith(("#", "/")):
            node.refuse(prop, "expected expressions in '{{…}}', no '{{#if}}' and no '{{#loop}}'")
        elif (piece := compiled(node, prop, hole[1])) is not None:
            yield piece
    if "{{" in text[at:]:
        node.refuse(prop, "expected '}}' after each '{{'")
    yield text[at:]


def formula(node: Node, prop: str) -> Formula | None:
    """A FEEL expression, with or without `=` in front."""
    return compiled(node, prop, node.text(prop).strip().removeprefix("="))


def compiled(node: Node, prop: str, written: str) -> Formula | None:
    """FEEL without `=` in front; what is wrong with it is noted."""
    text = written.strip()
    if not text:
        node.findings.add(node.name, "missing", property=node.prefix + prop)
        return None
    try:
        made = Formula(text, compile_expression(text, names=(TODAY,)))
    except FeelSyntaxError as error:
        node.findings.add(node.name, "bad_expression", property=node.prefix + prop, detail=str(error))
        return None
    if foreign := made.names & ELSEWHERE:
        node.refuse(prop, f"'{min(foreign)}' is not supported: a row's keys stand for themselves")
        return None
    return made
