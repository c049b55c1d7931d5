"""A form that was accepted: what it writes and reads, what it shows, and whether an answer is right."""

from collections.abc import Iterator, Mapping
from typing import Any

from shared.errors import BadInput
from shared.forms.checks import FORM_JS_CHECKS, Checks
from shared.forms.findings import read_json
from shared.forms.layout import laid_out, limits_of, shown
from shared.forms.model import Component, FormContext, FormFacts, Limits, Rule
from shared.forms.reader import FormReader, ReadForm
from shared.forms.rows import sent_rows
from shared.forms.section import Section


class Form:
    """One form-js form. Immutable once made; safe to share between threads."""

    def __init__(self, read: ReadForm, checks: Checks) -> None:
        self.id: str = read.id
        self.components: tuple[Component, ...] = read.components
        self.rules: tuple[Rule, ...] = read.rules
        self.checks = checks
        self.section = Section(read.components, checks)
        self.fields: Mapping[str, Component] = self.section.fields

    @property
    def outputs(self) -> dict[str, str]:
        """Variable → FEEL type, for each that the form writes."""
        return self.section.outputs

    @property
    def reads(self) -> frozenset[str]:
        """Variables that the form shows or decides by; of those that it writes, the ones that it may hold read-only."""
        ruled = frozenset().union(*(rule.when.names for rule in self.rules)) - self.outputs.keys()
        return self.section.reads | ruled

    @property
    def facts(self) -> FormFacts:
        return FormFacts(self.outputs, self.reads)

    def validate(self, values: Mapping[str, Any], context: FormContext) -> dict[str, Any]:
        """What was typed (texts, lists of texts, rows, or JSON values) as a value for *each* output.

        A field that is left empty, or that the form hides, is worth null (a box: false; a checklist or a dynamic
        list: the empty list), one that is read-only for now what its variable is: what was sent for it is dropped.
        Raises BadInput, in French by field; one of a row is named ``list-1-key``, rows counted from 1 as they were
        sent. ExpressionTooCostly.
        """
        judged = self.section.judge(values, context.variables, context)
        errors = judged.errors
        for rule in self.rules:
            if rule.field in judged.asked and rule.when.value(judged.scope, context) is True:
                errors.setdefault(rule.field, []).append(rule.message)
        if errors:
            raise BadInput(errors)
        return judged.values

    def laid_out(self, values: Mapping[str, Any], context: FormContext) -> tuple[Component, ...]:
        """All components as the answers so far have them: lists with their rows, what is hidden marked."""
        return laid_out(self.section, values, context.variables, context)

    def visible(self, values: Mapping[str, Any], context: FormContext) -> tuple[Component, ...]:
        """The components to show for the answers so far, groups without their hidden parts."""
        return shown(self.laid_out(values, context))

    def limits(self, values: Mapping[str, Any], context: FormContext) -> dict[str, Limits]:
        """The bounds, at this moment, of each number and date field that has any; ``list-1-key`` in a row."""
        return limits_of(self.section, values, context.variables, context)

    def refuse_unknown(self, values: Mapping[str, Any]) -> None:
        """Raises BadInput that names each key, also in the rows of a list, which is not a field to fill in here."""
        errors = self.section.unknown(values)
        for key, row in self.section.rows.items():
            for number, given in enumerate(sent_rows(values.get(key)), start=1):
                errors |= {f"{key}-{number}-{name}": said for name, said in row.unknown(given).items()}
        if errors:
            raise BadInput(errors)

    def files_named(self, values: Mapping[str, Any]) -> Iterator[str]:
        """The ids of files, if they are such, that answers name."""
        yield from _files_named(self.section, values)


def _files_named(section: Section, values: Mapping[str, Any]) -> Iterator[str]:
    for key, part in section.fields.items():
        given = values.get(key)
        if part.kind == "filepicker":
            yield from (
                each for each in (given if isinstance(given, list) else [given]) if isinstance(each, str)
            )
        elif part.kind == "dynamiclist":
            for row in sent_rows(given):
                yield from _files_named(section.rows[key], row)


def parse_form(content: bytes, checks: Checks | None = None) -> Form:
    """Read a form-js file. `checks`: the service's named checks, beside form-js's own `email` and `phone`.

    Raises FormRefused, whose findings name every part that is unsupported, misspelt or missing.
    """
    known = {**FORM_JS_CHECKS, **(checks or {})}
    return Form(FormReader(read_json(content), known).read(), known)


def form_facts(content: bytes, checks: Checks | None = None) -> FormFacts:
    """What a form writes and reads, for the check of the diagrams that use it. Raises FormRefused."""
    return parse_form(content, checks).facts
