"""What the local offer refuses: by field, or because of what has happened meanwhile."""

from collections.abc import Iterable
from typing import ClassVar

from shared.catalogue import sentence
from shared.errors import BadInput, Conflict, PreconditionRequired, StaleVersion
from shared.parcours.offer import Fault


class OfferClosed(Conflict):
    code: ClassVar[str] = "offre.closed"


class OfferKnown(Conflict):
    """Its title, partner and first day are those of an open offer."""

    code: ClassVar[str] = "offre.known"


class OfferChanged(StaleVersion):
    code: ClassVar[str] = "offre.stale"


class OfferVersionRequired(PreconditionRequired):
    code: ClassVar[str] = "offre.version_required"


def refuse_if_any(found: Iterable[Fault]) -> None:
    """BadInput with the sentences of each field."""
    errors: dict[str, list[str]] = {}
    for name, reason in found:
        errors.setdefault(name, []).append(sentence(reason.code, **reason.params))
    if errors:
        raise BadInput(errors)
