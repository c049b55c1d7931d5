"""The directory for the platform's administrator: who is in it, and the import that refreshes it."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.directory import FileRefused, imports, listed, read_csv
from services.inbox.directory.listing import MOST_LISTED
from services.inbox.directory.refresh import refresh
from services.inbox.identity.access import require_administrator
from services.inbox.identity.people import SignedIn
from shared.catalogue import sentence


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("annuaire", __name__, url_prefix="/annuaire")

    @blueprint.get("")
    @require_administrator
    def show(who: SignedIn) -> ResponseReturnValue:
        return _page(request.args.get("texte", "").strip()[:100])

    @blueprint.post("/import")
    @require_administrator
    def import_file(who: SignedIn) -> ResponseReturnValue:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return _page("", sentence("annuaire.import_missing")), 422
        try:
            rows = read_csv(sent.stream.read())
        except FileRefused as refused:
            return _page("", sentence(refused.code, **refused.params)), 422
        by = (who.actor.person_id, who.actor.name)
        result, is_told = refresh(
            inbox.database, inbox.sources, rows, actor=who.actor, by=by, import_id=inbox.ids(),
            now=inbox.business_clock.now(),
        )  # fmt: skip
        return render_template("annuaire_result.html", result=result, is_told=is_told)

    def _page(text: str, error: str | None = None) -> str:
        with inbox.database.read() as look:
            return render_template(
                "annuaire.html", places=listed(look, text), imports=imports(look), text=text, error=error,
                most=MOST_LISTED,
            )  # fmt: skip

    return blueprint
