"""Who of the directory an identity is: by the account once linked, the first time by the verified address."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from services.inbox.directory.persons_record import Doer, record_link
from services.inbox.oidc.problems import SignInRefused
from services.inbox.oidc.provider import Identity
from services.inbox.people import Organisation, organisations_of
from services.inbox.tables import account, organisation, person


@dataclass(frozen=True)
class Admitted:
    """``places``: where the person has a role; the first is where she or he works now, if ``is_sure``."""

    person_id: str
    places: Sequence[Organisation]
    is_sure: bool


def admit(tx: Connection, identity: Identity, by: Doer) -> Admitted:
    """The person of an identity, linked from now on. Raises SignInRefused: nobody's, or nobody's any more.

    ``by``: for the record, if this links the account.
    """
    person_id = _linked(tx, identity) or _link(tx, identity, by)
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


def _link(tx: Connection, identity: Identity, by: Doer) -> str:
    """The row of the person is locked: of two accounts that come at once with one address, one is linked."""
    if identity.email is None:
        raise SignInRefused("email_unverified", "no verified address")
    known = select(person.c.id).where(person.c.email == identity.email.lower()).with_for_update()
    person_id: str | None = tx.scalar(known)
    if person_id is None:
        raise SignInRefused("unknown_person", "nobody has this address")
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


def _by_siret(tx: Connection, siret: str | None, places: Sequence[Organisation]) -> list[Organisation]:
    if siret is None:
        return []
    ids = set(tx.scalars(select(organisation.c.id).where(organisation.c.siret == siret)))
    return [place for place in places if place.id in ids]
