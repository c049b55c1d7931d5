"""A page as a screen reader is told it: Chromium's own accessibility tree, as lines of text that can be reviewed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from playwright.sync_api import Page

from shared.catalogue import sentence

SILENT = {
    "none", "generic", "StaticText", "InlineTextBox", "ListMarker", "LineBreak", "RootWebArea", "LabelText", "strong",
}  # fmt: skip
"""Roles that say nothing by themselves; the words of a text are said by what they stand in."""
WHOLE = {
    "link",
    "button",
    "heading",
    "DisclosureTriangle",
    "combobox",
    "cell",
    "rowheader",
    "columnheader",
    "Legend",
}
"""Roles that are read by their name alone, unless something within can be used."""
USED = {"link", "button", "textbox", "checkbox", "radio", "combobox", "DisclosureTriangle"}
STATES = ("checked", "expanded", "disabled", "required", "invalid", "level", "current")
SPOKEN_AWAY = {"invalid": "false", "required": False, "disabled": False}
STORY = f" « {sentence('inbox.story_title')} »"
"""Of two services in the same second: their order is another at each run."""
CHANGING = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "…"),
    (re.compile(r"\b\d{1,2}\s?h\s?\d{2}\b"), "… h …"),
    (re.compile(r"\b([A-Z]+)-[0-9A-F]{12}\b"), r"\1-…"),
)
"""What is another at each run: ids, hours, numbers of documents."""


def reading_tree(page: Page) -> str:
    """Role, words and states of each element that is read, in the order of reading, a line each."""
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    known = {node["nodeId"]: node for node in nodes}
    lines = "\n".join(_lines(nodes[0], known, 0)) + "\n"
    for pattern, instead in CHANGING:
        lines = pattern.sub(instead, lines)
    return lines


def _lines(node: Mapping[str, Any], known: Mapping[str, Any], depth: int) -> Iterator[str]:
    role = _role(node)
    if role == "StaticText" and (words := str(node.get("name", {}).get("value", "")).strip()):
        yield f"{'  ' * depth}{words}"
    is_read = role not in SILENT
    if is_read:
        yield f"{'  ' * depth}{role}{_name(node)}{_states(node)}"
    if role in ("StaticText", "combobox") or (role in WHOLE and not _is_used(node, known)):
        return
    if role == "region" and _name(node) == STORY:
        yield f"{'  ' * (depth + 1)}(ce qui s’est passé, une ligne chacun)"
        return
    for child in _children(node, known):
        yield from _lines(child, known, depth + is_read)


def _role(node: Mapping[str, Any]) -> str:
    return "none" if node.get("ignored") else str(node.get("role", {}).get("value", ""))


def _children(node: Mapping[str, Any], known: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (known[child] for child in node.get("childIds", ()) if child in known)


def _is_used(node: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether there is something within that can be used."""
    return any(_role(each) in USED or _is_used(each, known) for each in _children(node, known))


def _name(node: Mapping[str, Any]) -> str:
    words = " ".join(str(node.get("name", {}).get("value", "")).split())
    return f" « {words} »" if words else ""


def _states(node: Mapping[str, Any]) -> str:
    told = {each["name"]: each["value"].get("value") for each in node.get("properties", ())}
    if _role(node) == "listitem":
        told.pop("level", None)
    said = [f"{name}={told[name]}" for name in STATES if name in told and told[name] != SPOKEN_AWAY.get(name)]
    if value := str(node.get("value", {}).get("value", "")).strip():
        said.append(f"valeur={value}")
    if described := node.get("description", {}).get("value"):
        said.append(f"description={described}")
    return f" [{', '.join(said)}]" if said else ""
