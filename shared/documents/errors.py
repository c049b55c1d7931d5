"""What people may be told of documents; the sentences are in ``catalogue/documents.toml``."""

from typing import ClassVar

from shared.errors import Conflict, Forbidden


class Replaced(Conflict):
    """Another document took its place before all had signed."""

    code: ClassVar[str] = "documents.replaced"


class AlreadySigned(Conflict):
    code: ClassVar[str] = "documents.already_signed"


class NotSeen(Conflict):
    """Signed on screen without having been sealed, that is opened by anybody; by a personal link, opened by it."""

    code: ClassVar[str] = "documents.not_seen"


class NotOnScreen(Forbidden):
    """Not the role, or not the parcours, of who would sign on screen."""

    code: ClassVar[str] = "documents.not_on_screen"


class NotRecorder(Forbidden):
    """Not one who records signatures made on paper."""

    code: ClassVar[str] = "documents.not_recorder"


class NotYoursToRemove(Forbidden):
    """Another person's attachment."""

    code: ClassVar[str] = "documents.not_yours_to_remove"


class TooManyFiles(Conflict):
    code: ClassVar[str] = "documents.too_many_files"
