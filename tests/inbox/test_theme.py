"""An organisation's own look: taken when it can be read, refused by name before the inbox starts when it cannot."""

from pathlib import Path
from shutil import copytree

import pytest

from services.inbox.site import site_of
from services.inbox.site.theme import (
    LOGO_BYTES,
    PAIRS,
    SCHEMES,
    ThemeRefused,
    contrast,
    faults,
    load_theme,
    neutral,
)
from shared.settings import SiteSettings
from tests.inbox.people import Visitor
from tests.support.inbox_world import World, inbox_app

SAMPLE = Path(__file__).parents[2] / "samples/theme"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(copytree(SAMPLE, tmp_path / "theme"))


def write(folder: Path, said: str) -> Path:
    (folder / "theme.toml").write_text(said, encoding="utf-8")
    return folder


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_neutral_theme_holds_the_contrasts(scheme: str) -> None:
    assert {name for pair in PAIRS for name in pair[:2]} <= neutral(scheme).keys()
    assert list(faults(neutral(scheme))) == []


def test_both_dark_schemes_of_the_style_sheet_are_the_same() -> None:
    """One for who chose it, one for whose device is dark."""
    sheet = (Path(__file__).parents[2] / "services/inbox/static/inbox.css").read_text(encoding="utf-8")
    by_device = sheet.partition(':root:not([data-theme="clair"]) {')[2].partition("}")[0]
    by_choice = sheet.partition(SCHEMES["sombre"])[2].partition("}")[0]
    assert by_device.split() == by_choice.split()


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#fff", "#000000", 21), ("#777777", "#fff", 4.48), ("#abc", "#abc", 1)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_the_sample_is_a_theme(folder: Path) -> None:
    theme = load_theme(folder)
    assert theme.name == "Ville des Trois-Ponts"
    assert "--accent:#5b2a86" in theme.style
    assert theme.logo is not None
    assert theme.logo.media_type == "image/svg+xml"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            'nom = "Ville"\n[clair]\naccent = "#ffff00"',
            r"clair: accent .* on ground .* contrast of 1\.\d+; 4\.5",
        ),
        ('nom = "Ville"\n[sombre]\nink = "#333333"', "sombre: ink"),
        ('nom = "Ville"\n[clair]\nfocus = "#f0f0f0"', "clair: focus .*3.0 is needed"),
        (
            'nom = "Ville"\n[clair]\naccent = "red;}body{display:none"',
            "clair.accent is .* allowed: #rgb or #rrggbb",
        ),
        ('nom = "Ville"\n[clair]\nradius = "#000"', "clair.radius is unknown; allowed: accent, "),
        ('nom = "Ville"\n[nuit]\nink = "#000"', "nuit is unknown; allowed: nom, clair, sombre"),
        ("[clair]", "nom: a text of 1 to 60 characters is needed"),
        ('nom = "Ville"\nclair = 3', "clair: a table of colours is needed"),
        ("nom = ", "theme.toml cannot be read"),
    ],
)
def test_a_theme_that_is_hard_to_read_or_not_understood_is_refused_by_name(
    folder: Path, said: str, why: str
) -> None:
    with pytest.raises(ThemeRefused, match=f"AE_THEME_FOLDER: .*{why}"):
        load_theme(write(folder, said))


def test_a_folder_without_a_theme_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ThemeRefused, match=r"there is no theme\.toml in it"):
        load_theme(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("logo.svg", b"<svg", "is not what its name says"),
        ("logo.svg", b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "is not what its name says"),
        ("logo.svg", b" " * (LOGO_BYTES + 1), "50000 bytes at most"),
        ("logo.png", b"\x89PNG\r\n\x1a\n", "one logo is enough"),
    ],
)
def test_a_logo_that_is_none_is_refused(folder: Path, name: str, content: bytes, why: str) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(ThemeRefused, match=why):
        load_theme(folder)


def test_pages_wear_the_look_of_the_organisation(world: World) -> None:
    said = site_of("test", SiteSettings(theme_folder=str(SAMPLE)), "")
    urls = {name: service.url for name, service in world.services.items()}
    app = inbox_app(world.database, urls, world.clock, said=said)
    visitor = Visitor(app.test_client()).get("/connexion")
    assert visitor.page.xpath("//header//img/@alt") == ["Ville des Trois-Ponts"]
    (sheet,) = visitor.page.xpath("//link[@rel='stylesheet'][2]/@href")
    style, logo = app.test_client().get(sheet), app.test_client().get("/apparence/logo")
    assert "#5b2a86" in style.text
    assert style.headers["Cache-Control"].startswith("public")
    assert logo.mimetype == "image/svg+xml"
    assert logo.headers["Content-Security-Policy"].endswith("sandbox")
    app.extensions["inbox"].close()


def test_without_one_there_is_neither_sheet_nor_logo(visitor: Visitor) -> None:
    assert len(visitor.get("/connexion").page.xpath("//link[@rel='stylesheet']")) == 1
    assert visitor.get("/apparence.css").status == 404
    assert visitor.get("/apparence/logo").status == 404
