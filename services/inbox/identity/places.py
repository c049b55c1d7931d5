"""In which place a page was drawn: one's own in an organisation, or somebody else's by a mandate (ADR 30).

The CSRF token of each form says it, so that what is sent from a page is done in the place where it was drawn, or not
at all. A browser has several windows and one session.
"""

from flask import g
from flask_wtf.csrf import CSRFProtect, generate_csrf

from services.inbox.identity.people import SignedIn

BETWEEN = "~"
"""Between Flask-WTF's token, which never has this character, and the place."""


class FormsOfAPlace(CSRFProtect):  # type: ignore[misc]
    """Reads of the token in which place its page was drawn; the rest is checked as ever."""

    def _get_csrf_token(self) -> str | None:
        token, _, g.drawn_in = (super()._get_csrf_token() or "").partition(BETWEEN)
        return token or None


def form_token() -> str:
    """For the forms of a page that is drawn now."""
    return f"{generate_csrf()}{BETWEEN}{place_of(g.get('who'))}"


def kept_form_token() -> str:
    """For what is to be sent again: it stays of the place where it was first drawn."""
    return f"{generate_csrf()}{BETWEEN}{g.get('drawn_in') or place_of(g.get('who'))}"


def place_of(who: SignedIn | None) -> str:
    """The id of the mandate or of the organisation; empty for a visitor."""
    if who is None:
        return ""
    return who.mandate.id if who.mandate else who.organisation.id


def is_elsewhere(who: SignedIn) -> bool:
    """Whether the request comes from a page that was drawn in another place. A visitor's page has none."""
    return g.get("drawn_in", "") not in ("", place_of(who))
