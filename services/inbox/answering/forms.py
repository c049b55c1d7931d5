"""A task's form as a page shows it: its parts in order, the answers so far, what is wrong with them.

The schema and its rules are ``shared.forms``'s; the service that owns the task is the only judge of answers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from services.inbox.answering.drafts import Dispute, Leftover, answers_of, in_words, leaves_theirs, page_of
from services.inbox.answering.typed import IN_ROW, Gesture, after, given
from shared.catalogue import sentence
from shared.forms import Component, Form, FormContext, Option
from shared.forms.fields import PERSON_ID
from shared.forms.model import Limits, every_part
from shared.forms.rows import sent_rows
from shared.merging import mark, merge

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class FieldError:
    """One line of the error summary; ``anchor`` is the id to jump to, None for the form as a whole."""

    anchor: str | None
    label: str
    text: str


@dataclass(frozen=True)
class Errors:
    """Errors where they are shown: ``by_field`` beside the fields, ``summary`` on top."""

    by_field: Mapping[str, Sequence[str]]
    summary: Sequence[FieldError]


@dataclass(frozen=True)
class TaskForm:
    """``answers``: field → JSON value or text typed, list → rows. ``names``: id → name, for ids that values and drafts
    hold.

    ``draft``: as its service keeps it, ``written_by`` the page that wrote it. Of a page that was sent: ``marks`` of
    what it showed, what a colleague alone has answered since (``taken``), what both have (``disputes``); ``did``: what
    its person has just done with a button of it, in ``answers`` already.
    """

    form: Form
    context: FormContext
    answers: Mapping[str, Any]
    options: Mapping[str, Sequence[Option]]
    names: Mapping[str, str]
    draft: Mapping[str, Any]
    written_by: str | None
    sent: Mapping[str, Any] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    taken: Sequence[str] = ()
    disputed: Sequence[str] = ()
    did: Gesture | None = None

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """As the answers so far have them: rows as they are, what is hidden marked."""
        return self.form.laid_out(self.answers, self.context)

    @cached_property
    def parts(self) -> Mapping[str, Component]:
        """By key, in reading order; ``list-1-key`` in a row."""
        return {str(part.key): part for top in self.components for part in top.walk() if part.key}

    @cached_property
    def shown(self) -> frozenset[str]:
        """Ids of the components that the answers so far let show."""
        return frozenset(part.id for top in self.components for part in top.walk() if part.is_shown)

    @cached_property
    def limits(self) -> Mapping[str, Limits]:
        return self.form.limits(self.answers, self.context)

    @cached_property
    def has_files(self) -> bool:
        return any(part.kind == "filepicker" for part in every_part(self.form.components))

    @cached_property
    def has_lists(self) -> bool:
        return any(part.kind == "dynamiclist" for part in self.form.fields.values())

    @cached_property
    def deciders(self) -> frozenset[str]:
        """Fields whose answer makes other parts of the form come, go or change."""
        return frozenset().union(*(_decided_by(part) for part in every_part(self.form.components)))

    def decides(self, component: Component) -> bool:
        return _base(str(component.key)) in self.deciders

    def with_page(self, page: MultiDict[str, str], did: Gesture | None = None) -> "TaskForm":
        """The same form with what a page sent, once ``did`` is done; what it had no field for, or a colleague alone
        changed, as stored."""
        seen, given_up = page_of(page), leaves_theirs(page) & self.draft.keys()
        sent = answers_of(page) | {key: self.draft[key] for key in given_up}
        if did is not None:
            sent = after(did, sent, self.form.components)
        if seen is None:
            return replace(self, sent=sent, answers={**self.answers, **sent}, did=did)
        merged = merge(self.draft, sent, seen, self.written_by)
        theirs = {key: self.draft[key] for key in merged.taken}
        known = {key for key in sent if mark(sent[key]) == mark(self.draft.get(key))}
        return replace(
            self, sent=sent, answers={**self.answers, **sent, **theirs}, taken=merged.taken,
            marks={**seen.read, **{key: mark(self.draft.get(key)) for key in {*known, *theirs}}},
            disputed=merged.disputed, did=did,
        )  # fmt: skip

    def mark(self, component: Component) -> str:
        """What tells the answer that the page showed first from another."""
        key = str(component.key)
        return self.marks.get(key) or mark(self.answers.get(key))

    @property
    def taken_labels(self) -> list[str]:
        return [self.form.fields[key].label for key in self.taken if key in self.form.fields]

    @cached_property
    def disputes(self) -> Sequence[Dispute]:
        """What both have answered, each otherwise, of the fields that are shown."""
        parts = {key: part for key in self.disputed if (part := self.form.fields.get(key))}
        return [
            Dispute(key, part.label, self.told(part, self.sent[key]), self.told(part, self.draft[key]),
                    mark(self.draft[key]))
            for key, part in parts.items() if part.id in self.shown
        ]  # fmt: skip

    @cached_property
    def leftovers(self) -> Sequence[Leftover]:
        """What was answered and has no place in this form, which is another one than when it was answered."""
        return list(self._leftovers())

    def _leftovers(self) -> Iterator[Leftover]:
        for key, answer in {**self.draft, **self.sent}.items():
            part = self.form.fields.get(key)
            if mark(answer) == mark(None) or (part and self._fits(part, answer)):
                continue
            told = self._named(answer) if part and part.source else answer
            if told:
                yield Leftover(part.label if part else in_words(key), told)

    def _named(self, answer: Any) -> list[Any]:
        """Each of an answer's parts, by its name if it has one: a bare id says nothing to anybody."""
        parts = answer if isinstance(answer, list) else [answer]
        named = (self.names.get(each, each) if isinstance(each, str) else each for each in parts)
        return [each for each in named if not (isinstance(each, str) and PERSON_ID.fullmatch(each))]

    def _fits(self, part: Component, answer: Any) -> bool:
        if part.kind in ("dynamiclist", "filepicker"):
            kind = dict if part.kind == "dynamiclist" else str
            return isinstance(answer, list) and all(isinstance(each, kind) for each in answer)
        if part.kind not in ("radio", "select", "checklist"):
            return not isinstance(answer, list)
        chosen = answer if isinstance(answer, list) else [answer]
        return {str(each) for each in chosen} <= {option.value for option in self.choices(part)}

    def naming(self, files: Mapping[str, str]) -> "TaskForm":
        """The same form with the names of files."""
        return replace(self, names={**self.names, **files})

    def changed(self, already_shown: frozenset[str]) -> Iterator[Component]:
        """The outermost parts that come, go or change, compared with what the page shows already."""
        pending = list(self.components)
        while pending:
            part = pending.pop(0)
            is_as_it_was = (part.is_shown and part.state in already_shown) or (
                not part.is_shown and not {part.id, f"{part.id}!"} & already_shown
            )
            if part.depends and not (is_as_it_was and part.template is None):
                yield part
            elif part.is_shown:
                pending.extend(part.components)

    def answer(self, component: Component) -> Any:
        """What the field shows: an answer, or for a read-only one the variable."""
        key = str(component.key)
        if component.readonly or component.is_held:
            return self.context.variables.get(key)
        return given(self.answers, key)

    def files_of(self, component: Component) -> list[str]:
        """The ids of the files that are joined to a field."""
        named = self.answer(component)
        return [each for each in named if isinstance(each, str)] if isinstance(named, list) else []

    def is_focused(self, component: Component) -> bool:
        """The first field of a row that was just added."""
        if self.did is None or self.did.verb != "ajouter":
            return False
        start = f"{self.did.key}-{len(sent_rows(self.answers.get(self.did.key)))}-"
        return component.key == next((key for key in self.parts if key.startswith(start)), None)

    def text(self, component: Component) -> str:
        """The answer as the text of an input."""
        value = self.answer(component)
        if value is None or isinstance(value, list):  # a leftover, of when it had several
            return ""
        return str(value).replace(".", ",") if isinstance(value, int | float | Decimal) else str(value)

    def has_picker(self, component: Component) -> bool:
        """A browser's date picker shows ISO dates only; anything else that was typed must stay readable."""
        text = self.text(component)
        return not text or ISO_DATE.fullmatch(text) is not None

    def is_ticked(self, component: Component) -> bool:
        return self.answer(component) in (True, "true")

    def ticked(self, component: Component) -> Sequence[Any]:
        """The options of a checklist that are ticked; a field that had one answer may have become one."""
        value = self.answer(component)
        return value if isinstance(value, list) else [value]

    def choices(self, component: Component) -> Sequence[Option]:
        return self.options.get(_base(str(component.key)), component.options)

    def unknown_choices(self) -> dict[str, list[str]]:
        """Answers that are not among the directory's options: somebody has left, or the page was forged."""
        return {
            key: [sentence("forms.not_an_option")]
            for key, part in self.parts.items()
            if part.source
            and not part.readonly
            and part.id in self.shown
            and (text := self.text(part).strip())
            if text not in {option.value for option in self.choices(part)}
        }

    def label_of(self, component: Component) -> Any:
        """A read-only value: the label of an option rather than its code."""
        return self.told(component, self.answer(component))

    def told(self, component: Component, value: Any) -> Any:
        """A value of a field as it is read; rows by the labels of their fields."""
        if component.kind == "dynamiclist":
            return [self._row_told(component, row) for row in value or [] if isinstance(row, Mapping)]
        labels = {option.value: option.label for option in self.choices(component)}
        if component.kind == "checkbox" and value == "true":
            return True
        if isinstance(value, list):
            return [labels.get(each, each) if isinstance(each, str) else each for each in value]
        return labels.get(value, value) if isinstance(value, str) else value

    def _row_told(self, component: Component, row: Mapping[str, Any]) -> dict[str, Any]:
        inside = [part for part in every_part(component.row_parts) if part.key]
        return {part.label: self.told(part, row[str(part.key)]) for part in inside if row.get(str(part.key))}

    def place(self, errors: Mapping[str, Sequence[str]]) -> Errors:
        """Errors of the service, each said beside its field and in the summary."""
        order = {key: number for number, key in enumerate(self.parts)}
        summary = [
            FieldError(anchor=_anchor(self.parts.get(key), key), label=self._label(key), text=text)
            for key, texts in sorted(errors.items(), key=lambda said: order.get(said[0], len(order)))
            for text in texts
        ]
        return Errors(errors, summary)

    def _label(self, key: str) -> str:
        """« Périodes 2 – Début »."""
        label = self.parts[key].label if key in self.parts else ""
        found = IN_ROW.fullmatch(key)
        if found is None or found[1] not in self.parts:
            return label
        return sentence("forms.label_in_row", rows=self.parts[found[1]].label, number=found[2], label=label)


def _anchor(component: Component | None, key: str) -> str | None:
    if component is None:
        return key if key in ("assignee", "reason", "text", "follow_up_on") else None
    several = component.kind in ("radio", "checklist")
    return f"champ-{key}-1" if several else f"champ-{key}"


def _base(key: str) -> str:
    """The key in the form file: without the row in which it is."""
    return key.rpartition("-")[2]


def _decided_by(part: Component) -> frozenset[str]:
    """What decides how a part is shown; of a computed value, what it is computed from."""
    own = (part.condition, part.readonly_when, part.formula, part.template)
    return frozenset().union(*(each.names for each in own if each is not None))
