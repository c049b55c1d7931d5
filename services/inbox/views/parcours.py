"""The parcours of one's organisation, and the page of one."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.inbox import offers, register, story
from services.inbox.access import require_person
from services.inbox.deps import Inbox
from services.inbox.people import SignedIn
from services.inbox.sources import ServiceDown
from services.inbox.weeks import week_of
from shared.clock import local_date
from shared.errors import NotFound
from shared.identity import TRANSFERRING_ROLES, replaced_by


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("parcours", __name__)

    @blueprint.get("/parcours")
    @require_person
    def list_parcours(who: SignedIn) -> ResponseReturnValue:
        found = register.read_page(inbox, who, request.args.get("suite"))
        return render_template("parcours_list.html", found=found, text="")

    @blueprint.post("/parcours")
    @require_person
    def search(who: SignedIn) -> ResponseReturnValue:
        text = request.form.get("texte", "").strip()
        found = register.search(inbox, who, text) if text else register.read_page(inbox, who, None)
        return render_template("parcours_list.html", found=found, text=text)

    @blueprint.get("/parcours/<uuid:parcours_id>")
    @require_person
    def show(who: SignedIn, parcours_id: UUID) -> ResponseReturnValue:
        parcours = story.of_parcours(inbox, who, str(parcours_id))
        if not parcours.parts:
            raise ServiceDown(parcours.down[0]) if parcours.down else NotFound
        titles = offers.titles(inbox.sources, who, parcours.variables_told)
        parcours = replace(parcours, names={**parcours.names, **titles})
        today = local_date(inbox.business_clock.now())
        return render_template(
            "parcours.html", parcours=parcours, today=today, may_replace=replaced_by(who.actor),
            may_transfer=bool(who.actor.roles & TRANSFERRING_ROLES),
            week=week_of(inbox, who, str(parcours_id), today),
        )  # fmt: skip

    return blueprint
