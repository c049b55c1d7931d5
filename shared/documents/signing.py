"""R16: a signature is recorded: on paper by the référent (or, of the Mission Locale's own, the conseiller), or on
screen by the person who is signed in, or who comes by a personal link."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from shared.catalogue import sentence
from shared.clock import local_date
from shared.documents import openings, store
from shared.documents.errors import AlreadySigned, NotOnScreen, NotRecorder, NotSeen, Replaced
from shared.documents.signers import may_sign_on_screen, missing
from shared.documents.store import SCREEN, DocumentRow
from shared.errors import BadInput
from shared.french import long_day
from shared.identity import Actor, FamilyMember
from shared.ids import Ids
from shared.parcours.age import MAJORITY, birthday, is_minor
from shared.parcours.signatures import RESPONSABLES


@dataclass(frozen=True)
class Asked:
    """``signed_on`` and ``name`` are of a signature on paper; on screen it is today and the actor."""

    signer: str
    how: str
    signed_on: date | None = None
    name: str | None = None


def sign(
    tx: Connection, row: DocumentRow, asked: Asked, actor: Actor | FamilyMember, now: datetime, ids: Ids
) -> None:
    """Record one signature of a locked document. Raises what keeps it from being one."""
    if row.replaced_at is not None:
        raise Replaced()
    today = local_date(now)
    signed_on = today if asked.how == SCREEN else asked.signed_on or today
    known = store.signatures_of(tx, [row.id])[row.id]
    if asked.signer in {each.signer for each in known}:
        raise AlreadySigned()
    _check_signer(row, known, asked.signer, signed_on)
    if row.begins_on is not None and signed_on > row.begins_on:
        _refuse("on", "documents.begun", day=long_day(row.begins_on))
    if asked.how == SCREEN:
        _check_screen(tx, row, asked.signer, actor)
    else:
        _check_paper(row, actor, signed_on, today)
    store.add_signature(
        tx, row, asked.signer, signed_on, actor, now, ids, how=asked.how,
        name=actor.name if asked.how == SCREEN else asked.name,
        person_id=actor.person_id if asked.how == SCREEN else None,
    )  # fmt: skip


def may_record(row: Any, actor: Actor | FamilyMember) -> bool:
    """Who writes down what was signed on paper: the parcours's own référent or conseiller, when one is known."""
    role = "conseiller" if row.side == "ml" else "referent"
    if isinstance(actor, FamilyMember):
        return False
    return role in actor.roles and row.people.get(role, actor.in_place_of) == actor.in_place_of


def _check_signer(row: DocumentRow, known: Any, signer: str, signed_on: date) -> None:
    waiting = missing(row, known, signed_on)
    if signer in waiting:
        return
    if signer in RESPONSABLES and row.born_on is not None and not is_minor(row.born_on, signed_on):
        _refuse("as", "documents.of_age", day=long_day(birthday(row.born_on, MAJORITY)))
    if not row.signers["majeur"]:
        _refuse("as", "documents.no_signer")
    names = ", ".join(sentence(f"documents.signer_{each}") for each in waiting)
    _refuse("as", "documents.not_a_signer", allowed=names)


def _check_screen(tx: Connection, row: DocumentRow, signer: str, actor: Actor | FamilyMember) -> None:
    """The signer's own, of a PDF that is there; who comes by a personal link has opened it by that link."""
    if isinstance(actor, FamilyMember):
        may_sign = actor.signer == signer and actor.parcours_id == row.parcours_id
    else:
        may_sign = bool(may_sign_on_screen(row, [signer], actor))
    if not may_sign:
        raise NotOnScreen()
    if row.sha256 is None or (isinstance(actor, FamilyMember) and not openings.is_noted(tx, row, actor)):
        raise NotSeen()


def _check_paper(row: DocumentRow, actor: Actor | FamilyMember, signed_on: date, today: date) -> None:
    if not may_record(row, actor):
        raise NotRecorder()
    if signed_on > today:
        _refuse("on", "documents.signed_in_future")
    if signed_on < local_date(row.made_at):
        _refuse("on", "documents.signed_before_made", day=long_day(local_date(row.made_at)))


def _refuse(field: str, code: str, **params: str) -> None:
    raise BadInput({field: [sentence(code, **params)]})
