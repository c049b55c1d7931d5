"""What several people fill in, a draft or a record, compared field by field. Pure.

A page says what it showed as it was drawn: a mark for each of its fields. With that, what its person typed is told
from what somebody else wrote since, without keeping any history (ADR 31).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from shared.errors import Conflict

MARK_DIGITS = 16


class ChangedMeanwhile(Conflict):
    """Somebody else has changed what a page changes too, each otherwise: nothing of the page is kept."""

    code: ClassVar[str] = "errors.changed_meanwhile"


class Page(NamedTuple):
    """What a page says of itself. ``read``: field → mark of what it showed. ``id``: the same from load to load."""

    read: Mapping[str, Any]
    id: str | None = None


@dataclass(frozen=True)
class Merged:
    """``values``: what is to be kept. ``taken``: fields that somebody else alone has changed;
    ``disputed``: fields that both have, each otherwise. Both kinds stay what they were."""

    values: Mapping[str, Any]
    taken: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()

    @property
    def is_all_mine(self) -> bool:
        return not self.taken and not self.disputed


def merge(
    kept: Mapping[str, Any] | None, typed: Mapping[str, Any], page: Page, written_by: str | None = None
) -> Merged:
    """What a page sent, put into what is ``kept``; what the page has no field for stays.

    ``written_by``: the page that wrote the draft last and had all that is in it. What it writes again is nobody
    else's, also when it has not heard the answer to what it wrote before.
    """
    if not kept or (page.id is not None and page.id == written_by):
        return Merged({**(kept or {}), **typed})
    values, taken, disputed = dict(kept), [], []
    for name, mine in typed.items():
        theirs, read = mark(kept.get(name)), page.read.get(name)
        if name not in kept or theirs == read:
            values[name] = mine
        elif mark(mine) == read:
            taken.append(name)
        elif mark(mine) != theirs:
            disputed.append(name)
    return Merged(values, tuple(taken), tuple(disputed))


def merge_whole(kept: Mapping[str, Any], typed: Mapping[str, Any], read: Mapping[str, Any] | None) -> Merged:
    """The same of a record, which has no place for two answers: ChangedMeanwhile when a field would need one.

    ``read`` is None for a program, which has shown nobody a page: it writes what it says.
    """
    merged = Merged({**kept, **typed}) if read is None else merge(kept, typed, Page(read))
    if merged.disputed:
        raise ChangedMeanwhile
    return merged


def mark(value: Any) -> str:
    """Tells one answer from another as a page shows and sends it: an empty one is the same in whatever way."""
    return hashlib.sha256(_as_sent(value).encode("utf-8", "surrogatepass")).hexdigest()[:MARK_DIGITS]


def _as_sent(value: Any) -> str:
    """Browsers send line ends of two characters, and no answer at all for a box that is not ticked."""
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    if isinstance(value, Mapping):  # a row of a list: what is answered in it
        return "\x1e".join(
            f"{name}={_as_sent(each)}" for name, each in sorted(value.items()) if _as_sent(each)
        )
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        return "\x1d".join(filter(None, map(_as_sent, value)))
    if isinstance(value, list):
        return "\x1f".join(sorted(str(each) for each in value))
    text = str(value) if isinstance(value, str) else str(value).replace(".", ",")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
