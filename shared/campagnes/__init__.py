"""The campagnes that a service knows: every version that was published, the newest of each being the one that counts.

Enrolment publishes them; accompaniment and bilan take theirs from its messages. Where nothing was published yet,
the delivered ones count (``shared.parcours.campagne``).
"""

from shared.campagnes.store import (
    MESSAGE,
    Version,
    add_version,
    campagne_at,
    campagne_by_code,
    campagne_opening_at,
    current,
    deliver,
    version_of,
    versions,
)

__all__ = [
    "MESSAGE",
    "Version",
    "add_version",
    "campagne_at",
    "campagne_by_code",
    "campagne_opening_at",
    "current",
    "deliver",
    "version_of",
    "versions",
]
