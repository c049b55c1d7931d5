"""How people sign in is said by settings; what is missing or wrong stops the process by name."""

from collections.abc import Mapping

import pytest
from click.testing import CliRunner

from services.inbox import __main__ as commands
from services.inbox.app import build
from services.inbox.oidc import Provider, provider_of
from shared.clock import FixedClock
from shared.identity import new_private_key
from shared.settings import OidcSettings, SettingsRefused, inbox_settings

PRODUCTION: Mapping[str, str] = {
    "AE_ENV": "production",
    "AE_DATABASE_URL": "sqlite:///nowhere.sqlite",
    "AE_SESSION_SECRET": "secret" * 6,
    "AE_SERVICE_URLS": '{"enrolment": "http://e", "accompaniment": "http://a", "bilan": "http://b"}',
    "AE_PUBLIC_ADDRESS": "https://ambition-emploi.example",
    "AE_OIDC_ISSUER": "https://fca.integ01.example/api/v2",
    "AE_OIDC_PROVIDER": "proconnect",
    "AE_OIDC_CLIENT_ID": "ambition-emploi",
    "AE_OIDC_CLIENT_SECRET": "a secret of the provider",
}


def provider(clock: FixedClock, **changed: str | None) -> Provider | None:
    said = {name: value for name, value in (PRODUCTION | changed).items() if value is not None}
    settings = inbox_settings({"AE_TOKEN_PRIVATE_KEYS": '{"k": "PEM"}'} | said)
    return provider_of(settings.env, settings.oidc, settings.mail.address, clock)


def test_production_is_complete_with_these(clock: FixedClock) -> None:
    found = provider(clock)
    assert found is not None
    assert found.name == "ProConnect"


@pytest.mark.parametrize(
    "name",
    ["AE_OIDC_ISSUER", "AE_OIDC_PROVIDER", "AE_OIDC_CLIENT_ID", "AE_OIDC_CLIENT_SECRET", "AE_PUBLIC_ADDRESS"],
)
def test_a_missing_setting_is_named(clock: FixedClock, name: str) -> None:
    with pytest.raises(SettingsRefused, match=name):
        provider(clock, **{name: None})
    with pytest.raises(SettingsRefused, match=name):
        provider(clock, **{name: "", "AE_ENV": "demo"})


def test_production_without_any_of_them_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = {name: value for name, value in PRODUCTION.items() if "OIDC" not in name}
    settings = inbox_settings(
        bare | {"AE_TOKEN_PRIVATE_KEYS": f'{{"k": {new_private_key()!r}}}'.replace("'", '"')}
    )
    with pytest.raises(SettingsRefused, match="AE_OIDC_ISSUER is missing"):
        build(settings)
    for name, value in bare.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AE_TOKEN_PRIVATE_KEYS", '{"k": "PEM"}')
    monkeypatch.setenv("AE_LISTEN", "")  # the command sets it for its workers; it goes with this test
    done = CliRunner().invoke(commands.main, ["web"])
    assert done.exit_code == 1
    assert "AE_OIDC_ISSUER is missing" in done.output


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AE_OIDC_ISSUER", "http://fca.integ01.example/api/v2"),
        ("AE_OIDC_ISSUER", "http://127.0.0.1:8080"),
        ("AE_OIDC_ISSUER", "fca.integ01.example"),
        ("AE_OIDC_ISSUER", "https://user:password@fca.example"),
        ("AE_OIDC_ISSUER", "https://fca.example/?a=b"),
        ("AE_OIDC_ISSUER", "https://fca.example:port"),
        ("AE_OIDC_PROVIDER", "franceconnect"),
        ("AE_OIDC_EMAILS", "always"),
        ("AE_OIDC_CA_FILE", "/nowhere/ca.pem"),
        ("AE_PUBLIC_ADDRESS", "http://ambition-emploi.example"),
        ("AE_PUBLIC_ADDRESS", "https://ambition-emploi.example/sous-dossier"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(clock: FixedClock, name: str, value: str) -> None:
    with pytest.raises(SettingsRefused, match=name):
        provider(clock, **{name: value})


def test_at_a_federation_addresses_are_believed_of_named_identity_providers_only(clock: FixedClock) -> None:
    trusting = {"AE_OIDC_EMAILS": "provider"}
    for idps in (None, "", "  "):
        with pytest.raises(SettingsRefused, match="AE_OIDC_IDPS is missing"):
            provider(clock, **trusting, AE_OIDC_IDPS=idps)
    assert provider(clock, **trusting, AE_OIDC_IDPS="idp-1") is not None
    assert provider(clock, **trusting, AE_OIDC_PROVIDER="keycloak") is not None, "one house, one directory"


def test_http_is_for_a_provider_on_this_machine_outside_production(clock: FixedClock) -> None:
    here = {"AE_ENV": "test", "AE_OIDC_ISSUER": "http://127.0.0.1:8180/realms/essai"}
    assert provider(clock, **here) is not None
    with pytest.raises(SettingsRefused, match="AE_OIDC_ISSUER"):
        provider(clock, **(here | {"AE_OIDC_ISSUER": "http://keycloak:8180/realms/essai"}))


def test_a_demonstration_needs_none(clock: FixedClock) -> None:
    assert provider_of("demo", OidcSettings(), "", clock) is None


def test_the_secret_is_shown_nowhere(clock: FixedClock) -> None:
    settings = inbox_settings(PRODUCTION | {"AE_TOKEN_PRIVATE_KEYS": '{"k": "PEM"}'})
    assert "a secret of the provider" not in repr(settings)
    for name in ("AE_OIDC_CLIENT_ID", "AE_OIDC_PROVIDER"):
        with pytest.raises(SettingsRefused) as refusal:
            provider(clock, **{name: ""})
        assert "a secret of the provider" not in str(refusal.value)
