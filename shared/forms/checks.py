"""Named checks of one text (`properties.check`, `validate.validationType`): form-js's own, and their shape."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

EMAIL = re.compile(
    r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
PHONE = re.compile(r"(?:\+33|0033|0)[1-9]\d{8}|\+(?!33)[1-9]\d{7,14}", re.ASCII)


def as_typed(text: str) -> str:
    return text


@dataclass(frozen=True)
class Check:
    """A rule on one text. `sentence`: a catalogue key; `normalise` runs first and gives what is kept."""

    is_valid: Callable[[str], bool]
    sentence: str
    sample: Callable[[Random], str]
    normalise: Callable[[str], str] = as_typed


def is_email(text: str) -> bool:
    return len(text) <= 254 and EMAIL.fullmatch(text) is not None and ".." not in text


def compact_phone(text: str) -> str:
    """`01.23.45.67.89`, `+33 (0)1 23 45 67 89` → digits with the leading `+` or `0`."""
    return re.sub(r"\(0\)|[\s.\-/()]", "", text)


def is_phone(text: str) -> bool:
    return PHONE.fullmatch(text) is not None


def sample_email(random: Random) -> str:
    return f"personne{random.randrange(10**6):06d}@exemple.fr"


def sample_phone(random: Random) -> str:
    """In a range that Arcep keeps for fiction (06 39 98 00 00 to 06 39 98 99 99)."""
    return f"063998{random.randrange(10**4):04d}"


Checks = Mapping[str, Check]

FORM_JS_CHECKS: Checks = {
    "email": Check(is_email, "forms.not_an_email", sample_email),
    "phone": Check(is_phone, "forms.not_a_phone", sample_phone, compact_phone),
}
