"""``python -m services.accompaniment``: web, worker, worker-health, migrate, check, incidents."""

from services.accompaniment.app import TABLES, build
from shared.cli import service_commands

if __name__ == "__main__":
    service_commands("accompaniment", build, TABLES)(prog_name="python -m services.accompaniment")
