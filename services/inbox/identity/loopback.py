"""What is for this machine only."""

import ipaddress


def is_loopback(host: str | None) -> bool:
    """A host as an address (127.0.0.1, ::1 with or without brackets) or as localhost; None and other names are not."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address((host or "").strip("[]")).is_loopback
    except ValueError:
        return False
