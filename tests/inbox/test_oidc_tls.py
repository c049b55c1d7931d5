"""The provider's certificate is looked at; an authority of one's own is said by a setting."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.inbox.demo import seed
from services.inbox.oidc import provider_of
from shared.clock import FixedClock
from shared.database import Database
from tests.inbox.openid import KARIM, NOBODY, PERSON, SERVICES, import_rows, row, signing_in
from tests.support.inbox_world import inbox_app
from tests.support.openid import OpenIdProcess, brought_back, openid_process

PUBLIC = "https://ambition-emploi.example"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def https(tmp_path: Path) -> Iterator[OpenIdProcess]:
    """A provider whose certificate only its own file vouches for."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "essai")]),
    )
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(LONG_AGO).not_valid_after(LONG_AGO + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, private = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with openid_process(certificate, private) as process:
        yield process


def test_in_production_a_person_signs_in_with_cookies_for_https_only(
    https: OpenIdProcess, inbox_database: Database, clock: FixedClock
) -> None:
    https.fresh(clock.now(), PERSON)
    https.behave(redirects=[f"{PUBLIC}/connexion/retour"])
    with inbox_database.begin() as tx:
        seed(tx)
    import_rows(inbox_database, [row("Karim Benali", KARIM)])
    settings = https.settings("proconnect", ca_file=str(https.certificate))
    provider = provider_of("production", settings, PUBLIC, clock)
    urls = dict.fromkeys(SERVICES, NOBODY)
    app = inbox_app(
        inbox_database, urls, clock, env="production", listen="0.0.0.0", provider=provider  # noqa: S104
    )  # fmt: skip
    client = app.test_client()
    there = client.get("/connexion/ouvrir", base_url=PUBLIC).headers["Location"]
    answer = requests.get(there, allow_redirects=False, timeout=30, verify=https.certificate)
    back = answer.headers["Location"].removeprefix(PUBLIC)
    cookies = client.get(back, base_url=PUBLIC).headers.getlist("Set-Cookie")
    (cookie,) = (each for each in cookies if each.startswith("__Host-ae_session="))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Karim Benali" in client.get("/taches", base_url=PUBLIC).get_data(as_text=True)
    assert client.get("/courriels", base_url=PUBLIC).status_code == 404, "no page of a demonstration"
    app.extensions["inbox"].close()


def test_a_provider_is_believed_by_its_certificate_only(
    https: OpenIdProcess, inbox_database: Database, clock: FixedClock
) -> None:
    https.fresh(clock.now(), PERSON)
    with inbox_database.begin() as tx:
        seed(tx)
    import_rows(inbox_database, [row("Karim Benali", KARIM)])
    unknown = signing_in(inbox_database, clock, https, "proconnect")
    assert unknown.browser().get("/connexion/ouvrir").status == 503
    known = signing_in(inbox_database, clock, https, "proconnect", ca_file=str(https.certificate))
    visitor = known.browser()
    assert visitor.get(brought_back(visitor.client, certificate=https.certificate)).title == "Tâches"
    for each in (unknown, known):
        each.app.extensions["inbox"].close()
