"""Small forms for tests."""

import json
from datetime import UTC, datetime
from random import Random
from typing import Any

from shared.forms import Check, Form, FormContext, parse_form

NOW = datetime(2026, 9, 15, 22, 30, tzinfo=UTC)  # already the 16th in Paris
CHECKS = {
    "siret": Check(
        lambda text: len(text) == 14 and text.isdigit(),
        "forms.pattern",
        lambda random: f"{random.randrange(10**14):014d}",
        lambda text: text.replace(" ", ""),
    )
}


def field(kind: str, key: str = "champ", **given: Any) -> dict[str, Any]:
    """A component with a label; choices get two options."""
    options = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]
    values = {"values": options} if kind in ("radio", "select", "checklist") else {}
    return {"type": kind, "id": f"id_{key}", "key": key, "label": key.capitalize(), **values, **given}


def rows(*inside: Any, **given: Any) -> dict[str, Any]:
    """A dynamic list « Périodes »; two dates in each row, when nothing is said."""
    dates = (field("datetime", "debut_le"), field("datetime", "fin_le", properties={"min": "= debut_le"}))
    usual = {
        "type": "dynamiclist", "id": "id_periodes", "path": "periodes", "label": "Périodes",
        "components": list(inside or dates),
    }  # fmt: skip
    return {**usual, **given}


def expression(key: str = "total", **given: Any) -> dict[str, Any]:
    """A computed value, a number when nothing is said."""
    usual = {
        "type": "expression", "id": f"id_{key}", "key": key, "expression": "= 1", "properties": {"type": "number"}
    }  # fmt: skip
    return {**usual, **given}


def schema(*components: Any, **given: Any) -> dict[str, Any]:
    return {"type": "default", "id": "essai", "schemaVersion": 19, "components": list(components), **given}


def form(*components: Any, **given: Any) -> Form:
    return parse_form(json.dumps(schema(*components, **given)).encode(), CHECKS)


def context(**variables: Any) -> FormContext:
    return FormContext(variables, NOW)


def seeded(seed: int = 1) -> Random:
    return Random(seed)
