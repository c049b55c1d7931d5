"""Reasons as errors: by field in a form, or a conflict with what has happened meanwhile."""

from collections.abc import Iterable
from typing import ClassVar

from shared.catalogue import sentence
from shared.errors import BadInput, Conflict
from shared.parcours.refusal import Param, Reason


def refuse_if_any(found: Iterable[tuple[str, Reason]]) -> None:
    """BadInput with the sentences of each field."""
    errors: dict[str, list[str]] = {}
    for name, reason in found:
        errors.setdefault(name, []).append(sentence(reason.code, **reason.params))
    if errors:
        raise BadInput(errors)


def refusal(field: str, code: str, **params: Param) -> BadInput:
    """One field, one reason of the catalogue's area ``ateliers``."""
    return BadInput({field: [sentence(f"ateliers.{code}", **params)]})


class CycleExists(Conflict):
    """R31: one cycle, so one lead operator, per lycée and campagne."""

    code: ClassVar[str] = "ateliers.cycle_exists"


class EntryKnown(Conflict):
    """The journal has another entry under this id."""

    code: ClassVar[str] = "ateliers.entry_known"


class CycleEnded(Conflict):
    code: ClassVar[str] = "ateliers.cycle_ended"


class NoConvention(Conflict):
    """Nothing is planned before the lycée has chosen the lead operator."""

    code: ClassVar[str] = "ateliers.no_convention"


class SheetClosed(Conflict):
    code: ClassVar[str] = "ateliers.sheet_closed"


class SessionCancelled(Conflict):
    code: ClassVar[str] = "ateliers.session_cancelled"


class CampagneUnknown(Conflict):
    code: ClassVar[str] = "ateliers.campagne_unknown"
