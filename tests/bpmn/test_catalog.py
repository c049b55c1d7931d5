"""Definitions in the database, on both back ends."""

from datetime import timedelta

import pytest

from shared.bpmn import (
    Definition,
    DefinitionFiles,
    DefinitionRefused,
    Runtime,
    UnknownDefinition,
    check,
    load,
    load_all,
)
from shared.bpmn.catalog import Catalog, pack, unpack
from shared.bpmn.definition import reload
from shared.database import Database
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Bpmn
from tests.support.bpmn_walk import SEPTEMBER, UAI


@pytest.fixture
def packages() -> tuple[str, ...]:
    return ("shared.bpmn",)


def _definition(task: str = "agir") -> Definition:
    diagram = Bpmn().start().user(task).end().chain("debut", task, "fin")
    return load(b.files(diagram), "essai", b.vocabulary())


def test_a_registered_definition_is_found_by_process_and_by_version(database: Database) -> None:
    definition = _definition()
    with database.begin() as tx:
        Catalog(b.vocabulary()).register(tx, [definition], SEPTEMBER)
    with database.read() as tx:
        catalog = Catalog(b.vocabulary())
        found = catalog.active(tx, "essai")
        assert found.version == definition.version
        assert found.files == definition.files
        assert catalog.version(tx, definition.version) is found
        assert [each.process_id for each in catalog.actives(tx)] == ["essai"]


def test_an_instance_goes_on_in_the_version_it_began_with(database: Database) -> None:
    old, new = _definition("agir"), _definition("agir_autrement")
    catalog = Catalog(b.vocabulary())
    with database.begin() as tx:
        catalog.register(tx, [old], SEPTEMBER)
        state = (
            Runtime(old, b.vocabulary(), lambda: "t1")
            .start("p", variables={"lycee": UAI}, now=SEPTEMBER)
            .state
        )
        catalog.register(tx, [new], SEPTEMBER + timedelta(days=1))
    with database.read() as tx:
        fresh = Catalog(b.vocabulary())
        assert fresh.active(tx, "essai").version == new.version
        kept = Runtime(fresh.version(tx, old.version), b.vocabulary(), lambda: "t2")
        assert kept.complete(state, "t1", {}, now=SEPTEMBER).ended


def _calling(task: str) -> Definition:
    """A process of one file calls another file's, whose task bears this name."""
    called = Bpmn("suite", label="").start("d2").user(task).end("f2").chain("d2", task, "f2")
    diagram = Bpmn().start().user("avant").end()
    given = '<parcours:input variable="lycee" expression="lycee"/>'
    diagram.node("callActivity", "appel", "", given, calledElement="suite")
    return load(b.files(diagram.chain("debut", "avant", "appel", "fin"), called), "essai", b.vocabulary())


def test_an_instance_calls_the_version_of_the_other_file_that_it_began_with(database: Database) -> None:
    old, new = _calling("agir"), _calling("agir_autrement")
    assert old.version != new.version
    state = _begun(old)
    with database.begin() as tx:
        Catalog(b.vocabulary()).register(tx, [old], SEPTEMBER)
        Catalog(b.vocabulary()).register(tx, [new], SEPTEMBER + timedelta(days=1))
    with database.read() as tx:
        kept = Runtime(Catalog(b.vocabulary()).version(tx, old.version), b.vocabulary(), lambda: "t2")
        [task] = kept.complete(state, "t1", {}, now=SEPTEMBER).opened
    assert task.element_id == "agir"


def _begun(definition: Definition) -> bytes:
    runtime = Runtime(definition, b.vocabulary(), lambda: "t1")
    return runtime.start("p", variables={"lycee": UAI}, now=SEPTEMBER).state


def test_registering_the_same_files_again_changes_nothing_and_going_back_is_possible(
    database: Database,
) -> None:
    old, new = _definition("agir"), _definition("agir_autrement")
    catalog = Catalog(b.vocabulary())
    for definition in (old, old, new, old):
        with database.begin() as tx:
            catalog.register(tx, [definition], SEPTEMBER)
    with database.read() as tx:
        assert catalog.active(tx, "essai").version == old.version


def test_nothing_is_registered_when_the_transaction_is_undone(database: Database) -> None:
    catalog = Catalog(b.vocabulary())
    with pytest.raises(ZeroDivisionError):
        _register_and_fail(database, catalog)
    with database.read() as tx, pytest.raises(UnknownDefinition):
        catalog.active(tx, "essai")


def _register_and_fail(database: Database, catalog: Catalog) -> None:
    with database.begin() as tx:
        catalog.register(tx, [_definition()], SEPTEMBER)
        raise ZeroDivisionError


def test_an_unknown_version_is_said_to_be_unknown(database: Database) -> None:
    with database.read() as tx, pytest.raises(UnknownDefinition):
        Catalog(b.vocabulary()).version(tx, "0" * 64)


def test_a_version_is_the_hash_of_what_the_process_needs() -> None:
    one = Bpmn("un").start("d1").end("f1").chain("d1", "f1")
    two = Bpmn("deux").start("d2").node("task", "x").end("f2").chain("d2", "x", "f2")
    changed = Bpmn("deux").start("d2").node("task", "y").end("f2").chain("d2", "y", "f2")
    before, after = (load_all(b.files(one, other), b.vocabulary()) for other in (two, changed))
    assert before["un"].version == after["un"].version
    assert before["deux"].version != after["deux"].version
    assert len({before["un"].version, before["deux"].version}) == 2


def test_packed_files_come_back_and_the_same_files_give_the_same_bytes() -> None:
    files = _definition().files
    assert unpack(pack(files)) == files
    assert pack(files) == pack(unpack(pack(files)))


def test_a_fault_that_only_a_later_release_looks_for_stops_no_instance_that_runs() -> None:
    raw = (
        _definition()
        .files.bpmn["essai.bpmn"]
        .replace(b"<bpmn:incoming>f_debut_agir", b"<bpmn:incoming>autre")
    )
    files = DefinitionFiles({"essai.bpmn": raw}, {}, _definition().files.forms)
    assert [finding.code for finding in check(files, b.vocabulary())] == ["flow_said_otherwise"]
    assert reload(files, "essai", b.vocabulary()).process_id == "essai"


def test_a_version_that_was_registered_is_read_whatever_is_checked_since() -> None:
    """Checks that grow stricter are for what is registered next."""
    diagram = Bpmn().start().user("agir", camunda__priority="1").end().chain("debut", "agir", "fin")
    given = b.files(diagram)
    assert check(given, b.vocabulary())
    assert reload(given, "essai", b.vocabulary()).elements["agir"].type == "userTask"


@pytest.mark.parametrize("content", [b"", b"<a/>", b"<!DOCTYPE x><a/>"])
def test_a_registered_diagram_that_cannot_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(DefinitionRefused):
        reload(DefinitionFiles({"essai.bpmn": content}), "essai", b.vocabulary())
