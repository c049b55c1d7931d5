"""One small process service for these tests, on each back end."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from shared.database import Database
from shared.process.service import TABLES
from tests.process.migrating import Moving
from tests.process.support import WORKFLOWS, House
from tests.support.databases import MakeDatabase


@pytest.fixture
def database(make_database: MakeDatabase) -> Database:
    return make_database(TABLES)


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    built = House(database)
    yield built
    built.service.database.dispose()


@pytest.fixture
def moving(house: House, tmp_path: Path) -> Moving:
    return Moving(house, tmp_path)


@pytest.fixture
def nested(house: House, tmp_path: Path) -> House:
    """The same with its operation in a subprocess."""
    old = '<bpmn:serviceTask id="verifier"'
    flows = ("<bpmn:incoming>f3</bpmn:incoming>", "<bpmn:outgoing>f4</bpmn:outgoing>")
    inner = (
        '<bpmn:startEvent id="d"><bpmn:outgoing>s1</bpmn:outgoing></bpmn:startEvent>'
        '<bpmn:serviceTask id="verifier" name="Vérifier" parcours:operation="verify">'
        "<bpmn:incoming>s1</bpmn:incoming><bpmn:outgoing>s2</bpmn:outgoing></bpmn:serviceTask>"
        '<bpmn:endEvent id="e"><bpmn:incoming>s2</bpmn:incoming></bpmn:endEvent>'
        '<bpmn:sequenceFlow id="s1" sourceRef="d" targetRef="verifier" />'
        '<bpmn:sequenceFlow id="s2" sourceRef="verifier" targetRef="e" />'
    )
    return _changed(house, tmp_path, {
        f'{old} name="Vérifier" parcours:operation="verify">{flows[0]}{flows[1]}</bpmn:serviceTask>':
            f'<bpmn:subProcess id="controler" name="Contrôler">{flows[0]}{flows[1]}{inner}</bpmn:subProcess>',
        'sourceRef="donner_avis" targetRef="verifier"': 'sourceRef="donner_avis" targetRef="controler"',
        'sourceRef="verifier" targetRef="patienter"': 'sourceRef="controler" targetRef="patienter"',
        "<bpmn:flowNodeRef>verifier</bpmn:flowNodeRef>": "<bpmn:flowNodeRef>controler</bpmn:flowNodeRef>",
    })  # fmt: skip


@pytest.fixture
def failing_timer(house: House, tmp_path: Path) -> House:
    """The same with its operation after its timer."""
    flows = "<bpmn:incoming>f{}</bpmn:incoming><bpmn:outgoing>f{}</bpmn:outgoing>"
    return _changed(house, tmp_path, {
        f'parcours:operation="verify">{flows.format(3, 4)}': f'parcours:operation="verify">{flows.format(4, 5)}',
        f'name="Laisser un jour">{flows.format(4, 5)}': f'name="Laisser un jour">{flows.format(3, 4)}',
        'sourceRef="donner_avis" targetRef="verifier"': 'sourceRef="donner_avis" targetRef="patienter"',
        'sourceRef="verifier" targetRef="patienter"': 'sourceRef="patienter" targetRef="verifier"',
        'sourceRef="patienter" targetRef="attendre"': 'sourceRef="verifier" targetRef="attendre"',
    })  # fmt: skip


def _changed(house: House, folder: Path, changes: Mapping[str, str]) -> House:
    copy = Path(shutil.copytree(WORKFLOWS, folder / "workflows"))
    file = copy / "dossier.bpmn"
    text = file.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")
    house.register(copy)
    return house
