"""One pupil's record: corrected by the lycée; and the pairs of records that may be one pupil's (R42)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.errors import error_page
from services.inbox.identity.access import require_importer, require_rectifier
from services.inbox.identity.people import SignedIn
from services.inbox.parcours import papers
from services.inbox.sources import Reply, ServiceDown
from services.inbox.wording import short_day
from shared.catalogue import sentence
from shared.errors import Forbidden, NotFound

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
        known = ask(who, "GET", str(pupil_id)).body
        typed = {name: request.form.get(name, "").strip() for name in (*FIELDS, "reason")}
        corrected = {name: typed[name] for name in FIELDS if typed[name] != _shown(known, name)}
        body = {"corrected": corrected, "reason": typed["reason"]}
        reply = ask(who, "POST", f"{pupil_id}/rectify", body)
        if not reply.is_ok:
            return _form(known, typed, _reason(reply)), 422
        old = _made_before(inbox, who, reply.body["parcours"])
        return render_template("pupil_rectified.html", pupil=known, done=reply.body, documents=old)

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


def _form(known: Mapping[str, Any], typed: Mapping[str, str], error: str) -> str:
    values = {name: typed.get(name, _shown(known, name)) for name in FIELDS}
    return render_template(
        "pupil_record.html",
        pupil=known,
        values=values,
        reason=typed.get("reason", ""),
        error=error,
        fields=FIELDS,
    )


def _shown(known: Mapping[str, Any], name: str) -> str:
    value = known.get(name)
    return short_day(value) if name == "born_on" and value else value or ""


def _reason(reply: Reply) -> str:
    return " ".join(_texts(reply.body.get("errors") or {})) or str(reply.body.get("detail") or "")


def _texts(errors: Any) -> list[str]:
    """Sentences of errors by field, whatever their nesting."""
    if isinstance(errors, Mapping):
        return [text for each in errors.values() for text in _texts(each)]
    return [str(each) for each in errors] if isinstance(errors, list) else [str(errors)]
