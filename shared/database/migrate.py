"""Schema migrations: one Alembic branch per package that owns tables, run together up to their heads.

A package's revisions are in its ``migrations`` folder; its first revision carries the package's branch label. Alembic
is read when a migration is asked for: it would be 10 MB in every worker, which migrates nothing.
"""
# ruff: noqa: PLC0415

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from shared.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

LOCK_TIMEOUT_SECONDS = 60
_ROOT = Path(__file__).resolve().parents[2]


def upgrade(database: Database, packages: Sequence[str], revision: str = "heads") -> None:
    """Bring the tables of ``packages`` (dotted names) up to ``revision``, in one transaction of any length.

    Raises Unavailable, and nothing is done, when another transaction keeps a table for a minute (a backup that reads).
    """
    from alembic import command

    with database.begin() as tx:
        if database.is_postgresql:  # the bounds of a request are none of a release
            tx.execute(text("SET LOCAL statement_timeout = 0"))
            tx.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'"))
        config = alembic_config(packages)
        config.attributes["connection"] = tx
        command.upgrade(config, revision)


def alembic_config(packages: Sequence[str]) -> "Config":
    """An Alembic configuration that reads the ``migrations`` folders of ``packages``."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    folders = [str(_ROOT.joinpath(*package.split("."), "migrations")) for package in packages]
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(folders))
    return config
