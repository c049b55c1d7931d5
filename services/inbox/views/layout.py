"""What every page shows around its subject."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, g, url_for

from services.inbox.access import (
    may_administer,
    may_count,
    may_import,
    may_keep_offer,
    may_meet_workshops,
    may_pilot,
    may_rectify,
    may_see_data,
    may_write_contacts,
)
from services.inbox.people import SignedIn

SIGNING_ROLES = frozenset(("chef_etablissement", "directeur_ml"))
"""Who has many to decide and sign, and a page for it."""
HTMX = "vendor/htmx.min.js"


def describe(app: Flask, versions: Mapping[str, str]) -> None:
    """Give the layout its person and its files; ``versions``: file of static/ → hash of its content."""

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    @app.context_processor
    def around() -> dict[str, Any]:
        who: SignedIn | None = g.get("who")
        return {
            "who": who,
            "theme": who.preferences["theme"] if who else "auto",
            "asset": asset,
            "script": HTMX if HTMX in versions else None,  # the pages work without it
            "may_sign_many": who is not None and bool(who.actor.roles & SIGNING_ROLES),
            "may_write_contacts": who is not None and may_write_contacts(who),
            "may_import": who is not None and may_import(who),
            "may_keep_offer": who is not None and may_keep_offer(who),
            "may_rectify": who is not None and may_rectify(who),
            "may_see_data": who is not None and may_see_data(who),
            "may_meet_workshops": who is not None and may_meet_workshops(who),
            "may_pilot": who is not None and may_pilot(who),
            "may_administer": who is not None and may_administer(who),
            "may_count": who is not None and may_count(who),
        }
