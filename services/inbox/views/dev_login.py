"""Sign-in without a password, for a demonstration on one's own machine, and for tests. Nowhere else."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity import access
from services.inbox.identity.loopback import is_loopback
from services.inbox.identity.people import signed_in
from shared.errors import BadInput


class DevLoginRefused(Exception):
    """This sign-in asks for no password: it is not for here."""


def pages(inbox: Inbox, env: str, listen: str) -> Blueprint:
    """Raises DevLoginRefused unless ``env`` is demo or test and ``listen`` a loopback address."""
    refuse_elsewhere(env, listen)
    blueprint = Blueprint("dev_login", __name__)

    @blueprint.post("/connexion")
    def enter() -> ResponseReturnValue:
        person_id, _, organisation_id = request.form.get("person", "").partition("@")
        with inbox.database.read() as tx:
            if signed_in(tx, person_id, organisation_id) is None:
                raise BadInput
        answer = redirect(access.safe_path(request.form.get("suite"), url_for("tasks.list_tasks")), 303)
        access.start_session(inbox, answer, person_id, organisation_id)
        return answer

    return blueprint


def refuse_elsewhere(env: str, listen: str) -> None:
    if env not in ("demo", "test"):
        raise DevLoginRefused(f"sign-in without password is for env demo or test, not {env!r}")
    if not is_loopback(listen):
        raise DevLoginRefused(
            f"sign-in without password is for a loopback address (127.0.0.1, ::1 or localhost), not {listen!r}"
        )
