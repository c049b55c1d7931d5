"""My organisation's team: its members and their load; invitations, roles, departures by who keeps the team."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.answering.drafts import marks_of
from services.inbox.deps import Inbox
from services.inbox.identity.access import may_assign, may_keep_team, require_team, require_team_keeper
from services.inbox.identity.people import Person, SignedIn, names, people_of
from services.inbox.notifications.outgoing import EMAIL, Mail
from services.inbox.tasklist.handing import Given
from services.inbox.team import acts, invitations, leaving, members
from services.inbox.team.acts import Act
from services.inbox.team.administrators import LastAdministrator
from services.inbox.team.invitations import Invited
from services.inbox.team.members import HeadOnly
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import BadInput, Forbidden, NotFound, Problem
from shared.identity import HEAD_ROLES, ROLES
from shared.merging import ChangedMeanwhile, merge_whole

REFUSALS = (BadInput, HeadOnly, LastAdministrator)
Errors = dict[str, list[str]]
Kept = Sequence[str] | None
"""The roles that stay; None: the person leaves."""


def pages(inbox: Inbox) -> Blueprint:  # noqa: PLR0915 — one function a page
    blueprint = Blueprint("team", __name__, url_prefix="/equipe")

    def act(who: SignedIn) -> Act:
        return Act.of(who, inbox.business_clock.now(), inbox.ids)

    def team(who: SignedIn, errors: Errors, status: int = 200) -> ResponseReturnValue:
        keeps = may_keep_team(who)
        counted, down = leaving.loads(inbox, who) if keeps or may_assign(who) else ({}, [])
        with inbox.database.read() as look:
            listed = people_of(look, who.organisation.id)
            waiting = invitations.waiting(look, who.organisation.id) if keeps else []
            done = acts.of_organisation(look, who.organisation.id) if keeps else []
            known = names(look, {id_ for row in done for id_ in (row.by, row.person_id) if id_})
        page = render_template(
            "team.html", listed=listed, keeps=keeps, assigns=may_assign(who), counted=counted, down=down,
            waiting=waiting, done=done, names=known, now=inbox.business_clock.now(), errors=errors,
            roles=_offered(who), typed=request.form, sends=inbox.post.carries_email,
        )  # fmt: skip
        return page, status

    def member(who: SignedIn, person: Person, errors: Errors, status: int = 200) -> ResponseReturnValue:
        held = leaving.held_by(inbox, who, person.id) if may_assign(who) else None
        with inbox.database.read() as look:
            colleagues = [each for each in people_of(look, who.organisation.id) if each.id != person.id]
        page = render_template(
            "team_member.html", person=person, keeps=may_keep_team(who), assigns=may_assign(who), held=held,
            roles=_offered(who), kept=sorted(set(person.roles) - set(_offered(who))), colleagues=colleagues,
            errors=errors, today=local_date(inbox.business_clock.now()),
        )  # fmt: skip
        return page, status

    def leave(
        who: SignedIn, person: Person, errors: Errors, status: int = 200, lines: Any = (), kept: Kept = None
    ) -> ResponseReturnValue:
        held = holding(who, person, kept)
        with inbox.database.read() as look:
            others = [
                each for each in people_of(look, who.organisation.id, role=held.role) if each.id != person.id
            ]
        page = render_template(
            "team_leave.html", person=person, held=held, colleagues=others, assigns=may_assign(who), errors=errors,
            lines=lines, today=local_date(inbox.business_clock.now()), kept=kept, offered=_offered(who),
        )  # fmt: skip
        return page, status

    def holding(who: SignedIn, person: Person, kept: Kept) -> leaving.Holding:
        """What the person would no longer hold: everything, or what goes with the roles that are not kept."""
        held = leaving.held_by(inbox, who, person.id)
        return held if kept is None else held.by_roles(who.organisation.kind, set(person.roles) - set(kept))

    def handed_on(
        who: SignedIn, person: Person, kept: Kept = None
    ) -> tuple[Sequence[Given], ResponseReturnValue | None]:
        """What became of each thing that was held; with the page that says what is missing, when something is."""
        what = "leave" if kept is None else "roles"
        held = holding(who, person, kept)
        if held.is_empty:
            return (), None
        if not may_assign(who):
            return (), leave(who, person, {"suite": [sentence("equipe.leave_who")]}, 422, kept=kept)
        successor = _successor(inbox, who, person, held.role)
        if successor is None:
            return (), leave(who, person, {"suite": [sentence("equipe.leave_choose")]}, 422, kept=kept)
        today, why = local_date(inbox.business_clock.now()), sentence(f"equipe.{what}_reason")
        lines = leaving.hand_on(inbox, who, held, successor, today, why)
        if holding(who, person, kept).is_empty:
            return lines, None
        return lines, leave(who, person, {"suite": [sentence(f"equipe.{what}_left")]}, 409, lines, kept)

    @blueprint.get("")
    @require_team
    def show(who: SignedIn) -> ResponseReturnValue:
        return team(who, {})

    @blueprint.post("/invitations")
    @require_team_keeper
    def invite(who: SignedIn) -> ResponseReturnValue:
        typed = {name: request.form.get(name, "").strip() for name in ("prenom", "nom", "courriel")}
        whom = Invited(typed["prenom"], typed["nom"], typed["courriel"], tuple(request.form.getlist("roles")))
        doing = act(who)
        try:
            with inbox.database.begin() as tx:
                invitations.invite(tx, who, whom, doing)
                _write(inbox, tx, who, whom, doing)
        except REFUSALS as refused:
            return team(who, _errors(refused), 422)
        flash(sentence("equipe.invited" if inbox.post.carries_email else "equipe.invited_without_mail"))
        return redirect(url_for("team.show"), 303)

    @blueprint.post("/invitations/<uuid:invitation_id>/revoquer")
    @require_team_keeper
    def revoke(who: SignedIn, invitation_id: UUID) -> ResponseReturnValue:
        with inbox.database.begin() as tx:
            was_open = invitations.revoke(tx, str(invitation_id), act(who))
        flash(sentence("equipe.revoked" if was_open else "equipe.revoked_before"))
        return redirect(url_for("team.show"), 303)

    @blueprint.get("/<uuid:person_id>")
    @require_team
    def show_member(who: SignedIn, person_id: UUID) -> ResponseReturnValue:
        if not (may_keep_team(who) or may_assign(who)):
            raise Forbidden
        return member(who, _member(inbox, who, person_id), {})

    @blueprint.post("/<uuid:person_id>/roles")
    @require_team_keeper
    def change_roles(who: SignedIn, person_id: UUID) -> ResponseReturnValue:
        """What the person holds by a role that goes is given on first, as in a departure."""
        person = _member(inbox, who, person_id)
        try:
            kept = _roles_by_page(who, person)
            if set(person.roles) - members.checked_roles(who, kept, person.roles):
                _, missing = handed_on(who, person, kept)
                if missing is not None:
                    return missing
            with inbox.database.begin() as tx:
                is_new = members.change_roles(tx, who, person.id, kept, act(who), seen=person.roles)
        except ChangedMeanwhile as late:
            return member(who, _member(inbox, who, person_id), _errors(late), 409)
        except REFUSALS as refused:
            return member(who, person, _errors(refused), 422)
        flash(sentence("equipe.roles_kept" if is_new else "equipe.roles_same", name=person.name))
        return redirect(url_for("team.show"), 303)

    @blueprint.get("/<uuid:person_id>/depart")
    @require_team_keeper
    def show_leaving(who: SignedIn, person_id: UUID) -> ResponseReturnValue:
        return leave(who, _member(inbox, who, person_id), {})

    @blueprint.post("/<uuid:person_id>/depart")
    @require_team_keeper
    def end(who: SignedIn, person_id: UUID) -> ResponseReturnValue:
        """What the person holds is given on first; only who holds nothing any more leaves."""
        person = _member(inbox, who, person_id)
        today = local_date(inbox.business_clock.now())
        lines, missing = handed_on(who, person)
        if missing is not None:
            return missing
        try:
            with inbox.database.begin() as tx:
                members.end_membership(tx, who, person.id, today, act(who))
        except REFUSALS as refused:
            return leave(who, person, _errors(refused), 409, lines)
        flash(sentence("equipe.left", name=person.name))
        return redirect(url_for("team.show" if person.id != who.actor.person_id else "session.home"), 303)

    return blueprint


def _member(inbox: Inbox, who: SignedIn, person_id: UUID) -> Person:
    with inbox.database.read() as look:
        found = people_of(look, who.organisation.id, person_id=str(person_id))
    if not found:
        raise NotFound
    return found[0]


def _successor(inbox: Inbox, who: SignedIn, leaver: Person, role: str | None) -> Person | None:
    with inbox.database.read() as look:
        possible = people_of(look, who.organisation.id, role=role, person_id=request.form.get("suite", ""))
    return next((each for each in possible if each.id != leaver.id), None)


def _offered(who: SignedIn) -> list[str]:
    """The roles of this kind of organisation that this person may give."""
    mine = bool(who.actor.roles & HEAD_ROLES)
    return sorted(role for role in ROLES[who.organisation.kind] if mine or role not in HEAD_ROLES)


def _roles_by_page(who: SignedIn, person: Person) -> list[str]:
    """The roles that the page leaves: it gives and withdraws what it ticked and unticked, and no other."""
    sent = request.form.getlist("roles")
    known = {role: role in person.roles for role in (*_offered(who), *person.roles)}
    typed = {role: role in sent for role in (*_offered(who), *sent)}
    values = merge_whole(known, typed, marks_of(request.form)).values
    return [role for role, is_held in values.items() if is_held]


def _errors(refused: Problem) -> Errors:
    if isinstance(refused, BadInput):
        return refused.errors
    return {"roles": [sentence(refused.code, **refused.params)]}


def _write(inbox: Inbox, tx: Any, who: SignedIn, whom: Invited, doing: Act) -> None:
    """The e-mail leaves with the invitation, or not at all."""
    until = local_date(doing.now + invitations.VALID)
    subject, body = inbox.letters.invitation(who.actor.name, who.organisation.name, until)
    inbox.post.put(tx, Mail(EMAIL, whom.email, subject, body), doing.now)
