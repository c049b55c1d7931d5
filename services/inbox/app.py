"""Composition root of the inbox: the only place where its parts are built and joined."""

import hashlib
import os
import random
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from services.inbox import access, demo, errors, security, why, wording
from services.inbox.deps import Inbox
from services.inbox.habilitations.holdings import USER_TABLES
from services.inbox.notifications import building, metrics
from services.inbox.notifications.holdings import NOTIFICATION_HOLDINGS, NOTIFICATION_NEUTRAL
from services.inbox.notifications.worker import Notifications
from services.inbox.oidc import Provider, provider_of
from services.inbox.sources import Signer, Sources
from services.inbox.views import (
    accesses,
    annuaire,
    ateliers,
    batches,
    campagnes,
    connexions,
    contacts,
    documents,
    dpo,
    figures,
    handing,
    health,
    layout,
    offre,
    parcours,
    preferences,
    proposals,
    provider,
    pupil_record,
    pupils,
    replacing,
    session,
    tasks,
    transferring,
)
from shared.clock import BusinessClock, Clock, SystemClock
from shared.database import Database
from shared.database.migrate import upgrade
from shared.identity import TokenSigner, TokenVerifier, public_key
from shared.ids import Ids, uuid7
from shared.process.operators.messages import Desk
from shared.process.operators.messages_api import messages_blueprint
from shared.process.personal import Holding, Neutral
from shared.settings import InboxSettings, inbox_settings
from shared.web import make_app

TABLES = (
    "services.inbox",
    "services.inbox.habilitations",
    "services.inbox.notifications",
    "shared.messaging",
)
HOLDINGS: tuple[Holding, ...] = (*NOTIFICATION_HOLDINGS,)
NEUTRAL: tuple[Neutral, ...] = (*USER_TABLES, *NOTIFICATION_NEUTRAL)
"""What each table holds about pupils, or what it holds instead: a table that is in neither fails the build."""
SERVICES = ("enrolment", "accompaniment", "bilan")
HERE = Path(__file__).parent


def create_app(
    *,
    env: str,
    listen: str,
    database: Database,
    service_urls: Mapping[str, str],
    signer: Signer,
    session_secret: str,
    clock: Clock,
    business_clock: Clock,
    ids: Ids = uuid7,
    new_secret: Callable[[], str] = lambda: secrets.token_urlsafe(32),
    verifier: TokenVerifier | None = None,
    provider: Provider | None = None,
) -> Flask:
    """The inbox as a WSGI application.

    ``env``: demo, test or production. ``provider``: by which people sign in; without one the sign-in without
    password is loaded, which raises DevLoginRefused unless ``env`` is demo or test and ``listen``, the address that
    it is served on, is loopback. ``service_urls``: service → base address. ``clock`` tells sessions,
    ``business_clock`` what is late.
    ``verifier``: of the operators' tokens, whose API is under ``/api``; without it there is none.
    ``app.extensions["inbox"].close()`` ends its connections to the services.
    """
    if missing := set(SERVICES) - set(service_urls):
        raise ValueError(f"no address for: {', '.join(sorted(missing))}")
    inbox = Inbox(
        database=database,
        sources=Sources({name: service_urls[name] for name in SERVICES}, signer),
        clock=clock,
        business_clock=business_clock,
        ids=ids,
        secrets=new_secret,
        is_secure=env == "production",
        provider=provider,
    )
    app = Flask("services.inbox", root_path=str(HERE))
    app.secret_key = session_secret
    app.extensions["inbox"] = inbox
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    security.protect(app, is_secure=inbox.is_secure)
    access.load_who(app, inbox)
    errors.add_error_pages(app)
    wording.add_filters(app)
    app.jinja_env.filters["raisons"] = why.reasons
    layout.describe(app, _versions(HERE / "static"))
    _add_pages(app, inbox, env, listen)
    if verifier is not None:  # an application of its own: no session, no cookie, no page
        operators = make_app("inbox", [messages_blueprint(Desk(database, clock, ids), verifier)], ready=[])
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/api": operators})  # type: ignore[method-assign]
    return app


def build(settings: InboxSettings) -> Flask:
    """The inbox from its settings. Raises SettingsRefused: how people sign in is not said, or not well."""
    clock = SystemClock()
    return create_app(
        env=settings.env,
        listen=settings.listen.rpartition(":")[0],
        database=Database(settings.database_url, application_name="inbox"),
        service_urls=settings.service_urls,
        signer=TokenSigner(settings.token_private_keys, clock, uuid7),
        session_secret=settings.session_secret,
        clock=clock,
        business_clock=BusinessClock(clock, settings.clock_offset_file),
        verifier=TokenVerifier(
            {name: public_key(key) for name, key in settings.token_private_keys.items()}, "inbox", clock
        ),
        provider=sign_in_provider(settings, clock),
    )


def sign_in_provider(settings: InboxSettings, clock: Clock) -> Provider | None:
    """By whom people sign in. Raises SettingsRefused; in production also when there is nobody."""
    return provider_of(settings.env, settings.oidc, settings.mail.address, clock)


def build_notifications(settings: InboxSettings) -> Notifications:
    """What the inbox's worker runs. Raises SettingsRefused."""
    clock = SystemClock()
    return building.from_settings(
        settings.mail,
        database=Database(settings.database_url, application_name="inbox worker"),
        clock=BusinessClock(clock, settings.clock_offset_file),
        system_clock=clock,
        ids=uuid7,
        random=random.random,
    )


def pulse_file(settings: InboxSettings) -> Path:
    """Where the worker says that its loops turn, for a probe in another process."""
    return settings.run_folder / "inbox-worker.json"


def from_environment() -> Flask:
    """What gunicorn serves."""
    return build(inbox_settings(os.environ))


def migrate_inbox(settings: InboxSettings) -> None:
    """Bring the database up to date; in demo and test, write the invented people that are not there yet."""
    database = Database(settings.database_url, application_name="inbox")
    upgrade(database, TABLES)
    if settings.env in ("demo", "test"):
        with database.begin() as tx:
            demo.seed(tx)
    database.dispose()


def _add_pages(app: Flask, inbox: Inbox, env: str, listen: str) -> None:
    subjects = (
        tasks, parcours, replacing, transferring, documents, batches, handing, pupils, pupil_record, accesses, dpo,
        figures, proposals,
        ateliers, offre, campagnes, annuaire, preferences, connexions, contacts,
        health,
    )  # fmt: skip
    for subject in subjects:
        app.register_blueprint(subject.pages(inbox))
    app.register_blueprint(session.pages(inbox))
    app.register_blueprint(metrics.metrics_blueprint(inbox.database, inbox.business_clock))
    if inbox.provider is not None:
        told = provider.told_pages(inbox, inbox.provider)
        app.register_blueprint(provider.pages(inbox, inbox.provider))
        app.register_blueprint(told)
        app.extensions["csrf"].exempt(told)
    else:
        from services.inbox.views import dev_login  # noqa: PLC0415 — not even loaded elsewhere

        app.register_blueprint(dev_login.pages(inbox, env, listen))
    if env in ("demo", "test"):
        from services.inbox.views import local_outbox  # noqa: PLC0415 — as above

        app.register_blueprint(local_outbox.pages(inbox, env, listen))
        app.config["TRUSTED_HOSTS"] = security.LOOPBACK_HOSTS


def _versions(folder: Path) -> Mapping[str, str]:
    """file → short hash of its content, so that a browser's copy is never an old one."""
    files = [path for path in folder.rglob("*") if path.suffix in (".css", ".js")]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        for path in files
    }
