"""What is counted, for whom, and how much of it is allowed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

SIGN_IN, LINK, WRITE, EXPORT = "sign_in", "link", "write", "export"
LINKS = ("/mon-parcours/", "/prise-en-charge/", "/agenda/")
"""Where these paths begin, who comes is known by a secret of the address alone."""
SIGN_INS = frozenset(("dev_login.enter", "provider.leave", "provider.come_back"))
EXPORTS = frozenset(
    (
        "exports.as_csv", "exports.as_xlsx", "figures.as_csv", "figures.as_xlsx", "ateliers.sheet_file",
        "dpo.download", "documents.pdf",
    )
)  # fmt: skip
"""Endpoints whose answer is made anew, and leaves as a file."""
UNCOUNTED = frozenset(("session.sign_out", "provider_told.close"))
"""To leave is always allowed; the provider speaks for all its people from one address."""
HOST_BITS = 64
"""An IPv6 subscriber has a network of this size: one address of it is worth as much as another."""


@dataclass(frozen=True)
class Rule:
    """At most so many within ``within``; None: not counted by that."""

    per_address: int | None
    per_person: int | None
    within: timedelta


USUAL: Mapping[str, Rule] = {
    SIGN_IN: Rule(300, None, timedelta(minutes=5)),
    LINK: Rule(300, None, timedelta(minutes=5)),
    WRITE: Rule(2400, 240, timedelta(minutes=1)),
    EXPORT: Rule(300, 40, timedelta(minutes=5)),
}
"""An address may be a whole school's. A person who types has drafts saved every second or two."""


def kind_of(endpoint: str | None, method: str, path: str) -> str | None:
    """Under which rule a request falls; None: it is not counted."""
    if path.startswith(LINKS):
        return LINK
    if endpoint in SIGN_INS:
        return SIGN_IN
    if endpoint in UNCOUNTED:
        return None
    if endpoint in EXPORTS:
        return EXPORT
    return WRITE if method not in ("GET", "HEAD", "OPTIONS") else None


def limits_from(told: Mapping[str, int], usual: Mapping[str, Rule] = USUAL) -> Mapping[str, Rule]:
    """``usual`` with the numbers of ``told``, by ``<kind>`` for a person, else for an address, or ``<kind>_address``.

    Raises ValueError for a kind that there is not, and for a number that is not positive.
    """
    found = dict(usual)
    for name, most in told.items():
        kind, is_address = name.removesuffix("_address"), name.endswith("_address")
        if kind not in usual or most < 1:
            allowed = ", ".join([*usual, *(f"{each}_address" for each in usual)])
            raise ValueError(f"{name}: {most}; allowed: a number from 1 for {allowed}")
        rule = found[kind]
        if is_address or rule.per_person is None:
            found[kind] = Rule(most, rule.per_person, rule.within)
        else:
            found[kind] = Rule(rule.per_address, most, rule.within)
    return found


def subscriber(address: str | None) -> str:
    """Whose address it is, as far as one can tell: an IPv4 address, or the network of an IPv6 one."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Address(int(found) >> HOST_BITS << HOST_BITS))
