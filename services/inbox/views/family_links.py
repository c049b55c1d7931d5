"""The personal links of a parcours's family, for its référent and its conseiller: given, sent again, revoked."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.inbox.codes import code_of
from services.inbox.deps import Inbox
from services.inbox.family import delivery, links
from services.inbox.family.delivery import Relative
from services.inbox.identity.access import require_person
from services.inbox.identity.people import SignedIn, names
from shared.catalogue import sentence
from shared.errors import Forbidden, NotFound
from shared.identity import FAMILY_SIGNERS

SIGNER = f"<any({', '.join(FAMILY_SIGNERS)}):signer>"


def pages(inbox: Inbox) -> Blueprint:
    blueprint = Blueprint("family_links", __name__, url_prefix="/parcours/<uuid:parcours_id>/liens")

    def page(who: SignedIn, parcours_id: str, error: str = "", status: int = 200) -> ResponseReturnValue:
        people = _people(inbox, who, parcours_id)
        with inbox.database.read() as look:
            known = links.of_parcours(look, parcours_id)
            told = names(
                look, [row.made_by for row in known.values()] + [r.revoked_by or "" for r in known.values()]
            )
        return render_template(
            "family/links.html", parcours_id=parcours_id, people=people, links=known, names=told, error=error,
            now=inbox.business_clock.now(), is_for=links.is_for,
        ), status  # fmt: skip

    @blueprint.get("")
    @require_person
    def show(who: SignedIn, parcours_id: UUID) -> ResponseReturnValue:
        return page(who, str(parcours_id))

    @blueprint.post(f"/{SIGNER}")
    @require_person
    def give(who: SignedIn, parcours_id: UUID, signer: str) -> ResponseReturnValue:
        relative = _relative(_people(inbox, who, str(parcours_id)), signer)
        how = request.form.get("par", "")
        if how not in relative.ways:
            return page(who, str(parcours_id), sentence("family.choose_way"), 422)
        code, now = code_of(inbox.secrets()), inbox.business_clock.now()
        address = f"{inbox.address or request.host_url.rstrip('/')}{url_for('family.show', code=code)}"
        given = links.Given(
            inbox.ids(), str(parcours_id), signer, code, how, who.actor.person_id, request.form.get("avant", ""),
            relative.until, relative.person,
        )  # fmt: skip
        with inbox.database.begin() as tx:
            expires_at = links.give(tx, given, now)
            if expires_at is not None:
                delivery.deliver(tx, inbox, given, relative, address, expires_at, now)
        if expires_at is None:
            return page(who, str(parcours_id), sentence("family.given_meanwhile"), 409)
        if how == links.PAPER:  # shown this once: nobody can read it again
            return render_template(
                "family/paper.html",
                parcours_id=parcours_id,
                relative=relative,
                address=address,
                until=expires_at,
            )
        flash(sentence(f"family.sent_{how}", name=relative.name))
        return redirect(url_for("family_links.show", parcours_id=parcours_id), 303)

    @blueprint.post(f"/{SIGNER}/retirer")
    @require_person
    def revoke(who: SignedIn, parcours_id: UUID, signer: str) -> ResponseReturnValue:
        _people(inbox, who, str(parcours_id))
        link_id, now = request.form.get("lien", ""), inbox.business_clock.now()
        with inbox.database.begin() as tx:
            is_revoked = links.revoke(tx, str(parcours_id), link_id, who.actor.person_id, now)
        flash(sentence("family.revoked" if is_revoked else "family.revoked_already"))
        return redirect(url_for("family_links.show", parcours_id=parcours_id), 303)

    return blueprint


def _people(inbox: Inbox, who: SignedIn, parcours_id: str) -> Sequence[Relative]:
    """To whom a link may be given, as enrolment says to the référent and the conseiller. Raises Forbidden, NotFound."""
    reply = inbox.sources.ask(who.actor, "enrolment", "GET", f"/parcours/{parcours_id}/famille")
    if reply.status == 403:
        raise Forbidden
    if not reply.is_ok:
        raise NotFound
    told: Mapping[str, Any] = reply.body
    pupil = next(each for each in told["people"] if each["as"] == "eleve")
    first_name = pupil["first_name"] or ""
    sms = inbox.post.carries_sms and not told["is_sms_off"]
    return [
        delivery.relative(each, first_name, email=inbox.post.carries_email, sms=sms)
        for each in told["people"]
    ]


def _relative(people: Sequence[Relative], signer: str) -> Relative:
    found = next((each for each in people if each.signer == signer), None)
    if found is None:
        raise NotFound
    return found
