"""Who of the directory an identity is: by the account once linked, the first time by the verified address."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from services.inbox.directory.persons_record import Doer, record_link
from services.inbox.identity.people import Organisation, organisations_of
from services.inbox.oidc.problems import SignInRefused
from services.inbox.oidc.provider import Identity
from services.inbox.tables import account, organisation, person
from services.inbox.team import invitations
from shared.ids import Ids


@dataclass(frozen=True)
class Admitted:
    """``places``: where the person has a role; the first is where she or he works now, if ``is_sure``."""

    person_id: str
    places: Sequence[Organisation]
    is_sure: bool


def admit(tx: Connection, identity: Identity, by: Doer, ids: Ids) -> Admitted:
    """The person of an identity, linked from now on. Raises SignInRefused: nobody's, or nobody's any more.

    Who was invited by that person's address has the roles of the invitation from now on (ADR 30).
    ``by``: for the record, if this links the account; ``ids``: of a new person, and of what is recorded of her or him.
    """
    person_id = _linked(tx, identity) or _link(tx, identity, by, ids)
    invitations.accept(tx, person_id, ids, by.now)
    places = organisations_of(tx, person_id)
    if not places:
        raise SignInRefused("left", "no habilitation")
    here = _by_siret(tx, identity.siret, places)
    return Admitted(person_id, sorted(places, key=lambda place: place not in here), len(here or places) == 1)


def person_of(look: Connection, issuer: str, subject: str | None) -> str | None:
    """The id of the person whose account it is; None for an account that is nobody's."""
    query = select(account.c.person_id)
    return look.scalar(query.where(account.c.issuer == issuer, account.c.subject == subject))


def _linked(tx: Connection, identity: Identity) -> str | None:
    return person_of(tx, identity.issuer, identity.subject)


def _link(tx: Connection, identity: Identity, by: Doer, ids: Ids) -> str:
    """The row of the person is locked: of two accounts that come at once with one address, one is linked."""
    if identity.email is None:
        raise SignInRefused("email_unverified", "no verified address")
    person_id = _by_address(tx, identity.email, by, ids)
    if linked := _linked(tx, identity):  # by a second window of the same person, while we waited
        return linked
    others = select(account.c.subject).where(
        account.c.person_id == person_id, account.c.issuer == identity.issuer
    )
    if tx.execute(others).first():
        raise SignInRefused("linked_elsewhere", "the person has another account there")
    row = {
        "issuer": identity.issuer,
        "subject": identity.subject,
        "person_id": person_id,
        "linked_at": by.now,
    }
    tx.execute(insert(account).values(row))
    record_link(tx, by, person_id)
    return person_id


def _by_address(tx: Connection, email: str, by: Doer, ids: Ids) -> str:
    """Who has this sign-in address, or was invited by it. Raises SignInRefused."""
    known = select(person.c.id).where(person.c.email == email.lower()).with_for_update()
    # asked again: who came at the same instant with the same invitation made the person while we waited for it
    found: str | None = tx.scalar(known) or invitations.welcome(tx, email, ids, by.now) or tx.scalar(known)
    if found is None and invitations.was_invited(tx, email):
        raise SignInRefused("invitation_over", "the invitation is over")
    if found is None:
        raise SignInRefused("unknown_person", "nobody has this address")
    return found


def _by_siret(tx: Connection, siret: str | None, places: Sequence[Organisation]) -> list[Organisation]:
    if siret is None:
        return []
    ids = set(tx.scalars(select(organisation.c.id).where(organisation.c.siret == siret)))
    return [place for place in places if place.id in ids]
