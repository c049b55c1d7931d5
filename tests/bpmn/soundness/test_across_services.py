"""The three services' diagrams together: right as they are shipped, and each fault that is put into them is found."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from services.embedded import PROCESS_SERVICES
from shared.bpmn import Definition, Finding
from shared.bpmn.model import Flow, Node, Scope, Trigger
from shared.cli import OFFLINE, load_files
from shared.process.together import check_together

Edit = Callable[[Scope], Scope]


@cache
def _shipped() -> dict[str, list[Definition]]:
    return {name: load_files(module.build(OFFLINE)) for name, module in PROCESS_SERVICES.items()}


def _check(services: dict[str, list[Definition]]) -> list[Finding]:
    vocabularies = {name: module.build(OFFLINE).vocabulary for name, module in PROCESS_SERVICES.items()}
    return check_together(services, vocabularies)


def _with(service: str, edit: Edit) -> dict[str, list[Definition]]:
    [definition] = [each for each in _shipped()[service] if each.process_id == service]
    process = replace(definition.process, scope=edit(definition.process.scope))
    processes = {**definition.processes, process.id: process}
    others = [each for each in _shipped()[service] if each is not definition]
    return {**_shipped(), service: [replace(definition, process=process, processes=processes), *others]}


def _without(element: str) -> Edit:
    """The element is gone, its flows are one."""

    def edit(scope: Scope) -> Scope:
        [after] = scope.outgoing[element]
        flows = [_past(flow, element, after) for flow in scope.flows if flow.source != element]
        nodes = {name: node for name, node in scope.nodes.items() if name != element}
        return replace(scope, nodes=nodes, flows=tuple(flows))

    return edit


def _past(flow: Flow, element: str, after: Flow) -> Flow:
    return replace(flow, target=after.target) if flow.target == element else flow


def _sending(element: str, message: str) -> Edit:
    return lambda scope: replace(
        scope,
        nodes={**scope.nodes, element: replace(scope.nodes[element], trigger=Trigger("message", message))},
    )


def _leading(flow: str, target: str) -> Edit:
    return lambda scope: replace(
        scope, flows=tuple(replace(each, target=target) if each.id == flow else each for each in scope.flows)
    )


def test_the_shipped_services_have_nothing_to_mend_together() -> None:
    assert _check(_shipped()) == []


def _changed(element: str, **changes: object) -> Edit:
    """A node with other attributes, wherever it is."""

    def edit(scope: Scope) -> Scope:
        nodes = {name: _change(node, element, changes, edit) for name, node in scope.nodes.items()}
        return replace(scope, nodes=nodes)

    return edit


def _change(node: Node, element: str, changes: dict[str, object], edit: Edit) -> Node:
    if node.id == element:
        return replace(node, **changes)  # type: ignore[arg-type]
    return replace(node, body=edit(node.body)) if node.body else node


@pytest.mark.parametrize(
    ("service", "task"),
    [
        ("enrolment", "renseigner_examen"), ("enrolment", "choisir_repli"), ("enrolment", "verifier_situation"),
        ("enrolment", "notifier_decision"), ("enrolment", "enregistrer_sortie"),
    ],
)  # fmt: skip
def test_a_task_without_a_deadline_leaves_a_parcours_to_nobody(service: str, task: str) -> None:
    """R45: someone has the next action, and a day for it."""
    found = _check(_with(service, _changed(task, due="")))
    assert [finding.code for finding in found] == ["nobody_has_the_hand"]
    assert found[0].run


def test_a_wait_without_a_day_leaves_a_parcours_to_nobody() -> None:
    asleep = _changed("attendre_rappel", trigger=Trigger("conditional", condition="= contact_le = null"))
    assert "nobody_has_the_hand" in {finding.code for finding in _check(_with("enrolment", asleep))}


FAULTS = {
    "the bilan no longer tells the follow-up that it is over": (
        "bilan", _without("clore_suivi"), [("bilan_fait", "awaited_from_nobody")],
    ),
    "the bilan no longer tells the enrolment that it is over": (
        "bilan", _without("clore_inscription"), [("inscription_close_tard", "awaited_from_nobody")],
    ),
    "the parcours is entrusted to nobody": (
        "enrolment", _without("confier_parcours"), [("debut", "awaited_from_nobody")],
    ),
    "that the bilan was asked for is not written down": (
        "accompaniment", _without("noter_demande"), [("demander_bilan_anticipe", "message_lost")],
    ),
    "a follow-up that ends early asks for no bilan": (
        "accompaniment", _without("demander_bilan_anticipe"),
        [("suivi_clos", "wait_for_ever")],
    ),
    "the enrolment is closed twice, the follow-up never": (
        "bilan", _sending("clore_suivi", "bilan.inscription_close.v1"), [("bilan_fait", "awaited_from_nobody")],
    ),
    "the follow-up does not wait for the bilan": (
        "accompaniment", _without("suivi_clos"), [("clore_suivi", "message_lost")],
    ),
    "the bilan closes the follow-up that was never opened": (
        "bilan", _leading("flux_suivi_ouvert__tout_clos", "clore_suivi"), [("clore_suivi", "message_lost")],
    ),
    "the bilan forgets the follow-up though it is open": (
        "bilan", _leading("flux_suivi_ouvert__clore_suivi", "tout_clos"), [("suivi_clos", "wait_for_ever")],
    ),
    "the bilan ends before it tells anybody": (
        "bilan", _leading("flux_issue_a_revoir__clore_inscription", "tout_clos"),
        [("suivi_clos", "wait_for_ever")],
    ),
    "the bilan is asked for before the wait and again after it": (
        "accompaniment", _leading("flux_bilan_deja_demande__attendre_bilan", "demander_bilan_anticipe"),
        [("demander_bilan_anticipe", "message_lost")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_between_services_is_found(name: str) -> None:
    service, edit, told = FAULTS[name]
    assert [(finding.element_id, finding.code) for finding in _check(_with(service, edit))] == told


def test_a_run_goes_through_the_services_and_names_the_messages_between_them() -> None:
    [finding] = _check(_with("accompaniment", _without("noter_demande")))
    assert finding.run[0] == "enrolment : Parcours ouvert par le lycée"
    begins = finding.run.index("message enrolment.parcours_confie.v1")
    assert finding.run[begins + 1] == "accompaniment : Parcours confié [message reçu]"
    assert finding.run[-1] == "message accompaniment.bilan_a_preparer.v1"
    assert "accompaniment.bilan_a_preparer.v1" in finding.sentence
    assert " → " in finding.sentence


def test_a_message_without_a_service_that_awaits_it_is_named() -> None:
    without_bilan = {name: definitions for name, definitions in _shipped().items() if name != "bilan"}
    assert [(finding.params["message"], finding.code) for finding in _check(without_bilan)] == [
        ("accompaniment.bilan_a_preparer.v1", "thrown_to_nobody"),
        ("accompaniment.depart_signale.v1", "thrown_to_nobody"),
        ("enrolment.bilan_a_preparer.v1", "thrown_to_nobody"),
        ("bilan.bilan_recu.v1", "awaited_from_nobody"),
        ("bilan.inscription_close.v1", "awaited_from_nobody"),
        ("bilan.obligation_ouverte.v1", "awaited_from_nobody"),
        ("bilan.suivi_clos.v1", "awaited_from_nobody"),
    ]
