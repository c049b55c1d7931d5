"""The list of tasks, and the addresses of one task."""

from collections.abc import Callable
from dataclasses import asdict
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox import presence
from services.inbox.deps import Inbox
from services.inbox.identity.access import may_assign, require_person
from services.inbox.identity.people import SignedIn, people_of, prefer
from services.inbox.tasklist.awaited import SHOWN_FIRST, Awaited, read_awaited
from services.inbox.tasklist.filters import Filters, Possible, filters_of, possible
from services.inbox.tasklist.shelf import VIEWS, Shelf, read_tasks
from services.inbox.tasklist.tallies import read_tallies, with_awaited
from services.inbox.team import mandates
from services.inbox.views.desk import Desk
from shared.clock import local_date
from shared.errors import NotFound

ADDRESS = "/taches/<any(enrolment, accompaniment, bilan):service>/<uuid:task_id>"


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("tasks", __name__)

    def offered(who: SignedIn) -> Possible:
        with inbox.database.read() as tx:
            return possible(tx, who)

    @blueprint.get("/taches")
    @require_person
    def list_tasks(who: SignedIn) -> ResponseReturnValue:
        view, after = request.args.get("vue", who.preferences["liste"]), request.args.get("suite")
        allowed = offered(who)
        filters = filters_of(request.args, who.preferences, allowed)
        has_awaited = view == "moi" and after is None and not filters.chosen
        shelf = read_tasks(inbox, who, view, filters, after, tally="due" if has_awaited else "all")
        return _list(who, shelf, allowed, read_awaited(inbox, who) if has_awaited else None)

    @blueprint.post("/taches/filtrer")
    @require_person
    def narrow(who: SignedIn) -> ResponseReturnValue:
        """What the form does not name stays as it is; « Tout montrer » names each filter, empty."""
        allowed = offered(who)
        kept = filters_of(request.form, who.preferences, allowed)
        view = request.form.get("vue", who.preferences["liste"])
        if view not in VIEWS:
            raise NotFound
        with inbox.database.begin() as tx:
            prefer(tx, who.actor.person_id, asdict(kept), allowed.values)
        return redirect(url_for("tasks.list_tasks", vue=view), 303)

    @blueprint.get("/taches/attente")
    @require_person
    def list_awaited(who: SignedIn) -> ResponseReturnValue:
        awaited = read_awaited(inbox, who, request.args.get("suite"))
        return render_template(
            "awaited.html", awaited=awaited, today=local_date(inbox.business_clock.now()),
            tallies=with_awaited(read_tallies(inbox, who), awaited),
        )  # fmt: skip

    @blueprint.post("/taches")
    @require_person
    def search(who: SignedIn) -> ResponseReturnValue:
        text, after = request.form.get("texte", "").strip(), request.form.get("suite") or None
        shelf = read_tasks(inbox, who, "organisation", Filters(), after, text=text)
        return _list(who, shelf, offered(who))

    def _list(
        who: SignedIn, shelf: Shelf, allowed: Possible, awaited: Awaited | None = None
    ) -> ResponseReturnValue:
        may_hand = may_assign(who) and shelf.view != "terminees"
        with inbox.database.read() as tx:
            colleagues = people_of(tx, who.actor.organisation_id) if may_hand else []
            to_take = mandates.to_take(tx, who, inbox.business_clock.now()) if who.mandate is None else []
        return render_template(
            "tasks.html", to_take=to_take, colleagues=colleagues, shelf=shelf, possible=allowed,
            awaited=None if shelf.next else awaited, shown_first=SHOWN_FIRST,
            today=local_date(inbox.business_clock.now()), tallies=with_awaited(shelf.tallies, awaited),
        )  # fmt: skip

    @blueprint.get(ADDRESS)
    @require_person
    def show(who: SignedIn, service: str, task_id: UUID) -> ResponseReturnValue:
        return Desk(inbox, who, service, str(task_id)).show()

    @blueprint.post(f"{ADDRESS}/presence")
    @require_person
    def still_there(who: SignedIn, service: str, task_id: UUID) -> ResponseReturnValue:
        """Asked by a page that stays in front; it does not keep the session open (``arriving.load_who``)."""
        present = presence.still_there(inbox, who, str(task_id))
        return render_template("_presence.html", present=present)

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
