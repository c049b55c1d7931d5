"""What the diagrams declare: accepted by our check, one message type a flow, each side's data kept to itself."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.bpmn import check
from shared.bpmn.model import Node
from tests.diagrams.files import (
    BPMN,
    DIAGRAMS,
    PARCOURS,
    SERVICES,
    WORKFLOWS,
    definition,
    diagram,
    files,
    folder,
    form,
    vocabulary,
)

every_service = pytest.mark.parametrize("service", SERVICES)
every_diagram = pytest.mark.parametrize("service", DIAGRAMS)
FICHE = {  # R37: identity, contact data, parents, last lycée and course, volontariat, référent
    "eleve_nom", "eleve_prenom", "eleve_ne_le", "eleve_telephone", "eleve_courriel", "eleve_adresse", "eleve_commune",
    "responsable_nom", "responsable_telephone", "responsable_courriel", "responsable2_nom", "lycee",
    "formation_preparee", "diplome", "volontariat_le", "referent",
}  # fmt: skip
STEP_ONE = {"volontariat_choix", "engagement", "session_examen", "resultat_examen"}  # R12
KEPT = {"enrolment": ["eleve_id"], "transfert": ["demandeur_sorte", "suivi_avant"]}
"""What the engine or the service's own code reads."""
SIZES = {
    "enrolment": 150,
    "accompaniment": 90,
    "bilan": 60,
    "obligation": 60,
    "avenirpro": 35,
    "propositions": 10,
}


def message_flows(service: str) -> Iterator[tuple[Any, str]]:
    """Each message flow with the message type of the event at our end of it."""
    root = diagram(service)
    names = {message.get("id"): message.get("name") for message in root.iter(f"{BPMN}message")}
    events = {
        event.getparent().get("id"): names[event.get("messageRef")]
        for event in root.iter(f"{BPMN}messageEventDefinition")
    }
    for flow in root.iter(f"{BPMN}messageFlow"):
        ours = events.keys() & {flow.get("sourceRef"), flow.get("targetRef")}
        assert len(ours) == 1, f"{flow.get('id')} joins no message event"
        yield flow, events[ours.pop()]


def partner(service: str, flow: Any) -> str:
    """The service at the other end: its black box is called ``<service>_pool``."""
    ends = {flow.get("sourceRef"), flow.get("targetRef")}
    boxes = {participant.get("id") for participant in diagram(service).iter(f"{BPMN}participant")}
    return str((ends & boxes).pop()).removesuffix("_pool")


def user_tasks(service: str) -> list[Node]:
    return [node for _, node in definition(service).process.scope.everything() if node.type == "userTask"]


@every_service
def test_our_own_check_finds_nothing_to_say(service: str) -> None:
    assert [str(finding) for finding in check(files(service), vocabulary(service))] == []


@every_diagram
def test_every_message_event_has_its_flow_and_every_flow_its_type(service: str) -> None:
    root = diagram(service)
    events = {event.getparent().get("id") for event in root.iter(f"{BPMN}messageEventDefinition")}
    ends = {
        end for flow, _ in message_flows(service) for end in (flow.get("sourceRef"), flow.get("targetRef"))
    }
    assert events <= ends
    assert {name for _, name in message_flows(service)} == {
        message.get("name") for message in root.iter(f"{BPMN}message")
    }


def test_each_flow_is_drawn_on_both_sides_with_the_same_type() -> None:
    drawn = {
        (folder(process), partner(process, flow), name)
        for process in DIAGRAMS
        for flow, name in message_flows(process)
    }
    assert {(theirs, ours, name) for ours, theirs, name in drawn} == drawn


def test_a_message_is_declared_alike_by_who_sends_it_and_who_receives_it() -> None:
    declared: dict[str, set[Any]] = {}
    for service in DIAGRAMS:
        known = definition(service)
        for name, message in {
            **known.start_messages,
            **known.caught_messages,
            **known.thrown_messages,
        }.items():
            declared.setdefault(name, set()).add(
                frozenset((field.name, field.type) for field in message.fields)
            )
    assert {name: len(shapes) for name, shapes in declared.items()} == dict.fromkeys(declared, 1)


def test_a_message_never_carries_what_one_side_keeps_to_itself() -> None:
    leaking = [
        (name, field.variable)
        for service in DIAGRAMS
        for name, message in definition(service).thrown_messages.items()
        for field in message.fields
        if definition(service).variables[field.variable].side != "both"
    ]
    assert leaking == []


def test_the_mission_locale_sees_nothing_of_step_one_but_the_fiche() -> None:
    """R12, R37."""
    variables = definition("enrolment").variables
    assert {name: variables[name].side for name in STEP_ONE} == dict.fromkeys(STEP_ONE, "lycee")
    assert {name for name in FICHE if variables[name].side != "both"} == set()
    shown = form("enrolment", "designer_conseiller").reads - {"referent"}
    assert {name for name in shown if variables[name].side != "both"} == set()


@every_diagram
def test_a_form_never_shows_one_side_what_the_other_keeps(service: str) -> None:
    variables, keeps = (
        definition(service).variables,
        {"lycee": "ml", "mission_locale": "lycee", "operateur": "lycee"},
    )
    shown = [
        (task.id, name)
        for task in user_tasks(service)
        for name in form(service, task.form).reads
        if variables[name].side == keeps.get(task.organisation, "ml")
    ]
    assert shown == []


@every_service
def test_every_form_is_used_by_one_task(service: str) -> None:
    processes = {
        name: each
        for process in DIAGRAMS
        if folder(process) == service
        for name, each in definition(process).processes.items()
    }
    used = [
        node.form
        for process in processes.values()
        for _, node in process.scope.everything()
        if node.type == "userTask"
    ]
    assert sorted(used) == sorted(path.stem for path in (WORKFLOWS / service / "forms").glob("*.form"))


@every_diagram
def test_every_declared_variable_is_used(service: str) -> None:
    """A variable that nothing writes, reads or sends would be an empty line on people's screens."""
    text = "\n".join(
        path.read_text() for path in sorted((WORKFLOWS / folder(service)).rglob("*")) if path.is_file()
    )
    operations = set().union(*(op.reads | op.writes for op in vocabulary(service).operations.values()))
    unused = [
        name for name in definition(service).variables if name not in operations and text.count(name) < 2
    ]
    assert unused == KEPT.get(service, [])


@every_diagram
def test_the_diagram_stays_of_a_size_that_people_can_read(service: str) -> None:
    drawn = list(definition(service).process.scope.everything())
    assert len(drawn) <= SIZES.get(service, 40)


@every_diagram
def test_every_lane_says_whose_it_is(service: str) -> None:
    lanes = {
        lane.get("name"): lane.get(f"{PARCOURS}organisation") for lane in diagram(service).iter(f"{BPMN}lane")
    }
    whose = {
        "Lycée": "lycee", "Mission Locale": "mission_locale", "Opérateur chef de file": "operateur",
        "Organisation qui demande": "demandeur", "Organisation sollicitée": "destinataire",
    }  # fmt: skip
    assert lanes
    assert lanes.items() <= whose.items()
