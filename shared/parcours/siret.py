"""SIRET: the identifier of an establishment of a company, fourteen digits with a Luhn key (R34)."""

import re
from typing import NewType

from shared.parcours.refusal import Refusal

Siret = NewType("Siret", str)

LA_POSTE_SIREN = "356000000"

_SHAPE = re.compile(r"[0-9]{14}")


def parse_siret(text: str) -> Siret:
    """A SIRET, blanks and dots removed. Refusal ``parcours.siret_shape`` or ``parcours.siret_key``."""
    siret = re.sub(r"[\s.]", "", text)
    if not _SHAPE.fullmatch(siret):
        raise Refusal("parcours.siret_shape")
    if not _has_key(siret):
        raise Refusal("parcours.siret_key")
    return Siret(siret)


def _has_key(siret: str) -> bool:
    # La Poste has more establishments than Luhn keys allow: there the digits add up to a multiple of five
    if siret.startswith(LA_POSTE_SIREN) and sum(map(int, siret)) % 5 == 0:
        return True
    return luhn_sum(siret) % 10 == 0


def luhn_sum(digits: str) -> int:
    """Luhn's sum: from the right, every second digit doubled, a two-digit double counted by its digits."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return sum(doubled) + sum(int(digit) for digit in digits[-1::-2])
