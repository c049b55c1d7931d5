"""R16: who has to sign a document, and who has not yet. Rows in, codes out."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from shared.identity import Actor, signing_roles
from shared.parcours.age import is_minor
from shared.parcours.signatures import RESPONSABLES, Signatory

FAMILY = frozenset((Signatory.ELEVE.value, *(each.value for each in RESPONSABLES)))
"""Their age at signing decides who of them signs."""
AT_A_DESK = frozenset(
    each.value
    for each in (
        Signatory.CHEF_ETABLISSEMENT,
        Signatory.REFERENT,
        Signatory.CONSEILLER,
        Signatory.DIRECTEUR_ML,
    )
)
"""Who may sign on screen: people of the two organisations, signed in."""


def required(row: Any, signatures: Sequence[Any], today: date | None) -> list[str]:
    """All who must sign, in order. The pupil's age counts on the day when the first of the family signed, else
    ``today``; None: as when it was made. One who comes of age before that signs alone."""
    day = min((each.signed_on for each in signatures if each.signer in FAMILY), default=today)
    if row.born_on is None:
        return list(row.signers["majeur"])
    return list(row.signers["mineur" if is_minor(row.born_on, day or _made_on(row)) else "majeur"])


def missing(row: Any, signatures: Sequence[Any], today: date | None) -> list[str]:
    """Those of them who have not signed."""
    signed = {each.signer for each in signatures}
    return [each for each in required(row, signatures, today) if each not in signed]


def may_sign_on_screen(row: Any, waiting: Collection[str], actor: Actor) -> list[str]:
    """As whom a person may sign now: by role, and as référent or conseiller only when it is hers or his parcours."""
    roles, holder = signing_roles(actor, row.kind), actor.holder_id
    return [
        each for each in waiting
        if each in AT_A_DESK and each in roles and row.people.get(each, holder) == holder
    ]  # fmt: skip


def _made_on(row: Any) -> date:
    on: date = row.made_at.date()
    return on
