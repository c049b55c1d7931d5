"""Who acts: actors with their organisation and roles, and the short-lived signed token that says it.

The inbox signs (`TokenSigner`), a service verifies (`TokenVerifier`) and its views ask `require_actor`, or
`require_operator`.
"""

from shared.identity.actor import (
    ASSIGNING_ROLES,
    CAMPAGNE_ROLES,
    DIRECTORY_ROLES,
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
    replaced_by,
    role_at,
)
from shared.identity.guard import (
    DpoOnly,
    OperatorOnly,
    actor_of,
    require_actor,
    require_dpo,
    require_operator,
)
from shared.identity.keys import KeyRefused, key_id, new_private_key, public_key
from shared.identity.tokens import LIFETIME, TokenRefused, TokenSigner, TokenVerifier

__all__ = [
    "ASSIGNING_ROLES",
    "CAMPAGNE_ROLES",
    "DIRECTORY_ROLES",
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
    "DpoOnly",
    "KeyRefused",
    "OperatorOnly",
    "TokenRefused",
    "TokenSigner",
    "TokenVerifier",
    "actor_of",
    "key_id",
    "new_private_key",
    "public_key",
    "replaced_by",
    "require_actor",
    "require_dpo",
    "require_operator",
    "role_at",
]
