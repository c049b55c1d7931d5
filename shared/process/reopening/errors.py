"""Why a task is not opened again, and whom to ask. Sentences in the catalogue's area ``reopening``."""

from typing import ClassVar

from shared.errors import Conflict, Forbidden


class NotItsAuthor(Forbidden):
    """Neither who did the task nor the responsible of the organisation. ``name``: who did it."""

    code: ClassVar[str] = "reopening.not_its_author"


class DelayOver(Conflict):
    """The author's days are over. ``days``: how many working days there were; ``until``: the last one."""

    code: ClassVar[str] = "reopening.delay_over"


class NotDone(Conflict):
    """The task is open, or was withdrawn."""

    code: ClassVar[str] = "reopening.not_done"


class ParcoursOver(Conflict):
    """The process of the task has ended, or is held by an incident."""

    code: ClassVar[str] = "reopening.parcours_over"


class DoneAfter(Conflict):
    """Somebody else has done what followed. ``name``, ``task``."""

    code: ClassVar[str] = "reopening.done_after"


class SentAfter(Conflict):
    """What followed has gone to another service or organisation. ``what``: the name of the event."""

    code: ClassVar[str] = "reopening.sent_after"


class DoneWithin(Conflict):
    """What was done since, one item of several at once, would be thrown away. ``task``: it; ``within``: of what."""

    code: ClassVar[str] = "reopening.done_within"


class CallOver(Conflict):
    """The called process that the task is in has ended, and is not begun again. ``within``: the activity's name."""

    code: ClassVar[str] = "reopening.call_over"


class NoWayBack(Conflict):
    """The diagram has no way back: another frame, several ways at once, or tokens that would wait for ever."""

    code: ClassVar[str] = "reopening.no_way_back"
