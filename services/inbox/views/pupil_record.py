"""One pupil's record: corrected by the lycée; and the pairs of records that may be one pupil's (R42)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.answering.drafts import Again, marks_of, shown_again
from services.inbox.deps import Inbox
from services.inbox.errors import error_page
from services.inbox.identity.access import require_importer, require_rectifier
from services.inbox.identity.people import SignedIn
from services.inbox.parcours import papers
from services.inbox.sources import Reply, ServiceDown
from services.inbox.wording import short_day
from shared.catalogue import sentence
from shared.errors import Forbidden, NotFound
from shared.forms.french import read_date
from shared.merging import mark

OWNER = "enrolment"
FIELDS = (
    "family_name", "usage_name", "given_name", "born_on", "phone", "email", "address", "commune_code",
)  # fmt: skip


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("pupil_record", __name__, url_prefix="/eleves")

    def ask(who: SignedIn, method: str, path: str, body: Mapping[str, Any] | None = None) -> Reply:
        reply = inbox.sources.ask(who.actor, OWNER, method, f"/pupils/{path}", body=body)
        if reply.status == 403:
            raise Forbidden
        if reply.status == 404:
            raise NotFound
        return reply

    @blueprint.get("/<uuid:pupil_id>/fiche")
    @require_rectifier
    def show(who: SignedIn, pupil_id: UUID) -> ResponseReturnValue:
        return _form(ask(who, "GET", str(pupil_id)).body, {}, "")

    @blueprint.post("/<uuid:pupil_id>/fiche")
    @require_rectifier
    def rectify(who: SignedIn, pupil_id: UUID) -> ResponseReturnValue:
        page, read = _typed(), marks_of(request.form)
        corrected = {name: _shown(name, page[name]) for name in FIELDS if mark(page[name]) != read.get(name)}
        body = {"corrected": corrected, "reason": page["reason"], "read": read}
        reply = ask(who, "POST", f"{pupil_id}/rectify", body)
        if not reply.is_ok:
            status = 409 if reply.status == 409 else 422
            now = ask(who, "GET", str(pupil_id)).body
            return _form(now, {**request.form.to_dict(), **page}, _reason(reply)), status
        old = _made_before(inbox, who, reply.body["parcours"])
        return render_template("pupil_rectified.html", done=reply.body, documents=old)

    @blueprint.get("/doublons")
    @require_importer
    def duplicates(who: SignedIn) -> ResponseReturnValue:
        return render_template("duplicates.html", pairs=ask(who, "GET", "duplicates").body["items"])

    @blueprint.post("/doublons/reunir")
    @require_importer
    def merge(who: SignedIn) -> ResponseReturnValue:
        body = {"kept": request.form.get("kept", ""), "gone": request.form.get("gone", "")}
        reply = ask(who, "POST", "duplicates/merge", body)
        return _done(reply, "personal.merged")

    @blueprint.post("/doublons/distinguer")
    @require_importer
    def tell_apart(who: SignedIn) -> ResponseReturnValue:
        body = {"first": request.form.get("first", ""), "second": request.form.get("second", "")}
        return _done(ask(who, "POST", "duplicates/apart", body), "personal.told_apart")

    def _done(reply: Reply, said: str) -> ResponseReturnValue:
        if not reply.is_ok:
            return error_page(409, sentence("personal.merge_refused"), _reason(reply))
        flash(sentence(said))
        return redirect(url_for("pupil_record.duplicates"), 303)

    return blueprint


def _made_before(inbox: Inbox, who: SignedIn, parcours: list[str]) -> list[Mapping[str, Any]] | None:
    """The documents that say the old value; None when a service does not tell: the correction itself is made."""
    try:
        found = [papers.of_parcours(inbox, who, each) for each in parcours]
    except (ServiceDown, NotFound):
        return None
    return [paper for each in found for paper in each.documents if not paper["replaced"]]


def _form(known: Mapping[str, Any], page: Mapping[str, str], error: str) -> str:
    values = {}
    for name in FIELDS:
        again = shown_again(name, known.get(name) or "", page)
        values[name] = Again(_shown(name, again.shown), _shown(name, again.theirs))
    return render_template(
        "pupil_record.html", pupil=known, values=values, reason=page.get("reason", ""), error=error
    )


def _typed() -> dict[str, str]:
    """The page, with its day as the record has it, to be compared."""
    page = {name: request.form.get(name, "").strip() for name in (*FIELDS, "reason")}
    day = read_date(page["born_on"])
    return page | ({"born_on": day.isoformat()} if day else {})


def _shown(name: str, value: Any) -> Any:
    """As people read and write it."""
    day = read_date(value) if name == "born_on" and value else None
    return short_day(day) if day else value


def _reason(reply: Reply) -> str:
    return " ".join(_texts(reply.body.get("errors") or {})) or str(reply.body.get("detail") or "")


def _texts(errors: Any) -> list[str]:
    """Sentences of errors by field, whatever their nesting."""
    if isinstance(errors, Mapping):
        return [text for each in errors.values() for text in _texts(each)]
    return [str(each) for each in errors] if isinstance(errors, list) else [str(errors)]
