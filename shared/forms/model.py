"""The parts of a form, as the pages render them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal
from zoneinfo import ZoneInfo

from shared.feel import BudgetExceeded, Expression
from shared.feel import Limits as Budget
from shared.forms.errors import ExpressionTooCostly
from shared.forms.french import in_words

Kind = Literal[
    "textfield",
    "textarea",
    "number",
    "checkbox",
    "radio",
    "select",
    "checklist",
    "datetime",
    "filepicker",
    "dynamiclist",
    "expression",
    "text",
    "group",
    "separator",
]
OUTPUT_TYPES: Mapping[str, str] = {
    "textfield": "string",
    "textarea": "string",
    "number": "number",
    "checkbox": "boolean",
    "radio": "string",
    "select": "string",
    "checklist": "list",
    "datetime": "date",
    "filepicker": "list",
    "dynamiclist": "list",
}
"""What the answer to a component is in FEEL; an `expression` says its own type."""
TODAY = "aujourd_hui"
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class AttachedFile:
    """A file that is kept with the parcours, as a form's answer may name it. `size`: bytes; `side`: who may read it."""

    name: str
    media_type: str
    size: int
    side: str = "both"


NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class FormContext:
    """What a form is filled in with: variables (Python values of FEEL) and the business clock's now.

    `files`: id → file, of those that answers may name. `names`: id → name, for ids that a text shows. `is_shown`: for
    a page, where what takes too long is null; who judges the answers says so.
    """

    variables: Mapping[str, Any]
    now: datetime
    zone: ZoneInfo = PARIS
    files: Mapping[str, AttachedFile] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    is_shown: bool = False

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


BUDGET = Budget(steps=50_000, pattern_seconds=0.1)
"""Of one evaluation: some hundredths of a second; a form is evaluated anew at each answer."""


@dataclass(frozen=True)
class Formula:
    """A FEEL expression of a form: reads fields, variables and `aujourd_hui`."""

    text: str
    expression: Expression

    @property
    def names(self) -> frozenset[str]:
        return self.expression.free_names - {TODAY}

    def value(self, scope: Mapping[str, Any], context: FormContext) -> Any:
        """Raises ExpressionTooCostly past BUDGET, unless it is for a page."""
        named = {name: scope.get(name) for name in self.names}
        try:
            return self.expression.evaluate(
                {**named, TODAY: context.today}, now=context.now, limits=BUDGET, zone=context.zone
            ).value
        except BudgetExceeded:
            if context.is_shown:
                return None
            raise ExpressionTooCostly() from None


@dataclass(frozen=True)
class Template:
    """A text with FEEL in it: `Bonjour {{prenom}}`, or an expression as a whole."""

    parts: tuple[str | Formula, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(part.names for part in self.parts if isinstance(part, Formula)))

    def said(self, scope: Mapping[str, Any], context: FormContext) -> str:
        """Each value on one line, so that it makes no title or list of what it brings."""
        return "".join(
            part
            if isinstance(part, str)
            else " ".join(in_words(part.value(scope, context), context.names).split())
            for part in self.parts
        )


Bound = Decimal | date | Formula


@dataclass(frozen=True)
class Option:
    """One choice of a radio, select or checklist."""

    value: str
    label: str


PSAD = "psad"
LONGEST_OFFER = 400
"""Characters, of an offer told in words."""


@dataclass(frozen=True)
class Source:
    """Options that the inbox knows: people with a role, organisations of a kind, or the local offer.

    Of the local offer the answer is an id; of kind ``psad``, those of PSAD partners only, it is words (ADR 25).
    """

    of: Literal["people", "organisations", "offers"]
    role: str | None = None
    kind: str | None = None


@dataclass(frozen=True)
class Component:
    """One component; `key` is None for text, group and separator, `components` is empty but for a group.

    `min` and `max` are what the form file says; `Form.limits` gives the values of the moment. A `readonly`
    component shows a variable and is never sent back; `readonly_when` says when another one does the same.
    `hide` is the FEEL text of its own condition. Of a dynamic list `row_parts` is what each row has, between `least`
    and `most` rows, `first_rows` on an empty page; laid out (`Form.laid_out`) its `components` are its rows. Of a file,
    `accept` are media types, `most` the number of files, `megabytes` the size of each; `is_reserved`: only the
    organisations of one side read it. `formula` and `output`: what an expression computes, and its FEEL type.
    `is_shown` and `is_held` (read-only for now) are of the answers that a layout was made for.
    """

    kind: Kind
    id: str
    key: str | None = None
    label: str = ""
    description: str = ""
    required: bool = False
    readonly: bool = False
    readonly_when: Formula | None = None
    options: tuple[Option, ...] = ()
    source: Source | None = None
    check: str | None = None
    min: Bound | None = None
    max: Bound | None = None
    decimals: int | None = None
    increment: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    default: Any = None
    condition: Formula | None = None
    text: str = ""
    template: Template | None = None
    formula: Formula | None = None
    output: str = ""
    prefix: str = ""
    suffix: str = ""
    example: str | None = None
    autocomplete: str | None = None
    show_outline: bool = False
    row: str | None = None
    columns: int | None = None
    components: tuple["Component", ...] = field(default=())
    row_parts: tuple["Component", ...] = field(default=())
    least: int = 0
    most: int = 0
    first_rows: int = 0
    accept: tuple[str, ...] = ()
    megabytes: int = 0
    is_reserved: bool = False
    is_shown: bool = True
    is_held: bool = False

    @property
    def hide(self) -> str | None:
        return self.condition.text if self.condition else None

    @property
    def depends(self) -> bool:
        """Whether what else is answered changes how it is shown."""
        return bool(self.condition or self.template or self.readonly_when)

    @property
    def state(self) -> str:
        """How it is shown, as a page says it back; of a layout."""
        return f"{self.id}!" if self.is_held else self.id

    def walk(self) -> Iterator["Component"]:
        """This component, then those inside it, in reading order."""
        yield self
        for inner in self.components:
            yield from inner.walk()


def every_part(components: Iterable[Component]) -> Iterator[Component]:
    """The components of a form and those inside them, rows included, in reading order."""
    for component in components:
        yield component
        yield from every_part((*component.components, *component.row_parts))


@dataclass(frozen=True)
class Rule:
    """A check over several fields: when `when` is true, `message` (French) is said by `field`."""

    when: Formula
    field: str
    message: str


@dataclass(frozen=True)
class Limits:
    """The bounds of one number or date field at this moment, both included; None: no bound."""

    min: Decimal | date | None = None
    max: Decimal | date | None = None


@dataclass(frozen=True)
class FormFacts:
    """What a diagram must know of a form: the variables it writes with their types, and those it reads."""

    outputs: Mapping[str, str]
    reads: frozenset[str]
