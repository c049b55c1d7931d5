"""The list of tasks, as it is narrowed, as CSV and XLSX."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.inbox import spreadsheets
from services.inbox.deps import Inbox
from services.inbox.identity.access import require_person
from services.inbox.identity.people import SignedIn
from services.inbox.spreadsheets import CSV, XLSX
from services.inbox.tasklist.exporting import Exported, export, file_name
from services.inbox.tasklist.filters import filters_of, possible
from services.inbox.views.files import as_file
from shared.catalogue import sentence
from shared.clock import local_date


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("exports", __name__)

    def read(who: SignedIn) -> Exported:
        with inbox.database.read() as look:
            allowed = possible(look, who)
        filters = filters_of(request.args, who.preferences, allowed)
        return export(inbox, who, request.args.get("vue", who.preferences["liste"]), filters)

    @blueprint.get("/taches/taches.csv")
    @require_person
    def as_csv(who: SignedIn) -> ResponseReturnValue:
        return as_file(spreadsheets.as_csv(read(who).table).encode(), CSV, _name("csv"))

    @blueprint.get("/taches/taches.xlsx")
    @require_person
    def as_xlsx(who: SignedIn) -> ResponseReturnValue:
        sheet = [(sentence("inbox.tasks_title"), read(who).table)]
        return as_file(spreadsheets.as_xlsx(sheet), XLSX, _name("xlsx"))

    def _name(ending: str) -> str:
        return file_name(local_date(inbox.business_clock.now()), ending)

    return blueprint
