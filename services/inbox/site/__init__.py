"""What the inbox says of itself to everybody: who answers for it, how accessible it is, its figures, its look."""

from services.inbox.site.legal import NOTHING_SAID, Site, site_of

__all__ = ["NOTHING_SAID", "Site", "site_of"]
