"""Support sees as somebody else: for a reason that is typed, half an hour, reading only, and told to that person."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.identity import access
from services.inbox.identity.access import require_support
from services.inbox.identity.people import SignedIn, found_by_name, signed_in
from services.inbox.team import mandates
from services.inbox.team.acts import Act
from shared.catalogue import sentence
from shared.errors import BadInput


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("support", __name__, url_prefix="/assistance")

    def page(text: str, errors: dict[str, list[str]], status: int = 200) -> ResponseReturnValue:
        with inbox.database.read() as look:
            found = found_by_name(look, text) if text else []
        return render_template(
            "support.html", found=found, text=text, errors=errors, typed=request.form
        ), status

    @blueprint.get("")
    @require_support
    def show(who: SignedIn) -> ResponseReturnValue:
        return page("", {})

    @blueprint.post("/chercher")
    @require_support
    def search(who: SignedIn) -> ResponseReturnValue:
        """By POST: names do not go into URLs."""
        return page(request.form.get("texte", "").strip(), {})

    @blueprint.post("")
    @require_support
    def watch(who: SignedIn) -> ResponseReturnValue:
        person_id, _, place = request.form.get("personne", "").partition("@")
        now = inbox.business_clock.now()
        try:
            with inbox.database.begin() as tx:
                giver = signed_in(tx, person_id, place)
                if giver is None:
                    raise BadInput({"personne": [sentence("equipe.support_choose")]})  # noqa: TRY301 — one answer
                reason = request.form.get("motif", "").strip()
                id_ = mandates.watch(tx, who, giver, reason, Act.of(who, now, inbox.ids))
        except BadInput as refused:
            return page(request.form.get("texte", ""), refused.errors, 422)
        answer = make_response(redirect(url_for("tasks.list_tasks"), 303))
        access.act_in_place(inbox, answer, id_)
        return answer

    return blueprint
