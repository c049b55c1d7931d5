"""Absences and delegations: who acts in whose place, said by the person or who keeps the team; taking a place."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from services.inbox.deps import Inbox
from services.inbox.identity import access
from services.inbox.identity.access import require_person, require_team
from services.inbox.identity.people import SignedIn, names, people_of
from services.inbox.notifications import contacts
from services.inbox.notifications.outgoing import EMAIL, Mail
from services.inbox.team import mandates
from services.inbox.team.acts import Act
from services.inbox.team.mandates import Wanted
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import BadInput, Forbidden
from shared.forms.french import read_date
from shared.identity import ADMINISTERING_ROLES, HEAD_ROLES, scopes
from shared.identity.actor import ActingKind


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("acting", __name__)

    def page(who: SignedIn, errors: dict[str, list[str]], status: int = 200) -> ResponseReturnValue:
        now = inbox.business_clock.now()
        with inbox.database.read() as look:
            listed = mandates.of_organisation(look, who.organisation.id, now)
            people = people_of(look, who.organisation.id)
            known = names(look, {each.taker_id for each in listed})
        mine = [name for name, scope in scopes().items() if scope.role in who.actor.roles]
        page = render_template(
            "mandates.html", listed=listed, names=known, people=people, errors=errors, typed=request.form,
            today=local_date(now).isoformat(), scopes=mine if who.mandate is None else [],
            absent=[each for each in people if _may_say_absent(who, each.id, each.roles)],
        )  # fmt: skip
        return page, status

    def arrange(who: SignedIn, kind: ActingKind, giver_id: str) -> ResponseReturnValue:
        days = {name: read_date(request.form.get(name, "").strip()) for name in ("du", "au")}
        errors = {name: [sentence("equipe.day_wrong")] for name, day in days.items() if day is None}
        now = inbox.business_clock.now()
        try:
            if days["du"] is None or days["au"] is None:
                raise BadInput(errors)  # noqa: TRY301 — one answer for all that is wrong
            scope = request.form.get("perimetre", "") if kind == "delegation" else None
            wanted = Wanted(kind, giver_id, request.form.get("suppleant", ""), days["du"], days["au"], scope)
            with inbox.database.begin() as tx:
                mandates.arrange(tx, who, wanted, local_date(now), Act.of(who, now, inbox.ids))
                _tell(inbox, tx, who, wanted, now)
        except BadInput as refused:
            return page(who, refused.errors | {"genre": [kind]}, 422)
        flash(sentence(f"equipe.{kind}_kept"))
        return redirect(url_for("acting.show"), 303)

    @blueprint.get("/equipe/suppleances")
    @require_team
    def show(who: SignedIn) -> ResponseReturnValue:
        return page(who, {})

    @blueprint.post("/equipe/suppleances")
    @require_team
    def arrange_absence(who: SignedIn) -> ResponseReturnValue:
        return arrange(who, "absence", request.form.get("absent") or who.actor.person_id)

    @blueprint.post("/equipe/delegations")
    @require_team
    def arrange_delegation(who: SignedIn) -> ResponseReturnValue:
        return arrange(who, "delegation", who.actor.person_id)

    @blueprint.post("/equipe/suppleances/<uuid:mandate_id>/fin")
    @require_team
    def end(who: SignedIn, mandate_id: UUID) -> ResponseReturnValue:
        with inbox.database.begin() as tx:
            act = Act.of(who, inbox.business_clock.now(), inbox.ids)
            was_going = mandates.end(tx, who, str(mandate_id), act)
        flash(sentence("equipe.mandate_ended" if was_going else "equipe.mandate_ended_before"))
        return redirect(url_for("acting.show"), 303)

    @blueprint.post("/agir/<uuid:mandate_id>")
    @require_person
    def take(who: SignedIn, mandate_id: UUID) -> ResponseReturnValue:
        now = inbox.business_clock.now()
        with inbox.database.read() as look:
            seen = None if who.mandate else mandates.seen_as(look, who, str(mandate_id), now)
        if seen is None:
            raise Forbidden
        answer = make_response(redirect(url_for("tasks.list_tasks"), 303))
        access.act_in_place(inbox, answer, str(mandate_id))
        return answer

    @blueprint.post("/agir/fin")
    @require_person
    def leave(who: SignedIn) -> ResponseReturnValue:
        if who.mandate is not None:
            with inbox.database.begin() as tx:
                mandates.stop_watching(tx, who.mandate, inbox.business_clock.now())
        answer = make_response(redirect(url_for("tasks.list_tasks"), 303))
        access.act_in_place(inbox, answer, None)
        return answer

    return blueprint


def _may_say_absent(who: SignedIn, person_id: str, roles: tuple[str, ...]) -> bool:
    """As ``mandates.arrange`` judges."""
    if who.mandate is not None:
        return False
    if person_id == who.actor.person_id:
        return True
    is_head = bool(who.actor.roles & HEAD_ROLES)
    return bool(who.actor.roles & ADMINISTERING_ROLES) and (is_head or not HEAD_ROLES & set(roles))


def _tell(inbox: Inbox, tx: Connection, who: SignedIn, wanted: Wanted, now: datetime) -> None:
    """Who is named by another, to stand in or as absent, learns it by an e-mail: with the mandate, or not at all."""
    known = names(tx, [wanted.giver_id, wanted.taker_id])
    giver, taker = known[wanted.giver_id], known[wanted.taker_id]
    days = wanted.from_on, wanted.until_on
    scope = sentence(f"equipe.scope_{wanted.scope}") if wanted.scope else ""
    letters = {
        wanted.taker_id: inbox.letters.standing_in(wanted.kind, giver, scope, *days),
        wanted.giver_id: inbox.letters.absence(who.actor.name, taker, *days),
    }
    for person_id, (subject, body) in letters.items():
        to = contacts.find(tx, person_id).email
        if to is not None and person_id != who.actor.person_id:
            inbox.post.put(tx, Mail(EMAIL, to, subject, body, person_id=person_id), now)
