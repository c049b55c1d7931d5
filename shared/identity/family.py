"""The young person of a parcours, or a responsable légal, who comes by a personal link: no account, one parcours.

The inbox knows the links and signs for whoever brings one; a service lets her or him through the doors of
``shared.process.family`` and through no other: ``require_actor`` trusts no such token.
"""

from dataclasses import dataclass
from typing import Final, Literal

from shared.parcours.signatures import RESPONSABLES, Signatory

FAMILY_KIND: Final = "famille"
"""In a token, in the place of the kind of an organisation."""
FAMILY_SIGNERS = (Signatory.ELEVE.value, *(each.value for each in RESPONSABLES))
"""As whom one comes by a link: eleve, responsable_legal, responsable_legal_2."""


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """``link_id``: of the link, not its secret. ``name``: as signatures tell it. ``signer``: one of FAMILY_SIGNERS."""

    link_id: str
    name: str
    parcours_id: str
    signer: str

    @property
    def is_parent(self) -> bool:
        """Whose access ends at the pupil's majority (R39)."""
        return self.signer != Signatory.ELEVE.value

    @property
    def person_id(self) -> str:
        return f"lien:{self.link_id}"

    @property
    def organisation_id(self) -> str:
        """In a token: the one parcours."""
        return self.parcours_id

    @property
    def organisation_kind(self) -> Literal["famille"]:
        return FAMILY_KIND

    @property
    def roles(self) -> frozenset[str]:
        return frozenset((self.signer,))
