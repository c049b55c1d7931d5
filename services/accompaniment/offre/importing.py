"""The local offer brought as a CSV, row by row: added, changed, left as it is or refused; twice changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from marshmallow import ValidationError
from sqlalchemy import Connection

from services.accompaniment.offre import handlers, store
from services.accompaniment.offre.schemas import OfferTermsSchema
from shared.catalogue import sentence
from shared.csv_rows import Columns, Row, read_rows
from shared.errors import BadInput, Problem
from shared.forms.french import read_date
from shared.identity import Actor
from shared.ids import Ids
from shared.process.service import ProcessService

FIELDS: Mapping[str, str] = {
    "nature": "kind", "intitule": "title", "partenaire": "partner", "lieu": "place", "du": "first_on", "au": "last_on",
    "places": "seats", "contact": "contact", "psad": "is_psad", "cadre": "frame", "age_minimum": "minimum_age",
    "conditions": "conditions",
}  # fmt: skip
"""Column → member of an offer."""
COLUMNS = Columns(
    required=tuple(FIELDS)[:7], optional=tuple(FIELDS)[7:], most_bytes=1_000_000, most_rows=store.MOST_OPEN
)
Key = tuple[str, str, date]
YES_NO: Mapping[str, bool] = {"oui": True, "non": False}


MOST_DIGITS = 9
"""Python reads no number of thousands of digits, and no offer has one."""


class OfferFileRefused(Problem):
    """The file as a whole cannot be read; nothing was imported. The code says why."""

    status: ClassVar[int] = 422

    def __init__(self, key: str, **params: object) -> None:
        self.code = f"offre.file_{key}"  # type: ignore[misc]  # one class for the few ways in which a file is no file
        super().__init__(**params)


@dataclass
class Imported:
    """How many offers; ``refused``: line of the file → sentences."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: dict[int, list[str]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        refused = [{"line": line, "reasons": reasons} for line, reasons in self.refused.items()]
        return {
            "created": self.created, "updated": self.updated, "unchanged": self.unchanged, "refused": refused,
        }  # fmt: skip


def import_offers(service: ProcessService, actor: Actor, content: bytes) -> Imported:
    """All rows that hold are kept, in one transaction.

    A row changes the open offer of its title, partner and first day, if there is one.
    """
    mine, today = handlers.keeper(actor), service.clock.today()
    rows, result = read_rows(content, COLUMNS, OfferFileRefused), Imported()
    seen: dict[Key, int] = {}
    with service.database.begin() as tx:
        for row in rows:
            try:
                kind = _keep(tx, mine, _told_once(row, seen), today, service.ids)
            except BadInput as refused:
                result.refused[row.line] = [text for texts in refused.errors.values() for text in texts]
            else:
                setattr(result, kind, getattr(result, kind) + 1)
    return result


def _told_once(row: Row, seen: dict[Key, int]) -> dict[str, Any]:
    """The offer of a row; BadInput when an earlier row tells it."""
    terms = _terms(row)
    line = seen.setdefault((terms["title"], terms["partner"], terms["first_on"]), row.line)
    if line != row.line:
        raise BadInput({"title": [sentence("offre.file_twice", line=line)]})
    return terms


def _keep(tx: Connection, mine: str, terms: Mapping[str, Any], today: date, ids: Ids) -> str:
    """created, updated or unchanged. BadInput as a page would be refused."""
    handlers.require_sound(terms, today)
    there = store.same(tx, mine, store.as_offer(terms), today)
    if there is None:
        handlers.require_place(tx, mine, today)
        store.add(tx, ids(), mine, terms)
        return "created"
    if all(there._mapping[name] == value for name, value in terms.items()):
        return "unchanged"
    row = store.lock(tx, there.id)
    handlers.require_room(row, terms)
    store.change(tx, row or there, terms)
    return "updated"


def _terms(row: Row) -> dict[str, Any]:
    """The offer that a row describes. BadInput with every reason against it."""
    if row.is_ragged:
        raise BadInput({"": [sentence("offre.file_ragged")]})
    told = {member: _value(member, row.values.get(column, "")) for column, member in FIELDS.items()}
    try:
        return dict(
            OfferTermsSchema().load({name: value for name, value in told.items() if value is not None})
        )
    except ValidationError as error:
        raise BadInput(_by_column(error.messages)) from error


def _by_column(messages: Any) -> dict[str, list[str]]:
    """The schema's sentences, each with the name that the column has in the file."""
    columns = {member: column for column, member in FIELDS.items()}
    return {name: [f"{columns[name]} : {text}" for text in texts] for name, texts in messages.items()}


def _value(member: str, text: str) -> Any:
    """A cell as JSON would have it; what cannot be read stays text, for the schema to refuse."""
    if not text:
        return None
    if member in ("first_on", "last_on"):
        day = read_date(text)
        return day.isoformat() if day else text
    if member in ("seats", "minimum_age"):
        return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else text
    return YES_NO.get(text.casefold(), text) if member == "is_psad" else text
