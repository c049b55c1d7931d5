"""The documents of a move, written in its transaction: what they say is frozen, who has to sign is known."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from shared.bpmn import ProcessFailure
from shared.bpmn.expressions import Evaluator
from shared.clock import local_date
from shared.documents import store
from shared.documents.content import ITEM, content_of
from shared.documents.library import DocumentType, Library, Record, hash_of
from shared.feel import FeelFunction
from shared.parcours.age import is_minor
from shared.process.record import Moved, reached
from shared.process.wording import OptionLabels

Variables = Callable[[str | None], Mapping[str, Any]]
"""The values after the move, from the scope of an open task or from the process."""

BORN_ON = "eleve_ne_le"
PEOPLE = ("referent", "conseiller")


@dataclass(frozen=True)
class Maker:
    """Makes what the library says. Never commits. ``functions``: FEEL's, of the service."""

    library: Library
    functions: Mapping[str, FeelFunction]
    labels: OptionLabels

    def __call__(self, tx: Connection, moved: Moved, variables: Variables) -> None:
        """Write the documents and signatures of a move. Raises ProcessFailure: a condition that cannot be read."""
        for element_id in reached(moved):
            for type_ in self.library.by_element.get(element_id, ()):
                self._make(tx, moved, type_, _values(moved, element_id, variables))
            for type_, record in self.library.records.get(element_id, ()):
                values = {**_values(moved, element_id, variables), **moved.outputs}
                self._record(tx, moved, type_, record, values)

    def _make(self, tx: Connection, moved: Moved, type_: DocumentType, values: Mapping[str, Any]) -> None:
        if type_.replaces:
            store.replace(tx, moved.instance_id, type_.kind, moved.now)
        for item in self._items(moved, type_, values):
            self._write(tx, moved, type_, values, item)

    def _items(self, moved: Moved, type_: DocumentType, values: Mapping[str, Any]) -> Iterator[Any]:
        for item in (values.get(type_.each) or []) if type_.each else [None]:
            if not type_.condition or self._holds(moved, type_, values, item):
                yield item

    def _holds(self, moved: Moved, type_: DocumentType, values: Mapping[str, Any], item: Any) -> bool:
        evaluator = Evaluator(
            self.functions, values.get, moved.now, type_.element, names=moved.definition.variables.keys()
        )
        return evaluator.condition(type_.condition, {ITEM: item} if type_.each else {})

    def _write(
        self, tx: Connection, moved: Moved, type_: DocumentType, values: Mapping[str, Any], item: Any
    ) -> None:
        sources = self.library.sources(type_)
        born_on = values.get(BORN_ON)
        signers = type_.signing.for_parcours(
            two=bool(type_.signing.second and values.get(type_.signing.second))
        )
        minor = isinstance(born_on, date) and is_minor(born_on, local_date(moved.now))
        asked = signers["mineur" if minor else "majeur"]
        labels = self.labels.of(moved.definition)
        id_ = moved.ids()
        store.keep_template(tx, hash_of(sources), sources)
        store.add_document(tx, {
            "id": id_, "parcours_id": moved.parcours_id, "instance_id": moved.instance_id, "kind": type_.kind,
            "rank": store.next_rank(tx, moved.parcours_id, type_.kind),
            "number": f"{type_.sigle}-{id_[-12:].upper()}", "title": type_.title, "side": type_.side,
            "element_id": type_.element, "made_at": moved.now, "made_by": moved.actor.person_id,
            "made_by_name": moved.actor.name, "template": hash_of(sources),
            "content": content_of(type_, moved.definition, labels, values, item, asked), "signers": signers,
            "people": {name: values[name] for name in PEOPLE if isinstance(values.get(name), str)},
            "born_on": born_on if isinstance(born_on, date) else None,
            "task_id": _task_beside(moved, type_.element),
            "begins_on": _day((item if isinstance(item, Mapping) else values).get(type_.begins)),
        })  # fmt: skip

    def _record(
        self, tx: Connection, moved: Moved, type_: DocumentType, record: Record, values: Mapping[str, Any]
    ) -> None:
        """What a form says of signatures made on paper, on the documents of that kind that are not replaced."""
        signed_on = values.get(record.variable)
        if not isinstance(signed_on, date):
            return
        rows = store.current(tx, moved.instance_id, type_.kind)
        if type_.by_task:
            rows = store.beside(rows, [each.id for each in moved.progress.closed])
        for row in rows:
            store.record_on_paper(
                tx, row, [each.value for each in record.signers], signed_on, moved.actor, moved.now, moved.ids
            )


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None


def _values(moved: Moved, element_id: str, variables: Variables) -> Mapping[str, Any]:
    """The values around an element: those of a frame while a task of this move is open in it, else the process's."""
    try:
        return variables(_task_beside(moved, element_id))
    except Exception as error:
        raise ProcessFailure(element_id, "document_unreadable", type(error).__name__) from error


def _task_beside(moved: Moved, element_id: str) -> str | None:
    """The task that this move opened in the frame of an element; None outside every frame."""
    path = moved.definition.elements[element_id].path
    opened = (each for each in moved.progress.opened if path)
    return next((each.id for each in opened if moved.definition.elements[each.element_id].path == path), None)
