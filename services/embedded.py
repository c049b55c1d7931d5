"""All four services in one process, on SQLite and the embedded bus: one machine, nothing to install.

The data lies in one folder: a database per service, and ``keys.json`` with the keys made at the first start.
"""

import json
import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

import services.accompaniment.app
import services.bilan.app
import services.enrolment.app
import services.inbox.app
from services.demonstration import seed, seed_offers
from services.inbox.notifications.worker import QUEUE, TYPES, Notifications, work
from shared.cli import migrate_service
from shared.clock import Clock
from shared.identity import new_private_key, public_key
from shared.ids import Ids, uuid7
from shared.messaging.embedded import EmbeddedBus
from shared.process import service as process_service
from shared.process.service import ProcessService
from shared.settings import InboxSettings, MailSettings, ServiceSettings

HOST = "127.0.0.1"


class ServiceModule(Protocol):
    """The ``app`` module of a process service."""

    TABLES: tuple[str, ...]

    def build(
        self, settings: ServiceSettings, system_clock: Clock | None = None, ids: Ids = uuid7
    ) -> ProcessService: ...

    def create_web(self, built: ProcessService) -> Flask: ...


THREADS = 4
PROCESS_SERVICES: Mapping[str, ServiceModule] = {
    "enrolment": services.enrolment.app,
    "accompaniment": services.accompaniment.app,
    "bilan": services.bilan.app,
}


@dataclass(frozen=True)
class Addresses:
    """Where the running services answer, as ``http://host:port``."""

    inbox: str
    services: Mapping[str, str]


@contextmanager
def running(
    folder: Path, *, port: int = 0, env: str = "demo", clock_offset_file: Path | None = None,
    demonstration: bool = False,
) -> Iterator[Addresses]:  # fmt: skip
    """Start everything, and end it when the block ends.

    ``port``: the inbox's, 0 for a free one. ``demonstration``: with invented pupils, and a local offer.
    """
    folder.mkdir(parents=True, exist_ok=True)
    keys = _keys(folder / "keys.json")
    with _Ending() as stack:
        bus = EmbeddedBus()
        stack.callback(bus.close)
        built = {
            name: _build(stack, module, _settings(folder, name, keys, env, clock_offset_file))
            for name, module in PROCESS_SERVICES.items()
        }
        if demonstration:
            seed(built["enrolment"])
            seed_offers(built["accompaniment"])
        urls = {name: _start(stack, service, bus) for name, service in built.items()}
        inbox = _inbox(folder, keys, env, urls, clock_offset_file)
        services.inbox.app.migrate_inbox(inbox)
        _start_inbox_worker(stack, inbox, bus)
        yield Addresses(inbox=_serve(stack, services.inbox.app.build(inbox), port), services=urls)


class _Ending(ExitStack):
    """Asks everything to end before it waits for anything: the waits then pass together, not one by one."""

    def __init__(self) -> None:
        super().__init__()
        self._asks: list[Callable[[], object]] = []

    def ask(self, ask: Callable[[], object]) -> None:
        self._asks.append(ask)

    def __exit__(self, *failure: Any) -> bool | None:
        for ask in reversed(self._asks):
            ask()
        return super().__exit__(*failure)


@dataclass(frozen=True)
class _Keys:
    private: Mapping[str, str]
    public: Mapping[str, str]
    session_secret: str


def _keys(path: Path) -> _Keys:
    """The keys of this folder, made once and readable by their owner only."""
    if not path.exists():
        private = new_private_key()
        made = {
            "private": {"local": private},
            "public": {"local": public_key(private)},
            "session_secret": secrets.token_hex(),
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(made), encoding="ascii")
    return _Keys(**json.loads(path.read_text(encoding="ascii")))


def _settings(folder: Path, name: str, keys: _Keys, env: str, offset_file: Path | None) -> ServiceSettings:
    return ServiceSettings(
        env=env, database_url=f"sqlite:///{folder / name}.sqlite", bus_url="", token_public_keys=keys.public,
        clock_offset_file=offset_file, run_folder=folder, files_folder=folder / "files" / name,
    )  # fmt: skip


def _build(stack: ExitStack, module: ServiceModule, settings: ServiceSettings) -> ProcessService:
    service = module.build(settings)
    stack.callback(service.database.dispose)
    migrate_service(service, module.TABLES)
    return service


def _start(stack: _Ending, service: ProcessService, bus: EmbeddedBus) -> str:
    url = _serve(stack, PROCESS_SERVICES[service.name].create_web(service), 0)
    _run(stack, f"{service.name} worker", partial(process_service.work, service, bus))
    return url


def _inbox(
    folder: Path, keys: _Keys, env: str, urls: Mapping[str, str], offset_file: Path | None
) -> InboxSettings:
    return InboxSettings(
        env=env, database_url=f"sqlite:///{folder / 'inbox'}.sqlite", token_private_keys=keys.private,
        session_secret=keys.session_secret, service_urls=urls, listen=f"{HOST}:0", clock_offset_file=offset_file,
        run_folder=folder, mail=MailSettings(mail="local", sms="local"),
    )  # fmt: skip


def _start_inbox_worker(stack: _Ending, settings: InboxSettings, bus: EmbeddedBus) -> None:
    """It declares its queue at once: nothing that the services say is without a receiver."""
    built = services.inbox.app.build_notifications(settings)
    stack.callback(built.database.dispose)
    bus.declare(QUEUE, TYPES)
    target = partial(_work_inbox, built, bus, services.inbox.app.pulse_file(settings))
    _run(stack, "inbox worker", target)


def _work_inbox(built: Notifications, bus: EmbeddedBus, pulse: Path, stop: threading.Event) -> None:
    work(built, bus, stop, pulse)


def _serve(stack: _Ending, app: Flask, port: int) -> str:
    """Serve an application from a thread; returns its address."""
    sockets: dict[int, Any] = {}
    server = create_server(app, sockets, host=HOST, port=port, threads=THREADS, ident=None)
    thread = threading.Thread(target=server.run, name=f"{app.name} web", daemon=True)
    thread.start()

    def stop() -> None:
        server.task_dispatcher.shutdown()
        # by the server's own thread, which must not meet a socket that somebody else closes
        server.trigger.pull_trigger(partial(wasyncore.close_all, sockets))
        thread.join(timeout=5)

    stack.callback(stop)
    return f"http://{HOST}:{server.effective_port}"


def _run(stack: _Ending, name: str, target: Callable[[threading.Event], None]) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=target, args=(stop,), name=name, daemon=True)
    thread.start()

    def wait() -> None:
        thread.join(timeout=8)
        if thread.is_alive():
            logging.getLogger(__name__).warning("%s did not end in time", name)

    stack.ask(stop.set)
    stack.callback(wait)
