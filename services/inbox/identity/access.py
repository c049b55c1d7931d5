"""Who is before the screen, and what pages are open to her or him.

The services decide on every parcours and task; here only whole pages are closed by role or organisation.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from services.inbox.deps import Inbox
from services.inbox.identity.devices import device_of
from services.inbox.identity.people import SignedIn
from services.inbox.identity.sessions import (
    Opened,
    act_by,
    close_session,
    move_session,
    open_session,
)
from services.inbox.oidc import Identity
from shared.errors import Forbidden, NotFound, Unauthenticated
from shared.identity import (
    ADMINISTERING_ROLES,
    CAMPAGNE_ROLES,
    DIRECTORY_ROLES,
    IMPORTING_ROLES,
    OFFER_ROLES,
    RECTIFYING_ROLES,
    WORKSHOP_ROLES,
    scope_of,
)
from shared.identity.actor import ASSIGNING_ROLES, NATIONAL_FIGURES_ROLES

COOKIE = "ae_session"
USED, USED_FOR = "ae_used", timedelta(days=30)
"""The cookie that says that somebody signed in from this browser, not who; kept longer than a provider's session."""
WHO, FORMS_SECRET = "person", "csrf_token"
"""In the signed cookie of forms: who was here last, and Flask-WTF's secret."""
SIGNING_ROLES = frozenset(("chef_etablissement", "directeur_ml"))
CONTACTS_ROLES = ASSIGNING_ROLES | {"directeur_ml", "secretariat"}
View = Callable[..., ResponseReturnValue]


def require_person(view: View) -> View:
    """The view gets the SignedIn person first; a visitor is sent to sign in and brought back."""

    @wraps(view)
    def guarded(**kwargs: Any) -> ResponseReturnValue:
        if g.who is not None:
            return view(g.who, **kwargs)
        if request.method != "GET" or "HX-Request" in request.headers:
            raise Unauthenticated
        return redirect(url_for("session.sign_in", suite=request.full_path.rstrip("?")))

    return guarded


def require_lycee(view: View) -> View:
    """As ``require_person``, for people of a lycée."""

    @wraps(view)
    def guarded(who: SignedIn, **kwargs: Any) -> ResponseReturnValue:
        if who.organisation.kind != "lycee":
            raise Forbidden
        return view(who, **kwargs)

    return require_person(guarded)


def require_mission_locale(view: View) -> View:
    """As ``require_person``, for people of a Mission Locale."""
    return _require(view, lambda who: who.organisation.kind == "mission_locale")


def require_party(view: View) -> View:
    """As ``require_person``, for people of an organisation that may have a part in a parcours."""
    return _require(view, lambda who: who.organisation.kind in ("lycee", "mission_locale"))


def require_importer(view: View) -> View:
    """As ``require_lycee``, for those who bring the pupils' file: head of school, office, référent décrochage."""

    @wraps(view)
    def guarded(who: SignedIn, **kwargs: Any) -> ResponseReturnValue:
        if not may_import(who):
            raise Forbidden
        return view(who, **kwargs)

    return require_lycee(guarded)


def require_rectifier(view: View) -> View:
    """As ``require_lycee``, for those who may correct a pupil's record."""
    return _require(view, may_rectify)


def require_dpo(view: View) -> View:
    """As ``require_person``, for the DPO."""
    return _require(view, may_see_data)


def require_workshops(view: View) -> View:
    """As ``require_person``, for who may have a part in AvenirPro's workshops; for others there is no such page."""

    @wraps(view)
    def guarded(who: SignedIn, **kwargs: Any) -> ResponseReturnValue:
        if not may_meet_workshops(who):
            raise NotFound
        return view(who, **kwargs)

    return require_person(guarded)


def may_meet_workshops(who: SignedIn) -> bool:
    return bool(who.actor.roles & WORKSHOP_ROLES.get(who.organisation.kind, frozenset()))


def may_open_cycle(who: SignedIn) -> bool:
    return who.organisation.kind == "lycee" and may_meet_workshops(who)


def require_pilot(view: View) -> View:
    """As ``require_person``, for who may publish a campagne."""
    return _require(view, may_pilot)


def require_administrator(view: View) -> View:
    """As ``require_person``, for who may import organisations and territories."""
    return _require(view, may_administer)


def require_contacts_writer(view: View) -> View:
    """As ``require_person``, for those who keep their colleagues' addresses."""
    return _require(view, may_write_contacts)


def require_offer_keeper(view: View) -> View:
    """As ``require_person``, for those who keep the local offer of their Mission Locale."""
    return _require(view, may_keep_offer)


def require_team(view: View) -> View:
    """As ``require_person``, for who is of an organisation that keeps its own team; else there is no such page."""

    @wraps(view)
    def guarded(who: SignedIn, **kwargs: Any) -> ResponseReturnValue:
        if not has_team(who):
            raise NotFound
        return view(who, **kwargs)

    return require_person(guarded)


def require_team_keeper(view: View) -> View:
    """As ``require_team``, for who keeps the members and roles of the organisation."""

    @wraps(view)
    def guarded(who: SignedIn, **kwargs: Any) -> ResponseReturnValue:
        if not may_keep_team(who):
            raise Forbidden
        return view(who, **kwargs)

    return require_team(guarded)


def has_team(who: SignedIn) -> bool:
    """The people of the platform are kept by an operator's command."""
    return who.organisation.kind != "system"


def may_keep_team(who: SignedIn) -> bool:
    """In one's own place only: what is done for somebody does not reach to who may do what."""
    return who.mandate is None and has_team(who) and bool(who.actor.roles & ADMINISTERING_ROLES)


def require_support(view: View) -> View:
    """As ``require_person``, for who helps people of all organisations."""
    return _require(view, may_support)


def may_support(who: SignedIn) -> bool:
    return who.actor.is_operator and who.mandate is None


def may_sign_many(who: SignedIn) -> bool:
    """Who has many to decide and sign, and a page for it; also by delegation."""
    return bool(who.actor.roles & SIGNING_ROLES) or scope_of(who.actor) is not None


def require_assigner(view: View) -> View:
    """As ``require_person``, for who may give tasks to somebody else."""
    return _require(view, may_assign)


def may_assign(who: SignedIn) -> bool:
    return bool(who.actor.roles & ASSIGNING_ROLES)


def _require(view: View, allows: Callable[[SignedIn], bool]) -> View:
    @wraps(view)
    def guarded(who: SignedIn, **kwargs: Any) -> ResponseReturnValue:
        if not allows(who):
            raise Forbidden
        return view(who, **kwargs)

    return require_person(guarded)


def may_rectify(who: SignedIn) -> bool:
    return who.organisation.kind == "lycee" and bool(who.actor.roles & RECTIFYING_ROLES)


def may_see_data(who: SignedIn) -> bool:
    return who.actor.is_dpo


def may_pilot(who: SignedIn) -> bool:
    return who.organisation.kind == "system" and bool(who.actor.roles & CAMPAGNE_ROLES)


def may_administer(who: SignedIn) -> bool:
    return who.organisation.kind == "system" and bool(who.actor.roles & DIRECTORY_ROLES)


def may_keep_offer(who: SignedIn) -> bool:
    return who.organisation.kind == "mission_locale" and bool(who.actor.roles & OFFER_ROLES)


def may_write_contacts(who: SignedIn) -> bool:
    """Who answers for the organisation, and a school's office."""
    return bool(who.actor.roles & CONTACTS_ROLES)


def may_import(who: SignedIn) -> bool:
    return bool(who.actor.roles & IMPORTING_ROLES)


def may_count(who: SignedIn) -> bool:
    """Whether there are figures for the person: the services say the same."""
    kind = who.organisation.kind
    return kind in ("lycee", "mission_locale", "academie") or bool(who.actor.roles & NATIONAL_FIGURES_ROLES)


def start_session(
    inbox: Inbox,
    answer: Response,
    person_id: str,
    organisation_id: str,
    identity: Identity | None = None,
) -> None:
    """A fresh token at each sign-in, whatever the browser brought: a planted cookie is worth nothing."""
    begin_visit(person_id)
    token, now = inbox.secrets(), inbox.clock.now()
    opened = Opened(
        person_id, organisation_id, device_of(request.headers.get("User-Agent", "")),
        id_token=identity.id_token if identity else None, provider_sid=identity.sid if identity else None,
    )  # fmt: skip
    with inbox.database.begin() as tx:
        close_brought(inbox, tx)
        open_session(tx, token, opened, now)
    _give(inbox, answer, token)


def begin_visit(person_id: str) -> None:
    """The CSRF secret of whoever was here before ends, save when the same person is back after her session's end.

    Then the forms that she left open in this browser can still be sent.
    """
    secret = session.get(FORMS_SECRET) if session.get(WHO) == person_id else None
    session.clear()
    session[WHO] = person_id
    if secret is not None:
        session[FORMS_SECRET] = secret


def change_organisation(inbox: Inbox, answer: Response, organisation_id: str) -> None:
    """The session goes on under a fresh token, for another organisation of the person."""
    token = inbox.secrets()
    with inbox.database.begin() as tx:
        move_session(tx, brought_token(inbox), token, organisation_id)
    _give(inbox, answer, token)


def act_in_place(inbox: Inbox, answer: Response, mandate_id: str | None) -> None:
    """The session goes on under a fresh token, in somebody's place, or in one's own again (None)."""
    token = inbox.secrets()
    with inbox.database.begin() as tx:
        act_by(tx, brought_token(inbox), token, mandate_id)
    _give(inbox, answer, token)


def forget_cookie(inbox: Inbox, answer: Response) -> None:
    answer.delete_cookie(cookie_name(inbox), httponly=True, samesite="Lax", secure=inbox.is_secure, path="/")


def close_brought(inbox: Inbox, tx: Connection) -> str | None:
    """End the session that the browser has; the ID token with which it was opened, for the provider to end its own."""
    brought = brought_token(inbox)
    return close_session(tx, brought) if brought else None


def mark_as_used(inbox: Inbox, answer: Response) -> None:
    """At the next sign-in from this browser the provider has to ask who is there: the computer may be shared."""
    _give(inbox, answer, "1", USED, USED_FOR)


def was_used_before(inbox: Inbox) -> bool:
    return cookie_name(inbox, USED) in request.cookies


def brought_token(inbox: Inbox) -> str:
    return request.cookies.get(cookie_name(inbox), "")


def cookie_name(inbox: Inbox, name: str = COOKIE) -> str:
    return f"__Host-{name}" if inbox.is_secure else name


def safe_path(wanted: str | None, default: str) -> str:
    """``wanted`` when it is a path of this site, else ``default``: no link sends people elsewhere."""
    if not wanted or not wanted.startswith("/") or wanted[1:2] in ("/", "\\"):
        return default
    if any(ord(character) < ord(" ") or character == "\\" for character in wanted):
        return default
    parts = urlsplit(wanted)
    return default if parts.scheme or parts.netloc else wanted


def _give(
    inbox: Inbox, answer: Response, value: str, name: str = COOKIE, age: timedelta | None = None
) -> None:
    """``age``: None for as long as the browser is open."""
    answer.set_cookie(
        cookie_name(inbox, name), value, age, httponly=True, samesite="Lax", secure=inbox.is_secure, path="/"
    )
