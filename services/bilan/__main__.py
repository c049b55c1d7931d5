"""``python -m services.bilan``: web, worker, worker-health, migrate, check, incidents."""

from services.bilan.app import TABLES, build
from shared.cli import service_commands

if __name__ == "__main__":
    service_commands("bilan", build, TABLES)(prog_name="python -m services.bilan")
