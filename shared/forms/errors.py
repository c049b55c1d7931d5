"""Why a form is refused at load: findings that name the form, the component and what is allowed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from shared.catalogue import sentence
from shared.errors import Problem

ENGLISH = {
    "not_json": "is not a JSON object: {detail}",
    "too_large": "is too large: {what} {found}, at most {limit}",
    "missing": "lacks '{property}'",
    "wrong_value": "has a wrong value for '{property}': {expected}",
    "unknown_component": "has the unsupported type '{found}'",
    "unknown_property": "has the unsupported property '{property}'",
    "duplicate_key": "uses the key '{found}' a second time",
    "bad_expression": "has a FEEL expression in '{property}' that cannot be read: {detail}",
    "circular": "is hidden by a condition that depends on itself: {found}",
    "unknown_check": "asks for the unknown check '{found}'",
    "unknown_field": "names the field '{found}', which the form does not write",
    "not_in_rows": "cannot have '{found}' in the rows of a list",
}


class ExpressionTooCostly(Problem):
    """An expression of a form took more than its limits allow: the answers stay as they were typed."""

    code: ClassVar[str] = "forms.too_costly"
    status: ClassVar[int] = 422


@dataclass(frozen=True)
class FormFinding:
    """One reason for a refusal. `component` is the key (or id) of the component, None for the form itself."""

    form: str
    component: str | None
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"form '{self.form}'" + (f", component '{self.component}'" if self.component else "")
        allowed = f" (allowed: {', '.join(self.allowed)})" if self.allowed else ""
        return f"{place} {ENGLISH[self.code].format(**self.params)}{allowed}"

    @property
    def sentence(self) -> str:
        """The same in French, from the catalogue."""
        said = sentence(
            f"forms.refused_{self.code}", form=self.form, component=self.component or self.form, **self.params
        )
        return said + (sentence("forms.allowed", names=", ".join(self.allowed)) if self.allowed else "")


class FormRefused(ValueError):
    """The form cannot be used; `findings` says everything that is wrong with it."""

    def __init__(self, findings: Sequence[FormFinding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(str(finding) for finding in self.findings))


class SampleImpossible(Exception):
    """No valid values could be made for a form: `form` is its key, `fields` the fields that resist."""

    def __init__(self, form: str, fields: Sequence[str]) -> None:
        self.form, self.fields = form, tuple(fields)
        super().__init__(f"no valid sample for form '{form}': {', '.join(fields)}")
