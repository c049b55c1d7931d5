"""What every page shows around its subject."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, g, url_for

from services.inbox.answering.keeping import keeping
from services.inbox.identity.access import (
    has_team,
    may_administer,
    may_count,
    may_import,
    may_keep_offer,
    may_meet_workshops,
    may_pilot,
    may_rectify,
    may_see_data,
    may_sign_many,
    may_support,
    may_write_contacts,
)
from services.inbox.identity.people import SignedIn
from services.inbox.site.help import help_here
from services.inbox.site.theme import Theme

HTMX = "vendor/htmx.min.js"


def describe(app: Flask, versions: Mapping[str, str], house: Theme | None = None) -> None:
    """Give the layout its person, its files and its help.

    ``versions``: file of static/ → hash of its content; ``house``: the organisation's own look.
    """

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    @app.context_processor
    def around() -> dict[str, Any]:
        who: SignedIn | None = g.get("who")
        return {
            "who": who,
            "theme": who.preferences["theme"] if who else "auto",
            "asset": asset,
            "keeping": keeping(str(app.secret_key), who.actor.person_id if who else None),
            "house": house,
            "help_here": help_here,
            "script": HTMX if HTMX in versions else None,  # the pages work without it
            "may_sign_many": who is not None and may_sign_many(who),
            "may_write_contacts": who is not None and may_write_contacts(who),
            "may_import": who is not None and may_import(who),
            "may_keep_offer": who is not None and may_keep_offer(who),
            "may_rectify": who is not None and may_rectify(who),
            "may_see_data": who is not None and may_see_data(who),
            "may_meet_workshops": who is not None and may_meet_workshops(who),
            "may_pilot": who is not None and may_pilot(who),
            "may_administer": who is not None and may_administer(who),
            "has_team": who is not None and has_team(who),
            "may_support": who is not None and may_support(who),
            "may_count": who is not None and may_count(who),
        }
