"""A form-js file read into components and rules; everything that is not supported is noted by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any, cast

from shared.forms import profile
from shared.forms.checks import Checks
from shared.forms.conditions import decision_graph
from shared.forms.field_reader import FieldReader
from shared.forms.findings import Findings, Node
from shared.forms.model import OUTPUT_TYPES, Component, Formula, Kind, Rule
from shared.forms.texts import formula, plain, template


@dataclass(frozen=True)
class ReadForm:
    """What the file says, checked."""

    id: str
    components: tuple[Component, ...]
    rules: tuple[Rule, ...]

    def fields(self) -> Iterator[Component]:
        """Those of the form itself: what is in the rows of a list is the list's."""
        return (part for top in self.components for part in top.walk() if part.key)

    def lists(self) -> Iterator[Component]:
        return (part for part in self.fields() if part.kind == "dynamiclist")


class FormReader:
    """Reads one form; `findings` fills up on the way."""

    def __init__(self, raw: Mapping[str, Any], checks: Checks) -> None:
        self.fields = FieldReader(checks)
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
        node = Node(
            self.findings,
            str(raw.get("key") or raw.get("path") or raw.get("id") or f"component {self.count}"),
            raw,
        )
        kind = cast(Kind, raw.get("type"))
        if not isinstance(kind, str) or kind not in profile.COMPONENTS:
            self.findings.add(node.name, "unknown_component", sorted(profile.COMPONENTS), found=kind)
            return None
        node.only(profile.COMPONENTS[kind])
        return self._read(node, kind, depth)

    def _read(self, node: Node, kind: Kind, depth: int) -> Component:
        if kind == "dynamiclist":
            return self._list(node, depth)
        if kind == "expression":
            return self.fields.expression(node, self._common(node, kind))
        if kind in OUTPUT_TYPES:
            return self.fields.read(node, kind, self._common(node, kind))
        return self._presentation(node, kind, depth)

    def _list(self, node: Node, depth: int) -> Component:
        row_parts = self._children(node, depth + 1)
        for part in (part for top in row_parts for part in top.walk()):
            if part.kind == "dynamiclist":
                self.findings.add(part.key, "not_in_rows", found="dynamiclist")
            if part.readonly or part.readonly_when is not None:
                self.findings.add(part.key, "not_in_rows", found="readonly")
        return self.fields.list_of_rows(node, self._common(node, "dynamiclist"), row_parts)

    def _presentation(self, node: Node, kind: Kind, depth: int) -> Component:
        holes = template(node, "text")
        return Component(
            **self._common(node, kind),
            label=plain(node, "label"),
            text="" if holes else node.text("text"),
            template=holes,
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
        return formula(conditional, "hide") if conditional.raw.get("hide") else None

    def _rules(self) -> Iterator[Rule]:
        for number, raw in enumerate(self.root.items("rules"), start=1):
            if not isinstance(raw, dict):
                self.root.refuse("rules", "expected objects with 'when', 'field' and 'message'")
                continue
            node = Node(self.findings, f"rule {number}", raw, "rules.")
            node.only(profile.RULE)
            when, field, message = (
                formula(node, "when"),
                node.text("field"),
                plain(node, "message"),
            )
            if not message:
                self.findings.add(node.name, "missing", property="rules.message")
            if when is not None:
                yield Rule(when, field, message)

    def _no_repeated_key(self, form: ReadForm) -> None:
        seen: set[str] = set()
        in_rows = (part for each in form.lists() for top in each.row_parts for part in top.walk() if part.key)
        for component in (*form.fields(), *in_rows):
            if component.key in seen:
                self.findings.add(component.key, "duplicate_key", found=component.key)
            seen.add(str(component.key))

    def _rules_name_fields(self, form: ReadForm) -> None:
        written = sorted(
            str(part.key) for part in form.fields() if not part.readonly and part.kind != "expression"
        )
        for number, rule in enumerate(form.rules, start=1):
            if rule.field not in written:
                self.findings.add(f"rule {number}", "unknown_field", written, found=rule.field)

    def _no_circular_condition(self, form: ReadForm) -> None:
        for components in (form.components, *(each.row_parts for each in form.lists())):
            try:
                tuple(TopologicalSorter(decision_graph(components)).static_order())
            except CycleError as error:
                self.findings.add(None, "circular", found=" → ".join(error.args[1]))
