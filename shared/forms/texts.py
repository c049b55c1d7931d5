"""Texts of a form file: said as they stand, or read as FEEL."""

import re

from shared.feel import FeelSyntaxError, compile_expression
from shared.forms.findings import Node
from shared.forms.model import TODAY, Formula

TEMPLATE = re.compile(r"^\s*=|\{\{")


def plain(node: Node, prop: str) -> str:
    """A text that is said as it stands: form-js's templates and expressions are not supported there."""
    text = node.text(prop)
    if TEMPLATE.search(text):
        node.refuse(prop, "expected plain text, without '=' in front and without '{{'")
    return text


def formula(node: Node, prop: str) -> Formula | None:
    """A FEEL expression, with or without `=` in front."""
    text = node.text(prop).strip().removeprefix("=").strip()
    if not text:
        node.findings.add(node.name, "missing", property=node.prefix + prop)
        return None
    try:
        return Formula(text, compile_expression(text, names=(TODAY,)))
    except FeelSyntaxError as error:
        node.findings.add(node.name, "bad_expression", property=node.prefix + prop, detail=str(error))
        return None
