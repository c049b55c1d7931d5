"""The DPO's pages: register of processing, requests, one person's export and readings, erasures and their proof."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.errors import error_page
from services.inbox.habilitations.holdings import USER_TABLES
from services.inbox.holdings import INBOX_HOLDINGS
from services.inbox.identity.access import require_dpo
from services.inbox.identity.people import SignedIn, names
from services.inbox.notifications.holdings import NOTIFICATION_NEUTRAL
from services.inbox.parcours.dossier import OWNER, accesses_of, export_of, person_of
from services.inbox.sources import Reply, ServiceDown
from services.inbox.team import mandates
from services.inbox.team.holdings import TEAM_NEUTRAL
from services.inbox.terms import terms_on
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import Forbidden, NotFound
from shared.forms.french import read_date
from shared.parcours.campagne import Retention
from shared.process.personal.holdings import listed

PROCESSING = Path(__file__).parents[1] / "processing.toml"
KINDS = ("acces", "rectification", "effacement")


def pages(inbox: Inbox) -> Blueprint:  # noqa: PLR0915 — one function a page
    blueprint = Blueprint("dpo", __name__, url_prefix="/donnees")

    def ask(who: SignedIn, method: str, path: str, **how: Any) -> Reply:
        reply = inbox.sources.ask(who.actor, OWNER, method, f"/dpo/{path}", **how)
        if reply.status == 403:
            raise Forbidden
        return reply

    @blueprint.get("")
    @require_dpo
    def register(who: SignedIn) -> ResponseReturnValue:
        replies, down = inbox.sources.ask_all(who.actor, "/dpo/holdings")
        told = {name: reply.body for name, reply in replies.items() if reply.is_ok}
        return render_template(
            "dpo_register.html", register=_register(), site=inbox.site, terms=_terms(inbox, who), down=down,
            services=told | {
                "inbox": listed(INBOX_HOLDINGS, (*USER_TABLES, *TEAM_NEUTRAL, *NOTIFICATION_NEUTRAL))
            },
        )  # fmt: skip

    @blueprint.get("/assistance")
    @require_dpo
    def watched(who: SignedIn) -> ResponseReturnValue:
        with inbox.database.read() as look:
            rows = mandates.watched(look)
            known = names(look, {each.taker_id for each in rows})
        return render_template("dpo_watched.html", rows=rows, names=known)

    @blueprint.get("/demandes")
    @require_dpo
    def requests(who: SignedIn) -> ResponseReturnValue:
        return _requests(who, {}, "")

    def _key() -> str:
        return request.form.get("key") or inbox.ids()

    def _requests(who: SignedIn, typed: dict[str, str], error: str) -> ResponseReturnValue:
        today = local_date(inbox.business_clock.now())
        page = render_template(
            "dpo_requests.html", items=ask(who, "GET", "requests").body["items"], kinds=KINDS, typed=typed,
            error=error, today=today.isoformat(), key=_key(),
        )  # fmt: skip
        return page, 422 if error else 200

    @blueprint.post("/demandes")
    @require_dpo
    def receive(who: SignedIn) -> ResponseReturnValue:
        """A second click sends the same key, and notes nothing more."""
        typed = {
            name: request.form.get(name, "").strip() for name in ("kind", "received_on", "note", "pupil_id")
        }
        day = read_date(typed["received_on"])
        if day is None:
            return _requests(who, typed, sentence("personal.day_wrong"))
        body = {**typed, "received_on": day.isoformat(), "pupil_id": typed["pupil_id"] or None, "id": _key()}
        reply = ask(who, "POST", "requests", body=body)
        if not reply.is_ok:
            return _requests(who, typed, _reason(reply))
        flash(sentence("personal.request_kept"))
        return redirect(url_for("dpo.requests"), 303)

    @blueprint.post("/demandes/<uuid:request_id>")
    @require_dpo
    def answer(who: SignedIn, request_id: UUID) -> ResponseReturnValue:
        body = {"answer": request.form.get("answer", "").strip()}
        reply = ask(who, "POST", f"requests/{request_id}/answer", body=body)
        if not reply.is_ok:
            return _requests(who, {}, _reason(reply))
        flash(sentence("personal.answer_kept"))
        return redirect(url_for("dpo.requests"), 303)

    @blueprint.get("/personnes")
    @require_dpo
    def search_page(who: SignedIn) -> ResponseReturnValue:
        return render_template("dpo_persons.html", found=None, text="", places={})

    @blueprint.post("/personnes")
    @require_dpo
    def search(who: SignedIn) -> ResponseReturnValue:
        """By POST: names do not go into URLs."""
        text = request.form.get("texte", "").strip()
        if not text:
            return render_template("dpo_persons.html", found=[], text=text, places={})
        reply = ask(who, "POST", "persons", body={"text": text})
        if not reply.is_ok:
            return error_page(reply.status, sentence("personal.search_refused"), _reason(reply))
        found = reply.body["items"]
        with inbox.database.read() as tx:
            places = names(tx, [each["uai"] for each in found])
        return render_template("dpo_persons.html", found=found, text=text, places=places)

    @blueprint.get("/personnes/<uuid:pupil_id>")
    @require_dpo
    def show_person(who: SignedIn, pupil_id: UUID) -> ResponseReturnValue:
        person = person_of(inbox, who, str(pupil_id))
        export = export_of(inbox, who, person)
        rows = accesses_of(inbox, who, person)
        with inbox.database.read() as tx:
            places = names(tx, [row["organisation"] for row in rows])
        return render_template("dpo_person.html", person=person, export=export, rows=rows, places=places)

    @blueprint.get("/personnes/<uuid:pupil_id>/export.json")
    @require_dpo
    def download(who: SignedIn, pupil_id: UUID) -> ResponseReturnValue:
        person = person_of(inbox, who, str(pupil_id))
        content = json.dumps(export_of(inbox, who, person), ensure_ascii=False, indent=2)
        answer: Response = make_response(content)
        answer.mimetype = "application/json"
        answer.headers["Content-Disposition"] = f'attachment; filename="dossier-{pupil_id}.json"'
        return answer

    @blueprint.post("/personnes/<uuid:pupil_id>/effacer")
    @require_dpo
    def erase(who: SignedIn, pupil_id: UUID) -> ResponseReturnValue:
        if request.form.get("sure") != "oui":
            return error_page(422, sentence("personal.erase_title"), sentence("personal.erase_unsure"))
        reply = ask(who, "POST", "erasures", body={"pupil_id": str(pupil_id)})
        if reply.status == 404:
            raise NotFound
        if not reply.is_ok:
            return error_page(409, sentence("personal.erase_refused"), _reason(reply))
        flash(sentence("personal.erase_asked"))
        return redirect(url_for("dpo.erasures"), 303)

    @blueprint.get("/effacements")
    @require_dpo
    def erasures(who: SignedIn) -> ResponseReturnValue:
        items = ask(who, "GET", "erasures").body["items"]
        query = {"whole": "true"} if request.args.get("registre") == "entier" else {}
        replies, down = inbox.sources.ask_each(
            who.actor, "/dpo/proofs", dict.fromkeys(inbox.sources.names, query)
        )
        proofs = {name: reply.body for name, reply in replies.items() if reply.is_ok}
        return render_template("dpo_erasures.html", items=items, proofs=proofs, down=down)

    return blueprint


def _terms(inbox: Inbox, who: SignedIn) -> Retention | None:
    """None while enrolment, which has them, does not answer."""
    try:
        return terms_on(inbox.sources, who.actor, local_date(inbox.business_clock.now()))
    except ServiceDown:
        return None


@cache
def _register() -> dict[str, Any]:
    return tomllib.loads(PROCESSING.read_text(encoding="utf-8"))


def _reason(reply: Reply) -> str:
    errors = [text for texts in (reply.body.get("errors") or {}).values() for text in texts]
    return " ".join(errors) or str(reply.body.get("detail") or "")
