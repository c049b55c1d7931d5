"""Migrations while people work, and migrations that are killed: each instance is on one version, whole."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from shared.bpmn import Runtime
from shared.bpmn.tables import awaited_message, instance, timer
from shared.process.instance_migration.tables import migrated_instance
from shared.process.service import ProcessService
from shared.tasks.tables import task
from tests.process.migrating import OPERATOR, RENAMED, UNSEEN, Moving, begun, post
from tests.process.support import CONSEILLER, REFERENT, House


def faults(house: House) -> list[str]:
    return faults_of(house.service)


def faults_of(service: ProcessService) -> list[str]:
    """Instances whose rows are not what their state says."""
    found = []
    with service.database.read() as look:
        for row in look.execute(select(instance)):
            runtime: Runtime = service.processes.runtime(service.processes.definition(look, row))
            rest = runtime.at_rest(row.state)
            tasks = set(
                look.scalars(select(task.c.id).where(task.c.instance_id == row.id, task.c.status == "open"))
            )
            timers = set(look.scalars(select(timer.c.timer_id).where(timer.c.instance_id == row.id)))
            names = set(
                look.scalars(select(awaited_message.c.name).where(awaited_message.c.instance_id == row.id))
            )
            known = {each for each in tasks if runtime.variables(row.state, each) is not None}
            if (timers, names, known) != ({t.id for t in rest.timers}, {a.name for a in rest.awaited}, tasks):
                found.append(row.id)
            if list(rest.position) != row.position:
                found.append(row.id)
    return found


def test_a_person_who_completes_at_the_same_moment_is_done_or_told_and_nothing_is_half(
    house: House, moving: Moving
) -> None:
    parcours = [house.start() for _ in range(12)]
    tasks = [house.task(each, REFERENT) for each in parcours]
    moving.release(RENAMED, UNSEEN, ('name="Noter le dossier"', 'name="Noter"'))
    route = moving.route()
    migration_id = moving.migrations.begin(route, OPERATOR)
    ids = list(moving.migrations.waiting(route))
    with ThreadPoolExecutor(2) as pool:
        moved = pool.submit(
            lambda: [moving.migrations.move(migration_id, route, each, OPERATOR)[0] for each in ids]
        )
        done = pool.submit(
            lambda: [
                post(house, each, "complete", values={"secret": "x"}).status_code for each in reversed(tasks)
            ]
        )
        assert moved.result() == ["moved"] * 12
        assert set(done.result()) <= {200, 412}
    assert faults(house) == []
    for each in parcours:
        if house.parcours(each)["position"][0]["name"] == "Noter":
            assert house.complete(each, REFERENT, {"secret": "x"}).status_code == 200
        assert house.complete(each, CONSEILLER, {"avis": "oui"}).status_code == 200


def test_two_operators_at_once_move_each_instance_once(house: House, moving: Moving) -> None:
    for _ in range(10):
        house.start()
    moving.release(RENAMED)
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: moving.all()[1], range(2)))
    assert sorted(both[0] + both[1]).count("moved") == 10
    with house.service.database.read() as look:
        assert len(look.execute(select(migrated_instance)).all()) == 10
    assert faults(house) == []


@pytest.mark.parametrize("statement", [9, 23, 44])
def test_a_migration_that_is_killed_is_begun_again_and_finished(
    house: House, moving: Moving, tmp_path: Path, statement: int
) -> None:
    begun(house)
    house.start()
    house.up_to_the_timer()
    url = house.service.database.engine.url.render_as_string(hide_password=False)
    folder = tmp_path / "killed"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.process.killed_migration", url, str(statement), str(folder)]
    killed = subprocess.run(command, check=False, capture_output=True)
    assert killed.returncode == -9, killed.stderr.decode()
    assert faults(house) == []
    moving.release(RENAMED)
    moving.all()
    assert faults(house) == []
    with house.service.database.read() as look:
        assert len(set(look.scalars(select(instance.c.version)))) == 1
        assert len(look.execute(select(migrated_instance)).all()) == 3
