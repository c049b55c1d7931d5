"""The whole as it is deployed: four web processes and four workers, on PostgreSQL and RabbitMQ."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import requests

from services.simulate.clock import SimulationClock
from shared.identity import new_private_key, public_key
from shared.servers.postgresql import PrivatePostgreSQL
from shared.servers.processes import ServerProcess, free_port
from shared.servers.rabbitmq import PrivateRabbitMQ

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("enrolment", "accompaniment", "bilan")
START_SECONDS = 120
KEY = "journeys"


@dataclass(frozen=True)
class Stack:
    """``address``: the inbox's; ``clock``: the business clock of every process, which a journey moves forward."""

    address: str
    clock: SimulationClock


@contextmanager
def whole_stack(
    folder: Path, first_day: date, postgresql: PrivatePostgreSQL, broker: PrivateRabbitMQ
) -> Iterator[Stack]:
    """Migrate, start everything, and end it by the processes' ids when the block ends.

    The name of ``folder`` names what is the stack's own on the two servers.
    """
    clock = SimulationClock(folder / "clock", first_day)
    ports = {name: free_port() for name in (*SERVICES, "inbox")}
    environments = _environments(folder, postgresql, broker.url_of_new_vhost(folder.name), ports)
    started: list[ServerProcess] = []
    try:
        _migrate(environments)
        for name, environment in environments.items():
            bind = f"127.0.0.1:{ports[name]}"
            started.append(_start(folder, name, environment, "web", "--bind", bind, "--workers", "1"))
        for name in environments:
            started.append(_start(folder, name, environments[name], "worker"))
        for process, name in zip(started, environments, strict=False):
            process.wait_until(lambda name=name: _is_ready(ports[name]), f"{name} web", START_SECONDS)  # type: ignore[misc]
        yield Stack(f"http://127.0.0.1:{ports['inbox']}", clock)
    finally:
        for process in started:
            if process.is_running():
                os.kill(process.pid, signal.SIGTERM)
        for process in started:
            process.stop(signal.SIGTERM)


def _environments(
    folder: Path, postgresql: PrivatePostgreSQL, bus_url: str, ports: Mapping[str, int]
) -> dict[str, dict[str, str]]:
    """The ``AE_*`` settings of each service; the inbox alone has the private key and the sessions' secret."""
    private = new_private_key()
    machine = {name: value for name, value in os.environ.items() if not name.startswith("AE_")}
    everyone = machine | {
        "AE_ENV": "test", "AE_CLOCK_OFFSET_FILE": str(folder / "clock"), "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    found = {}
    for name in SERVICES:
        (folder / name).mkdir()
        found[name] = everyone | {
            "AE_DATABASE_URL": postgresql.create_database(f"{folder.name}_{name}"),
            "AE_BUS_URL": bus_url,
            "AE_TOKEN_PUBLIC_KEYS": json.dumps({KEY: public_key(private)}),
            "AE_RUN_FOLDER": str(folder / name),
        }
    (folder / "inbox").mkdir()
    found["inbox"] = everyone | {
        "AE_DATABASE_URL": postgresql.create_database(f"{folder.name}_inbox"),
        "AE_TOKEN_PRIVATE_KEYS": json.dumps({KEY: private}),
        "AE_BUS_URL": bus_url,
        "AE_RUN_FOLDER": str(folder / "inbox"),
        "AE_SESSION_SECRET": "journeys only",
        "AE_SERVICE_URLS": json.dumps({name: f"http://127.0.0.1:{ports[name]}" for name in SERVICES}),
    }
    return found


def _migrate(environments: Mapping[str, Mapping[str, str]]) -> None:
    """The four migration jobs side by side; CalledProcessError for one that fails."""
    jobs = [
        subprocess.Popen(_command(name, "migrate"), env=dict(environment), cwd=ROOT)
        for name, environment in environments.items()
    ]
    for job in jobs:
        if code := job.wait(START_SECONDS):
            raise subprocess.CalledProcessError(code, job.args)


def _start(folder: Path, name: str, environment: Mapping[str, str], *command: str) -> ServerProcess:
    log = folder / f"{name}-{command[0]}.log"
    return ServerProcess(_command(name, *command), environment=environment, folder=folder, log=log)


def _command(service: str, *command: str) -> list[str]:
    return [sys.executable, "-m", f"services.{service}", *command]


def _is_ready(port: int) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(f"http://127.0.0.1:{port}/health/ready", timeout=2).ok
        except requests.RequestException:
            return False
