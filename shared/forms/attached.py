"""The files that an answer names: they are kept with the parcours, the answer holds their ids only."""

from collections.abc import Sequence

from shared.catalogue import sentence
from shared.forms.model import AttachedFile, Component, FormContext
from shared.forms.profile import MEDIA_TYPES

MEGABYTE = 1024 * 1024


def wrong_files(part: Component, ids: Sequence[str], context: FormContext) -> str | None:
    """What is said of the first file that the field does not take; None when it takes all."""
    return next(filter(None, (_wrong(part, context.files.get(each)) for each in ids)), None)


def accepted_suffixes(part: Component) -> tuple[str, ...]:
    """« .pdf », « .jpg »…: what a browser offers, and people are told."""
    return tuple(
        suffix for suffix, type_ in MEDIA_TYPES.items() if suffix.startswith(".") and type_ in part.accept
    )


def refusal(part: Component, media_type: str, size: int, name: str) -> str | None:
    """Why a field does not take a file; `size` in bytes."""
    if media_type not in part.accept:
        allowed = ", ".join(accepted_suffixes(part))
        return sentence("forms.file_type", name=name, allowed=allowed)
    if size > part.megabytes * MEGABYTE:
        return sentence("forms.file_too_large", name=name, limit=part.megabytes)
    return None


def _wrong(part: Component, file: AttachedFile | None) -> str | None:
    if file is None:
        return sentence("forms.file_gone")
    if part.is_reserved and file.side == "both":
        return sentence("forms.file_not_reserved", name=file.name)
    return refusal(part, file.media_type, file.size, file.name)
