"""Values of FEEL and the types that variables have."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

PYTHON: Mapping[str, type] = {
    "string": str,
    "number": Decimal,
    "boolean": bool,
    "date": date,
    "list": list,
}


def of_type(value: Any, name: str) -> Any:
    """The value, or null when it is not of that type: so FEEL takes a value where another type is declared."""
    if name == "date" and isinstance(value, datetime):
        return None
    return value if isinstance(value, PYTHON[name]) else None
