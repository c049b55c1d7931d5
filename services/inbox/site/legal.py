"""Who answers for a deployment: said by its settings, shown on the legal pages, needed before people use it.

Publisher, director of publication and host: article 1-1 of the law no. 2004-575 (LCEN). The DPO: articles 13 and 14
of the GDPR. A way to write about accessibility: article 47 of the law no. 2005-102. Security: RFC 9116.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.inbox.site.theme import Theme, load_theme
from shared.settings import PREFIX, SettingsRefused, SiteSettings

SETTINGS: Mapping[str, str] = {
    "publisher": "PUBLISHER",
    "director": "PUBLICATION_DIRECTOR",
    "host": "HOSTED_BY",
    "contact": "CONTACT",
    "dpo": "DPO_CONTACT",
    "security": "SECURITY_CONTACT",
}
"""What has to be said → the setting that says it."""
LONGEST = 500
_MAIL = r"[^@\s<>,;:?&]+@[^@\s<>,;:?&]+\.[^@\s<>,;:?&]+"
ADDRESS = re.compile(_MAIL)
SECURITY = re.compile(rf"https://[^\s/]+\S*|mailto:{_MAIL}")
"""RFC 9116: a URI, by HTTPS when it is a page."""


@dataclass(frozen=True)
class Site:
    """``said``: what of ``SETTINGS`` is known; ``address``: of the inbox, when it is known."""

    said: Mapping[str, str]
    address: str = ""
    theme: Theme | None = None

    def setting(self, name: str) -> str:
        """The setting that says ``name``, as an operator writes it."""
        return PREFIX + SETTINGS[name]


NOTHING_SAID = Site({})


def site_of(env: str, settings: SiteSettings, address: str) -> Site:
    """Raises SettingsRefused: in production everything has to be said; what is said has to be well said, anywhere."""
    said = {name: text for name in SETTINGS if (text := getattr(settings, name))}
    if env == "production" and (missing := [name for name in SETTINGS if name not in said]):
        raise SettingsRefused(
            f"{PREFIX}{SETTINGS[missing[0]]} is missing (the legal pages say it to everybody)"
        )
    for name, text in said.items():
        if len(text) > LONGEST or not text.isprintable():
            raise SettingsRefused(
                f"{PREFIX}{SETTINGS[name]}: allowed: {LONGEST} characters at most, on one line"
            )
    for name in ("contact", "dpo"):
        _match(said, name, ADDRESS, "an e-mail address")
    _match(said, "security", SECURITY, "https://… or mailto:…")
    theme = load_theme(Path(settings.theme_folder)) if settings.theme_folder else None
    return Site(said, address.rstrip("/"), theme)


def _match(said: Mapping[str, str], name: str, pattern: re.Pattern[str], allowed: str) -> None:
    if name in said and not pattern.fullmatch(said[name]):
        raise SettingsRefused(f"{PREFIX}{SETTINGS[name]} is {said[name]!r}; allowed: {allowed}")
