"""What the views are given: built once in ``app.py``, passed as one argument."""

from collections.abc import Callable
from dataclasses import dataclass

from services.inbox.notifications.letters import Letters
from services.inbox.notifications.outgoing import Post
from services.inbox.oidc import Provider
from services.inbox.site import NOTHING_SAID, Site
from services.inbox.sources import Sources
from shared.clock import Clock
from shared.database import Database
from shared.ids import Ids


@dataclass(frozen=True)
class Inbox:
    """``clock`` tells sessions and tokens, ``business_clock`` what is late; ``secrets`` gives session tokens."""

    database: Database
    sources: Sources
    clock: Clock
    business_clock: Clock
    ids: Ids
    secrets: Callable[[], str]
    is_secure: bool
    """Behind HTTPS: cookies are Secure."""
    letters: Letters
    """What e-mails and SMS say."""
    post: Post
    """Where the pages put what the worker sends."""
    address: str
    """Where people reach the pages, for links; empty: where the request came."""
    provider: Provider | None = None
    """By which people sign in; None where they are chosen from a list."""
    site: Site = NOTHING_SAID
    """Who answers for this site, and its look."""

    def close(self) -> None:
        """End the connections to the services; the database belongs to whoever made it."""
        self.sources.close()
