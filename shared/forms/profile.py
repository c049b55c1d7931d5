"""What of form-js is supported: components and their properties. All else is refused by name."""

from collections.abc import Mapping

SCHEMA_VERSIONS = range(1, 20)
"""Versions of the form-js file format whose meaning, for this allow-list, is the same."""
MAX_BYTES = 256_000
MAX_COMPONENTS = 300
MAX_DEPTH = 5

FORM = frozenset(
    (
        "type",
        "id",
        "schemaVersion",
        "components",
        "rules",
        "$schema",
        "exporter",
        "executionPlatform",
        "executionPlatformVersion",
    )
)
_ANY = frozenset(("id", "type", "layout", "conditional"))
_FIELD = _ANY | {
    "key",
    "label",
    "description",
    "disabled",
    "readonly",
    "validate",
    "properties",
    "defaultValue",
}

COMPONENTS: Mapping[str, frozenset[str]] = {
    "textfield": _FIELD | {"appearance"},
    "textarea": _FIELD,
    "number": _FIELD | {"appearance", "decimalDigits", "increment"},
    "checkbox": _FIELD,
    "radio": _FIELD | {"values"},
    "select": _FIELD | {"values", "searchable"},
    "checklist": _FIELD | {"values"},
    "datetime": _FIELD | {"subtype", "dateLabel", "disallowPassedDates"},
    "filepicker": (_FIELD - {"defaultValue", "readonly", "disabled"}) | {"accept", "multiple"},
    "dynamiclist": _ANY
    | {
        "path",
        "label",
        "components",
        "showOutline",
        "properties",
        "isRepeating",
        "allowAddRemove",
        "defaultRepetitions",
    },
    "expression": (_ANY - {"layout"}) | {"key", "expression", "computeOn", "properties"},
    "text": _ANY | {"text"},
    "group": _ANY | {"label", "components", "showOutline"},
    "separator": _ANY,
}

_REQUIRED = frozenset(("required",))
VALIDATE: Mapping[str, frozenset[str]] = {
    "textfield": _REQUIRED | {"minLength", "maxLength", "pattern", "validationType"},
    "textarea": _REQUIRED | {"minLength", "maxLength"},
    "number": _REQUIRED | {"min", "max"},
    "checkbox": _REQUIRED,
    "radio": _REQUIRED,
    "select": _REQUIRED,
    "checklist": _REQUIRED,
    "datetime": _REQUIRED,
    "filepicker": _REQUIRED,
}
"""Properties of `validate`, by component."""

PROPERTIES: Mapping[str, frozenset[str]] = {
    "textfield": frozenset(("check", "example", "autocomplete")),
    "textarea": frozenset(),
    "number": frozenset(("min", "max")),
    "checkbox": frozenset(),
    "radio": frozenset(),
    "select": frozenset(("source", "role", "kind")),
    "checklist": frozenset(),
    "datetime": frozenset(("min", "max", "autocomplete")),
    "filepicker": frozenset(("megabytes", "side")),
    "dynamiclist": frozenset(("min", "max")),
    "expression": frozenset(("type",)),
}
"""Custom properties (form-js `properties`), by component."""

LAYOUT = frozenset(("row", "columns"))
CONDITIONAL = frozenset(("hide",))
APPEARANCE = frozenset(("prefixAdorner", "suffixAdorner"))
OPTION = frozenset(("label", "value"))
RULE = frozenset(("when", "field", "message"))
SOURCES = ("people", "organisations", "offers")
LINE_LENGTH = 500
TEXT_LENGTH = 10_000
"""Longest answer, in characters, where the form says no `maxLength`."""
MOST_DECIMALS = 10
"""Of a number (`decimalDigits`)."""

COMPUTED_TYPES = ("string", "number", "boolean", "date", "list")
"""What an expression may be worth (`properties.type`)."""
MOST_ROWS, USUAL_ROWS = 50, 20
"""Rows of a dynamic list: at most, and where the form says no `max`."""
MOST_CELLS = 300
"""Rows times fields of one list."""
MOST_FILES = 5
"""Files of one answer, where the field takes several."""
LARGEST_FILE = 10
"""Megabytes, as for every attachment."""
MEDIA_TYPES: Mapping[str, str] = {
    ".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png",
    "application/pdf": "application/pdf", "image/jpeg": "image/jpeg", "image/png": "image/png",
}  # fmt: skip
"""What `accept` may say, and the type that is meant: no others can be attached."""
