"""A migration is undone to what was, byte by byte, or refused by name; what it did stays on record."""

from sqlalchemy import select

from shared.bpmn.tables import instance
from shared.process.instance_migration.passes import forget_moved
from shared.process.instance_migration.tables import migrated_instance
from tests.process.migrating import ANSWERED_EARLY, OTHER_ROLE, RENAMED, UNSEEN, Moving, begun, post
from tests.process.support import CONSEILLER, REFERENT, House


def test_what_was_undone_is_as_it_was_byte_by_byte(house: House, moving: Moving) -> None:
    begun(house), house.start()
    house.up_to_the_timer()
    house.pass_a_day()
    house.up_to_the_timer()
    before = moving.rows()
    moving.release(OTHER_ROLE, RENAMED, *ANSWERED_EARLY)
    migration_id, outcomes = moving.all()
    assert outcomes == ["moved"] * 4
    assert moving.rows() != before
    assert moving.undo(migration_id) == ["undone"] * 4
    assert moving.rows() == before
    assert moving.undo(migration_id) == []


def test_who_went_on_since_is_not_put_back(house: House, moving: Moving) -> None:
    moved, _ = begun(house)
    house.start()
    moving.release(RENAMED)
    migration_id, _ = moving.all()
    house.complete(moved, REFERENT, {"secret": "discret"})
    assert moving.undo(migration_id) == ["undone", "moved_since"]
    assert house.complete(moved, CONSEILLER, {"avis": "oui"}).status_code == 200


def test_a_draft_written_since_stays_when_the_instance_is_put_back(house: House, moving: Moving) -> None:
    parcours_id = house.start()
    moving.release(OTHER_ROLE)
    migration_id, _ = moving.all()
    task = house.task(parcours_id, REFERENT)
    by = REFERENT.__class__(
        "conseillere", "Ana", REFERENT.organisation_id, "lycee", frozenset({"conseiller"})
    )
    assert post(house, task, "draft", by, values={"secret": "plus tard"}).status_code == 200
    assert moving.undo(migration_id) == ["undone"]
    after = house.get(f"/tasks/{task['id']}", REFERENT).get_json()
    assert (after["draft"], after["role"]) == ({"secret": "plus tard"}, "referent")


def test_what_was_kept_for_undoing_is_forgotten_once_the_parcours_has_moved_on(
    house: House, moving: Moving
) -> None:
    parcours_id, _ = begun(house)
    house.start()
    moving.release(UNSEEN)
    moving.all()
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    with house.service.database.begin() as tx:
        forget_moved(tx, house.clock.now())
        kept = tx.execute(select(migrated_instance).order_by(migrated_instance.c.instance_id)).all()
    assert [row.state_before is None for row in kept] == [True, False]
    assert [row.rows_before is None for row in kept] == [True, False]


def test_the_record_says_who_moved_what_with_which_mapping(house: House, moving: Moving) -> None:
    house.start()
    house.start()
    moving.release(
        ('"noter"', '"prendre_note"'), (">noter<", ">prendre_note<"), ('form="prendre_note"', 'form="noter"')
    )
    mapping = {"elements": {"noter": "prendre_note"}}
    migration_id, _ = moving.all(**mapping)
    (run,) = moving.migrations.list(10)
    assert (run.id, run.actor_name, run.mapping, run.moved, run.undone) == (
        migration_id,
        "Nadia",
        mapping,
        2,
        0,
    )
    moving.undo(migration_id)
    assert moving.migrations.list(10)[0].undone == 2
    with house.service.database.read() as look:
        assert set(look.scalars(select(instance.c.version))) == {run.from_version}
