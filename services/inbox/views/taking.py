"""Taking charge by the link of an e-mail: a page with one button. A GET shows, the POST claims the task, once.

Without signing in: the mailbox says who it is, as for every link of this kind, and all that it does is to claim one
task in that person's name. Somebody else who is signed in is refused.
"""

from typing import Any

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from services.inbox.deps import Inbox
from services.inbox.identity.people import SignedIn, signed_in
from services.inbox.sources import Reply, ServiceDown
from services.inbox.taking import links
from services.inbox.views.by_link import keep_to_itself
from shared.catalogue import sentence
from shared.errors import NotFound


class GoneLink(NotFound):
    """It never was, has expired, or its person has left. One answer."""

    code = "taking.gone"


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("taking", __name__, url_prefix=links.PATH.rstrip("/"))
    keep_to_itself(blueprint)

    @blueprint.errorhandler(GoneLink)
    def gone(_error: GoneLink) -> ResponseReturnValue:
        return _stopped(404, "taking.gone_title", sentence("taking.gone"))

    @blueprint.errorhandler(ServiceDown)
    def down(_error: ServiceDown) -> ResponseReturnValue:
        return _stopped(503, "taking.down_title", sentence("taking.down"))

    @blueprint.get("/<code>")
    def show(code: str) -> ResponseReturnValue:
        link, who = _opened(inbox, code)
        return _page(link, who)

    @blueprint.post("/<code>")
    def take(code: str) -> ResponseReturnValue:
        link, who = _opened(inbox, code)
        if link.used_at is not None:
            return _page(link, who, status=409)
        reply = _claim(inbox, who, link)
        if not reply.is_ok:
            return _refused(link, reply)
        with inbox.database.begin() as tx:
            links.use(tx, code, inbox.business_clock.now())
        return _page(link, who, taken=True)

    return blueprint


def _opened(inbox: Inbox, code: str) -> tuple[Row[Any], SignedIn]:
    """The link and whose it is. Raises GoneLink; also for who is signed in as somebody else."""
    with inbox.database.read() as look:
        link = links.find(look, code, inbox.business_clock.now())
        who = signed_in(look, link.person_id, link.organisation_id) if link else None
    other: SignedIn | None = g.get("who")
    if link is None or who is None or (other and other.actor.person_id != who.actor.person_id):
        raise GoneLink
    return link, who


def _claim(inbox: Inbox, who: SignedIn, link: Row[Any]) -> Reply:
    """As she or he would on the task's page; of one's own task it changes nothing."""
    path = f"/tasks/{link.task_id}"
    task = inbox.sources.ask(who.actor, link.service, "GET", path)
    if not task.is_ok:
        return task
    headers = {"If-Match": f'"{task.version}"'}
    return inbox.sources.ask(who.actor, link.service, "POST", f"{path}/claim", body={}, headers=headers)


def _page(link: Row[Any], who: SignedIn, *, taken: bool = False, status: int = 200) -> ResponseReturnValue:
    return render_template("taking.html", link=link, person=who, taken=taken, address=_address(link)), status


def _refused(link: Row[Any], reply: Reply) -> ResponseReturnValue:
    """A colleague has it, it is done, or it is no longer this organisation's: said, with the way to the task."""
    said = (reply.body.get("detail") if reply.status == 409 else None) or sentence("taking.not_there")
    return _stopped(409, "taking.refused_title", said, _address(link))


def _address(link: Row[Any]) -> str:
    return url_for("tasks.show", service=link.service, task_id=link.task_id)


def _stopped(status: int, title: str, text: str, address: str | None = None) -> ResponseReturnValue:
    return render_template("taking_stopped.html", title=sentence(title), text=text, address=address), status
