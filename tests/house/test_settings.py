"""Settings are read from the environment, and nothing in it is silently ignored."""

from pathlib import Path

import pytest

from shared.settings import SettingsRefused, inbox_settings, service_settings

SERVICE = {
    "AE_ENV": "production",
    "AE_DATABASE_URL": "postgresql+psycopg://enrolment:secret@db/enrolment",
    "AE_BUS_URL": "amqp://enrolment:secret@bus/",
    "AE_TOKEN_PUBLIC_KEYS": '{"k1": "PEM"}',
    "AE_FILES_FOLDER": "/files",
}
INBOX = {
    "AE_ENV": "demo",
    "AE_DATABASE_URL": "sqlite:///inbox.sqlite",
    "AE_TOKEN_PRIVATE_KEYS": '{"k1": "PEM"}',
    "AE_SESSION_SECRET": "secret",
    "AE_SERVICE_URLS": '{"enrolment": "http://enrolment:8000"}',
}


def test_a_complete_environment_is_accepted() -> None:
    assert service_settings(SERVICE | {"PATH": "/bin"}).token_public_keys == {"k1": "PEM"}
    assert inbox_settings(INBOX).service_urls == {"enrolment": "http://enrolment:8000"}


def test_an_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(SettingsRefused, match=r"AE_DATABSE_URL.*allowed.*AE_DATABASE_URL"):
        service_settings(SERVICE | {"AE_DATABSE_URL": "x"})


@pytest.mark.parametrize("name", SERVICE)
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SettingsRefused, match=name):
        service_settings({key: value for key, value in SERVICE.items() if key != name})


@pytest.mark.parametrize("text", ["not json", "[]", '{"k1": 1}'])
def test_malformed_keys_are_refused(text: str) -> None:
    with pytest.raises(SettingsRefused, match="AE_TOKEN_PUBLIC_KEYS"):
        service_settings(SERVICE | {"AE_TOKEN_PUBLIC_KEYS": text})


def test_an_unknown_environment_is_refused() -> None:
    with pytest.raises(SettingsRefused, match="demo, test, production"):
        service_settings(SERVICE | {"AE_ENV": "prod"})


def test_the_clock_cannot_be_moved_in_production() -> None:
    with pytest.raises(SettingsRefused, match="AE_CLOCK_OFFSET_FILE"):
        service_settings(SERVICE | {"AE_CLOCK_OFFSET_FILE": "offset"})


def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr(service_settings(SERVICE))
    assert "PEM" not in repr(inbox_settings(INBOX))


def test_every_setting_is_documented_by_its_name() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    for read in (service_settings, inbox_settings):
        with pytest.raises(SettingsRefused) as refusal:
            read({"AE_NO_SUCH": "x"})
        for name in str(refusal.value).partition("allowed: ")[2].split(", "):
            assert f"`{name.removeprefix('AE_')}`" in page, name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("AE_DATABASE_URL", "nonsense"), ("AE_DATABASE_URL", "postgresql://u:hush@db/x"), ("AE_DATABASE_URL", "mysql://db"),
        ("AE_BUS_URL", "nonsense"), ("AE_BUS_URL", "amqp://"), ("AE_BUS_URL", "amqp://u:hush@bus:port/"),
        ("AE_TOKEN_PUBLIC_KEYS", "{}"), ("AE_SCAN_COMMAND", '"hush'),
    ],
)  # fmt: skip
def test_a_malformed_setting_is_refused_by_name_before_anything_runs(name: str, text: str) -> None:
    with pytest.raises(SettingsRefused, match=name) as refused:
        service_settings(SERVICE | {name: text})
    assert "hush" not in str(refused.value)


def test_what_the_inbox_signs_with_cannot_be_guessed_in_production() -> None:
    production = INBOX | {"AE_ENV": "production"}
    with pytest.raises(SettingsRefused, match=r"AE_SESSION_SECRET has 6 characters; allowed: 32 and more"):
        inbox_settings(production)
    assert inbox_settings(production | {"AE_SESSION_SECRET": "s" * 32}).session_secret == "s" * 32


@pytest.mark.parametrize("text", ["foo", "ftp://ae.example.org", "https://"])
def test_links_are_made_of_an_address(text: str) -> None:
    with pytest.raises(SettingsRefused, match="AE_PUBLIC_ADDRESS is no address; allowed: http"):
        inbox_settings(INBOX | {"AE_PUBLIC_ADDRESS": text})
