"""By what words a person knows one of her or his devices: « Firefox sur Windows », never a browser's own long text."""

from collections.abc import Sequence

# The first that is found: later names are part of what earlier ones send too.
_BROWSERS: Sequence[tuple[str, str]] = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS: Sequence[tuple[str, str]] = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip
UNKNOWN = "Navigateur"


def device_of(user_agent: str) -> str:
    """« Firefox sur Windows »; what is not recognised is left out."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), UNKNOWN)
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    return f"{browser} sur {system}" if system else browser
