"""Probes: alive means that the process answers, ready that its database does."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from services.inbox.deps import Inbox


def pages(inbox: Inbox) -> Blueprint:
    health = Blueprint("health", __name__, url_prefix="/health")

    @health.get("/live")
    def live() -> ResponseReturnValue:
        return {"status": "ok"}

    @health.get("/ready")
    def ready() -> ResponseReturnValue:
        with inbox.database.read() as tx:
            tx.execute(text("SELECT 1"))
        return {"status": "ok"}

    return health
