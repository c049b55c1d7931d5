"""INE: the national identifier of a pupil (R34). Optional, never a primary key, never in a URL or a log."""

import re
from typing import NewType

from shared.parcours.refusal import Refusal

Ine = NewType("Ine", str)

_SHAPES = (
    re.compile(r"[0-9]{9}[A-Z]{2}"),  # national directory (RNIE), since 2018
    re.compile(r"[0-9_]{10}[A-Z]"),  # older, school (BEA)
    re.compile(r"[0-9]{4}A[0-9]{5}[A-Z]"),  # older, apprentices
)


def parse_ine(text: str) -> Ine:
    """An INE of one of the known shapes, blanks removed, in capitals; Refusal ``parcours.ine_shape``."""
    ine = "".join(text.split()).upper()
    if not any(shape.fullmatch(ine) for shape in _SHAPES):
        raise Refusal("parcours.ine_shape")
    return Ine(ine)
