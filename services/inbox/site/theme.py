"""An organisation's own look: colours of ``theme.toml`` and a logo, from a folder that an operator mounts.

A colour is a token of ``static/inbox.css``. Whatever would leave a text hard to read is refused by name before the
inbox starts (RGAA 3.2 and 3.3): no look can make the pages worse than the neutral one.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from shared.settings import PREFIX, SettingsRefused

SHEET = Path(__file__).parents[1] / "static/inbox.css"
SCHEMES: Mapping[str, str] = {"clair": ":root {", "sombre": ':root[data-theme="sombre"] {'}
"""A colour scheme, as people choose it → where the sheet has its colours."""
COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
TEXT, SHAPE = 4.5, 3.0
GROUNDS = ("ground", "surface", "sunken")
SOFT = ("accent-soft", "good-soft", "warn-soft", "bad-soft")
PAIRS: tuple[tuple[str, str, float], ...] = (
    *(("ink", under, TEXT) for under in (*GROUNDS, *SOFT)),
    *(("soft", under, TEXT) for under in (*GROUNDS, "accent-soft")),
    *(("accent", under, TEXT) for under in (*GROUNDS, "accent-soft")),
    *(
        (name, under, TEXT)
        for name in ("good", "warn", "bad")
        for under in ("ground", "surface", f"{name}-soft")
    ),
    ("accent-ink", "accent", TEXT),
    ("ground", "ink", TEXT),
    *((name, under, SHAPE) for name in ("edge", "focus") for under in ("ground", "surface")),
)
"""(what is drawn, on what, least contrast ratio), for every pair that the style sheet puts together."""
LOGOS: Mapping[str, str] = {"logo.svg": "image/svg+xml", "logo.png": "image/png"}
LOGO_BYTES = 50_000
PNG = b"\x89PNG\r\n\x1a\n"
LONGEST_NAME = 60

Colours = Mapping[str, str]


class ThemeRefused(SettingsRefused):
    """The folder of ``AE_THEME_FOLDER`` cannot be used; the message says which file, what and what is allowed."""

    def __init__(self, said: str) -> None:
        super().__init__(f"{PREFIX}THEME_FOLDER: {said}")


@dataclass(frozen=True)
class Logo:
    content: bytes
    media_type: str


@dataclass(frozen=True)
class Theme:
    """``name``: of the organisation, which its logo says in words; ``style``: a sheet that comes after our own."""

    name: str
    style: str
    logo: Logo | None

    @property
    def version(self) -> str:
        content = self.style.encode() + (self.logo.content if self.logo else b"")
        return hashlib.sha256(content).hexdigest()[:12]


def load_theme(folder: Path) -> Theme:
    """Raises ThemeRefused."""
    said = _read(folder / "theme.toml")
    name = said.get("nom")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        raise ThemeRefused(f"theme.toml: nom: a text of 1 to {LONGEST_NAME} characters is needed")
    if unknown := sorted(said.keys() - {"nom", *SCHEMES}):
        raise ThemeRefused(f"theme.toml: {unknown[0]} is unknown; allowed: nom, {', '.join(SCHEMES)}")
    chosen = {scheme: _colours(scheme, said.get(scheme, {})) for scheme in SCHEMES}
    for scheme, colours in chosen.items():
        for fault in faults({**neutral(scheme), **colours}):
            raise ThemeRefused(f"theme.toml: {scheme}: {fault}")
    return Theme(name.strip(), _style(chosen), _logo(folder))


@cache
def neutral(scheme: str) -> Colours:
    """The colours of our own style sheet, by token."""
    text = SHEET.read_text(encoding="utf-8")
    block = text.partition(SCHEMES[scheme])[2].partition("}")[0]
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-fA-F]{3,6})\b", block))


def faults(colours: Colours) -> Iterator[str]:
    """What is hard to see in a scheme of colours, a sentence each."""
    for name, under, least in PAIRS:
        found = contrast(colours[name], colours[under])
        if found < least:
            pair = f"{name} ({colours[name]}) on {under} ({colours[under]})"
            yield f"{pair} has a contrast of {found:.2f}; {least} is needed"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    pairs = [digit * 2 for digit in digits] if len(digits) == 3 else [digits[at : at + 2] for at in (0, 2, 4)]
    parts = [int(pair, 16) / 255 for pair in pairs]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ThemeRefused(f"there is no {path.name} in it") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ThemeRefused(f"{path.name} cannot be read: {error}") from None


def _colours(scheme: str, said: Any) -> dict[str, str]:
    allowed = sorted(neutral(scheme))
    if not isinstance(said, dict):
        raise ThemeRefused(f"theme.toml: {scheme}: a table of colours is needed")
    for name, value in said.items():
        if name not in allowed:
            raise ThemeRefused(f"theme.toml: {scheme}.{name} is unknown; allowed: {', '.join(allowed)}")
        if not isinstance(value, str) or not COLOUR.fullmatch(value):
            raise ThemeRefused(f"theme.toml: {scheme}.{name} is {value!r}; allowed: #rgb or #rrggbb")
    return dict(said)


def _style(chosen: Mapping[str, Colours]) -> str:
    """In the same places as our own, so that what a person prefers still counts; paper is light."""
    light, dark = ("".join(f"--{name}:{value};" for name, value in chosen[each].items()) for each in SCHEMES)
    return (
        f":root{{{light}}}\n"
        f'@media screen and (prefers-color-scheme:dark){{:root:not([data-theme="clair"]){{{dark}}}}}\n'
        f'@media screen{{:root[data-theme="sombre"]{{{dark}}}}}\n'
    )


def _logo(folder: Path) -> Logo | None:
    found = [folder / name for name in LOGOS if (folder / name).is_file()]
    if len(found) > 1:
        raise ThemeRefused(f"one logo is enough: {' or '.join(LOGOS)}")
    if not found:
        return None
    content = found[0].read_bytes()
    if len(content) > LOGO_BYTES:
        raise ThemeRefused(f"{found[0].name}: {LOGO_BYTES} bytes at most")
    if not (_is_svg(content) if found[0].suffix == ".svg" else content.startswith(PNG)):
        raise ThemeRefused(f"{found[0].name} is not what its name says")
    return Logo(content, LOGOS[found[0].name])


def _is_svg(content: bytes) -> bool:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return bool(etree.fromstring(content, parser).tag == "{http://www.w3.org/2000/svg}svg")
    except etree.XMLSyntaxError:
        return False
