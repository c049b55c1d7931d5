"""A private RabbitMQ node with its own epmd, cookie, node name, ports and folder; runs as root too."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from shared.servers.processes import PrivateServer, ServerProcess, find_program, free_port

# The unwrapped script: /usr/sbin/rabbitmq-server changes user and folder and drops the environment.
SCRIPT_FOLDERS = (Path("/usr/lib/rabbitmq/bin"),)
EPMD_FOLDERS = (Path("/usr/bin"), Path("/usr/lib/erlang/bin"), Path("/usr/local/bin"))
START_SECONDS = 90
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
METHOD_FRAME = b"\x01"


class PrivateRabbitMQ(PrivateServer):
    """A context manager: ``url`` answers inside the block; ``stop``, ``kill``, ``start`` keep the data."""

    def __init__(self) -> None:
        self._script = find_program("rabbitmq-server", SCRIPT_FOLDERS, "rabbitmq-server")
        self._epmd_program = find_program("epmd", EPMD_FOLDERS, "erlang-base")
        self._folder = Path(tempfile.mkdtemp(prefix="ae-rabbitmq-"))
        self._port, self._distribution_port, self._epmd_port = free_port(), free_port(), free_port()
        self._epmd: ServerProcess | None = None
        self._node: ServerProcess | None = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self._port}/%2F"

    def pids(self) -> list[int]:
        """Our child processes that run."""
        return [process.pid for process in (self._node, self._epmd) if process]

    def start(self) -> None:
        """Start the node and wait until it speaks AMQP (6 to 15 s)."""
        self._write_configuration()
        environment = self._environment()
        if self._epmd is None:
            # Erlang would start one of its own, which would outlive us
            command: list[str | Path] = [
                self._epmd_program,
                "-port",
                str(self._epmd_port),
                "-address",
                "127.0.0.1",
            ]
            self._epmd = self._process(command, environment, "epmd.log")
        self._node = self._process([self._script], environment, "node.log")
        self._node.wait_until(self._speaks_amqp, "rabbitmq-server", START_SECONDS)

    def stop(self) -> None:
        """Stop the node cleanly; its data stays for the next ``start``."""
        self._end_node(signal.SIGTERM)

    def kill(self) -> None:
        """End the node as a power cut would."""
        self._end_node(signal.SIGKILL)

    def control(self, *words: str) -> str:
        """Run rabbitmqctl on this node; what it printed."""
        # S603: the command is ours, without a shell
        done = subprocess.run(  # noqa: S603
            [self._script.with_name("rabbitmqctl"), *words],
            env=self._environment(), cwd=self._folder, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    def url_of_new_vhost(self, name: str) -> str:
        """A virtual host with exchanges and queues of its own, and its address."""
        self.control("add_vhost", name)
        self.control("set_permissions", "--vhost", name, "guest", ".*", ".*", ".*")
        return self.url.removesuffix("%2F") + name

    def close(self) -> None:
        """Stop everything and remove the folder."""
        self.stop()
        if self._epmd is not None:
            self._epmd.stop(signal.SIGTERM)
            self._epmd = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end_node(self, by: signal.Signals) -> None:
        if self._node is not None:
            self._node.stop(by)
            self._node = None

    def _process(self, command: list[str | Path], environment: dict[str, str], log: str) -> ServerProcess:
        return ServerProcess(command, environment=environment, folder=self._folder, log=self._folder / log)

    def _write_configuration(self) -> None:
        lines = [f"listeners.tcp.1 = 127.0.0.1:{self._port}", "disk_free_limit.absolute = 50MB"]
        (self._folder / "rabbitmq.conf").write_text("\n".join([*lines, ""]), encoding="ascii")
        (self._folder / "environment.conf").touch()
        (self._folder / "plugins").write_text("[].\n", encoding="ascii")

    def _environment(self) -> dict[str, str]:
        folder = str(self._folder)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": folder,  # for an Erlang cookie of its own
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/environment.conf",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{folder}/advanced.config",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{folder}/generated",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
            "RABBITMQ_PID_FILE": f"{folder}/node.pid",
            "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_NODENAME": f"t{os.getpid()}-{self._port}@localhost",
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            # with these two the script becomes Erlang: our child's id is the broker's own
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_START_ARGS": "-noinput",
        }

    def _speaks_amqp(self) -> bool:
        """An accepted connection is not yet a ready broker: it is when it answers the protocol header."""
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=2) as connection:
                connection.sendall(PROTOCOL_HEADER)
                return connection.recv(1) == METHOD_FRAME
        except OSError:
            return False
