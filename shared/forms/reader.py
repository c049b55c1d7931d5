"""A form-js file read into components and rules; everything that is not supported is noted by name."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal, cast

from shared.feel import FeelSyntaxError, compile_expression
from shared.forms import profile
from shared.forms.checks import Checks
from shared.forms.findings import Findings, Node, is_number
from shared.forms.model import OUTPUT_TYPES, TODAY, Bound, Component, Formula, Kind, Option, Rule, Source

KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
TEMPLATE = re.compile(r"^\s*=|\{\{")
CHOICES = ("radio", "select", "checklist")


@dataclass(frozen=True)
class ReadForm:
    """What the file says, checked."""

    id: str
    components: tuple[Component, ...]
    rules: tuple[Rule, ...]

    def fields(self) -> Iterator[Component]:
        return (part for top in self.components for part in top.walk() if part.key)


class FormReader:
    """Reads one form; `findings` fills up on the way."""

    def __init__(self, raw: Mapping[str, Any], checks: Checks) -> None:
        self.checks = checks
        self.findings = Findings(raw["id"] if isinstance(raw.get("id"), str) and raw["id"] else "?")
        self.root = Node(self.findings, None, raw)
        self.count = 0

    def read(self) -> ReadForm:
        """The whole form. FormRefused with all that is wrong."""
        self._header()
        form = ReadForm(self.root.text("id"), self._children(self.root, 1), tuple(self._rules()))
        self._no_repeated_key(form)
        self._rules_name_fields(form)
        self._no_circular_condition(form)
        self.findings.stop_if_any()
        return form

    def _header(self) -> None:
        self.root.only(profile.FORM)
        for name in ("id", "type", "schemaVersion", "components"):
            if name not in self.root.raw:
                self.findings.add(None, "missing", property=name)
        if self.root.text("type", "default") != "default":
            self.root.refuse("type", "expected 'default'")
        version = self.root.whole("schemaVersion")
        if version is not None and version not in profile.SCHEMA_VERSIONS:
            self.root.refuse("schemaVersion", f"expected 1 to {profile.SCHEMA_VERSIONS[-1]}")

    def _children(self, parent: Node, depth: int) -> tuple[Component, ...]:
        if depth > profile.MAX_DEPTH:
            self.findings.add(parent.name, "too_large", what="depth", found=depth, limit=profile.MAX_DEPTH)
            return ()
        read = [self._component(parent, raw, depth) for raw in parent.items("components")]
        return tuple(component for component in read if component)

    def _component(self, parent: Node, raw: Any, depth: int) -> Component | None:
        self.count += 1
        if not isinstance(raw, dict):
            parent.refuse("components", "expected a list of objects")
            return None
        if self.count > profile.MAX_COMPONENTS:
            if self.count == profile.MAX_COMPONENTS + 1:
                limit = profile.MAX_COMPONENTS
                self.findings.add(None, "too_large", what="components", found=self.count, limit=limit)
            return None
        node = Node(self.findings, str(raw.get("key") or raw.get("id") or f"component {self.count}"), raw)
        kind = cast(Kind, raw.get("type"))
        if kind not in profile.COMPONENTS:
            self.findings.add(node.name, "unknown_component", sorted(profile.COMPONENTS), found=kind)
            return None
        node.only(profile.COMPONENTS[kind])
        return self._field(node, kind) if kind in OUTPUT_TYPES else self._presentation(node, kind, depth)

    def _presentation(self, node: Node, kind: Kind, depth: int) -> Component:
        return Component(
            **self._common(node, kind),
            label=self._plain(node, "label"),
            text=self._plain(node, "text"),
            show_outline=node.truth("showOutline"),
            components=self._children(node, depth + 1) if kind == "group" else (),
        )

    def _common(self, node: Node, kind: str) -> dict[str, Any]:
        layout = node.node("layout")
        layout.only(profile.LAYOUT)
        identifier = node.text("id") or node.text("key") or f"{kind}_{self.count}"
        return {
            "kind": kind, "id": identifier, "condition": self._condition(node),
            "row": layout.optional_text("row"), "columns": layout.whole("columns"),
        }  # fmt: skip

    def _condition(self, node: Node) -> Formula | None:
        conditional = node.node("conditional")
        conditional.only(profile.CONDITIONAL)
        return self.formula(conditional, "hide") if conditional.raw.get("hide") else None

    def _field(self, node: Node, kind: Kind) -> Component:
        validate, custom, appearance = node.node("validate"), node.node("properties"), node.node("appearance")
        validate.only(profile.VALIDATE[kind])
        custom.only(profile.PROPERTIES[kind])
        appearance.only(profile.APPEARANCE)
        source = self._source(custom) if kind == "select" else None
        label = self._plain(node, "label") or self._plain(node, "dateLabel")
        if not label:
            self.findings.add(node.name, "missing", property="label")
        if kind == "datetime" and node.text("subtype", "date") != "date":
            node.refuse("subtype", "expected 'date'")
        self._ordered(validate)
        return Component(
            **self._common(node, kind),
            key=self._key(node),
            label=label,
            description=self._plain(node, "description"),
            required=validate.truth("required"),
            readonly=node.truth("readonly") or node.truth("disabled"),
            options=self._options(node, custom) if kind in CHOICES else (),
            source=source,
            check=self._check(validate, custom) if kind == "textfield" else None,
            min=self._lower(node, kind, validate, custom),
            max=self._bound(kind, validate, custom, "max"),
            decimals=node.whole("decimalDigits"),
            increment=self._increment(node),
            min_length=validate.whole("minLength"),
            max_length=validate.whole("maxLength"),
            pattern=self._pattern(validate),
            default=self._default(node, kind),
            prefix=self._plain(appearance, "prefixAdorner"),
            suffix=self._plain(appearance, "suffixAdorner"),
            example=custom.optional_text("example"),
            autocomplete=custom.optional_text("autocomplete"),
        )

    def _key(self, node: Node) -> str:
        key = node.text("key")
        if KEY.fullmatch(key) is None or key == TODAY:
            node.refuse("key", "expected a variable's name: a-z, 0-9 and _, at most 64 characters")
        return key

    def _plain(self, node: Node, prop: str) -> str:
        """A text that is said as it stands: form-js's templates and expressions are not supported there."""
        text = node.text(prop)
        if TEMPLATE.search(text):
            node.refuse(prop, "expected plain text, without '=' in front and without '{{'")
        return text

    def _options(self, node: Node, custom: Node) -> tuple[Option, ...]:
        raw = node.items("values")
        if custom.raw.get("source") is not None:
            if raw:
                node.refuse("values", "expected none beside a source")
            return ()
        if not raw:
            self.findings.add(node.name, "missing", property="values")
        options = tuple(filter(None, (self._option(node, each) for each in raw)))
        if len({option.value for option in options}) < len(options):
            node.refuse("values", "expected each value once")
        return options

    def _option(self, node: Node, raw: Any) -> Option | None:
        if not isinstance(raw, dict):
            node.refuse("values", "expected objects with 'label' and 'value'")
            return None
        option = Node(self.findings, node.name, raw, "values.")
        option.only(profile.OPTION)
        value, label = option.text("value"), self._plain(option, "label")
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
        if (of == "people" and kind) or (of == "organisations" and role):
            custom.refuse("source", "'role' goes with people, 'kind' with organisations")
        return Source(cast(Literal["people", "organisations"], of), role, kind)

    def _check(self, validate: Node, custom: Node) -> str | None:
        standard, own = validate.optional_text("validationType"), custom.optional_text("check")
        name = own or (standard if standard != "custom" else None)
        allowed = self.checks if own else [n for n in ("email", "phone") if n in self.checks]
        if name and name not in allowed:
            self.findings.add(custom.name, "unknown_check", sorted(allowed), found=name)
        return name

    def _pattern(self, validate: Node) -> str | None:
        pattern = validate.optional_text("pattern")
        try:
            re.compile(pattern or "")
        except re.error as error:
            validate.refuse("pattern", f"not a regular expression: {error}")
        return pattern

    def _ordered(self, validate: Node) -> None:
        low, high = validate.raw.get("minLength"), validate.raw.get("maxLength")
        if isinstance(low, int) and isinstance(high, int) and low > high:
            validate.refuse("minLength", "expected at most maxLength")

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
        value = node.raw.get(prop)
        if isinstance(value, str) and value.lstrip().startswith("="):
            return self.formula(node, prop)
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

    def _default(self, node: Node, kind: str) -> Any:
        value = node.raw.get("defaultValue")
        if value is None:
            return None
        if not _fits(kind, value):
            node.refuse("defaultValue", f"expected a {OUTPUT_TYPES[kind]}")
            return None
        return value

    def formula(self, node: Node, prop: str) -> Formula | None:
        """A FEEL expression, with or without `=` in front."""
        text = node.text(prop).strip().removeprefix("=").strip()
        if not text:
            self.findings.add(node.name, "missing", property=node.prefix + prop)
            return None
        try:
            return Formula(text, compile_expression(text, names=(TODAY,)))
        except FeelSyntaxError as error:
            self.findings.add(node.name, "bad_expression", property=node.prefix + prop, detail=str(error))
            return None

    def _rules(self) -> Iterator[Rule]:
        for number, raw in enumerate(self.root.items("rules"), start=1):
            if not isinstance(raw, dict):
                self.root.refuse("rules", "expected objects with 'when', 'field' and 'message'")
                continue
            node = Node(self.findings, f"rule {number}", raw, "rules.")
            node.only(profile.RULE)
            when, field, message = (
                self.formula(node, "when"),
                node.text("field"),
                self._plain(node, "message"),
            )
            if not message:
                self.findings.add(node.name, "missing", property="rules.message")
            if when is not None:
                yield Rule(when, field, message)

    def _no_repeated_key(self, form: ReadForm) -> None:
        seen: set[str] = set()
        for component in form.fields():
            if component.key in seen:
                self.findings.add(component.key, "duplicate_key", found=component.key)
            seen.add(str(component.key))

    def _rules_name_fields(self, form: ReadForm) -> None:
        written = sorted(str(part.key) for part in form.fields() if not part.readonly)
        for number, rule in enumerate(form.rules, start=1):
            if rule.field not in written:
                self.findings.add(f"rule {number}", "unknown_field", written, found=rule.field)

    def _no_circular_condition(self, form: ReadForm) -> None:
        try:
            tuple(TopologicalSorter(condition_graph(form.components)).static_order())
        except CycleError as error:
            self.findings.add(None, "circular", found=" → ".join(error.args[1]))


def conditions(
    components: tuple[Component, ...], above: tuple[Formula, ...] = ()
) -> Iterator[tuple[Component, tuple[Formula, ...]]]:
    """Each component with the conditions that hide it: its own and those of the groups around it."""
    for component in components:
        own = (*above, component.condition) if component.condition else above
        yield component, own
        yield from conditions(component.components, own)


def condition_graph(components: tuple[Component, ...]) -> dict[str, set[str]]:
    """Field key → keys of the fields that decide whether it is shown."""
    hiding = {
        part.key: formulas for part, formulas in conditions(components) if part.key and not part.readonly
    }
    return {
        key: {name for formula in formulas for name in formula.names if name in hiding}
        for key, formulas in hiding.items()
    }


def _fits(kind: str, value: Any) -> bool:
    if kind == "checkbox":
        return isinstance(value, bool)
    if kind == "number":
        return is_number(value)
    if kind == "checklist":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, str)
