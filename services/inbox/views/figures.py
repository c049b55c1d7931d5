"""The figures: a page, and the same as CSV and XLSX."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from services.inbox import figures
from services.inbox.deps import Inbox
from services.inbox.figures import Figures
from services.inbox.identity.access import require_person
from services.inbox.identity.people import SignedIn
from services.inbox.spreadsheets import CSV, XLSX
from services.inbox.views.files import as_file
from shared.errors import NotFound


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("figures", __name__, url_prefix="/chiffres")

    def read(who: SignedIn) -> Figures:
        return figures.read(inbox, who, request.args.get("campagne"), request.args.get("par"))

    @blueprint.get("")
    @require_person
    def show(who: SignedIn) -> ResponseReturnValue:
        return render_template("figures.html", found=read(who))

    @blueprint.get("/<name>.csv")
    @require_person
    def as_csv(who: SignedIn, name: str) -> ResponseReturnValue:
        found = read(who)
        tables = {"parcours": found.parcours, "ateliers": found.workshops, "attente": found.waiting}
        if name not in tables:
            raise NotFound
        return as_file(figures.as_csv(tables[name]).encode(), CSV, f"{name}-{found.campagne}.csv")

    @blueprint.get("/chiffres.xlsx")
    @require_person
    def as_xlsx(who: SignedIn) -> ResponseReturnValue:
        found = read(who)
        return as_file(figures.as_xlsx(found), XLSX, f"chiffres-{found.campagne}.xlsx")

    return blueprint
