"""Why a value or a plan is not accepted: a catalogue key with its parameters, never personal data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Param = str | int | date


@dataclass(frozen=True)
class Reason:
    """``code`` is a key of ``shared.catalogue`` (``parcours.…``); ``params`` fill its sentence in."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


class Refusal(ValueError):
    """Raised by the ``parse_…`` functions: the text does not denote a value of that kind."""

    def __init__(self, code: str, **params: Param) -> None:
        self.reason = Reason(code, params)
        super().__init__(code)
