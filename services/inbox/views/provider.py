"""Sign-in by the OpenID provider: off to it, and back."""

import logging

from flask import Blueprint, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from services.inbox.deps import Inbox
from services.inbox.directory.persons_record import SIGN_IN, Doer
from services.inbox.identity import access
from services.inbox.identity.sessions import close_by_provider
from services.inbox.oidc import Provider, ProviderDown, SignInRefused, attempts, linking
from shared.catalogue import sentence

log = logging.getLogger(__name__)


def pages(inbox: Inbox, provider: Provider) -> Blueprint:
    blueprint = Blueprint("provider", __name__)

    @blueprint.get("/connexion/ouvrir")
    def leave() -> ResponseReturnValue:
        wanted = access.safe_path(request.args.get("suite"), "")
        attempt = attempts.begin(session, inbox.secrets, wanted, inbox.clock.now())
        return redirect(provider.address_to_go(attempt, is_again=access.was_used_before(inbox)))

    @blueprint.get("/connexion/retour")
    def come_back() -> ResponseReturnValue:
        now = inbox.clock.now()
        attempt = attempts.finish(session, request.args.get("state", ""), now)
        identity = provider.identify(request.args, attempt)
        with inbox.database.begin() as tx:
            admitted = linking.admit(tx, identity, Doer(inbox.ids(), SIGN_IN, now), inbox.ids)
        wanted = access.safe_path(attempt.wanted, "")
        there = wanted or url_for("tasks.list_tasks")
        if not admitted.is_sure:
            there = url_for("connexions.choose_place", suite=wanted or None)
        answer = make_response(redirect(there, 303))
        access.start_session(inbox, answer, admitted.person_id, admitted.places[0].id, identity)
        access.mark_as_used(inbox, answer)
        return answer

    @blueprint.get("/connexion/fin")
    def ended() -> ResponseReturnValue:
        """Where the provider leads after its own sign-out; nothing is done here."""
        return render_template("signed_out.html", there=None)

    @blueprint.errorhandler(SignInRefused)
    def refused(refusal: SignInRefused) -> ResponseReturnValue:
        if refusal.reason == attempts.USED and g.who is not None:
            return redirect(url_for("session.home"), 303)  # in another window: nothing is missing
        log.warning("sign-in refused: %s (%s)", refusal.reason, refusal.detail)
        there = provider.address_to_leave(None, inbox.secrets()) if refusal.is_of_account else None
        page = render_template(
            "sign_in_refused.html", title=sentence("connexion.refused_title"), text=sentence(refusal.code),
            may_change=refusal.is_of_account, there=there,
        )  # fmt: skip
        answer = make_response(page, refusal.status)
        if refusal.is_of_account:
            access.mark_as_used(
                inbox, answer
            )  # else the provider's open session gives the same account again
        return answer

    @blueprint.errorhandler(ProviderDown)
    def down(refusal: ProviderDown) -> ResponseReturnValue:
        page = render_template(
            "sign_in_refused.html", title=sentence("connexion.down_title"), text=sentence(refusal.code)
        )
        return page, refusal.status

    return blueprint


def told_pages(inbox: Inbox, provider: Provider) -> Blueprint:
    """What the provider says without a browser: no cookie comes with it, so there is no form to forge."""
    blueprint = Blueprint("provider_told", __name__)

    @blueprint.post("/connexion/fermeture")
    def close() -> ResponseReturnValue:
        """The provider has ended a session, or all of an account (OpenID Connect Back-Channel Logout)."""
        try:
            ended = provider.read_logout(request.form.get("logout_token", ""))
        except SignInRefused as refusal:
            log.warning("logout refused: %s", refusal.detail)
            return {"error": "invalid_request"}, 400
        with inbox.database.begin() as tx:
            person_id = linking.person_of(tx, ended.issuer, ended.subject)
            count = close_by_provider(tx, sid=ended.sid, person_id=person_id, was_there=ended.covers)
        log.info("the sign-in provider ended %s sessions", count)
        return ""

    return blueprint
