"""A form that was accepted: what it writes and reads, what it shows, and whether an answer is right."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any, cast

from marshmallow import RAISE, Schema, ValidationError

from shared.catalogue import sentence
from shared.errors import BadInput
from shared.forms.checks import FORM_JS_CHECKS, Checks
from shared.forms.conditions import condition_graph, conditions
from shared.forms.fields import field_of
from shared.forms.findings import read_json
from shared.forms.model import OUTPUT_TYPES, Bound, Component, FormContext, FormFacts, Formula, Limits, Rule
from shared.forms.reader import FormReader, ReadForm

Errors = dict[str, list[str]]
MOST_SCHEMAS = 50


class Form:
    """One form-js form. Immutable once made; safe to share between threads."""

    def __init__(self, read: ReadForm, checks: Checks) -> None:
        self.id: str = read.id
        self.components: tuple[Component, ...] = read.components
        self.rules: tuple[Rule, ...] = read.rules
        self.checks = checks
        self.fields: Mapping[str, Component] = {str(f.key): f for f in read.fields() if not f.readonly}
        self._readonly = frozenset(str(f.key) for f in read.fields() if f.readonly)
        self._hiding = {
            f.key: formulas for f, formulas in conditions(read.components) if f.key in self.fields
        }
        self._order = tuple(TopologicalSorter(condition_graph(read.components)).static_order())
        self._marshmallow = {key: field_of(component, checks) for key, component in self.fields.items()}
        self._schema: type[Schema] = Schema.from_dict(dict(self._marshmallow), name="Answer")
        self._schemas: dict[frozenset[str], Schema] = {}

    @cached_property
    def outputs(self) -> dict[str, str]:
        """Variable → FEEL type, for each that the form writes."""
        return {key: OUTPUT_TYPES[component.kind] for key, component in self.fields.items()}

    @cached_property
    def reads(self) -> frozenset[str]:
        """Variables that the form shows or decides by, and does not write."""
        named = (formula.names for formula in self._formulas())
        return (self._readonly.union(*named)) - self.fields.keys()

    @property
    def facts(self) -> FormFacts:
        return FormFacts(self.outputs, self.reads)

    def validate(self, values: Mapping[str, Any], context: FormContext) -> dict[str, Any]:
        """What was typed (texts, lists of texts, or JSON values) as a value for *each* output.

        A field that is left empty, or that the form hides, is worth null (a box: false; a checklist: the
        empty list): what was sent for a hidden field is dropped. Raises BadInput, in French by field.
        """
        shown = self._shown(values, context)
        typed, errors = self._load(
            {key: v for key, v in values.items() if key in shown or key not in self.fields}, shown
        )
        scope = {**context.variables, **self._empty(), **typed}
        for key, said in self._checked_together(scope, typed, shown, context):
            errors.setdefault(key, []).append(said)
        if errors:
            raise BadInput(errors)
        return {**self._empty(), **typed}

    def visible(self, values: Mapping[str, Any], context: FormContext) -> tuple[Component, ...]:
        """The components to show for the answers so far, groups without their hidden parts."""
        scope, _ = self._decide(values, context)
        return tuple(self._pruned(self.components, scope, context))

    def limits(self, values: Mapping[str, Any], context: FormContext) -> dict[str, Limits]:
        """The bounds, at this moment, of each number and date field that has any."""
        scope, _ = self._decide(values, context)
        return {
            key: Limits(_bound(field.min, scope, context), _bound(field.max, scope, context))
            for key, field in self.fields.items()
            if field.min is not None or field.max is not None
        }  # fmt: skip

    def dependencies(self) -> dict[str, frozenset[str]]:
        """Field → the other fields that decide whether it is shown or within which bounds it lies."""
        others = frozenset(self.fields)
        return {
            key: frozenset(name for formula in self._formulas_of(key) for name in formula.names) & others - {key}
            for key in self.fields
        }  # fmt: skip

    def refuse_unknown(self, values: Mapping[str, Any]) -> None:
        """Raises BadInput that names each key which is not a field to fill in here."""
        if errors := {key: [self._foreign(key)] for key in values if key not in self.fields}:
            raise BadInput(errors)

    def _load(self, given: Mapping[str, Any], shown: frozenset[str]) -> tuple[dict[str, Any], Errors]:
        try:
            return dict(self._schema_of(shown).load(given)), {}
        except ValidationError as refused:
            said: Mapping[str, Any] = cast(dict[str, Any], refused.messages)
            errors = {
                key: [self._foreign(key)] if key not in self.fields else list(said[key]) for key in said
            }
            return dict(refused.valid_data or {}), errors

    def _schema_of(self, shown: frozenset[str]) -> Schema:
        """Making a schema costs more than using it; a form shows few different sets of fields."""
        if shown not in self._schemas:
            if len(self._schemas) >= MOST_SCHEMAS:
                self._schemas.clear()
            self._schemas[shown] = self._schema(only=shown, unknown=RAISE)
        return self._schemas[shown]

    def _foreign(self, key: str) -> str:
        return sentence("forms.readonly" if key in self._readonly else "forms.unknown_field", field=key)

    def _empty(self) -> dict[str, Any]:
        return {key: field.empty() for key, field in self._marshmallow.items()}

    def _shown(self, values: Mapping[str, Any], context: FormContext) -> frozenset[str]:
        _, hidden = self._decide(values, context)
        return frozenset(self.fields) - hidden

    def _decide(
        self, values: Mapping[str, Any], context: FormContext
    ) -> tuple[dict[str, Any], frozenset[str]]:
        """What expressions see (a hidden or unreadable answer is empty), and the keys of hidden fields."""
        scope = {**context.variables, **self._empty()}
        hidden: set[str] = set()
        for key in self._order:
            if any(formula.value(scope, context) is True for formula in self._hiding[key]):
                hidden.add(key)
            else:
                scope[key] = self._leniently(key, values.get(key))
        return scope, frozenset(hidden)

    def _leniently(self, key: str, value: Any) -> Any:
        try:
            return self._marshmallow[key].deserialize(value)
        except ValidationError:
            return self._marshmallow[key].empty()

    def _pruned(
        self, components: tuple[Component, ...], scope: Mapping[str, Any], context: FormContext
    ) -> Iterator[Component]:
        for component in components:
            if component.condition is None or component.condition.value(scope, context) is not True:
                yield replace(component, components=tuple(self._pruned(component.components, scope, context)))

    def _checked_together(
        self, scope: Mapping[str, Any], typed: Mapping[str, Any], shown: frozenset[str], context: FormContext
    ) -> Iterator[tuple[str, str]]:
        for key, value in typed.items():
            if value is not None and (said := _out_of_bounds(self.fields[key], value, scope, context)):
                yield key, said
        for rule in self.rules:
            if rule.field in shown and rule.when.value(scope, context) is True:
                yield rule.field, rule.message

    def _formulas_of(self, key: str) -> Iterator[Formula]:
        yield from self._hiding[key]
        yield from (
            bound for bound in (self.fields[key].min, self.fields[key].max) if isinstance(bound, Formula)
        )

    def _formulas(self) -> Iterator[Formula]:
        for key in self.fields:
            yield from self._formulas_of(key)
        yield from (
            component.condition for top in self.components for component in top.walk() if component.condition
        )
        yield from (rule.when for rule in self.rules)


def parse_form(content: bytes, checks: Checks | None = None) -> Form:
    """Read a form-js file. `checks`: the service's named checks, beside form-js's own `email` and `phone`.

    Raises FormRefused, whose findings name every part that is unsupported, misspelt or missing.
    """
    known = {**FORM_JS_CHECKS, **(checks or {})}
    return Form(FormReader(read_json(content), known).read(), known)


def form_facts(content: bytes, checks: Checks | None = None) -> FormFacts:
    """What a form writes and reads, for the check of the diagrams that use it. Raises FormRefused."""
    return parse_form(content, checks).facts


def _bound(bound: Bound | None, scope: Mapping[str, Any], context: FormContext) -> Decimal | date | None:
    """The value of a bound; one that comes out null, or as another type, does not bound anything yet."""
    value = bound.value(scope, context) if isinstance(bound, Formula) else bound
    if isinstance(value, bool) or not isinstance(value, Decimal | date):
        return None
    return value


def _out_of_bounds(
    field: Component, value: Any, scope: Mapping[str, Any], context: FormContext
) -> str | None:
    low, high = _bound(field.min, scope, context), _bound(field.max, scope, context)
    if low is not None and value < low:
        return sentence("forms.too_early" if isinstance(low, date) else "forms.too_small", limit=french(low))
    if high is not None and value > high:
        return sentence("forms.too_late" if isinstance(high, date) else "forms.too_big", limit=french(high))
    return None


def french(value: Decimal | date) -> str:
    """A bound as a French reader writes it: 01/09/2026, 3,5."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"{value:f}".replace(".", ",")
