"""Campagnes: their list, one in any version, and for a pilot the form that publishes the next version."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox import campagne_form
from services.inbox.deps import Inbox
from services.inbox.identity.access import require_person, require_pilot
from services.inbox.identity.people import SignedIn
from services.inbox.sources import Reply, as_header
from shared.catalogue import sentence
from shared.errors import Forbidden, NotFound
from shared.parcours.campagne_data import data_a_year_later, from_json, to_json

OWNER = "enrolment"
STALE = 412


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("campagnes", __name__, url_prefix="/campagnes")

    def ask(who: SignedIn, method: str, path: str, **how: Any) -> Reply:
        reply = inbox.sources.ask(who.actor, OWNER, method, f"/campagnes{path}", **how)
        if reply.status == 403:
            raise Forbidden
        if reply.status == 404:
            raise NotFound
        return reply

    @blueprint.get("")
    @require_person
    def list_campagnes(who: SignedIn) -> ResponseReturnValue:
        items = ask(who, "GET", "").body["items"]
        return render_template("campagnes.html", campagnes=items, following=_following(items))

    @blueprint.get("/<code>")
    @require_person
    def show(who: SignedIn, code: str) -> ResponseReturnValue:
        return _show(who, ask(who, "GET", f"/{code}"))

    @blueprint.get("/<code>/versions/<int:version>")
    @require_person
    def show_version(who: SignedIn, code: str, version: int) -> ResponseReturnValue:
        return _show(who, ask(who, "GET", f"/{code}/versions/{version}"))

    @blueprint.get("/<code>/modifier")
    @require_pilot
    def edit(who: SignedIn, code: str) -> ResponseReturnValue:
        reply = ask(who, "GET", f"/{code}")
        return _form(code, reply.body["data"], reply.body["version"])

    @blueprint.get("/<code>/suivante")
    @require_pilot
    def prepare(who: SignedIn, code: str) -> ResponseReturnValue:
        """The form of the campagne that follows, filled in with the terms of this one."""
        data = data_a_year_later(from_json(ask(who, "GET", f"/{code}").body["data"]))
        return _form(data["code"], to_json(data), 0)

    @blueprint.post("/<code>/modifier")
    @require_pilot
    def publish(who: SignedIn, code: str) -> ResponseReturnValue:
        data, read = campagne_form.read_page(request.form, code), as_header(request.form.get("version", ""))
        reply = ask(who, "PUT", f"/{code}", body={"data": data}, headers={"If-Match": f'"{read}"'})
        if reply.is_ok:
            flash(sentence("campagnes.published", campagne=code))
            return redirect(url_for("campagnes.show", code=code), 303)
        errors = reply.body.get("errors") or {}
        said = sentence("campagnes.stale") if reply.status == STALE else reply.body.get("detail", "")
        return _form(code, data, read, errors, "" if errors else said), reply.status

    return blueprint


def _show(who: SignedIn, reply: Reply) -> str:
    data = reply.body["data"]
    return render_template(
        "campagne.html", campagne=reply.body, sections=campagne_form.sections(data),
        workshops=campagne_form.workshops(data), entries=campagne_form.entries(data).splitlines(),
    )  # fmt: skip


def _form(code: str, data: Any, version: Any, errors: Any = None, said: str = "") -> str:
    return render_template(
        "campagne_edit.html", code=code, version=version, sections=campagne_form.sections(data),
        workshops=campagne_form.workshops(data, campagne_form.SPARE_ROWS), entries=campagne_form.entries(data),
        errors=errors or {}, said=said, label=campagne_form.label,
    )  # fmt: skip


def _following(items: list[dict[str, Any]]) -> dict[str, str] | None:
    """The newest campagne and the name of the year after it, which may be prepared."""
    if not items:
        return None
    newest = items[0]["code"]
    first = int(newest[:4]) + 1
    return {"after": newest, "code": f"{first}-{first + 1}"}
