"""Who acts: actors with their organisation and roles, and the short-lived signed token that says it.

The inbox signs (`TokenSigner`), a service verifies (`TokenVerifier`) and its views ask `require_actor`, or
`require_operator`.
"""

from shared.identity.acting import may_do, scope_of, scopes, signing_roles
from shared.identity.actor import (
    ADMINISTERING_ROLES,
    ASSIGNING_ROLES,
    CAMPAGNE_ROLES,
    DIRECTORY_ROLES,
    HEAD_ROLES,
    IMPORTING_ROLES,
    LONGEST_OPERATOR_NAME,
    OFFER_ROLES,
    OPENING_ROLES,
    RECTIFYING_ROLES,
    REPLACING_ROLES,
    ROLES,
    TRANSFERRING_ROLES,
    WORKSHOP_ROLES,
    Actor,
    ActsFor,
    replaced_by,
    role_at,
)
from shared.identity.family import FAMILY_KIND, FAMILY_SIGNERS, FamilyMember
from shared.identity.guard import (
    DpoOnly,
    OperatorOnly,
    ReadingOnly,
    actor_of,
    require_actor,
    require_dpo,
    require_family,
    require_operator,
    require_witness,
)
from shared.identity.keys import KeyRefused, key_id, new_private_key, public_key
from shared.identity.tokens import LIFETIME, TokenRefused, TokenSigner, TokenVerifier

__all__ = [
    "ADMINISTERING_ROLES",
    "ASSIGNING_ROLES",
    "CAMPAGNE_ROLES",
    "DIRECTORY_ROLES",
    "FAMILY_KIND",
    "FAMILY_SIGNERS",
    "HEAD_ROLES",
    "IMPORTING_ROLES",
    "LIFETIME",
    "LONGEST_OPERATOR_NAME",
    "OFFER_ROLES",
    "OPENING_ROLES",
    "RECTIFYING_ROLES",
    "REPLACING_ROLES",
    "ROLES",
    "TRANSFERRING_ROLES",
    "WORKSHOP_ROLES",
    "Actor",
    "ActsFor",
    "DpoOnly",
    "FamilyMember",
    "KeyRefused",
    "OperatorOnly",
    "ReadingOnly",
    "TokenRefused",
    "TokenSigner",
    "TokenVerifier",
    "actor_of",
    "key_id",
    "may_do",
    "new_private_key",
    "public_key",
    "replaced_by",
    "require_actor",
    "require_dpo",
    "require_family",
    "require_operator",
    "require_witness",
    "role_at",
    "scope_of",
    "scopes",
    "signing_roles",
]
