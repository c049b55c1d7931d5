"""Composition root of the inbox: the only place where its parts are built and joined."""

import hashlib
import os
import random
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from services.inbox import demo, errors, security, wording
from services.inbox.calendars.tables import feed, guest
from services.inbox.deps import Inbox
from services.inbox.habilitations.holdings import USER_TABLES
from services.inbox.holdings import INBOX_HOLDINGS
from services.inbox.identity import arriving
from services.inbox.limits.guard import limit
from services.inbox.limits.rules import Rule, limits_from
from services.inbox.limits.tables import asked
from services.inbox.notifications import building, metrics
from services.inbox.notifications.building import LOCAL_ADDRESS
from services.inbox.notifications.holdings import NOTIFICATION_NEUTRAL
from services.inbox.notifications.letters import Letters
from services.inbox.notifications.worker import Notifications
from services.inbox.oidc import Provider, provider_of
from services.inbox.refusals import note_refusals
from services.inbox.site import NOTHING_SAID, Site, site_of
from services.inbox.sources import Signer, Sources
from services.inbox.tasklist import why
from services.inbox.team.holdings import TEAM_NEUTRAL
from services.inbox.views import (
    accesses,
    acting,
    annuaire,
    ateliers,
    batches,
    calendars,
    campagnes,
    connexions,
    contacts,
    documents,
    dpo,
    exports,
    family,
    family_links,
    figures,
    following,
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
    site,
    support,
    taking,
    tasks,
    team,
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
from shared.settings import InboxSettings, MailSettings, SettingsRefused, inbox_settings
from shared.web import make_app

TABLES = (
    "services.inbox",
    "services.inbox.habilitations",
    "services.inbox.limits",
    "services.inbox.notifications",
    "services.inbox.presence",
    "services.inbox.team",
    "services.inbox.family",
    "services.inbox.taking",
    "services.inbox.calendars",
    "shared.messaging",
)
HOLDINGS: tuple[Holding, ...] = (*INBOX_HOLDINGS,)
NEUTRAL: tuple[Neutral, ...] = (
    *USER_TABLES,
    *TEAM_NEUTRAL,
    *NOTIFICATION_NEUTRAL,
    Neutral(
        feed, "à quelle adresse secrète une personne qui utilise le logiciel lit son agenda : une empreinte"
    ),
    Neutral(guest, "qui des personnes qui utilisent le logiciel est invité à un rendez-vous"),
    Neutral(asked, "combien de demandes dans la minute : ni adresse ni personne, leur empreinte seulement"),
)
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
    mail: MailSettings | None = None,
    limits: Mapping[str, Rule] | None = None,
    proxies: int = 0,
    said: Site = NOTHING_SAID,
) -> Flask:
    """The inbox as a WSGI application.

    ``env``: demo, test or production. ``provider``: by which people sign in; without one the sign-in without
    password is loaded, which raises DevLoginRefused unless ``env`` is demo or test and ``listen``, the address that
    it is served on, is loopback. ``service_urls``: service → base address. ``clock`` tells sessions,
    ``business_clock`` what is late.
    ``mail``: by which channels people are written to, and the address of the pages; None: by none, as the pages say.
    ``said``: who answers for the site, and its look.
    ``verifier``: of the operators' tokens, whose API is under ``/api``; without it there is none.
    ``limits``: how often one may ask; None: as often as one likes. ``proxies``: how many of ours stand before it, and
    may be believed about where a request comes from.
    ``app.extensions["inbox"].close()`` ends its connections to the services.
    """
    if missing := set(SERVICES) - set(service_urls):
        raise ValueError(f"no address for: {', '.join(sorted(missing))}")
    mail = mail or MailSettings()
    inbox = Inbox(
        database=database,
        sources=Sources({name: service_urls[name] for name in SERVICES}, signer),
        clock=clock,
        business_clock=business_clock,
        ids=ids,
        secrets=new_secret,
        is_secure=env == "production",
        post=building.post_of(mail, ids, clock),
        address=mail.address.rstrip("/"),
        provider=provider,
        letters=Letters(mail.address or LOCAL_ADDRESS),
        site=said,
    )
    app = Flask("services.inbox", root_path=str(HERE))
    app.secret_key = session_secret
    app.extensions["inbox"] = inbox
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    security.protect(app, is_secure=inbox.is_secure)
    arriving.load_who(app, inbox)
    note_refusals(app, inbox)
    if limits is not None:
        limit(app, inbox, limits, session_secret)
    errors.add_error_pages(app)
    wording.add_filters(app)
    app.jinja_env.filters["raisons"] = why.reasons
    layout.describe(app, _versions(HERE / "static"), said.theme)
    _add_pages(app, inbox, env, listen)
    if verifier is not None:  # an application of its own: no session, no cookie, no page
        operators = make_app("inbox", [messages_blueprint(Desk(database, clock, ids), verifier)], ready=[])
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/api": operators})  # type: ignore[method-assign]
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0)  # type: ignore[method-assign]
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
        mail=settings.mail,
        limits=rate_limits(settings),
        proxies=settings.proxies,
        said=said_of(settings),
    )


def rate_limits(settings: InboxSettings) -> Mapping[str, Rule]:
    """How often one may ask. Raises SettingsRefused."""
    try:
        return limits_from(settings.rate_limits)
    except ValueError as wrong:
        raise SettingsRefused(f"AE_RATE_LIMITS: {wrong}") from wrong


def sign_in_provider(settings: InboxSettings, clock: Clock) -> Provider | None:
    """By whom people sign in. Raises SettingsRefused; in production also when there is nobody."""
    return provider_of(settings.env, settings.oidc, settings.mail.address, clock)


def said_of(settings: InboxSettings) -> Site:
    """Who answers for the site. Raises SettingsRefused; in production also when something is not said."""
    return site_of(settings.env, settings.site, settings.mail.address)


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
        tasks, exports, following, parcours, replacing, transferring, documents, batches, handing, team, acting,
        support, pupils,
        pupil_record, accesses, dpo, figures, proposals, family_links,
        ateliers, offre, campagnes, annuaire, preferences, calendars, connexions, contacts,
        health, site,
    )  # fmt: skip
    for subject in subjects:
        app.register_blueprint(subject.pages(inbox))
    app.register_blueprint(session.pages(inbox))
    for by_link in (family.pages(inbox), taking.pages(inbox)):
        app.register_blueprint(by_link)
        app.extensions["csrf"].exempt(by_link)  # the secret in the address is what another site cannot know
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
