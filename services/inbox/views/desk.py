"""One request about one task: what to ask its service, and which page says the answer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from services.inbox import story
from services.inbox.deps import Inbox
from services.inbox.errors import error_page
from services.inbox.forms import TaskForm, task_form, typed
from services.inbox.offers import LocalOffer, local_offer
from services.inbox.people import SignedIn, people_of, with_holders
from services.inbox.sources import INCIDENT, Reply, as_header
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import Forbidden, NotFound
from shared.forms.french import read_date
from shared.identity import ASSIGNING_ROLES

FILLED = "formulaire"
"""Marks a post that carries the task's form, to be shown again as it was typed."""
ALREADY_DONE = "tasks.already_done"
TEXTS = ("reason", "text", "assignee", "follow_up_on")
"""What a service's error may be about, beside the fields of the form."""


class Desk:
    """A person at one task. Each method answers one address."""

    def __init__(self, inbox: Inbox, who: SignedIn, service: str, task_id: str) -> None:
        self.inbox, self.who, self.service, self.task_id = inbox, who, service, task_id
        self.address = url_for("tasks.show", service=service, task_id=task_id)
        self.today = local_date(inbox.business_clock.now())
        self._offers: LocalOffer | None = None

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
        if errors := self._unknown_choices():
            return self._page(errors=errors, status=422)
        return self._leave(self._ask("complete", {"values": typed(self._typed())}), "inbox.done_complete")

    def refuse(self) -> ResponseReturnValue:
        reason = request.form.get("reason", "").strip()
        if not reason:
            return self._wrong("reason", "inbox.reason_missing")
        return self._leave(self._ask("refuse", {"reason": reason}), "inbox.done_refuse")

    def reopen(self) -> ResponseReturnValue:
        """« Je me suis trompé » : the task opens again, at another address; why not is said on this one."""
        reply = self._ask("reopen", {"reason": request.form.get("reason", "").strip()})
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
        text = request.form.get("text", "").strip()
        if not text:
            return self._wrong("text", "inbox.comment_missing")
        body = {"text": text, "private": request.form.get("private") == "oui"}
        return self._back(self._ask("comments", body), "inbox.done_comment")

    def save_draft(self) -> ResponseReturnValue:
        reply = self._ask("draft", {"values": typed(request.form)}, method="PUT")
        if "HX-Request" not in request.headers:
            return self._back(reply, "inbox.done_draft")
        return sentence("inbox.draft_kept" if reply.is_ok else "inbox.draft_not_kept"), {"Vary": "HX-Request"}

    def redraw(self) -> ResponseReturnValue:
        """What was typed, with the questions that it calls for; nothing is stored.

        For htmx only the parts that come or go, so that nothing is taken from under people's hands.
        """
        if "HX-Request" not in request.headers:
            return self._page()
        form = self._form(self._task())
        changed = tuple(form.changed(frozenset(request.form.getlist("montre"))))
        page = render_template("_redrawn.html", form=form, changed=changed, redraw_url=self._redraw_url)
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
        return form.with_typed(self._typed()) if FILLED in request.form else form

    def _read_form(self, task: Reply) -> TaskForm:
        now, offers = self.inbox.business_clock.now(), self._local_offer(task)
        with self.inbox.database.read() as tx:
            return task_form(tx, task.body, self.who.organisation, now, offers)

    def _local_offer(self, task: Reply) -> LocalOffer:
        """Asked once for a page: what people chose from is what fills in their answers."""
        if self._offers is None:
            self._offers = local_offer(self.inbox.sources, self.who, task.body)
        return self._offers

    def _typed(self) -> MultiDict[str, str]:
        """What the page sent, with what the offer that was chosen on it says."""
        return self._offers.filled(request.form) if self._offers else request.form

    def _unknown_choices(self) -> Mapping[str, list[str]]:
        """Persons and organisations that the directory, which the services have not, does not offer; an offer
        that is not free, or that the rest does not fit."""
        task = self._task()
        if "form" not in task.body:
            return {}  # a partner's task: its service says no
        form = self._read_form(task)
        unknown = form.with_typed(self._typed()).unknown_choices()
        return {**unknown, **self._local_offer(task).wrong(request.form)}

    def _leave(self, reply: Reply, said: str) -> ResponseReturnValue:
        if not reply.is_ok:
            return self._refused(reply)
        flash(sentence(said))
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
        return render_template("task_taken.html", detail=detail, done=done, address=self.address), 409

    def _page(
        self, *, errors: Mapping[str, list[str]] | None = None, status: int = 200, warning: str | None = None
    ) -> ResponseReturnValue:
        task = self._task()
        around = {
            "task": task.body, "service": self.service, "address": self.address, "today": self.today,
            "key": self.inbox.ids(), "typed": {name: request.form.get(name, "") for name in TEXTS},
        }  # fmt: skip
        if "form" not in task.body:
            return render_template("task_partner.html", **around, errors=errors or {}), status
        form = self._form(task)
        with self.inbox.database.read() as tx:
            colleagues = people_of(tx, self.who.actor.organisation_id)
        return render_template(
            "task.html", **around, form=form, errors=form.place(errors or {}), warning=warning,
            version=task.version, keys=[self.inbox.ids(), self.inbox.ids()], redraw_url=self._redraw_url,
            parcours=story.of_parcours(self.inbox, self.who, task.body["parcours_id"]),
            colleagues=colleagues, may_assign=bool(self.who.actor.roles & ASSIGNING_ROLES),
            may_act=self._may_act(task.body), may_reopen=self._may_reopen(task.body),
        ), status  # fmt: skip

    @property
    def _redraw_url(self) -> str:
        return f"{self.address}/formulaire"

    def _may_reopen(self, task: Mapping[str, Any]) -> bool:
        """Its author and the responsible are offered it; the service looks at the rest."""
        mine = task.get("completed_by") == self.who.actor.person_id
        return bool(task["status"] == "completed" and (mine or self.who.actor.roles & ASSIGNING_ROLES))

    def _may_act(self, task: Mapping[str, Any]) -> bool:
        """As the services judge: the holder; of a free task, whoever has its role."""
        if task["assignee"]:
            return bool(task["assignee"] == self.who.actor.person_id)
        return task["role"] is None or task["role"] in self.who.actor.roles
