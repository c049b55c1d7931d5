"""A file that was asked for and not shown is told to the service that owns it (R41): who tried is written there."""

import logging
from contextlib import suppress

from flask import Flask, Response, g, request

from services.inbox.deps import Inbox
from services.inbox.sources import NOT_FOUND, ServiceDown

OWNER = "enrolment"
logger = logging.getLogger(__name__)


def note_refusals(app: Flask, inbox: Inbox) -> None:
    """After each page of a parcours that answers that there is none. A service that is down hears nothing of it."""

    @app.after_request
    def note(answer: Response) -> Response:
        parcours_id = (request.view_args or {}).get("parcours_id")
        if answer.status_code == NOT_FOUND and parcours_id is not None and g.get("who") is not None:
            with suppress(ServiceDown):
                told = inbox.sources.ask(g.who.actor, OWNER, "POST", f"/parcours/{parcours_id}/refusals")
                if not told.is_ok:
                    logger.error("a file that was asked for and not shown is not written: %s", told.status)
        return answer
