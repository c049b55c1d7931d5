"""Who acts in whose place: in an absence, by delegation, or support that looks (ADR 30).

A mandate holds between two instants of the clock that is passed in; nothing has to run for it to begin or end. It is
worth what its giver may do at this moment: never more, and nothing once either has left the organisation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, or_, select, update

from services.inbox.identity.people import Mandate, Person, SignedIn, people_of, roles_of, signed_in
from services.inbox.team.acts import Act
from services.inbox.team.administrators import as_now
from services.inbox.team.tables import mandate
from shared.catalogue import sentence
from shared.clock import PARIS
from shared.errors import BadInput, Forbidden, NotFound
from shared.identity import ADMINISTERING_ROLES, HEAD_ROLES, Actor, ActsFor, scopes
from shared.identity.actor import ActingKind

LONGEST = timedelta(days=366)
SUPPORT = timedelta(minutes=30)
REASON = (10, 500)
"""Characters of what support types."""
SHOWN = 100
VOWELS = "AEIOUÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆ"


@dataclass(frozen=True)
class Wanted:
    """What was typed of an absence or a delegation; days are whole, both ends included."""

    kind: ActingKind
    giver_id: str
    taker_id: str
    from_on: date
    until_on: date
    scope: str | None = None


def seen_as(look: Connection, own: SignedIn, mandate_id: str, now: datetime) -> SignedIn | None:
    """The person before the screen in the place of the giver; None when the mandate does not hold (any more)."""
    found = _valid(look, mandate_id, own.actor.person_id, now)
    if found is None or not _may_take(own, found):
        return None
    giver = signed_in(look, found.giver_id, found.organisation_id)
    roles = _roles_given(found, roles_of(look, found.organisation_id, (found.giver_id, found.made_by)))
    if giver is None or roles is None:
        return None
    actor = Actor(
        person_id=own.actor.person_id, name=own.actor.name + name_ending(found), organisation_id=giver.organisation.id,
        organisation_kind=giver.actor.organisation_kind,
        roles=roles,
        acts_for=ActsFor(found.kind, found.giver_id, found.giver_name, found.scope),
    )  # fmt: skip
    return SignedIn(actor, giver.organisation, own.preferences, found)


def name_ending(held: Mandate) -> str:
    """What follows the name of who acts, in every history: « , en l’absence de Karim Benali »."""
    link = "d’" if held.giver_name[:1].upper() in VOWELS else "de "
    return sentence(f"equipe.name_{held.kind}", giver=link + held.giver_name)


def to_take(look: Connection, who: SignedIn, now: datetime) -> list[Mandate]:
    """Those by which a person may act now in this organisation, each worth something at this moment."""
    mine = mandate.c.taker_id == who.actor.person_id, mandate.c.organisation_id == who.organisation.id
    held = [_read(row) for row in look.execute(select(mandate).where(*mine, *_holds(now)).limit(SHOWN))]
    if not held:
        return []
    people = {person_id for each in held for person_id in (each.giver_id, each.made_by)}
    roles = roles_of(look, who.organisation.id, people)
    return [each for each in held if _may_take(who, each) and _roles_given(each, roles) is not None]


def of_organisation(look: Connection, organisation_id: str, now: datetime) -> Sequence[Row[Any]]:
    """The absences and delegations that hold or will, the nearest first."""
    mine = mandate.c.organisation_id == organisation_id, mandate.c.kind != "support"
    query = select(mandate).where(*mine, mandate.c.ends_at > now, mandate.c.ended_at.is_(None))
    return look.execute(query.order_by(mandate.c.begins_at, mandate.c.id).limit(SHOWN)).all()


def arrange(
    tx: Connection, who: SignedIn, wanted: Wanted, today: date, act: Act
) -> str:  # fmt: skip
    """The id of a new absence or delegation. Raises BadInput by field, Forbidden: it is not who's to give."""
    if who.mandate is not None:
        raise Forbidden
    who = as_now(tx, who)  # of two clicks the second waits, and finds the first one's stand-in
    giver, taker = _both(tx, who, wanted)
    _refuse_other_s(who, wanted, giver.roles)
    _refuse_dates(wanted, today)
    first, last = wanted.from_on, wanted.until_on
    begins, ends = _midnight(first), _midnight(last + timedelta(days=1))
    _refuse_overlap(tx, who.organisation.id, wanted, begins, ends)
    id_ = _add(
        tx, act, kind=wanted.kind, organisation_id=who.organisation.id, giver_id=giver.id, giver_name=giver.name,
        taker_id=taker.id, scope=wanted.scope, reason=None, begins_at=begins, ends_at=ends,
    )  # fmt: skip
    act.record(tx, wanted.kind, taker.id, f"{first:%d/%m/%Y} – {last:%d/%m/%Y} {wanted.scope or ''}".strip())
    return id_


def end(tx: Connection, who: SignedIn, mandate_id: str, act: Act) -> bool:
    """By giver, taker or who keeps the team; False when it had ended. Raises NotFound, Forbidden."""
    mine = mandate.c.id == mandate_id, mandate.c.organisation_id == who.organisation.id
    row = tx.execute(select(mandate).where(*mine, mandate.c.kind != "support").with_for_update()).first()
    if row is None:
        raise NotFound
    may = who.actor.person_id in (row.giver_id, row.taker_id) or bool(who.actor.roles & ADMINISTERING_ROLES)
    if who.mandate is not None or not may:
        raise Forbidden
    if row.ended_at is not None or row.ends_at <= act.now:
        return False
    tx.execute(update(mandate).where(*mine).values(ended_at=act.now))
    act.record(tx, "mandate_ended", row.taker_id)
    return True


def watch(tx: Connection, who: SignedIn, giver: SignedIn, reason: str, act: Act) -> str:
    """Support looks with somebody's eyes for half an hour, for a reason. Raises BadInput, Forbidden."""
    if not who.actor.is_operator or who.mandate is not None or giver.organisation.kind == "system":
        raise Forbidden
    shortest, longest = REASON
    if not shortest <= len(reason) <= longest:
        raise BadInput({"motif": [sentence("equipe.support_reason", shortest=shortest, longest=longest)]})
    id_ = _add(
        tx, act, kind="support", organisation_id=giver.organisation.id, giver_id=giver.actor.person_id,
        giver_name=giver.actor.name, taker_id=who.actor.person_id, scope=None, reason=reason, begins_at=act.now,
        ends_at=act.now + SUPPORT,
    )  # fmt: skip
    # in the record of the team that is looked at, not of the platform
    replace(act, organisation_id=giver.organisation.id).record(tx, "support", giver.actor.person_id)
    return id_


def stop_watching(tx: Connection, held: Mandate, now: datetime) -> None:
    """The half hour is over earlier: the row says when."""
    over = mandate.c.id == held.id, mandate.c.kind == "support", mandate.c.ended_at.is_(None)
    tx.execute(update(mandate).where(*over).values(ended_at=now))


def watched(look: Connection, *, person_id: str | None = None) -> Sequence[Row[Any]]:
    """When support looked, of one person or of all, the newest first."""
    query = select(mandate).where(mandate.c.kind == "support")
    if person_id is not None:
        query = query.where(mandate.c.giver_id == person_id)
    return look.execute(query.order_by(mandate.c.made_at.desc(), mandate.c.id).limit(SHOWN)).all()


def names_beside(look: Connection, person_id: str) -> list[dict[str, str]]:
    """Where histories have somebody's name beside another's id: who acted, and how the name then ends (R40)."""
    rows = look.execute(select(mandate).where(mandate.c.giver_id == person_id))
    found = {(row.taker_id, name_ending(_read(row)).strip()) for row in rows}
    return [{"person_id": taker, "ending": ending} for taker, ending in sorted(found)]


def _valid(look: Connection, mandate_id: str, taker_id: str, now: datetime) -> Mandate | None:
    mine = mandate.c.id == mandate_id, mandate.c.taker_id == taker_id
    row = look.execute(select(mandate).where(*mine, *_holds(now))).first()
    return _read(row) if row else None


def _holds(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return mandate.c.begins_at <= now, mandate.c.ends_at > now, mandate.c.ended_at.is_(None)


def _may_take(own: SignedIn, held: Mandate) -> bool:
    """Within one's organisation; support, who has the role for it."""
    if held.kind == "support":
        return own.actor.is_operator
    return own.organisation.id == held.organisation_id


def _roles_given(held: Mandate, roles: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """What a mandate is worth now, by the ``roles`` that giver and maker have now; None when it is worth nothing.

    Of an absence that neither the giver nor a head said, the roles that answer for the organisation are not taken:
    the giver may have been given them since.
    """
    given = roles.get(held.giver_id, frozenset())
    if held.scope:
        return frozenset() if scopes()[held.scope].role in given else None
    is_by_head = bool(roles.get(held.made_by, frozenset()) & HEAD_ROLES)
    if held.kind == "absence" and held.made_by != held.giver_id and not is_by_head:
        given -= HEAD_ROLES
    return given or None


def _read(row: Row[Any]) -> Mandate:
    return Mandate(
        row.id, row.kind, row.organisation_id, row.giver_id, row.giver_name, row.taker_id, row.begins_at,
        row.ends_at, row.made_by, row.scope, row.reason,
    )  # fmt: skip


def _add(tx: Connection, act: Act, **values: Any) -> str:
    id_ = act.ids()
    tx.execute(insert(mandate).values(id=id_, made_by=act.by, made_at=act.now, ended_at=None, **values))
    return id_


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)


def _both(tx: Connection, who: SignedIn, wanted: Wanted) -> tuple[Person, Person]:
    """Giver and taker, two people of the organisation. Raises BadInput."""
    found = {each.id: each for each in people_of(tx, who.organisation.id)}
    errors = {}
    if wanted.giver_id not in found:
        errors["absent"] = [sentence("inbox.choose_colleague")]
    if wanted.taker_id not in found or wanted.taker_id == wanted.giver_id:
        errors["suppleant"] = [sentence("equipe.mandate_taker")]
    if errors:
        raise BadInput(errors)
    return found[wanted.giver_id], found[wanted.taker_id]


def _refuse_other_s(who: SignedIn, wanted: Wanted, giver_roles: tuple[str, ...]) -> None:
    """One's own place is one's to give; an absence also who keeps the team says, of who answers for it only a head."""
    if wanted.kind == "delegation":
        if wanted.scope is None or wanted.scope not in scopes():
            raise BadInput({"perimetre": [sentence("equipe.mandate_scope")]})
        if wanted.giver_id != who.actor.person_id or scopes()[wanted.scope].role not in who.actor.roles:
            raise Forbidden
        return
    if wanted.giver_id == who.actor.person_id:
        return
    is_head = bool(who.actor.roles & HEAD_ROLES)
    if not who.actor.roles & ADMINISTERING_ROLES or (HEAD_ROLES & set(giver_roles) and not is_head):
        raise Forbidden


def _refuse_dates(wanted: Wanted, today: date) -> None:
    if wanted.from_on < today:
        raise BadInput({"du": [sentence("equipe.mandate_past", today=today)]})
    if not wanted.from_on <= wanted.until_on <= wanted.from_on + LONGEST:
        raise BadInput({"au": [sentence("equipe.mandate_until")]})


def _refuse_overlap(tx: Connection, here: str, wanted: Wanted, begins: datetime, ends: datetime) -> None:
    """In one organisation, one stand-in at a time for an absence; a scope is delegated to one person at a time."""
    same = (
        mandate.c.organisation_id == here, mandate.c.giver_id == wanted.giver_id,
        mandate.c.kind == wanted.kind, mandate.c.ended_at.is_(None),
        or_(mandate.c.scope == wanted.scope, mandate.c.scope.is_(None)),
    )  # fmt: skip
    other = select(mandate.c.id).where(*same, mandate.c.begins_at < ends, mandate.c.ends_at > begins)
    if tx.execute(other).first():
        raise BadInput({"du": [sentence("equipe.mandate_overlap")]})
