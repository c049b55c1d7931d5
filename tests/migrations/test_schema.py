"""Every service's migrations give the tables that its code declares, on both back ends."""

from collections.abc import Sequence
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData

from shared.database.migrate import alembic_config, upgrade
from tests.support.databases import MakeDatabase

PROCESS_TABLES = (
    "shared.bpmn",
    "shared.messaging",
    "shared.tasks",
    "shared.process",
    "shared.process.personal",
    "shared.campagnes",
    "shared.documents",
    "shared.process.passations",
    "shared.process.replacing",
)
TABLES_OF = {
    "shared.bpmn": ("shared.bpmn.definition_tables", "shared.bpmn.tables"),
    "shared.messaging": ("shared.messaging.tables",),
    "shared.tasks": ("shared.tasks.tables",),
    "shared.process": ("shared.process.tables", "shared.process.instance_migration.tables"),
    "shared.process.personal": ("shared.process.personal.tables",),
    "shared.campagnes": ("shared.campagnes.tables",),
    "shared.documents": ("shared.documents.tables",),
    "shared.process.replacing": ("shared.process.replacing.tables",),
    "shared.process.passations": ("shared.process.passations.tables",),
    "services.enrolment": ("services.enrolment.pupils.tables",),
    "services.enrolment.rights": ("services.enrolment.rights.tables",),
    "services.enrolment.avenirpro": ("services.enrolment.avenirpro.tables",),
    "services.enrolment.following": ("services.enrolment.following.tables",),
    "services.accompaniment.ateliers": ("services.accompaniment.ateliers.tables",),
    "services.enrolment.territories": ("services.enrolment.territories.tables",),
    "services.accompaniment.periods": ("services.accompaniment.periods.tables",),
    "services.accompaniment.offre": ("services.accompaniment.offre.tables",),
    "services.inbox": ("services.inbox.tables",),
    "services.inbox.habilitations": ("services.inbox.habilitations.tables",),
    "services.inbox.calendars": ("services.inbox.calendars.tables",),
    "services.inbox.limits": ("services.inbox.limits.tables",),
    "services.inbox.notifications": ("services.inbox.notifications.tables",),
    "services.inbox.presence": ("services.inbox.presence.tables",),
    "services.inbox.team": ("services.inbox.team.tables",),
    "services.inbox.family": ("services.inbox.family.tables",),
    "services.inbox.taking": ("services.inbox.taking.tables",),
}
AFTER = {"services.inbox.calendars": ("services.inbox.notifications",)}
"""Packages whose first revision reads what others keep already."""
SERVICES = {
    "enrolment": (
        *PROCESS_TABLES,
        "services.enrolment",
        "services.enrolment.rights",
        "services.enrolment.avenirpro",
        "services.enrolment.territories",
        "services.enrolment.following",
    ),
    "accompaniment": (
        *PROCESS_TABLES,
        "services.accompaniment.ateliers",
        "services.accompaniment.periods",
        "services.accompaniment.offre",
    ),
    "bilan": PROCESS_TABLES,
    "inbox": (
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
    ),
}


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_give_the_tables_that_the_code_declares(make_database: MakeDatabase, service: str) -> None:
    database = make_database(SERVICES[service])
    with database.read() as look:
        context = MigrationContext.configure(look, opts={"compare_type": True})
        assert compare_metadata(context, _declared(SERVICES[service])) == []


@pytest.mark.parametrize("service", SERVICES)
def test_migrating_again_changes_nothing(make_database: MakeDatabase, service: str) -> None:
    database = make_database(SERVICES[service])
    before = _revisions(database)
    upgrade(database, SERVICES[service])
    assert _revisions(database) == before


@pytest.mark.parametrize("package", TABLES_OF)
def test_each_package_has_one_line_of_named_revisions(package: str) -> None:
    label = package.rpartition(".")[2]
    script = ScriptDirectory.from_config(alembic_config([package, *AFTER.get(package, ())]))
    assert len([each for each in script.get_heads() if each.startswith(f"{label}_")]) == 1
    own = [each.revision for each in script.walk_revisions() if each.revision.startswith(f"{label}_")]
    count = len(list((Path(import_module(package).__path__[0]) / "migrations").glob("[0-9]*.py")))
    assert own == [f"{label}_{number:04d}" for number in range(count, 0, -1)]


def _declared(packages: Sequence[str]) -> MetaData:
    whole = MetaData()
    names = chain.from_iterable(TABLES_OF[package] for package in packages)
    for module in [import_module(name) for name in names]:  # all first: one may index another's table
        for table in module.metadata.tables.values():
            table.to_metadata(whole)
    return whole


def _revisions(database: Any) -> list[str]:
    with database.read() as look:
        return sorted(row[0] for row in look.exec_driver_sql("SELECT version_num FROM alembic_version"))
