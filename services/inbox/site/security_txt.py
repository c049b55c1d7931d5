"""``/.well-known/security.txt`` (RFC 9116): whom to tell of a fault in the software's security."""

from datetime import UTC, datetime, time, timedelta

LIVES = timedelta(days=180)
"""How long a copy of the file counts: under the year that the RFC advises."""
PATH = "/.well-known/security.txt"


def security_txt(contact: str, address: str, now: datetime) -> str:
    """``contact``: https:// or mailto:; ``address``: of the inbox, "" when it is not known."""
    expires = datetime.combine((now + LIVES).astimezone(UTC), time(), UTC)
    lines = [f"Contact: {contact}", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: fr, en"]
    if address:
        lines.append(f"Canonical: {address}{PATH}")
    return "\n".join(lines) + "\n"
