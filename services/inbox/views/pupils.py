"""A lycée's pupils: bring the school's file, find a pupil, open a parcours."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.errors import error_page
from services.inbox.identity.access import require_importer, require_lycee
from services.inbox.identity.people import SignedIn
from services.inbox.sources import START_FAILED, Reply, as_header
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import Forbidden, NotFound
from shared.identity import OPENING_ROLES

OWNER = "enrolment"
PER_PAGE = 50
MAPPED = ("family_name", "given_name", "born_on", "mef", "class_code", "ine", "phone", "email", "address")
"""The fields whose column may be named by hand, when a file calls it otherwise."""


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("pupils", __name__, url_prefix="/eleves")

    def ask(who: SignedIn, path: str, **how: Any) -> Reply:
        reply = inbox.sources.ask(who.actor, OWNER, "POST", path, **how)
        if reply.status == 403:
            raise Forbidden
        return reply

    @blueprint.get("")
    @require_lycee
    def list_pupils(who: SignedIn) -> ResponseReturnValue:
        return _list(who, "", None)

    @blueprint.post("")
    @require_lycee
    def search(who: SignedIn) -> ResponseReturnValue:
        return _list(who, request.form.get("texte", "").strip(), request.form.get("apres") or None)

    def _list(who: SignedIn, text: str, after: str | None) -> ResponseReturnValue:
        reply = ask(who, "/pupils/search", body={"text": text, "after": after, "limit": PER_PAGE})
        if not reply.is_ok:
            raise NotFound
        return render_template(
            "pupils.html", pupils=reply.body["items"], next=reply.body["next"], text=text, is_first=after is None,
            today=local_date(inbox.business_clock.now()).isoformat(), new_key=inbox.ids,
            may_open=bool(who.actor.roles & OPENING_ROLES),
        )  # fmt: skip

    @blueprint.get("/import")
    @require_importer
    def import_page(who: SignedIn) -> ResponseReturnValue:
        return _import_page(None, {})

    @blueprint.post("/import")
    @require_importer
    def import_file(who: SignedIn) -> ResponseReturnValue:
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return _import_page(sentence("inbox.import_missing"), {}), 422
        name = "eleves.xml" if sent.filename.lower().endswith(".xml") else "eleves.csv"
        columns = {field: request.form.get(f"colonne_{field}", "").strip() for field in MAPPED}
        mapping = {column: field for field, column in columns.items() if column}
        files: dict[str, Any] = {"file": (name, sent.stream, "application/octet-stream")}
        if mapping:
            files["mapping"] = (None, json.dumps(mapping), "text/plain")
        reply = ask(who, "/pupils/import", files=files)
        if not reply.is_ok:
            return _import_page(_reason(reply), columns), 422
        return render_template("import_result.html", result=reply.body)

    @blueprint.post("/<uuid:pupil_id>/parcours")
    @require_lycee
    def open_parcours(who: SignedIn, pupil_id: UUID) -> ResponseReturnValue:
        headers = {"Idempotency-Key": as_header(request.form.get("key", ""))}
        on_paper = request.form.get("papier") == "oui"
        reply = ask(who, "/parcours", body={"pupil_id": str(pupil_id), "on_paper": on_paper}, headers=headers)
        if reply.is_ok:
            flash(sentence("inbox.done_open"))
            return redirect(url_for("parcours.show", parcours_id=reply.body["parcours_id"]), 303)
        if reply.code == START_FAILED:
            return error_page(503, sentence("inbox.open_refused_title"), _reason(reply))
        if reply.status == 404:
            raise NotFound
        return error_page(409, sentence("inbox.open_refused_title"), _reason(reply))

    return blueprint


def _import_page(error: str | None, columns: Mapping[str, str]) -> str:
    return render_template("import.html", error=error, mapped=MAPPED, columns=columns)


def _reason(reply: Reply) -> str:
    errors = [text for texts in (reply.body.get("errors") or {}).values() for text in texts]
    return " ".join(errors) or reply.body.get("detail") or sentence("inbox.error_400")
