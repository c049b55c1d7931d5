"""``python -m services.bilan``: web, worker, worker-health, migrate, check, incidents, retention."""

from services.bilan.app import TABLES, build
from shared.cli import retention_group, service_commands

commands = service_commands("bilan", build, TABLES)
commands.add_command(retention_group(build))

if __name__ == "__main__":
    commands(prog_name="python -m services.bilan")
