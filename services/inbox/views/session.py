"""Sign-in page and sign-out. How one proves who one is comes from elsewhere (here: ``dev_login``)."""

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from services.inbox import access
from services.inbox.deps import Inbox
from services.inbox.people import everybody


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("session", __name__)

    @blueprint.get("/")
    def home() -> ResponseReturnValue:
        return redirect(url_for("tasks.list_tasks" if g.who else "session.sign_in"))

    @blueprint.get("/connexion")
    def sign_in() -> ResponseReturnValue:
        wanted = access.safe_path(request.args.get("suite"), "")
        if "dev_login" not in current_app.blueprints:
            return render_template("sign_in_closed.html"), 503
        with inbox.database.read() as tx:
            return render_template("sign_in.html", organisations=everybody(tx), suite=wanted)

    @blueprint.post("/deconnexion")
    def sign_out() -> ResponseReturnValue:
        answer = redirect(url_for("session.sign_in"), 303)
        access.end_session(inbox, answer)
        session.clear()
        answer.headers["Clear-Site-Data"] = '"cache"'
        return answer

    return blueprint
