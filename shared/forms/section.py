"""Fields that are answered together: those of a form, or those of one row of a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any, cast

from marshmallow import RAISE, Schema, ValidationError

from shared.catalogue import sentence
from shared.forms.attached import wrong_files
from shared.forms.bounds import out_of_bounds, out_of_step
from shared.forms.checks import Checks
from shared.forms.conditions import conditions, deciding_names, decision_graph, formulas, row_names
from shared.forms.fields import field_of
from shared.forms.model import OUTPUT_TYPES, Component, FormContext, Formula
from shared.forms.rows import filled_rows, wrong_number
from shared.forms.values import of_type

Errors = dict[str, list[str]]
Values = Mapping[str, Any]
MOST_SCHEMAS = 50


@dataclass(frozen=True)
class Decided:
    """What expressions see (a hidden or unreadable answer is empty); the keys that are hidden, or held read-only."""

    scope: Values
    hidden: frozenset[str]
    held: frozenset[str]


@dataclass(frozen=True)
class Judged:
    """``values``: one for each output; ``asked``: the fields that were to be filled in."""

    values: dict[str, Any]
    errors: Errors
    scope: Values
    asked: frozenset[str]


class Section:
    """Immutable once made. ``around`` in its methods: what is known outside it, which its own keys go before."""

    def __init__(self, components: tuple[Component, ...], checks: Checks) -> None:
        parts = [part for top in components for part in top.walk() if part.key]
        self.components = components
        self.computed = {str(part.key): part for part in parts if part.kind == "expression"}
        self.shown_only = frozenset(str(part.key) for part in parts if part.readonly)
        self.fields: Mapping[str, Component] = {
            str(part.key): part for part in parts if not part.readonly and part.kind != "expression"
        }
        self.rows = {
            key: Section(part.row_parts, checks)
            for key, part in self.fields.items()
            if part.kind == "dynamiclist"
        }
        self._hiding: Mapping[str, tuple[Formula, ...]] = {
            str(part.key): hiding for part, hiding in conditions(components) if part.key
        }
        self._order = tuple(TopologicalSorter(decision_graph(components)).static_order())
        self._marshmallow = {
            key: field_of(part, checks) for key, part in self.fields.items() if key not in self.rows
        }
        self._schema: type[Schema] = Schema.from_dict(dict(self._marshmallow), name="Answer")
        self._schemas: dict[frozenset[str], Schema] = {}

    @cached_property
    def outputs(self) -> dict[str, str]:
        """Key → FEEL type, for each value that comes out."""
        written = {key: OUTPUT_TYPES[part.kind] for key, part in self.fields.items()}
        return written | {key: part.output for key, part in self.computed.items()}

    @cached_property
    def reads(self) -> frozenset[str]:
        """What is shown or decided by and does not come out of here; of a field that may be held, its own variable."""
        parts = [part for top in self.components for part in top.walk()]
        named = (formula.names for part in parts for formula in formulas(part))
        held = frozenset(str(part.key) for part in parts if part.readonly_when is not None)
        known = self.shown_only.union(*named, *(row_names(part) for part in parts))
        return (known - self.outputs.keys()) | held

    def decide(self, values: Values, around: Values, context: FormContext) -> Decided:
        """What the answers so far show, hold and compute. ExpressionTooCostly."""
        scope = {**around, **self._empty()}
        hidden: set[str] = set()
        held: set[str] = set()
        for key in self._order:
            if any(formula.value(scope, context) is True for formula in self._hiding[key]):
                hidden.add(key)
            elif self._is_held(key, scope, context):
                held.add(key)
                scope[key] = around.get(key, scope[key])
            else:
                scope[key] = self._worth(key, values, scope, context)
        return Decided(scope, frozenset(hidden), frozenset(held))

    def judge(self, values: Values, around: Values, context: FormContext) -> Judged:
        """Whether the answers are right. What was sent for a hidden or held field is dropped."""
        decided = self.decide(values, around, context)
        asked = frozenset(self.fields) - decided.hidden - decided.held
        errors = self._misread(values, asked.intersection(self._marshmallow)) | self.unknown(values)
        for key in (key for key in self.fields if key in asked and key not in errors):
            if key in self.rows:
                errors |= self._wrong_rows(key, values.get(key), decided.scope, context)
            elif said := self._misfit(self.fields[key], decided.scope, context):
                errors[key] = [said]
        return Judged({key: decided.scope[key] for key in self.outputs}, errors, decided.scope, asked)

    def unknown(self, values: Values) -> Errors:
        """Those of the keys that are no field to fill in here, each with what is said of it."""
        return {
            key: [sentence("forms.readonly" if self._is_told(key) else "forms.unknown_field", field=key)]
            for key in values
            if key not in self.fields
        }

    def dependencies(self) -> dict[str, frozenset[str]]:
        """Field → the other fields that decide whether it is shown or changeable, and within which bounds it lies."""
        return {key: self._through(self._names_of(key)) - {key} for key in self.fields}

    def _is_told(self, key: str) -> bool:
        return key in self.shown_only or key in self.computed

    def _is_held(self, key: str, scope: Values, context: FormContext) -> bool:
        part = self.fields.get(key)
        return bool(part and part.readonly_when and part.readonly_when.value(scope, context) is True)

    def _worth(self, key: str, values: Values, scope: Values, context: FormContext) -> Any:
        if (computed := self.computed.get(key)) is not None and computed.formula is not None:
            return of_type(computed.formula.value(scope, context), computed.output)
        if (row := self.rows.get(key)) is not None:
            return [row.worth(given, scope, context) for _, given in filled_rows(values.get(key))]
        field = self._marshmallow[key]
        try:
            return field.deserialize(values.get(key))
        except ValidationError:
            return field.empty()

    def worth(self, values: Values, around: Values, context: FormContext) -> dict[str, Any]:
        """What the answers are worth so far, those that cannot be read being empty."""
        scope = self.decide(values, around, context).scope
        return {key: scope[key] for key in self.outputs}

    def _misread(self, values: Values, asked: frozenset[str]) -> Errors:
        try:
            self._schema_of(asked).load({key: value for key, value in values.items() if key in asked})
        except ValidationError as refused:
            said: Mapping[str, Any] = cast(dict[str, Any], refused.messages)
            return {key: list(said[key]) for key in said}
        return {}

    def _schema_of(self, asked: frozenset[str]) -> Schema:
        """Making a schema costs more than using it; a form shows few different sets of fields."""
        if asked not in self._schemas:
            if len(self._schemas) >= MOST_SCHEMAS:
                self._schemas.clear()
            self._schemas[asked] = self._schema(only=asked, unknown=RAISE)
        return self._schemas[asked]

    def _wrong_rows(self, key: str, given: Any, scope: Values, context: FormContext) -> Errors:
        """By ``list-1-key``, rows counted from 1 as they were sent."""
        if said := wrong_number(self.fields[key], given):
            return {key: [said]}
        found: Errors = {}
        for number, row in filled_rows(given):
            inside = self.rows[key].judge(row, scope, context).errors
            found |= {f"{key}-{number}-{name}": texts for name, texts in inside.items()}
        return found

    def _misfit(self, part: Component, scope: Values, context: FormContext) -> str | None:
        """What is wrong with an answer that can be read, beside what else is answered and known."""
        value = scope[str(part.key)]
        if part.kind == "filepicker":
            return wrong_files(part, value, context)
        if value is None:
            return None
        return out_of_bounds(part, value, scope, context) or out_of_step(part, value, scope, context)

    def _names_of(self, key: str) -> frozenset[str]:
        part = self.fields.get(key) or self.computed[key]
        own = (formula.names for formula in formulas(part))
        return deciding_names(part, self._hiding[key]).union(*own)

    def _through(self, names: frozenset[str]) -> frozenset[str]:
        """The fields among them, and those that the computed ones among them are computed from."""
        found: set[str] = set()
        pending, seen = list(names), set(names)
        while pending:
            name = pending.pop()
            if name in self.fields:
                found.add(name)
            elif name in self.computed:
                further = self._names_of(name) - seen
                seen |= further
                pending.extend(further)
        return frozenset(found)

    def _empty(self) -> dict[str, Any]:
        empty: dict[str, Any] = {key: field.empty() for key, field in self._marshmallow.items()}
        return empty | {key: [] for key in self.rows} | dict.fromkeys(self.computed)
