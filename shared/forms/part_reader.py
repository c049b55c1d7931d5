"""What a dynamic list and a field for files say beside what every field does."""

from typing import Any

from shared.forms import profile
from shared.forms.findings import Node
from shared.forms.model import Component


def rows(node: Node, row_parts: tuple[Component, ...]) -> dict[str, Any]:
    """How many rows a list has; that it is one that people add to and take from."""
    custom = node.node("properties")
    custom.only(profile.PROPERTIES["dynamiclist"])
    for name in ("isRepeating", "allowAddRemove"):
        if not node.truth(name, default=True):
            node.refuse(name, "expected true: rows are added and removed")
    if not node.text("label"):
        node.findings.add(node.name, "missing", property="label")
    if not any(part.key for top in row_parts for part in top.walk()):
        node.findings.add(node.name, "missing", property="components")
    least, most = custom.whole("min") or 0, custom.whole("max")
    limit = profile.USUAL_ROWS if most is None else most
    _bounded(node, custom, row_parts, least, limit)
    first = node.whole("defaultRepetitions")
    shown = max(least, 1 if first is None else first)
    return {"least": least, "most": limit, "first_rows": min(shown, limit)}


def _bounded(node: Node, custom: Node, row_parts: tuple[Component, ...], least: int, most: int) -> None:
    if not max(least, 1) <= most <= profile.MOST_ROWS:
        custom.refuse("max", f"expected 1 to {profile.MOST_ROWS}, and at least 'min'")
    cells = most * sum(1 for top in row_parts for _ in top.walk())
    if cells > profile.MOST_CELLS:
        node.findings.add(node.name, "too_large", what="cells", found=cells, limit=profile.MOST_CELLS)


def files(node: Node, custom: Node) -> dict[str, Any]:
    """Which files a field takes, how many and how large."""
    megabytes = custom.whole("megabytes")
    if megabytes is not None and not 1 <= megabytes <= profile.LARGEST_FILE:
        custom.refuse("megabytes", f"expected 1 to {profile.LARGEST_FILE}")
    side = custom.text("side", "both")
    if side not in ("both", "own"):
        custom.refuse("side", "who may read the file", ("both", "own"))
    return {
        "accept": _accepted(node), "most": profile.MOST_FILES if node.truth("multiple") else 1,
        "megabytes": megabytes or profile.LARGEST_FILE, "is_reserved": side == "own",
    }  # fmt: skip


def _accepted(node: Node) -> tuple[str, ...]:
    """Media types, each once; all that can be attached where the form says none."""
    asked = [each.strip().lower() for each in node.text("accept").split(",") if each.strip()]
    for each in asked:
        if each not in profile.MEDIA_TYPES:
            node.refuse("accept", f"'{each}' cannot be attached", sorted(profile.MEDIA_TYPES))
    known = [profile.MEDIA_TYPES[each] for each in asked if each in profile.MEDIA_TYPES]
    return tuple(dict.fromkeys(known or profile.MEDIA_TYPES.values()))
