"""The commands that the three process services share: ``python -m services.<name> COMMAND``."""

from shared.cli.common import Build, from_environment
from shared.cli.retention import retention_group
from shared.cli.service import (
    OFFLINE,
    check_service,
    has_pulse,
    load_files,
    migrate_service,
    report,
    serve,
    service_commands,
    stop_on_signals,
)

__all__ = [
    "OFFLINE",
    "Build",
    "check_service",
    "from_environment",
    "has_pulse",
    "load_files",
    "migrate_service",
    "report",
    "retention_group",
    "serve",
    "service_commands",
    "stop_on_signals",
]
