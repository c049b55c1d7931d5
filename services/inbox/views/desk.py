"""One request about one task: what to ask its service, and which page says the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from services.inbox import presence
from services.inbox.answering.drafts import answers_of, leaves_theirs, page_of
from services.inbox.answering.form_reading import task_form
from services.inbox.answering.forms import TaskForm
from services.inbox.answering.keeping import DONE
from services.inbox.answering.not_taken import typed_texts
from services.inbox.answering.offers import LocalOffer, local_offer
from services.inbox.answering.outcomes import outcomes
from services.inbox.answering.typed import gesture, typed
from services.inbox.answering.uploads import Uploads, has_files
from services.inbox.characters import free_text
from services.inbox.deps import Inbox
from services.inbox.errors import error_page
from services.inbox.identity.people import SignedIn, people_of, with_holders
from services.inbox.parcours import papers, story
from services.inbox.sources import INCIDENT, Reply, as_header
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import Forbidden, NotFound
from shared.forms.french import read_date
from shared.identity import ASSIGNING_ROLES, may_do, scope_of
from shared.merging import mark

FILLED = "formulaire"
"""Marks a post that carries the task's form, to be shown again as it was typed."""
ALREADY_DONE, DRAFT_CHANGED = "tasks.already_done", "tasks.draft_changed"
LONGEST_ID = 36
ROWS_CHANGED = "rangs"
"""Heard by the page's script: what it shows is not saved yet."""
DRAWN_HERE = ("dynamiclist", "filepicker")
TEXTS = ("reason", "text", "assignee", "follow_up_on")
"""What a service's error may be about, beside the fields of the form."""


class Desk:
    """A person at one task. Each method answers one address."""

    def __init__(self, inbox: Inbox, who: SignedIn, service: str, task_id: str) -> None:
        self.inbox, self.who, self.service, self.task_id = inbox, who, service, task_id
        self.address = url_for("tasks.show", service=service, task_id=task_id)
        self.today = local_date(inbox.business_clock.now())
        self._offers: LocalOffer | None = None
        self._sent: MultiDict[str, str] = request.form

    def show(self) -> ResponseReturnValue:
        return self._page()

    def claim(self) -> ResponseReturnValue:
        return self._back(self._ask("claim"), "inbox.done_claim")

    def release(self) -> ResponseReturnValue:
        return self._back(self._ask("release"), "inbox.done_release")

    def assign(self) -> ResponseReturnValue:
        with self.inbox.database.read() as tx:
            colleagues = {each.id: each.name for each in people_of(tx, self.who.actor.organisation_id)}
        chosen = request.form.get("assignee", "")
        if chosen not in colleagues:
            return self._wrong("assignee", "inbox.choose_colleague")
        body = {"assignee": chosen, "assignee_name": colleagues[chosen]}
        return self._back(self._ask("assign", body), "inbox.done_assign", name=colleagues[chosen])

    def follow_up(self) -> ResponseReturnValue:
        text = request.form.get("follow_up_on", "").strip()
        day = read_date(text) if text else None
        if text and day is None:
            return self._wrong("follow_up_on", "inbox.follow_up_wrong")
        body = {"follow_up_on": day.isoformat() if day else None}
        return self._back(self._ask("", body, method="PATCH"), "inbox.done_follow_up")

    def complete(self) -> ResponseReturnValue:
        task = self._task()
        stored = (
            self._read_form(task) if "form" in task.body else None
        )  # a partner's task: its service says no
        if stored and (errors := self._not_taken(task, stored) or self._unknown_choices(task, stored)):
            return self._page(errors=errors, status=422)
        values = typed(self._typed())
        if stored:
            # also of a box that one left and a colleague ticked, of which the page sends nothing
            given_up = leaves_theirs(request.form) & answers_of(self._typed()).keys()
            values |= {key: stored.answers.get(key) for key in given_up}
        return self._leave(self._ask("complete", {"values": values, **self._read()}), "inbox.done_complete")

    def refuse(self) -> ResponseReturnValue:
        reason = free_text("reason")
        if not reason:
            return self._wrong("reason", "inbox.reason_missing")
        return self._leave(self._ask("refuse", {"reason": reason}), "inbox.done_refuse")

    def reopen(self) -> ResponseReturnValue:
        """« Je me suis trompé » : the task opens again, at another address; why not is said on this one."""
        reply = self._ask("reopen", {"reason": free_text("reason")})
        if reply.is_ok:
            flash(sentence("personal.reopened"))
            again = url_for("tasks.show", service=self.service, task_id=reply.body["id"])
            return redirect(again, 303)
        if reply.code and reply.code.startswith("reopening."):
            return error_page(
                reply.status, sentence("personal.reopen_refused"), reply.body.get("detail") or ""
            )
        return self._refused(reply)

    def comment(self) -> ResponseReturnValue:
        text = free_text("text")
        if not text:
            return self._wrong("text", "inbox.comment_missing")
        body = {"text": text, "private": request.form.get("private") == "oui"}
        return self._back(self._ask("comments", body), "inbox.done_comment")

    def save_draft(self) -> ResponseReturnValue:
        """By the button, or by the page itself, which is answered in JSON: what to say, to mark and to show."""
        if has_files(request.files) and (errors := self._files_refused()):
            return self._page(errors=errors, status=422)
        reply = self._ask("draft", {"values": answers_of(self._sent), **self._read()}, method="PUT")
        if "HX-Request" in request.headers:
            return self._draft_told(reply), 200 if reply.is_ok else reply.status, {"Vary": "HX-Request"}
        if reply.is_ok and reply.body["disputed"]:
            return self._page(status=409, warning=sentence("saisie.draft_disputed"))
        return self._back(reply, "saisie.done_draft_taken" if reply.body.get("taken") else "inbox.done_draft")

    def _draft_told(self, reply: Reply) -> dict[str, Any]:
        if not reply.is_ok:
            said = [text for texts in (reply.body.get("errors") or {}).values() for text in texts]
            why = " ".join(said) or reply.body.get("detail", "")
            return {"said": f"{sentence('inbox.draft_not_kept')} {why}".strip()}
        kept, disputed = reply.body["draft"], reply.body["disputed"]
        held = self._drawn_here(reply.body["taken"])
        told = {
            "said": sentence("inbox.draft_kept"),
            "marks": {key: mark(kept.get(key)) for key in answers_of(request.form) if key not in {*disputed, *held}},
            "taken": {key: kept[key] for key in reply.body["taken"]}, "disputes": "",
        }  # fmt: skip
        if disputed:
            form = self._form(self._task())
            told["disputes"] = render_template("_disputes.html", form=form, by=reply.body["draft_by_name"])
        if disputed or told["taken"]:
            told["said"] = sentence("saisie.draft_disputed" if disputed else "saisie.done_draft_taken")
        return told

    def _drawn_here(self, keys: Sequence[str]) -> frozenset[str]:
        """Those whose answers a page's script cannot show: for the page they stay unread until it is drawn again."""
        if not keys:
            return frozenset()
        fields = self._read_form(self._task()).form.fields
        return frozenset(key for key in keys if key in fields and fields[key].kind in DRAWN_HERE)

    def redraw(self) -> ResponseReturnValue:
        """What was typed, with the questions that it calls for; nothing is stored.

        For htmx only the parts that come or go, so that nothing is taken from under people's hands. A row that is
        added or removed shows the page again: htmx takes the form out of it.
        """
        if "HX-Request" not in request.headers or gesture(request.form):
            errors = self._files_refused() if has_files(request.files) else {}
            answer = make_response(self._page(errors=errors, status=422 if errors else 200))
            answer.headers.update({"Vary": "HX-Request", "HX-Trigger": ROWS_CHANGED})
            return answer
        form = self._form(self._task())
        changed = tuple(form.changed(frozenset(request.form.getlist("montre"))))
        page = render_template(
            "_redrawn.html",
            form=form,
            changed=changed,
            redraw_url=self._redraw_url,
            draft_url=self._draft_url,
        )
        return page, {"Vary": "HX-Request"}

    def _ask(self, verb: str, body: Mapping[str, Any] | None = None, *, method: str = "POST") -> Reply:
        """The page's version and key go with every request; a service looks at what it needs."""
        headers = {
            "If-Match": f'"{as_header(request.form.get("version", ""))}"',
            "Idempotency-Key": as_header(request.form.get("key", "")) or self.inbox.ids(),
        }
        path = f"/tasks/{self.task_id}/{verb}".rstrip("/")
        return self.inbox.sources.ask(
            self.who.actor, self.service, method, path, body=body or {}, headers=headers
        )

    def _task(self) -> Reply:
        reply = self.inbox.sources.ask(self.who.actor, self.service, "GET", f"/tasks/{self.task_id}")
        if not reply.is_ok:
            raise Forbidden if reply.status == 403 else NotFound
        with self.inbox.database.read() as tx:
            return replace(reply, body=with_holders(tx, [reply.body])[0])

    def _form(self, task: Reply) -> TaskForm:
        if "form" not in task.body:
            raise Forbidden
        form = self._read_form(task)
        return form.with_page(self._typed(), gesture(request.form)) if FILLED in request.form else form

    def _files_refused(self) -> Mapping[str, list[str]]:
        task = self._task()
        return self._not_taken(task, self._read_form(task)) if "form" in task.body else {}

    def _not_taken(self, task: Reply, form: TaskForm) -> Mapping[str, list[str]]:
        """Keeps the files that the page brought; why those that are not taken are not."""
        if not has_files(request.files) or task.body["status"] != "open" or not self._may_act(task.body):
            return {}  # its service says no, and why
        sent = form.with_page(request.form)
        uploads = Uploads(self.inbox.sources, self.who, self.service, task.body["parcours_id"], sent)
        self._sent = uploads.take(request.form, request.files)
        return uploads.errors

    def _read_form(self, task: Reply) -> TaskForm:
        now, offers = self.inbox.business_clock.now(), self._local_offer(task)
        with self.inbox.database.read() as tx:
            form = task_form(tx, task.body, self.who.organisation, now, offers)
        return form.naming(self._files(task)) if form.has_files else form

    def _files(self, task: Reply) -> Mapping[str, str]:
        """The names of the files of the parcours that its service keeps, by id."""
        params = {"parcours_id": task.body["parcours_id"]}
        reply = self.inbox.sources.ask(self.who.actor, self.service, "GET", "/documents", params=params)
        return {each["id"]: each["name"] for each in reply.body["attachments"]} if reply.is_ok else {}

    def _local_offer(self, task: Reply) -> LocalOffer:
        """Asked once for a page: what people chose from is what fills in their answers."""
        if self._offers is None:
            self._offers = local_offer(self.inbox.sources, self.who, task.body)
        return self._offers

    def _typed(self) -> MultiDict[str, str]:
        """What the page sent, with what the offer that was chosen on it says."""
        return self._offers.filled(self._sent) if self._offers else self._sent

    def _read(self) -> dict[str, Any]:
        """What the page showed, for the service to compare with the draft (ADR 31)."""
        page = page_of(request.form)
        return {"read": dict(page.read), **({"page": page.id} if page.id else {})} if page else {}

    def _unknown_choices(self, task: Reply, stored: TaskForm) -> Mapping[str, list[str]]:
        """Persons and organisations that the directory, which the services have not, does not offer; an offer
        that is not free, or that the rest does not fit."""
        unknown = stored.with_page(self._typed()).unknown_choices()
        return {**unknown, **self._local_offer(task).wrong(request.form)}

    def _leave(self, reply: Reply, said: str) -> ResponseReturnValue:
        if not reply.is_ok:
            return self._refused(reply)
        flash(sentence(said))
        flash(f"{self.service}/{self.task_id}", DONE)
        return redirect(url_for("tasks.list_tasks"), 303)

    def _back(self, reply: Reply, said: str, **params: Any) -> ResponseReturnValue:
        if not reply.is_ok:
            return self._refused(reply)
        flash(sentence(said, **params))
        return redirect(self.address, 303)

    def _wrong(self, field: str, said: str) -> ResponseReturnValue:
        return self._page(errors={field: [sentence(said)]}, status=422)

    def _refused(self, reply: Reply) -> ResponseReturnValue:
        """What a service said no to, in the place where it can be mended."""
        if reply.status == 422:
            return self._page(
                errors=reply.body.get("errors") or {}, status=422, warning=reply.body.get("detail")
            )
        if reply.status in (412, 428):
            return self._page(status=412, warning=sentence("inbox.task_changed"))
        if reply.code == DRAFT_CHANGED:
            return self._page(status=409, warning=sentence("saisie.not_completed"))
        if reply.code == INCIDENT:
            return self._page(status=503, warning=sentence("inbox.incident_typed"))
        if reply.status == 409:
            return self._too_late(reply)
        if reply.status == 403:
            detail = reply.body.get("detail") or sentence("inbox.error_403")
            return error_page(403, sentence("inbox.error_403_title"), detail)
        raise NotFound

    def _too_late(self, reply: Reply) -> ResponseReturnValue:
        detail = reply.body.get("detail") or sentence("inbox.conflict")
        done = reply.code == ALREADY_DONE
        typed = typed_texts()
        return render_template(
            "task_taken.html", detail=detail, done=done, address=self.address, typed=typed
        ), 409

    def _page(
        self, *, errors: Mapping[str, list[str]] | None = None, status: int = 200, warning: str | None = None
    ) -> ResponseReturnValue:
        task = self._task()
        around = {
            "task": task.body, "service": self.service, "address": self.address, "today": self.today,
            "key": self.inbox.ids(), "typed": {name: request.form.get(name, "") for name in TEXTS},
            "page": as_header(request.form.get("page", ""))[:LONGEST_ID] or self.inbox.ids(),
            "present": presence.who_else(self.inbox, self.who, task.body),
        }  # fmt: skip
        if "form" not in task.body:
            return render_template("task_partner.html", **around, errors=errors or {}), status
        form = self._form(task)
        with self.inbox.database.read() as tx:
            colleagues = people_of(tx, self.who.actor.organisation_id)
        return render_template(
            "task.html", **around, form=form, errors=form.place(errors or {}), warning=warning,
            version=task.version, keys=[self.inbox.ids(), self.inbox.ids()], redraw_url=self._redraw_url,
            outcomes=outcomes(task.body, form),
            papers=papers.listed(self.inbox, self.who, task.body["parcours_id"]),
            draft_url=self._draft_url,
            parcours=story.of_parcours(self.inbox, self.who, task.body["parcours_id"]),
            colleagues=colleagues, may_assign=bool(self.who.actor.roles & ASSIGNING_ROLES),
            may_act=self._may_act(task.body), may_reopen=self._may_reopen(task.body),
        ), status  # fmt: skip

    @property
    def _redraw_url(self) -> str:
        return f"{self.address}/formulaire"

    @property
    def _draft_url(self) -> str:
        return f"{self.address}/brouillon"

    def _may_reopen(self, task: Mapping[str, Any]) -> bool:
        """Its author and the responsible are offered it; the service looks at the rest."""
        actor = self.who.actor
        mine = task.get("completed_by") in (actor.person_id, actor.holder_id)
        if scope_of(actor) is not None:
            mine = mine and may_do(actor, task["element_id"], task["role"], task["assignee"])
        return bool(task["status"] == "completed" and (mine or actor.roles & ASSIGNING_ROLES))

    def _may_act(self, task: Mapping[str, Any]) -> bool:
        """As the services judge: the holder; of a free task, whoever has its role."""
        actor = self.who.actor
        if actor.is_support or task["assignee"] not in (None, actor.holder_id):
            return False
        return may_do(actor, task["element_id"], task["role"], task["assignee"])
