"""Settings come from environment variables ``AE_*`` and nowhere else; an unknown one is refused by name."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "AE_"
DATABASES = ("postgresql+psycopg", "sqlite")
LEAST_SECRET = 32
ENVIRONMENTS = ("demo", "test", "production")


class SettingsRefused(Exception):
    """A setting that is missing, unknown or malformed; the message names it and what is allowed."""


@dataclass(frozen=True)
class ServiceSettings:
    """What one of the three process services needs. Secrets are never shown by ``repr``."""

    env: str
    database_url: str = field(repr=False)
    bus_url: str = field(repr=False)  # amqp(s)://…
    token_public_keys: Mapping[str, str]  # kid → PEM
    clock_offset_file: Path | None = None
    run_folder: Path = Path("/tmp")  # noqa: S108 — the worker's heartbeat file, the one writable place in its container
    files_folder: Path | None = None  # PDFs and attachments; None keeps them as long as the process lives
    scan_command: tuple[str, ...] = ()  # reads a file on standard input: exit 0 clean, 1 infected


@dataclass(frozen=True)
class MailSettings:
    """How the inbox's worker writes to people. ``mail``: local | smtp | none; ``sms``: local | gateway | none.

    local: nothing leaves, a page shows what would have; none: nothing is written.
    ``smtp_url``: smtps://user:password@host:465, smtp:// (STARTTLS) or smtp+plain://.
    ``address``: of the inbox, for links.
    """

    mail: str = "none"
    sms: str = "none"
    smtp_url: str = field(default="", repr=False)
    sender: str = ""
    sms_url: str = ""
    sms_token: str = field(default="", repr=False)
    address: str = ""


@dataclass(frozen=True)
class OidcSettings:
    """Sign-in by an OpenID provider, as texts; empty: not said. ``services.inbox.oidc`` says what they must be."""

    issuer: str = ""
    provider: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    emails: str = ""
    acr_values: str = ""
    idps: str = ""
    ca_file: str = ""


@dataclass(frozen=True)
class SiteSettings:
    """Who answers for this site, as its legal pages say it, and its look; as texts, empty: not said.

    ``services.inbox.site`` says what they must be, and which are needed in production.
    """

    publisher: str = ""
    director: str = ""
    host: str = ""
    contact: str = ""
    dpo: str = ""
    security: str = ""
    theme_folder: str = ""


@dataclass(frozen=True)
class InboxSettings:
    """What the inbox needs. ``bus_url``, ``run_folder``, ``mail`` are its worker's, ``oidc`` and ``site`` its web's."""

    env: str
    database_url: str = field(repr=False)
    token_private_keys: Mapping[str, str] = field(repr=False)  # kid → PEM; the last one signs
    session_secret: str = field(repr=False)
    service_urls: Mapping[str, str]  # service → http address
    listen: str = "0.0.0.0:8000"
    clock_offset_file: Path | None = None
    bus_url: str = field(default="", repr=False)
    run_folder: Path = Path("/tmp")  # noqa: S108 — as above
    mail: MailSettings = field(default_factory=MailSettings)
    oidc: OidcSettings = field(default_factory=OidcSettings)
    proxies: int = (
        0  # how many of ours stand before it, each adding to X-Forwarded-For; 0: that header is not read
    )
    rate_limits: Mapping[str, int] = field(
        default_factory=dict
    )  # as in services.inbox.limits, which checks them
    site: SiteSettings = field(default_factory=SiteSettings)


def service_settings(environ: Mapping[str, str]) -> ServiceSettings:
    """Read a process service's settings. Raises SettingsRefused."""
    names = {
        "ENV",
        "DATABASE_URL",
        "BUS_URL",
        "TOKEN_PUBLIC_KEYS",
        "CLOCK_OFFSET_FILE",
        "RUN_FOLDER",
        "FILES_FOLDER",
        "SCAN_COMMAND",
    }
    values = _known(environ, names)
    env = _environment(values)
    run_folder = Path(values.get("RUN_FOLDER", "/tmp"))  # noqa: S108 — see above
    return ServiceSettings(
        env=env,
        database_url=_database_url(values),
        bus_url=_address("BUS_URL", _required(values, "BUS_URL"), ("amqp", "amqps")),
        token_public_keys=_keys(values, "TOKEN_PUBLIC_KEYS"),
        clock_offset_file=_offset_file(values, env),
        run_folder=run_folder,
        files_folder=_files_folder(values, env, run_folder),
        scan_command=_words(values, "SCAN_COMMAND"),
    )


def inbox_settings(environ: Mapping[str, str]) -> InboxSettings:
    """Read the inbox's settings. Raises SettingsRefused."""
    names = {
        "ENV",
        "DATABASE_URL",
        "TOKEN_PRIVATE_KEYS",
        "SESSION_SECRET",
        "SERVICE_URLS",
        "LISTEN",
        "CLOCK_OFFSET_FILE",
        "BUS_URL",
        "RUN_FOLDER",
        "PROXIES",
        "RATE_LIMITS",
        *_MAIL,
        *_OIDC,
        *_SITE,
    }
    values = _known(environ, names)
    env = _environment(values)
    return InboxSettings(
        env=env,
        database_url=_database_url(values),
        token_private_keys=_keys(values, "TOKEN_PRIVATE_KEYS"),
        session_secret=_secret(values, "SESSION_SECRET", env),
        service_urls=_json_object(values, "SERVICE_URLS"),
        listen=values.get("LISTEN", InboxSettings.listen),
        clock_offset_file=_offset_file(values, env),
        bus_url=_address("BUS_URL", values.get("BUS_URL", ""), ("amqp", "amqps")),
        run_folder=Path(values.get("RUN_FOLDER", "/tmp")),  # noqa: S108 — as above
        mail=_mail(values, env),
        oidc=OidcSettings(
            **{field_: values[name].strip() for name, field_ in _OIDC.items() if name in values}
        ),
        proxies=_proxies(values),
        rate_limits=_numbers(values, "RATE_LIMITS"),
        site=SiteSettings(
            **{field_: values[name].strip() for name, field_ in _SITE.items() if name in values}
        ),
    )


_MAIL = ("MAIL", "SMS", "SMTP_URL", "MAIL_FROM", "SMS_URL", "SMS_TOKEN", "PUBLIC_ADDRESS")
_OIDC = {
    "OIDC_ISSUER": "issuer",
    "OIDC_PROVIDER": "provider",
    "OIDC_CLIENT_ID": "client_id",
    "OIDC_CLIENT_SECRET": "client_secret",
    "OIDC_EMAILS": "emails",
    "OIDC_ACR_VALUES": "acr_values",
    "OIDC_IDPS": "idps",
    "OIDC_CA_FILE": "ca_file",
}
_SITE = {
    "PUBLISHER": "publisher",
    "PUBLICATION_DIRECTOR": "director",
    "HOSTED_BY": "host",
    "CONTACT": "contact",
    "DPO_CONTACT": "dpo",
    "SECURITY_CONTACT": "security",
    "THEME_FOLDER": "theme_folder",
}


def _mail(values: Mapping[str, str], env: str) -> MailSettings:
    """On one machine nothing leaves unless it is said; in production nothing is local."""
    usual = "none" if env == "production" else "local"
    return MailSettings(
        mail=_channel(values, env, "MAIL", usual, ("local", "smtp", "none")),
        sms=_channel(values, env, "SMS", usual, ("local", "gateway", "none")),
        smtp_url=values.get("SMTP_URL", ""),
        sender=values.get("MAIL_FROM", ""),
        sms_url=values.get("SMS_URL", ""),
        sms_token=values.get("SMS_TOKEN", ""),
        address=_address("PUBLIC_ADDRESS", values.get("PUBLIC_ADDRESS", ""), ("http", "https")),
    )


def _channel(values: Mapping[str, str], env: str, name: str, usual: str, allowed: tuple[str, ...]) -> str:
    found = values.get(name, usual)
    if found not in allowed or (found == "local" and env == "production"):
        kept = [each for each in allowed if not (each == "local" and env == "production")]
        raise SettingsRefused(f"{PREFIX}{name} is {found!r}; allowed: {', '.join(kept)}")
    return found


def _known(environ: Mapping[str, str], names: set[str]) -> dict[str, str]:
    given = {name.removeprefix(PREFIX): value for name, value in environ.items() if name.startswith(PREFIX)}
    if unknown := sorted(given.keys() - names):
        allowed = ", ".join(PREFIX + name for name in sorted(names))
        raise SettingsRefused(f"unknown setting {PREFIX}{unknown[0]}; allowed: {allowed}")
    return given


def _required(values: Mapping[str, str], name: str) -> str:
    if not values.get(name):
        raise SettingsRefused(f"{PREFIX}{name} is missing")
    return values[name]


def _environment(values: Mapping[str, str]) -> str:
    env = _required(values, "ENV")
    if env not in ENVIRONMENTS:
        raise SettingsRefused(f"{PREFIX}ENV is {env!r}; allowed: {', '.join(ENVIRONMENTS)}")
    return env


def _database_url(values: Mapping[str, str]) -> str:
    """SQLAlchemy's address of one of the two back ends; its words are kept out of the message, it holds a password."""
    found = _required(values, "DATABASE_URL")
    if found.partition("://")[0] not in DATABASES or "://" not in found:
        allowed = ", ".join(f"{each}://…" for each in DATABASES)
        raise SettingsRefused(f"{PREFIX}DATABASE_URL is no address of a database; allowed: {allowed}")
    return found


def _address(name: str, found: str, schemes: tuple[str, ...]) -> str:
    """``found``, empty where it may be; what it says is kept out of the message, as it may hold a password."""
    if found:
        try:
            parts = urlsplit(found)
            is_one = parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            is_one = False
        if not is_one:
            allowed = ", ".join(f"{scheme}://host…" for scheme in schemes)
            raise SettingsRefused(f"{PREFIX}{name} is no address; allowed: {allowed}")
    return found


def _secret(values: Mapping[str, str], name: str, env: str) -> str:
    found = _required(values, name)
    if env == "production" and len(found) < LEAST_SECRET:
        raise SettingsRefused(f"{PREFIX}{name} has {len(found)} characters; allowed: {LEAST_SECRET} and more")
    return found


def _keys(values: Mapping[str, str], name: str) -> dict[str, str]:
    found = _json_object(values, name)
    if not found:
        raise SettingsRefused(f"{PREFIX}{name} has no key")
    return found


def _words(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(values.get(name, "")))
    except ValueError as error:
        raise SettingsRefused(f"{PREFIX}{name} is no command: {error}") from error


def _json_object(values: Mapping[str, str], name: str) -> dict[str, str]:
    try:
        found = json.loads(_required(values, name))
    except json.JSONDecodeError as error:
        raise SettingsRefused(f"{PREFIX}{name} is not JSON") from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise SettingsRefused(f"{PREFIX}{name} is not a JSON object of texts")
    return found


def _proxies(values: Mapping[str, str]) -> int:
    told = values.get("PROXIES", "0")
    if told not in ("0", "1", "2", "3"):
        raise SettingsRefused(f"{PREFIX}PROXIES is {told!r}; allowed: 0 to 3")
    return int(told)


def _numbers(values: Mapping[str, str], name: str) -> dict[str, int]:
    try:
        found = json.loads(values.get(name) or "{}")
    except json.JSONDecodeError as error:
        raise SettingsRefused(f"{PREFIX}{name} is not JSON") from error
    if not isinstance(found, dict) or not all(type(value) is int for value in found.values()):
        raise SettingsRefused(f"{PREFIX}{name} is not a JSON object of whole numbers")
    return found


def _files_folder(values: Mapping[str, str], env: str, run_folder: Path) -> Path:
    """Where PDFs and attachments lie: on a volume in production, so it has to be said there."""
    if env == "production":
        return Path(_required(values, "FILES_FOLDER"))
    return Path(values["FILES_FOLDER"]) if "FILES_FOLDER" in values else run_folder / "files"


def _offset_file(values: Mapping[str, str], env: str) -> Path | None:
    if "CLOCK_OFFSET_FILE" not in values:
        return None
    if env not in ("demo", "test"):
        raise SettingsRefused(f"{PREFIX}CLOCK_OFFSET_FILE is for {PREFIX}ENV=demo or test only")
    return Path(values["CLOCK_OFFSET_FILE"])
