"""Role × organisation × étape × field: what each person of the demonstration is told of one parcours, cell by cell.

What only one side may know is planted as a word that stands nowhere else, and sought in everything that is answered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from services.inbox.demo import LYCEE_GARANCE, LYCEE_TROIS_PONTS
from shared.bpmn import store
from shared.bpmn.tables import instance
from shared.database import Database
from shared.database.migrate import upgrade
from shared.identity import Actor
from shared.process.tables import party
from tests.access.tables import NO, YES, code, table
from tests.access.world import (
    Whole,
    everybody,
    field_tables,
    one_of_each_role,
    roles_by_column,
    walked,
    whole,
)
from tests.inbox.test_support_view import watch
from tests.support.walked import SERVICES, Walked

OPENS = {
    "2, before the fiche de liaison": "etablir_fiche",
    "2, the fiche is sent": "designer_conseiller",
    "3": "projet_referent",
    "4": "point_lycee",
    "5": "bilan_referent",
}
"""Étape of the table → the task that is open when it is looked at."""
LETTERS = {"E": "enrolment", "A": "accompaniment", "B": "bilan"}
SIDES = {"lycee": "lycée", "mission_locale": "Mission Locale"}


class Seen(NamedTuple):
    """What one person was answered of the parcours in one étape. ``fields``: by service, those that had a value."""

    actor: Actor
    column: str
    status: dict[str, int]
    fields: dict[str, set[str]]
    text: str


class Look(NamedTuple):
    etape: str
    known: dict[str, set[str]]  # service → the fields that have a value, on whichever side
    seen: list[Seen]


@pytest.fixture(scope="module")
def looks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Look]:
    """The parcours is walked once; in each étape everybody asks for everything."""

    def make(tables: Any) -> Database:
        database = Database(
            f"sqlite:///{tmp_path_factory.mktemp('access')}/x.sqlite", application_name="tests"
        )
        upgrade(database, tables)
        request.addfinalizer(database.dispose)
        return database

    with whole(make) as world:  # type: ignore[arg-type]
        walk = walked(world)
        return [_look(world, walk, etape, element) for etape, element in OPENS.items()]


def _look(world: Whole, walk: Walked, etape: str, element: str) -> Look:
    walk.until(element)
    with _planted(world, walk.parcours_id):
        known = {name: _with_a_value(world, name, walk.parcours_id) for name in SERVICES}
        return Look(etape, known, [_seen(world, walk, actor) for actor in _askers()])


def _askers() -> list[Actor]:
    """Everybody of the demonstration, and for roles that nobody has alone somebody who has."""
    known = {each.person_id: each for each in [*everybody(), *one_of_each_role().values()]}
    return list(known.values())


@contextmanager
def _planted(world: Whole, parcours_id: str) -> Iterator[None]:
    """Each one-sided text of each service says its own name; afterwards the instances are as they were."""
    before = []
    for name, built in world.services.services.items():
        with built.database.begin() as tx:
            rows = tx.execute(select(instance).where(instance.c.parcours_id == parcours_id)).all()
            before += [(name, row) for row in rows]
            if row := store.find(tx, name, parcours_id):
                definition = built.processes.definition(tx, row)
                words = {
                    each: f"mot-secret-{variable.side}-{each}"
                    for each, variable in definition.variables.items()
                    if variable.side != "both" and variable.type == "string"
                }
                words |= {
                    each: True
                    for each, variable in definition.variables.items()
                    if variable.side != "both" and variable.type == "boolean"
                }  # type: ignore[misc]
                built.processes.correct(tx, row, words, Actor.technical_team())
    yield
    for name, row in before:
        with world.services.services[name].database.begin() as tx:
            tx.execute(instance.update().where(instance.c.id == row.id).values(row._asdict()))


def _with_a_value(world: Whole, name: str, parcours_id: str) -> set[str]:
    built = world.services.services[name]
    with built.database.read() as look:
        row = store.find(look, name, parcours_id)
        if row is None:
            return set()
        definition = built.processes.definition(look, row)
        values = built.processes.variables(look, row)
        return {
            each for each, variable in definition.variables.items()
            if variable.retention == "parcours" and values.get(each) is not None
        }  # fmt: skip


def _seen(world: Whole, walk: Walked, actor: Actor) -> Seen:
    services, parcours_id = world.services, walk.parcours_id
    status, fields, texts = {}, {}, []
    for name in SERVICES:
        answer = services.ask(actor, name, f"/parcours/{parcours_id}")
        status[name] = answer.status_code
        told = answer.get_json().get("variables", []) if answer.status_code == 200 else []
        fields[name] = {each["name"] for each in told}
        texts.append(answer.text)
        asked = (
            "/tasks?scope=organisation&limit=100", "/tasks?scope=mine&told=why&tally=all", "/tasks/awaited",
            f"/parcours?ids={parcours_id}&limit=10", f"/parcours/facts?ids={parcours_id}",
            f"/parcours/{parcours_id}/diagram", f"/documents?parcours_id={parcours_id}",
            f"/parcours/{parcours_id}/access",
        )  # fmt: skip
        texts += [services.ask(actor, name, path).text for path in asked]
    for task in walk.open_tasks():
        texts.append(services.ask(actor, task["service"], f"/tasks/{task['id']}").text)
    return Seen(actor, SIDES.get(actor.organisation_kind, "others"), status, fields, "\n".join(texts))


def _row(etape: str) -> Any:
    return next(row for row in table("Parcours by étape") if row["étape"] == etape)


def _has_part(seen: Seen, ml: str) -> bool:
    return seen.actor.organisation_id in (LYCEE_GARANCE, ml)


def _ml(looks: list[Look]) -> str:
    """The Mission Locale of the parcours: the one of whose people somebody is shown it."""
    places = {
        each.actor.organisation_id
        for look in looks for each in look.seen
        if each.actor.organisation_kind == "mission_locale" and 200 in each.status.values()
    }  # fmt: skip
    (place,) = places
    return place


def test_the_table_has_every_etape_that_is_looked_at(looks: list[Look]) -> None:
    assert [row["étape"] for row in table("Parcours by étape")] == [look.etape for look in looks]


def test_a_parcours_is_read_by_its_lycee_and_its_mission_locale_when_the_table_says_so(
    looks: list[Look],
) -> None:
    ml, wrong = _ml(looks), []
    for look in looks:
        row = _row(look.etape)
        for seen in look.seen:
            column = seen.column if _has_part(seen, ml) else "others"
            expected = {LETTERS[letter] for letter in row[column].split() if letter != NO}
            found = {name for name, status in seen.status.items() if status == 200}
            if found != expected or set(seen.status.values()) - {200, 404}:
                wrong.append((look.etape, seen.actor.name, sorted(found)))
    assert wrong == []


def test_each_role_reads_what_the_table_says(looks: list[Look]) -> None:
    """In the last étape, in which everybody who ever reads it does."""
    ml, told = _ml(looks), {row["role"]: row["reads its organisation's parcours"] for row in table("Roles")}
    assert list(told) == list(roles_by_column())
    for column, (kind, role) in roles_by_column().items():
        holders = [
            each for each in looks[-1].seen
            if each.actor.organisation_kind == kind and role in each.actor.roles
        ]  # fmt: skip
        reads = {YES if 200 in each.status.values() else NO for each in holders if _has_part(each, ml)}
        assert (reads or {NO}) == {told[column]}, column
        assert {200 in each.status.values() for each in holders if not _has_part(each, ml)} <= {False}, column


def test_each_field_is_told_to_the_sides_of_the_table_and_to_nobody_else(looks: list[Look]) -> None:
    """Every person × étape × field."""
    ml, cells, wrong = _ml(looks), 0, []
    titles = {"enrolment": "Inscription et projet (étapes 2 et 3)", "accompaniment": "Accompagnement (étape 4)",
              "bilan": "Bilan et sortie (étape 5)"}  # fmt: skip
    rows = {name: {code(row["champ"]): row for row in table(title)} for name, title in titles.items()}
    for look in looks:
        for seen in look.seen:
            for name in SERVICES:
                may_read = _has_part(seen, ml) and seen.status[name] == 200
                for field in rows[name]:
                    cells += 1
                    is_told = rows[name][field][seen.column] == YES if may_read else False
                    if (field in seen.fields[name]) != (is_told and field in look.known[name]):
                        wrong.append((look.etape, seen.actor.name, name, field))
                assert seen.fields[name] <= rows[name].keys()
    assert wrong == []
    assert cells > 30_000


def test_every_field_of_the_diagrams_is_in_the_table_with_its_label(looks: list[Look]) -> None:
    del looks
    for title, expected in field_tables().items():
        found = {
            code(row["champ"]): (row["libellé"], row["lycée"], row["Mission Locale"]) for row in table(title)
        }
        assert found == expected


def test_no_word_of_one_side_stands_in_anything_that_the_other_or_a_stranger_is_answered(
    looks: list[Look],
) -> None:
    ml, leaks, own = _ml(looks), [], 0
    for look in looks:
        for seen in look.seen:
            side = (
                {"lycée": "lycee", "Mission Locale": "ml"}.get(seen.column) if _has_part(seen, ml) else None
            )
            for hidden in {"lycee", "ml"} - {side}:
                if f"mot-secret-{hidden}" in seen.text:
                    leaks.append((look.etape, seen.actor.name, hidden))
            own += side is not None and f"mot-secret-{side}" in seen.text
            if side is None and "Planterose" in seen.text:
                leaks.append((look.etape, seen.actor.name, "name"))
    assert leaks == []
    assert own > 20, "what is planted is told to whom it is for"


def test_a_stranger_s_request_by_the_pages_is_not_found_and_is_written_where_the_lycee_reads_it(
    world: Whole,
) -> None:
    walk = walked(world)
    walk.until("designer_conseiller")
    with world.services.services["enrolment"].database.read() as look:
        parts = set(look.scalars(select(party.c.organisation).where(party.c.parcours_id == walk.parcours_id)))
    strangers = [each for each in everybody() if each.organisation_id not in parts]
    assert len({each.organisation_id for each in strangers}) == 5
    for stranger in strangers:
        visitor = world.visitor(stranger)
        for page in ("", "/documents", "/consultations"):
            visitor.get(f"/parcours/{walk.parcours_id}{page}")
            assert visitor.status == 404, (stranger.name, page)
            assert "Planterose" not in visitor.text
        visitor.get("/parcours/0190aaaa-0000-7000-8000-000000000000")
    reader = next(each for each in everybody() if each.organisation_id == LYCEE_GARANCE)
    told = world.services.ask(reader, "enrolment", f"/parcours/{walk.parcours_id}/access").get_json()["items"]
    refused = {(each["person_name"], each["organisation"]) for each in told if each["what"] == "refused"}
    assert refused == {(each.name, each.organisation_id) for each in strangers}
    page = world.visitor(reader).get(f"/parcours/{walk.parcours_id}/consultations").text
    assert "le parcours, refusé" in page


def test_what_support_is_not_shown_with_a_stranger_s_eyes_is_written_by_the_pages(world: Whole) -> None:
    walk = walked(world)
    walk.until("designer_conseiller")
    stranger = next(each for each in everybody() if each.organisation_id == LYCEE_TROIS_PONTS)
    support = world.visitor(next(each for each in everybody() if each.name == "Dominique Aubry"))
    watch(support, personne=f"{stranger.person_id}@{stranger.organisation_id}", texte=stranger.name)
    assert support.get(f"/parcours/{walk.parcours_id}").status == 404
    reader = next(each for each in everybody() if each.organisation_id == LYCEE_GARANCE)
    told = world.services.ask(reader, "enrolment", f"/parcours/{walk.parcours_id}/access").get_json()["items"]
    assert [each["organisation"] for each in told if each["what"] == "refused"] == ["plateforme"]


def test_one_s_own_people_are_not_written_down_when_a_page_of_their_parcours_is_not_found(
    world: Whole,
) -> None:
    walk = walked(world)
    reader = next(each for each in everybody() if each.organisation_id == LYCEE_GARANCE)
    lost = f"/documents/enrolment/{walk.parcours_id}/0190aaaa-0000-7000-8000-000000000000.pdf"
    assert world.visitor(reader).get(lost).status == 404
    told = world.services.ask(reader, "enrolment", f"/parcours/{walk.parcours_id}/access").get_json()["items"]
    assert told == []
