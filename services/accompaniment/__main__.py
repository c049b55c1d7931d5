"""``python -m services.accompaniment``: web, worker, worker-health, migrate, check, incidents, retention."""

from services.accompaniment.app import TABLES, build
from shared.cli import retention_group, service_commands

commands = service_commands("accompaniment", build, TABLES)
commands.add_command(retention_group(build))

if __name__ == "__main__":
    commands(prog_name="python -m services.accompaniment")
