"""Sign-in page and sign-out. How one proves who one is comes from elsewhere: ``provider`` or ``dev_login``."""

from flask import Blueprint, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from services.inbox.deps import Inbox
from services.inbox.identity import access
from services.inbox.identity.people import everybody
from services.inbox.identity.sessions import close_all


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("session", __name__)

    @blueprint.get("/")
    def home() -> ResponseReturnValue:
        return redirect(url_for("tasks.list_tasks" if g.who else "session.sign_in"))

    @blueprint.get("/connexion")
    def sign_in() -> ResponseReturnValue:
        wanted = access.safe_path(request.args.get("suite"), "")
        if inbox.provider is not None:
            return render_template("sign_in_provider.html", provider=inbox.provider.name, suite=wanted)
        with inbox.database.read() as tx:
            return render_template("sign_in.html", organisations=everybody(tx), suite=wanted)

    @blueprint.post("/deconnexion")
    def sign_out() -> ResponseReturnValue:
        return leave(inbox)

    return blueprint


def leave(inbox: Inbox, everywhere: str | None = None) -> Response:
    """The session of this browser ends here first; then the browser goes to end the provider's, if there is one.

    ``everywhere``: the id of the person all of whose sessions end.
    """
    with inbox.database.begin() as tx:
        id_token = access.close_brought(inbox, tx)
        if everywhere is not None:
            close_all(tx, everywhere)
    session.clear()
    g.who = None
    there = _address_there(inbox, id_token)
    if inbox.provider is None:
        answer = make_response(redirect(url_for("session.sign_in"), 303))
    else:
        has_to_confirm = there is not None and "id_token_hint=" not in there
        answer = make_response(render_template("signed_out.html", there=there, has_to_confirm=has_to_confirm))
    if there is not None:
        # not a redirect: the policy of our own pages lets no form lead to another site
        answer.headers["Refresh"] = f"0; url={there}"
    access.forget_cookie(inbox, answer)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _address_there(inbox: Inbox, id_token: str | None) -> str | None:
    """``id_token`` is None when the session expired and its row is gone; the provider's may be open all the same."""
    if inbox.provider is None:
        return None
    return inbox.provider.address_to_leave(id_token, inbox.secrets())
