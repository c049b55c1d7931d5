"""AvenirPro's cycles of workshops: a list, one cycle, one session with its sheet; for the lycée and its operators."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from services.inbox import sheets
from services.inbox.answering.drafts import marks_of, shown_again
from services.inbox.deps import Inbox
from services.inbox.identity.access import may_open_cycle, require_workshops
from services.inbox.identity.people import SignedIn, names, organisations_of_kind
from services.inbox.sources import Reply
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import Forbidden, NotFound
from shared.forms.french import read_date

OWNER, PUPILS = "accompaniment", "enrolment"
INTENTIONS = ("emploi", "alternance", "formation", "scolarite", "volontariat", "indecis", "non_exprimee")
STATUSES = ("realise", "refus_jeune", "refus_tiers", "prescrit")
MARK = "pointage-"
MOST_DIGITS = 9  # Python reads no number of thousands of digits, and none of ours has them


class Desk:
    """A person at the workshops: asks the services, shows pages. What is refused is shown where it was typed."""

    def __init__(self, inbox: Inbox, who: SignedIn) -> None:
        self.inbox, self.who = inbox, who

    def ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, service: str = OWNER
    ) -> Reply:
        reply = self.inbox.sources.ask(self.who.actor, service, method, path, body=body)
        if reply.status == 404:
            raise NotFound
        if reply.status == 403:
            raise Forbidden
        return reply

    def act(self, path: str, body: Mapping[str, Any], done: str, **told: Any) -> list[str]:
        """Ask for a change; what is refused, as sentences. When nothing is, ``done`` is said on the next page."""
        reply = self.ask("POST", path, body)
        if not reply.is_ok:
            return reasons(reply)
        flash(sentence(done, **{name: reply.body.get(key) for name, key in told.items()}))
        return []

    def named(self, *ids: str | None) -> dict[str, str]:
        with self.inbox.database.read() as tx:
            return names(tx, [each for each in ids if each])

    def cycle_page(
        self, cycle_id: str, errors: list[str] | None = None, chosen: list[dict[str, Any]] | None = None
    ) -> ResponseReturnValue:
        cycle = self.ask("GET", f"/cycles/{cycle_id}").body
        classes = []
        if cycle["may"]["enrol"]:
            classes = self.ask("GET", "/classes", service=PUPILS).body["items"]
        places = [each["organisation"] for each in cycle.get("journal", [])]
        known = self.named(cycle["lycee"], cycle["mission_locale"], cycle["france_travail"], *places)
        page = render_template(
            "cycle.html", cycle=cycle, classes=classes, names=known, errors=errors or [], typed=typed(errors),
            chosen=chosen, intentions=INTENTIONS, tasks=self._tasks(cycle_id),
            key=request.form.get("key") or self.inbox.ids(),
        )  # fmt: skip
        return page, 422 if errors else 200

    def session_page(
        self, session_id: str, errors: list[str] | None = None, status: int = 422
    ) -> ResponseReturnValue:
        session = self.ask("GET", f"/sessions/{session_id}").body
        for pupil in session["pupils"]:
            pupil["again"] = shown_again(MARK + pupil["pupil_id"], pupil["status"], request.form)
        missing = (
            [pupil for pupil in session["pupils"] if pupil["again"].shown == "prescrit"] if errors else []
        )
        page = render_template(
            "workshop_session.html", session=session, names=self.named(session["lycee"]),
            errors=errors or [], missing=missing, typed=typed(errors), statuses=STATUSES,
        )  # fmt: skip
        return page, status if errors else 200

    def _tasks(self, cycle_id: str) -> list[dict[str, Any]]:
        """The open tasks of the cycle that my organisation may know of."""
        reply = self.inbox.sources.ask(self.who.actor, OWNER, "GET", f"/parcours/{cycle_id}")
        found = reply.body.get("tasks", []) if reply.is_ok else []
        return [task for task in found if task["status"] == "open"]


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("ateliers", __name__, url_prefix="/ateliers")
    _lists(blueprint, inbox)
    _cycle(blueprint, inbox)
    _session(blueprint, inbox)
    return blueprint


def _lists(blueprint: Blueprint, inbox: Inbox) -> None:
    def today() -> date:
        return local_date(inbox.business_clock.now())

    def show(who: SignedIn, errors: list[str] | None = None) -> ResponseReturnValue:
        desk = Desk(inbox, who)
        items = desk.ask("GET", "/cycles").body["items"]
        ids = [each[key] for each in items for key in ("lycee", "mission_locale", "france_travail")]
        with inbox.database.read() as tx:
            operators = {
                kind: organisations_of_kind(tx, kind, near=who.organisation.id, today=today())
                for kind in ("mission_locale", "france_travail")
            }
        page = render_template(
            "cycles.html", cycles=items, names=desk.named(*ids), operators=operators, errors=errors or [],
            may_open=may_open_cycle(who), typed=typed(errors),
        )  # fmt: skip
        return page, 422 if errors else 200

    @blueprint.get("")
    @require_workshops
    def list_cycles(who: SignedIn) -> ResponseReturnValue:
        return show(who)

    @blueprint.post("")
    @require_workshops
    def open_cycle(who: SignedIn) -> ResponseReturnValue:
        body = {kind: request.form.get(kind) or None for kind in ("mission_locale", "france_travail")}
        with inbox.database.read() as tx:
            for kind, chosen in body.items():
                near = who.organisation.id
                known = {place.id for place in organisations_of_kind(tx, kind, near=near, today=today())}
                if chosen and chosen not in known:
                    return show(who, [sentence("ateliers.no_operator")])
        reply = Desk(inbox, who).ask("POST", "/cycles", body)
        if not reply.is_ok:
            return show(who, reasons(reply))
        flash(sentence("ateliers.opened"))
        return redirect(url_for("ateliers.cycle", cycle_id=reply.body["id"]), 303)


def _cycle(blueprint: Blueprint, inbox: Inbox) -> None:
    def back(desk: Desk, cycle_id: UUID, errors: list[str]) -> ResponseReturnValue:
        if errors:
            return desk.cycle_page(str(cycle_id), errors)
        return redirect(url_for("ateliers.cycle", cycle_id=cycle_id), 303)

    @blueprint.get("/<uuid:cycle_id>")
    @require_workshops
    def cycle(who: SignedIn, cycle_id: UUID) -> ResponseReturnValue:
        return Desk(inbox, who).cycle_page(str(cycle_id))

    @blueprint.post("/<uuid:cycle_id>/journal")
    @require_workshops
    def write_journal(who: SignedIn, cycle_id: UUID) -> ResponseReturnValue:
        desk, form = Desk(inbox, who), request.form
        body = {
            "contacted_on": day("contacted_on"), "interlocutor": form.get("interlocutor", ""),
            "answer": form.get("answer", ""), "id": form.get("key") or None,
        }  # fmt: skip
        return back(desk, cycle_id, desk.act(f"/cycles/{cycle_id}/journal", body, "ateliers.journal_done"))

    @blueprint.post("/<uuid:cycle_id>/eleves")
    @require_workshops
    def enrol(who: SignedIn, cycle_id: UUID) -> ResponseReturnValue:
        """Whole classes, or those of their pupils that were ticked on the page that asks which."""
        desk, classes = Desk(inbox, who), request.form.getlist("classes")
        found: list[dict[str, Any]] = []
        if classes:
            found = desk.ask("POST", "/classes/pupils", {"classes": classes}, PUPILS).body.get("items", [])
        if "choisir" in request.form and found:
            return desk.cycle_page(str(cycle_id), chosen=found)
        if "choix" in request.form:
            found = [pupil for pupil in found if pupil["id"] in request.form.getlist("eleves")]
        body = {"pupils": [given(pupil) for pupil in found]}
        path = f"/cycles/{cycle_id}/pupils"
        return back(desk, cycle_id, desk.act(path, body, "ateliers.enrolled", count="enrolled"))

    @blueprint.post("/<uuid:cycle_id>/seances")
    @require_workshops
    def plan(who: SignedIn, cycle_id: UUID) -> ResponseReturnValue:
        desk, form = Desk(inbox, who), request.form
        body = {
            "workshop": whole("workshop"), "on": day("on"), "at": form.get("at") or None, "minutes": whole("minutes"),
            **{name: form.get(name, "") for name in ("place", "format", "animators")},
            "classes": form.getlist("classes"), "is_outside": form.get("is_outside") == "oui",
            "id": form.get("key") or None,
        }  # fmt: skip
        return back(desk, cycle_id, desk.act(f"/cycles/{cycle_id}/sessions", body, "ateliers.planned"))

    @blueprint.post("/<uuid:cycle_id>/abandon")
    @require_workshops
    def give_up(who: SignedIn, cycle_id: UUID) -> ResponseReturnValue:
        desk = Desk(inbox, who)
        body = {"workshop": whole("workshop"), "reason": request.form.get("reason", "")}
        return back(desk, cycle_id, desk.act(f"/cycles/{cycle_id}/give-up", body, "ateliers.given_up"))

    @blueprint.post("/<uuid:cycle_id>/entretiens")
    @require_workshops
    def note_interview(who: SignedIn, cycle_id: UUID) -> ResponseReturnValue:
        desk = Desk(inbox, who)
        body = {
            "pupil_id": request.form.get("pupil_id") or None, "wished_on": day("wished_on"), "held_on": day("held_on"),
        }  # fmt: skip
        path = f"/cycles/{cycle_id}/interviews"
        return back(desk, cycle_id, desk.act(path, body, "ateliers.interview_done"))

    @blueprint.post("/<uuid:cycle_id>/intentions")
    @require_workshops
    def note_intention(who: SignedIn, cycle_id: UUID) -> ResponseReturnValue:
        desk, form = Desk(inbox, who), request.form
        body = {
            "pupil_id": form.get("pupil_id") or None, "intention": form.get("intention") or None,
            "has_solution": {"oui": True, "non": False}.get(form.get("has_solution", "")),
            "agreed_on": day("agreed_on"),
            "phone": "".join(form.get("phone", "").split()) or None, "email": form.get("email", "").strip() or None,
        }  # fmt: skip
        path = f"/cycles/{cycle_id}/intentions"
        return back(desk, cycle_id, desk.act(path, body, "ateliers.intention_done"))


def _session(blueprint: Blueprint, inbox: Inbox) -> None:
    def back(desk: Desk, session_id: UUID, errors: list[str]) -> ResponseReturnValue:
        if errors:
            return desk.session_page(str(session_id), errors)
        return redirect(url_for("ateliers.session", session_id=session_id), 303)

    @blueprint.get("/seances/<uuid:session_id>")
    @require_workshops
    def session(who: SignedIn, session_id: UUID) -> ResponseReturnValue:
        return Desk(inbox, who).session_page(str(session_id))

    @blueprint.post("/seances/<uuid:session_id>/feuille")
    @require_workshops
    def mark(who: SignedIn, session_id: UUID) -> ResponseReturnValue:
        desk, close = Desk(inbox, who), "fermer" in request.form
        body = {"marks": _by_pupil(request.form), "read": _by_pupil(marks_of(request.form)), "close": close}
        reply = desk.ask("POST", f"/sessions/{session_id}/sheet", body)
        if not reply.is_ok:
            return desk.session_page(str(session_id), reasons(reply), 409 if reply.status == 409 else 422)
        flash(sentence("ateliers.sheet_done" if close else "ateliers.sheet_saved"))
        return back(desk, session_id, [])

    @blueprint.post("/seances/<uuid:session_id>/eleves")
    @require_workshops
    def add(who: SignedIn, session_id: UUID) -> ResponseReturnValue:
        desk, form = Desk(inbox, who), request.form
        body = {
            "classes": form.getlist("classes"),
            "pupils": [each for each in form.getlist("pupils") if each],
        }
        return back(desk, session_id, desk.act(f"/sessions/{session_id}/pupils", body, "ateliers.added"))

    @blueprint.post("/seances/<uuid:session_id>/reporter-eleve")
    @require_workshops
    def move(who: SignedIn, session_id: UUID) -> ResponseReturnValue:
        desk, form = Desk(inbox, who), request.form
        body = {"pupil_id": form.get("pupil_id", ""), "session_id": form.get("session_id", "")}
        return back(desk, session_id, desk.act(f"/sessions/{session_id}/move", body, "ateliers.moved"))

    @blueprint.post("/seances/<uuid:session_id>/reporter")
    @require_workshops
    def postpone(who: SignedIn, session_id: UUID) -> ResponseReturnValue:
        desk, form = Desk(inbox, who), request.form
        body = {"on": day("on"), "at": form.get("at") or None, "reason": form.get("reason", "")}
        return back(
            desk, session_id, desk.act(f"/sessions/{session_id}/postpone", body, "ateliers.postponed")
        )

    @blueprint.post("/seances/<uuid:session_id>/annuler")
    @require_workshops
    def cancel(who: SignedIn, session_id: UUID) -> ResponseReturnValue:
        desk = Desk(inbox, who)
        body = {"reason": request.form.get("reason", "")}
        return back(desk, session_id, desk.act(f"/sessions/{session_id}/cancel", body, "ateliers.cancelled"))

    @blueprint.get("/seances/<uuid:session_id>/feuille.<kind>")
    @require_workshops
    def sheet_file(who: SignedIn, session_id: UUID, kind: str) -> ResponseReturnValue:
        """The sheet of one session, or of one class in it, as PDF or XLSX. The file's name names nobody."""
        desk = Desk(inbox, who)
        if kind not in sheets.MAKERS:
            raise NotFound
        told = desk.ask("GET", f"/sessions/{session_id}").body
        sheet = sheets.sheet_of(told, desk.named(told["lycee"]), request.args.get("classe"))
        content = sheets.MAKERS[kind](sheet)
        headers = {
            "Content-Disposition": f'attachment; filename="feuille-{told["on"]}-atelier-{told["workshop"]}.{kind}"'
        }
        return Response(content, mimetype=sheets.MEDIA_TYPES[kind], headers=headers)


def _by_pupil(page: Mapping[str, str]) -> dict[str, str]:
    return {key.removeprefix(MARK): value for key, value in page.items() if key.startswith(MARK)}


def given(pupil: Mapping[str, Any]) -> dict[str, Any]:
    """What the lycée gives of a pupil to the operators (R37)."""
    return {
        "pupil_id": pupil["id"], "family_name": pupil["nom"], "given_name": pupil["prenom"],
        "class_code": pupil["classe"],
    }  # fmt: skip


def reasons(reply: Reply) -> list[str]:
    """The sentences of a refusal, each once."""
    told = [text for texts in (reply.body.get("errors") or {}).values() for text in texts]
    return list(dict.fromkeys(told)) or [reply.body.get("detail") or sentence("inbox.error_400")]


def typed(errors: list[str] | None) -> MultiDict[str, str]:
    """What was typed, to be shown again beside what was refused."""
    return request.form if errors else MultiDict()


def day(name: str) -> str | None:
    """A day as it was typed, in ISO; unreadable text as it is, for the service to refuse."""
    text = request.form.get(name, "").strip()
    found = read_date(text) if text else None
    return found.isoformat() if found else text or None


def whole(name: str) -> int | str | None:
    """A number as it was typed; what is none of ours, as it is, for the service to refuse."""
    text = request.form.get(name, "").strip()
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else text or None
