"""Several decisions and signatures at once, with a result for each."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.inbox import batches
from services.inbox.batches import BATCHES, Line
from services.inbox.deps import Inbox
from services.inbox.identity.access import require_person
from services.inbox.identity.people import SignedIn
from services.inbox.sources import as_header
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import NotFound
from shared.forms.french import read_date


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("batches", __name__)

    def page(
        who: SignedIn, error: str | None = None, about: str = "", status: int = 200
    ) -> ResponseReturnValue:
        found = batches.waiting(inbox, who)
        today = local_date(inbox.business_clock.now())
        return (
            render_template(
                "batches.html", waiting=found, batches=BATCHES, error=error, about=about, today=today,
                key=inbox.ids(), chosen=request.form.getlist("choix"),
            ),
            status,
        )  # fmt: skip

    def result(lines: Sequence[Line]) -> ResponseReturnValue:
        return render_template("batches_done.html", lines=lines)

    @blueprint.get("/a-valider")
    @require_person
    def show(who: SignedIn) -> ResponseReturnValue:
        return page(who)

    @blueprint.post("/a-valider/documents")
    @require_person
    def sign(who: SignedIn) -> ResponseReturnValue:
        chosen = request.form.getlist("choix")[: batches.MOST]
        if not chosen:
            return page(who, sentence("documents.batch_choose"), "documents", 422)
        if not request.form.get("lu"):
            return page(who, sentence("documents.batch_read_missing"), "documents", 422)
        return result(batches.sign(inbox, who, chosen))

    @blueprint.post("/a-valider/<name>")
    @require_person
    def complete(who: SignedIn, name: str) -> ResponseReturnValue:
        if name not in BATCHES:
            raise NotFound
        chosen = request.form.getlist("choix")[: batches.MOST]
        if not chosen:
            return page(who, sentence("documents.batch_choose"), name, 422)
        days = {day: read_date(request.form.get(day, "").strip()) for day in BATCHES[name].days}
        said = {day: on.isoformat() for day, on in days.items() if on is not None}
        if len(said) < len(days):
            return page(who, sentence("documents.batch_date_wrong"), name, 422)
        return result(
            batches.complete(inbox, who, name, chosen, said, as_header(request.form.get("key", "")))
        )

    return blueprint
