"""UAI: the identifier of a school, seven digits and a key letter (R34)."""

import re
from typing import NewType

from shared.parcours.refusal import Refusal

Uai = NewType("Uai", str)

_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_SHAPE = re.compile(r"[0-9]{7}[A-Z]")


def key_letter(digits: str) -> str:
    """The key of seven digits: the letter numbered by their value modulo 23."""
    return _LETTERS[int(digits) % len(_LETTERS)]


def parse_uai(text: str) -> Uai:
    """A UAI, blanks removed and in capitals. Refusal ``parcours.uai_shape`` or ``parcours.uai_key``."""
    uai = "".join(text.split()).upper()
    if not _SHAPE.fullmatch(uai):
        raise Refusal("parcours.uai_shape")
    if key_letter(uai[:7]) != uai[7]:
        raise Refusal("parcours.uai_key")
    return Uai(uai)
