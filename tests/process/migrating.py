"""The small service of these tests in a second version, and what its tables hold."""

from collections.abc import Sequence
from pathlib import Path
from shutil import copytree
from typing import Any

from sqlalchemy import Row, select

from shared.bpmn import tables as bpmn_tables
from shared.bpmn.instance_migration.verdicts import IdMapping, Migration
from shared.database import Database
from shared.identity import Actor
from shared.ids import uuid7
from shared.process import tables as process_tables
from shared.process.instance_migration.passes import Migrations, Wanted
from shared.tasks import tables as tasks_tables
from tests.process.support import REFERENT, WORKFLOWS, House

OPERATOR = Actor.operator("Nadia")
Edit = tuple[str, str]
RENAMED: Edit = ('name="Donner un avis"', 'name="Rendre un avis"')
OTHER_ROLE: Edit = ('role="referent" parcours:form="noter"', 'role="conseiller" parcours:form="noter"')
OTHER_FORM: Edit = ('parcours:form="noter"', 'parcours:form="avis"')
OTHER_VARIABLE: Edit = ('parcours:variable name="secret"', 'parcours:variable name="note"')
UNSEEN: Edit = ('name="Partenaire prévenu"', 'name="Partenaire averti"')
OTHER_ID: tuple[Edit, ...] = (
    ('"noter"', '"prendre_note"'), (">noter<", ">prendre_note<"), ('form="prendre_note"', 'form="noter"'),
)  # fmt: skip
FOR_THE_OTHER_SIDE: tuple[Edit, ...] = (
    ("<bpmn:flowNodeRef>noter</bpmn:flowNodeRef>", ""),
    (">donner_avis</bpmn:flowNodeRef>", ">donner_avis</bpmn:flowNodeRef><bpmn:flowNodeRef>noter</bpmn:flowNodeRef>"),
    (' parcours:side="lycee"', ""), OTHER_ROLE,
)  # fmt: skip
ANSWERED_EARLY: tuple[Edit, ...] = (
    (
        '<bpmn:sequenceFlow id="f1"',
        """<bpmn:boundaryEvent id="deja" name="Déjà répondu" attachedToRef="noter" cancelActivity="false">
        <bpmn:outgoing>f8</bpmn:outgoing><bpmn:messageEventDefinition id="m3" messageRef="message_reponse" />
        </bpmn:boundaryEvent>
        <bpmn:endEvent id="fin2" name="Réponse notée"><bpmn:incoming>f8</bpmn:incoming></bpmn:endEvent>
        <bpmn:sequenceFlow id="f8" sourceRef="deja" targetRef="fin2" /><bpmn:sequenceFlow id="f1\"""",
    ),
    (
        'sourceRef="partner" targetRef="attendre" />',
        """sourceRef="partner" targetRef="attendre" />
        <bpmn:messageFlow id="flow_early" sourceRef="partner" targetRef="deja" />""",
    ),
    (
        "<bpmn:flowNodeRef>fin<",
        """<bpmn:flowNodeRef>deja</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>fin2</bpmn:flowNodeRef><bpmn:flowNodeRef>fin<""",
    ),
)
"""An event beside the first task that takes the partner's message."""
WITHOUT_CHECK: tuple[Edit, ...] = (
    ('targetRef="verifier"', 'targetRef="patienter"'),
    ('<bpmn:sequenceFlow id="f4" sourceRef="verifier" targetRef="patienter" />', ""),
    (
        """<bpmn:serviceTask id="verifier" name="Vérifier" parcours:operation="verify">"""
        "<bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing></bpmn:serviceTask>",
        "",
    ),
    ("<bpmn:flowNodeRef>verifier</bpmn:flowNodeRef>", ""),
    ("<bpmn:incoming>f4</bpmn:incoming>", "<bpmn:incoming>f3</bpmn:incoming>"),
)


class Moving:
    """Registers edited versions of the diagram and moves instances to them."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self._folder, self._count = house, folder, 0
        self.migrations = Migrations(house.service.database, house.service.processes)

    def release(self, *edits: Edit, forms: Sequence[tuple[str, str, str]] = ()) -> None:
        """A new version of the workflow: (old text, new text) of the diagram, (form, old text, new text)."""
        self._count += 1
        folder = Path(copytree(WORKFLOWS, self._folder / f"v{self._count}"))
        _edit(folder / "dossier.bpmn", edits)
        for form, *edit in forms:
            _edit(folder / "forms" / f"{form}.form", [(edit[0], edit[1])])
        self.house.register(folder)

    def route(self, **mapping: Any) -> Migration:
        (route,) = self.migrations.routes(Wanted(ids=IdMapping.of(mapping)))
        return route

    def all(self, **mapping: Any) -> tuple[str, list[str]]:
        """Moves every instance that can be. The migration's id and the outcomes, in the order of the instances."""
        route = self.route(**mapping)
        migration_id = self.migrations.begin(route, OPERATOR)
        return migration_id, [self.migrations.move(migration_id, route, each, OPERATOR)[0]
                              for each in self.migrations.waiting(route)]  # fmt: skip

    def undo(self, migration_id: str) -> list[str]:
        route = self.migrations.route_of(migration_id)
        found = list(self.migrations.moved(migration_id))
        return [self.migrations.undo(migration_id, route, each, OPERATOR) for each in found]

    def reasons(self, **mapping: Any) -> list[tuple[str, str, str]]:
        """(outcome, code without its area, element) of what stands against each instance, by a dry run."""
        return [
            (verdict.outcome, finding.code.removeprefix("migration_"), finding.element_id)
            for _, verdict in self.migrations.verdicts(self.route(**mapping))
            for finding in verdict.reasons
        ]

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that running processes have at rest. Of a task not its page's version, which only counts up."""
        return rows_of(self.house.service.database)


def rows_of(database: Database) -> dict[str, list[dict[str, Any]]]:
    """As ``Moving.rows``."""
    tables = (bpmn_tables.instance, bpmn_tables.timer, bpmn_tables.awaited_message, bpmn_tables.awaited_signal,
              bpmn_tables.incident, process_tables.party, process_tables.story, tasks_tables.task,
              tasks_tables.task_comment)  # fmt: skip
    with database.read() as look:
        return {table.name: sorted(map(_settled, look.execute(select(table))), key=repr) for table in tables}


def _settled(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if (name, type(value)) != ("version", int)}


def _edit(file: Path, edits: Sequence[Edit]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text, f"{old} is not in {file.name}"
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def post(house: House, task: dict[str, Any], what: str, actor: Any = REFERENT, **body: Any) -> Any:
    headers = {**house._bearer(actor), "If-Match": f'"{task["version"]}"', "Idempotency-Key": uuid7()}
    call = house.client.put if what == "draft" else house.client.post
    return call(f"/tasks/{task['id']}/{what}", json=body, headers=headers)


def begun(house: House) -> tuple[str, dict[str, Any]]:
    """A parcours whose first task is claimed and has a draft."""
    parcours_id = house.start()
    assert post(house, house.task(parcours_id, REFERENT), "claim").status_code == 200
    assert (
        post(house, house.task(parcours_id, REFERENT), "draft", values={"secret": "à vérif"}).status_code
        == 200
    )
    return parcours_id, house.task(parcours_id, REFERENT)
