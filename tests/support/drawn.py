"""A service's answer about a diagram, of a shipped one, with states that a test chooses."""

from collections.abc import Mapping
from typing import Any

from shared.process.diagram.sheets import Sheets
from tests.diagrams.files import unchecked

_SHEETS = Sheets()


def answer(process: str, states: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """``states``: element id → its state, all others are not reached; ``more``: in the place of what is usual."""
    known = unchecked(process)
    sheet = _SHEETS.of(known)
    elements = [
        {
            "element_id": each.id, "name": each.name, "type": each.type, "etape": each.etape,
            "organisation": each.organisation or None, "state": states.get(each.id, "not_reached"), "times": 0,
            "at": "2026-09-07T08:00:00+00:00" if states.get(each.id) in ("done", "current") else None,
            "actor_name": "Karim Benali" if states.get(each.id) == "done" and each.type == "userTask" else None,
        }
        for each in known.elements.values()
    ]  # fmt: skip
    return {
        "process_id": process, "process_name": known.name, "version": known.version, "on": None,
        "choices": [{"id": key, "name": name} for key, name in sheet.names.items()],
        "drawing": sheet.drawings[process], "elements": elements, "next": [],
    } | more  # fmt: skip
