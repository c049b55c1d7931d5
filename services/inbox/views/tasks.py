"""The list of tasks, and the addresses of one task."""

from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.access import may_assign, require_person
from services.inbox.awaited import SHOWN_FIRST, Awaited, read_awaited
from services.inbox.deps import Inbox
from services.inbox.filters import Filters, filters_of
from services.inbox.people import FILTERS, SignedIn, people_of, prefer
from services.inbox.shelf import VIEWS, Shelf, read_tasks
from services.inbox.views.desk import Desk
from shared.clock import local_date
from shared.errors import NotFound

ADDRESS = "/taches/<any(enrolment, accompaniment, bilan):service>/<uuid:task_id>"


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("tasks", __name__)

    @blueprint.get("/taches")
    @require_person
    def list_tasks(who: SignedIn) -> ResponseReturnValue:
        view = request.args.get("vue", who.preferences["liste"])
        shelf = read_tasks(
            inbox, who, view, filters_of(request.args, who.preferences), request.args.get("suite")
        )
        is_whole = view == "moi" and shelf.is_first and not shelf.next and not shelf.filters.chosen
        return _list(who, shelf, read_awaited(inbox, who) if is_whole else None)

    @blueprint.post("/taches/filtrer")
    @require_person
    def narrow(who: SignedIn) -> ResponseReturnValue:
        """What the form does not name stays as it is; « Tout montrer » names each filter, empty."""
        kept = filters_of(request.form, who.preferences)
        view = request.form.get("vue", who.preferences["liste"])
        if view not in VIEWS:
            raise NotFound
        with inbox.database.begin() as tx:
            prefer(tx, who.actor.person_id, asdict(kept), FILTERS)
        return redirect(url_for("tasks.list_tasks", vue=view), 303)

    @blueprint.get("/taches/attente")
    @require_person
    def list_awaited(who: SignedIn) -> ResponseReturnValue:
        awaited = read_awaited(inbox, who, request.args.get("suite"))
        return render_template("awaited.html", awaited=awaited, today=local_date(inbox.business_clock.now()))

    @blueprint.post("/taches")
    @require_person
    def search(who: SignedIn) -> ResponseReturnValue:
        text = request.form.get("texte", "").strip()
        return _list(who, read_tasks(inbox, who, "organisation", Filters(), None, text=text))

    def _list(who: SignedIn, shelf: Shelf, awaited: Awaited | None = None) -> ResponseReturnValue:
        may_hand = may_assign(who) and shelf.view != "terminees"
        with inbox.database.read() as tx:
            colleagues = people_of(tx, who.actor.organisation_id) if may_hand else []
        return render_template(
            "tasks.html", colleagues=colleagues, shelf=shelf, possible=FILTERS, awaited=awaited,
            shown_first=SHOWN_FIRST, today=local_date(inbox.business_clock.now()),
        )  # fmt: skip

    @blueprint.get(ADDRESS)
    @require_person
    def show(who: SignedIn, service: str, task_id: UUID) -> ResponseReturnValue:
        return Desk(inbox, who, service, str(task_id)).show()

    def post(verb: str, act: Callable[[Desk], ResponseReturnValue]) -> None:
        def view(who: SignedIn, service: str, task_id: UUID) -> ResponseReturnValue:
            return act(Desk(inbox, who, service, str(task_id)))

        blueprint.add_url_rule(f"{ADDRESS}/{verb}", verb, require_person(view), methods=["POST"])

    post("prendre", Desk.claim)
    post("rendre", Desk.release)
    post("confier", Desk.assign)
    post("suivre", Desk.follow_up)
    post("terminer", Desk.complete)
    post("refuser", Desk.refuse)
    post("rouvrir", Desk.reopen)
    post("commenter", Desk.comment)
    post("brouillon", Desk.save_draft)
    post("formulaire", Desk.redraw)
    return blueprint
