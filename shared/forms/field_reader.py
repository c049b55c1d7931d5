"""A component that people fill in, read from its JSON object."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast

from shared.feel import compile_expression
from shared.forms import profile
from shared.forms.checks import Checks
from shared.forms.findings import Node, is_number
from shared.forms.french import read_date
from shared.forms.model import OUTPUT_TYPES, PSAD, TODAY, Bound, Component, Formula, Kind, Option, Source
from shared.forms.part_reader import files, rows
from shared.forms.patterns import TooCostly, check_pattern
from shared.forms.profile import LINE_LENGTH, TEXT_LENGTH
from shared.forms.texts import formula, plain

KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
CHOICES = ("radio", "select", "checklist")


class FieldReader:
    """Reads fields; what is wrong with one goes to its node's findings. `checks`: the named checks there are."""

    def __init__(self, checks: Checks) -> None:
        self.checks = checks

    def read(self, node: Node, kind: Kind, common: Mapping[str, Any]) -> Component:
        """The field in `node`; `common`: what every component has."""
        validate, custom, appearance = node.node("validate"), node.node("properties"), node.node("appearance")
        validate.only(profile.VALIDATE[kind])
        custom.only(profile.PROPERTIES[kind])
        appearance.only(profile.APPEARANCE)
        source = self._source(custom) if kind == "select" else None
        label = plain(node, "label") or plain(node, "dateLabel")
        if not label:
            node.findings.add(node.name, "missing", property="label")
        if kind == "datetime" and node.text("subtype", "date") != "date":
            node.refuse("subtype", "expected 'date'")
        self._ordered(validate, kind)
        held = self._held(node)
        options = self._options(node, custom) if kind in CHOICES else ()
        return Component(
            **common,
            key=self._key(node),
            label=label,
            description=plain(node, "description"),
            required=validate.truth("required"),
            readonly=self._is_readonly(node) or node.truth("disabled"),
            readonly_when=held,
            options=options,
            source=source,
            check=self._check(validate, custom) if kind == "textfield" else None,
            min=self._lower(node, kind, validate, custom),
            max=self._bound(kind, validate, custom, "max"),
            decimals=self._decimals(node),
            increment=self._increment(node),
            min_length=validate.whole("minLength"),
            max_length=validate.whole("maxLength"),
            pattern=self._pattern(validate),
            default=self._default(node, kind, [] if source else [option.value for option in options]),
            prefix=plain(appearance, "prefixAdorner"),
            suffix=plain(appearance, "suffixAdorner"),
            example=custom.optional_text("example"),
            autocomplete=custom.optional_text("autocomplete"),
            **(files(node, custom) if kind == "filepicker" else {}),
        )

    def expression(self, node: Node, common: Mapping[str, Any]) -> Component:
        """A value that is computed from others, by FEEL; shown by a text that names it."""
        custom = node.node("properties")
        custom.only(profile.PROPERTIES["expression"])
        type_ = custom.text("type")
        if type_ not in profile.COMPUTED_TYPES:
            custom.refuse("type", "expected what the expression is worth", profile.COMPUTED_TYPES)
        if node.text("computeOn", "change") not in ("change", "presubmit"):
            node.refuse("computeOn", "expected 'change' or 'presubmit'")
        return Component(**common, key=self._key(node), formula=formula(node, "expression"), output=type_)

    def list_of_rows(
        self, node: Node, common: Mapping[str, Any], row_parts: tuple[Component, ...]
    ) -> Component:
        """A dynamic list, whose rows have `row_parts`."""
        return Component(
            **common,
            key=self._key(node, "path"),
            label=plain(node, "label"),
            show_outline=node.truth("showOutline"),
            row_parts=row_parts,
            **rows(node, row_parts),
        )

    def _is_readonly(self, node: Node) -> bool:
        return not isinstance(node.raw.get("readonly"), str) and node.truth("readonly")

    def _held(self, node: Node) -> Formula | None:
        """`readonly` as FEEL: changeable or not, by what else is answered or known."""
        if not isinstance(node.raw.get("readonly"), str):
            return None
        if not node.text("readonly").lstrip().startswith("="):
            node.refuse("readonly", "expected true or false, or FEEL after '='")
            return None
        return formula(node, "readonly")

    def _key(self, node: Node, prop: str = "key") -> str:
        key = node.text(prop)
        if KEY.fullmatch(key) is None or key == TODAY:
            node.refuse(prop, "expected a variable's name: a-z, 0-9 and _, at most 64 characters")
        return key

    def _options(self, node: Node, custom: Node) -> tuple[Option, ...]:
        raw = node.items("values")
        if custom.raw.get("source") is not None:
            if raw:
                node.refuse("values", "expected none beside a source")
            return ()
        if not raw:
            node.findings.add(node.name, "missing", property="values")
        options = tuple(filter(None, (self._option(node, each) for each in raw)))
        if len({option.value for option in options}) < len(options):
            node.refuse("values", "expected each value once")
        return options

    def _option(self, node: Node, raw: Any) -> Option | None:
        if not isinstance(raw, dict):
            node.refuse("values", "expected objects with 'label' and 'value'")
            return None
        option = Node(node.findings, node.name, raw, "values.")
        option.only(profile.OPTION)
        value, label = option.text("value"), plain(option, "label")
        if not value or not label:
            node.refuse("values", "expected a 'label' and a 'value' for each")
            return None
        return Option(value, label)

    def _source(self, custom: Node) -> Source | None:
        of, role, kind = (custom.optional_text(name) for name in ("source", "role", "kind"))
        if of is None:
            for name in ("role", "kind"):
                if custom.raw.get(name):
                    custom.refuse(name, "expected only beside 'source'")
            return None
        if of not in profile.SOURCES:
            custom.refuse("source", "unknown source", profile.SOURCES)
            return None
        if (of == "people" and kind) or (of != "people" and role):
            custom.refuse("source", "'role' goes with people, 'kind' with organisations")
        if of == "offers" and kind not in (None, PSAD):
            custom.refuse("kind", f"expected '{PSAD}' or none beside offers")
        return Source(cast(Literal["people", "organisations", "offers"], of), role, kind)

    def _check(self, validate: Node, custom: Node) -> str | None:
        standard, own = validate.optional_text("validationType"), custom.optional_text("check")
        name = own or (standard if standard != "custom" else None)
        if own and standard not in (None, "custom"):
            custom.refuse("check", "expected none beside 'validate.validationType'")
        allowed = self.checks if own else [n for n in ("email", "phone") if n in self.checks]
        if name and name not in allowed:
            custom.findings.add(custom.name, "unknown_check", sorted(allowed), found=name)
        return name

    def _pattern(self, validate: Node) -> str | None:
        pattern, longest = validate.optional_text("pattern"), validate.raw.get("maxLength")
        try:
            re.compile(pattern or "")
            check_pattern(pattern or "", longest if isinstance(longest, int) else LINE_LENGTH)
        except TooCostly as costly:
            validate.refuse("pattern", f"too costly: {costly}")
        except (re.error, RecursionError, OverflowError) as error:
            validate.refuse("pattern", f"not a regular expression: {error}")
        return pattern

    def _ordered(self, validate: Node, kind: str) -> None:
        low, high = validate.raw.get("minLength"), validate.raw.get("maxLength")
        if high == 0:
            validate.refuse("maxLength", "expected 1 or more")
        elif isinstance(low, int) and isinstance(high, int) and low > high:
            validate.refuse("minLength", "expected at most maxLength")
        usual = TEXT_LENGTH if kind == "textarea" else LINE_LENGTH
        if isinstance(low, int) and high is None and low > usual:
            validate.refuse("minLength", f"expected at most {usual} where there is no maxLength")

    def _decimals(self, node: Node) -> int | None:
        decimals = node.whole("decimalDigits")
        if decimals is not None and decimals > profile.MOST_DECIMALS:
            node.refuse("decimalDigits", f"expected 0 to {profile.MOST_DECIMALS}")
        return decimals

    def _increment(self, node: Node) -> Decimal | None:
        raw = node.raw.get("increment")
        step = (
            Decimal(raw)
            if isinstance(raw, str) and re.fullmatch(r"\d+(\.\d+)?", raw)
            else node.number("increment")
        )
        if step is not None and step <= 0:
            node.refuse("increment", "expected a number above 0")
        return step

    def _lower(self, node: Node, kind: str, validate: Node, custom: Node) -> Bound | None:
        """The lower bound; `disallowPassedDates` means not before today."""
        if not node.truth("disallowPassedDates"):
            return self._bound(kind, validate, custom, "min")
        if custom.raw.get("min") is not None:
            custom.refuse("min", "expected none beside 'disallowPassedDates'")
        return Formula(TODAY, compile_expression(TODAY, names=(TODAY,)))

    def _bound(self, kind: str, validate: Node, custom: Node, prop: str) -> Bound | None:
        if kind not in ("number", "datetime"):
            return None
        node = custom if custom.raw.get(prop) is not None else validate
        if node is custom and validate.raw.get(prop) is not None:
            custom.refuse(prop, f"expected none beside 'validate.{prop}'")
        value = node.raw.get(prop)
        if isinstance(value, str) and value.lstrip().startswith("="):
            return formula(node, prop)
        if value is None:
            return None
        return (
            self._number_bound(node, prop, value) if kind == "number" else self._date_bound(node, prop, value)
        )

    def _number_bound(self, node: Node, prop: str, value: Any) -> Decimal | None:
        if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
            return Decimal(value)
        return node.number(prop)

    def _date_bound(self, node: Node, prop: str, value: Any) -> date | None:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            node.refuse(prop, "expected a date like 2026-09-01, or FEEL after '='")
            return None

    def _default(self, node: Node, kind: str, allowed: list[str]) -> Any:
        value = node.raw.get("defaultValue")
        if value is None or value in ("", []):
            return None
        if not _fits(kind, value):
            node.refuse("defaultValue", f"expected a {OUTPUT_TYPES[kind]}")
            return None
        if kind == "datetime" and read_date(value) is None:
            node.refuse("defaultValue", "expected a date like 2026-09-01")
        if allowed and not set(value if isinstance(value, list) else [value]) <= set(allowed):
            node.refuse("defaultValue", "expected one of the values", allowed)
        return value


def _fits(kind: str, value: Any) -> bool:
    if kind == "checkbox":
        return isinstance(value, bool)
    if kind == "number":
        return is_number(value)
    if kind == "checklist":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, str)
