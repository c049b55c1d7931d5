"""What would have been sent, on a machine for demonstrations and tests. Nowhere else: it shows everybody's mail."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity.access import require_person
from services.inbox.identity.loopback import is_loopback
from services.inbox.identity.people import SignedIn
from services.inbox.notifications import outgoing

SHOWN = 100


class LocalOutboxRefused(Exception):
    """This page shows everybody's mail: it is not for here."""


def pages(inbox: Inbox, env: str, listen: str) -> Blueprint:
    """Raises LocalOutboxRefused unless ``env`` is demo or test and ``listen`` a loopback address."""
    if env not in ("demo", "test") or not is_loopback(listen):
        raise LocalOutboxRefused(
            f"the page of the local outbox is for env demo or test on loopback, not {env!r}, {listen!r}"
        )
    blueprint = Blueprint("local_outbox", __name__)

    @blueprint.get("/courriels")
    @require_person
    def show(who: SignedIn) -> ResponseReturnValue:
        with inbox.database.read() as look:
            return render_template("local_outbox.html", mails=outgoing.newest(look, SHOWN))

    return blueprint
