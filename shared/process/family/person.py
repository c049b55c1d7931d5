"""Who of the family a personal link is for: the variables that say who each is, and a mark that tells a change."""

import hashlib
from collections.abc import Mapping
from typing import Any

from shared.french import normalised

VARIABLES: Mapping[str, Mapping[str, str]] = {
    "eleve": {
        "first_name": "eleve_prenom", "name": "eleve_nom", "email": "eleve_courriel", "phone": "eleve_telephone",
    },
    "responsable_legal": {
        "name": "responsable_nom", "email": "responsable_courriel", "phone": "responsable_telephone",
    },
    "responsable_legal_2": {"name": "responsable2_nom"},
}  # fmt: skip
"""As whom they sign → what is known of them; of a second responsable légal only the name."""
MARK_LENGTH = 4


def mark_of(parcours_id: str, signer: str, known: Mapping[str, Any]) -> str:
    """Four hexadecimal digits that change when the person's name, e-mail or phone does; accents and blanks aside.

    Short on purpose: one change in 65 000 goes unseen, and nobody can be found by it.
    """
    told = [normalised(str(known.get(variable) or "")) for variable in VARIABLES[signer].values()]
    return hashlib.sha256("\n".join([parcours_id, signer, *told]).encode()).hexdigest()[:MARK_LENGTH]
