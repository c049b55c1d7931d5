"""New diagrams are registered whole or not at all, and a running parcours keeps the ones it began with."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from shared.bpmn import DefinitionRefused, UnknownDefinition
from shared.bpmn.definition_tables import active_definition, process_definition
from shared.process.definitions import check_service, register
from tests.process.support import CONSEILLER, REFERENT, WORKFLOWS, House


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WORKFLOWS, tmp_path / "workflows"))


def _edit(folder: Path, old: str, new: str) -> None:
    file = folder / "dossier.bpmn"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_running_parcours_keeps_its_version_and_a_new_one_takes_the_new(house: House, folder: Path) -> None:
    running = house.start()
    _edit(folder, 'name="Donner un avis"', 'name="Donner son avis"')
    house.register(folder)
    fresh = house.start()
    for parcours_id in (running, fresh):
        house.complete(parcours_id, REFERENT, {"secret": "discret"})
    assert house.task(running, CONSEILLER)["name"] == "Donner un avis"
    assert house.task(fresh, CONSEILLER)["name"] == "Donner son avis"


def test_a_bad_file_is_refused_and_what_runs_goes_on(house: House, folder: Path) -> None:
    running = house.start()
    _edit(folder, "parcours:operation", "parcours:opération")
    with pytest.raises(DefinitionRefused):
        house.register(folder)
    assert house.complete(running, REFERENT, {"secret": "discret"}).status_code == 200
    assert house.complete(house.start(), REFERENT, {"secret": "discret"}).status_code == 200


def test_registering_the_same_files_again_changes_nothing(house: House, folder: Path) -> None:
    with house.service.database.read() as look:
        before = house.service.catalog.active(look, "dossier").version
    house.register(folder)
    with house.service.database.read() as look:
        assert house.service.catalog.active(look, "dossier").version == before


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('parcours:operation="verify"', 'parcours:operation="verifie"', "verifier"),
        ('parcours:form="avis"', 'parcours:form="aviz"', "donner_avis"),
        ('parcours:role="conseiller"', 'parcours:role="conseilleur"', "donner_avis"),
        ("= echeance<", "= echeanse<", "patienter"),
        ("parcours:field name=\"avis\"", "parcours:field name=\"aviz\"", "prevenir"),
        ("bpmn:serviceTask", "bpmn:complexGateway", "verifier"),
    ],
)  # fmt: skip
def test_what_is_misspelt_is_named_with_what_is_allowed(
    house: House, folder: Path, old: str, new: str, named: str
) -> None:
    _edit(folder, old, new)
    found = check_service(house.service.vocabulary, frozenset(house.service.handlers), folder)
    assert any("dossier.bpmn" in str(line) and named in str(line) for line in found), found


def test_a_message_that_no_use_case_handles_is_named(house: House, folder: Path) -> None:
    assert [str(found) for found in check_service(house.service.vocabulary, frozenset(), folder)] == [
        "events.py, partenaire.reponse.v1: a diagram waits for this message, and no handler is named for it"
    ]
    also = frozenset({"partenaire.reponse.v1", "partenaire.autre.v1"})
    assert [str(found) for found in check_service(house.service.vocabulary, also, folder)] == [
        "events.py, partenaire.autre.v1: a handler is named for this message, and no diagram waits for it"
    ]


def test_a_message_that_no_use_case_handles_is_not_registered(house: House, folder: Path) -> None:
    _edit(folder, "partenaire.reponse.v1", "partenaire.replique.v1")
    with pytest.raises(
        DefinitionRefused, match=r"partenaire\.replique\.v1: a diagram waits for this message"
    ):
        house.register(folder)


def test_a_process_that_only_a_timer_would_start_is_refused(house: House, folder: Path) -> None:
    timer = '<bpmn:timerEventDefinition id="t0"><bpmn:timeCycle>R/P7D</bpmn:timeCycle></bpmn:timerEventDefinition>'
    plain = "<bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>"
    _edit(folder, plain, plain.replace("</bpmn:startEvent>", f"{timer}</bpmn:startEvent>"))
    with pytest.raises(DefinitionRefused, match=r"debut « Dossier ouvert ».*nothing fires this timer"):
        house.register(folder)


def test_a_process_that_is_taken_away_starts_no_more(house: House, folder: Path) -> None:
    running = house.start()
    other = (folder / "dossier.bpmn").read_text(encoding="utf-8").replace('"dossier"', '"chemise"')
    (folder / "dossier.bpmn").unlink()
    (folder / "chemise.bpmn").write_text(other, encoding="utf-8")
    house.register(folder)
    with pytest.raises(UnknownDefinition):
        house.start()
    assert house.complete(running, REFERENT, {"secret": "discret"}).status_code == 200


def test_an_operation_that_running_parcours_need_cannot_go(house: House, folder: Path) -> None:
    house.start()
    _edit(folder, ' parcours:operation="verify"', "")
    _edit(folder, "bpmn:serviceTask", "bpmn:manualTask")
    without = replace(house.service.vocabulary, operations={})
    built, listens = house.service, frozenset(house.service.handlers)
    with pytest.raises(DefinitionRefused, match=r"verifier .*need the operation verify"):
        register(built.database, built.catalog, without, listens, built.clock, folder)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("dossier.bpmn", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
        ("dossier.bpmn", b"<a>" * 10_000),
        ("autre.bpmn", b"\xff\xfe\x00"),
        ("autre.dmn", b"<definitions/>"),
        ("forms/autre.form", b"[" * 100_000),
    ],
)
def test_one_file_that_cannot_be_read_changes_nothing_at_all(
    house: House, folder: Path, name: str, content: bytes
) -> None:
    before = _kept(house)
    _edit(folder, 'name="Donner un avis"', 'name="Donner son avis"')
    (folder / name).write_bytes(content)
    with pytest.raises(DefinitionRefused):
        house.register(folder)
    assert _kept(house) == before


def _kept(house: House) -> list[object]:
    """Every row about definitions."""
    with house.service.database.read() as look:
        return [
            tuple(row)
            for table in (process_definition, active_definition)
            for row in look.execute(select(table))
        ]
