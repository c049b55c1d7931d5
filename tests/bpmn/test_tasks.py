"""What a user task tells the people who are to do it, and what a service task gets."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from shared.bpmn import Operation, OperationCall, ProcessFailure, Runtime
from shared.feel import FeelFunction
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Bpmn
from tests.support.bpmn_walk import SEPTEMBER, UAI, Walk

Walks = Callable[..., Walk]
NEXT = FeelFunction(
    "ajouter_jours_ouvres", ("date", "n"), lambda day, count: day + timedelta(days=int(count))
)


def _task(**attributes: str) -> Bpmn:
    diagram = (
        Bpmn(label="nom")
        .variables(nom="string", qui="string", fin_le="date")
        .start()
        .user("agir", **attributes)
    )
    return diagram.end().chain("debut", "agir", "fin")


def test_a_task_says_who_where_what_and_for_whom(walk: Walks) -> None:
    steps = walk(
        _task(name="Agir vite", parcours__assignee="qui", parcours__side="lycee", parcours__etape="3")
    )
    [task] = steps.start(nom="Zoé Durand", qui="personne-1").tasks.values()
    assert (task.name, task.organisation, task.organisation_id, task.role) == (
        "Agir vite",
        "lycee",
        UAI,
        "referent",
    )
    assert (task.form, task.assignee, task.label, task.side, task.etape) == (
        "agir",
        "personne-1",
        "Zoé Durand",
        "lycee",
        3,
    )
    assert task.due is None
    assert steps.last.label == "Zoé Durand"


def test_a_label_is_null_while_its_variables_are(walk: Walks) -> None:
    steps = walk(_task()).start()
    assert steps.last.label is None
    assert next(iter(steps.tasks.values())).assignee is None


@pytest.mark.parametrize(
    ("due", "value"),
    [
        ("fin_le", date(2026, 12, 31)),
        ('duration("P5D")', datetime(2026, 9, 6, 8, tzinfo=UTC)),
        ('duration("P60D")', datetime(2026, 10, 31, 9, tzinfo=UTC)),  # ten o'clock in Paris, summer or winter
        ('duration("P2M")', datetime(2026, 11, 1, 9, tzinfo=UTC)),
        ("ajouter_jours_ouvres(today(), 5)", date(2026, 9, 6)),
        ('date and time("2026-09-05T18:00:00")', datetime(2026, 9, 5, 16, tzinfo=UTC)),
    ],
)
def test_a_task_is_due_on_a_date_at_an_hour_or_after_a_while(walk: Walks, due: str, value: object) -> None:
    steps = walk(_task(parcours__due=due), functions={NEXT.name: NEXT}).start(fin_le=date(2026, 12, 31))
    [task] = steps.tasks.values()
    assert task.due == value


@pytest.mark.parametrize(
    "due",
    [
        "fin_le",
        '"demain"',
        'duration("-P1D")',
        'duration("-P1M")',
        "1",
        'date and time("0001-01-01T00:00:00")',
    ],
)
def test_a_due_date_that_is_none_is_an_incident(walk: Walks, due: str) -> None:
    with pytest.raises(ProcessFailure, match=r"due_unusable|expression_null"):
        walk(_task(parcours__due=due)).start()


def _operators_task() -> Bpmn:
    diagram = Bpmn().variables(operateur="string", operateur_sorte="string").start().user("agir").end()
    return diagram.in_lane("operateur").chain("debut", "agir", "fin")


@pytest.mark.parametrize("kind", ["mission_locale", "france_travail"])
def test_a_task_of_the_operators_lane_is_for_whoever_plays_that_part(walk: Walks, kind: str) -> None:
    """R31: the lead operator is a Mission Locale or France Travail."""
    [task] = walk(_operators_task()).start(operateur="chef-de-file", operateur_sorte=kind).tasks.values()
    assert (task.organisation, task.organisation_id) == (kind, "chef-de-file")


def test_a_task_of_an_operator_whose_kind_is_not_said_is_an_incident(walk: Walks) -> None:
    with pytest.raises(ProcessFailure) as failed:
        walk(_operators_task()).start(operateur="chef-de-file")
    assert (failed.value.element_id, failed.value.reason) == ("agir", "no_organisation")


def test_a_task_for_an_unknown_organisation_is_an_incident(walk: Walks) -> None:
    with pytest.raises(ProcessFailure) as failed:
        walk(_task()).start(lycee=None)
    assert (failed.value.element_id, failed.value.reason) == ("agir", "no_organisation")


def test_a_task_opened_and_cancelled_in_one_move_is_never_told() -> None:
    diagram = (
        Bpmn().variables(attendre="boolean").start().parallel("p").user("breve").xor("x", default="f_x_stop")
    )
    diagram.end().end("stop", b.terminate())
    diagram.chain("debut", "p", "breve", "fin").chain("p", "x", "stop").flow("x", "fin", "attendre")
    progress = Walk("stored", diagram).start(attendre=False).last
    assert (progress.opened, progress.closed, progress.ended) == ((), (), True)


def test_an_operation_gets_its_reads_the_hour_and_the_callers_context(walk: Walks) -> None:
    calls: list[OperationCall] = []

    def call(given: OperationCall) -> dict[str, object]:
        calls.append(given)
        return {"total": given.variables["n"] + 1}

    operations = {"add_one": Operation(frozenset({"n"}), frozenset({"total"}), call)}
    diagram = (
        Bpmn().variables(n="number", total="number", secret="string").start().service("ajouter", "add_one")
    )
    diagram.user("voir").end().chain("debut", "ajouter", "voir", "fin")
    steps = walk(diagram, operations=operations)
    progress = steps.runtime.start(
        "parcours-7", variables={"lycee": UAI, "n": 2}, now=SEPTEMBER, context="tx"
    )
    [given] = calls
    assert given == OperationCall({"n": Decimal(2)}, SEPTEMBER, "parcours-7", "tx")
    assert steps.runtime.variables(progress.state)["total"] == 3


def test_an_operation_gets_its_optional_reads_where_the_diagram_declares_them(walk: Walks) -> None:
    """A running parcours keeps its diagram: an operation may learn to read what newer ones declare."""
    calls: list[set[str]] = []

    def call(given: OperationCall) -> dict[str, object]:
        calls.append(set(given.variables))
        return {}

    operations = {"look": Operation(frozenset({"n"}), frozenset(), call, optional=frozenset({"regles"}))}
    for declared in ({"n": "number"}, {"n": "number", "regles": "context"}):
        diagram = Bpmn().variables(**declared).start().service("regarder", "look").end()
        walk(diagram.chain("debut", "regarder", "fin"), operations=operations).start()
    assert calls == [{"n"}, {"n", "regles"}]


def test_an_operation_that_writes_what_it_does_not_declare_is_an_incident(walk: Walks) -> None:
    operations = {"add_one": Operation(frozenset(), frozenset({"n"}), lambda _: {"total": 1})}
    diagram = Bpmn().variables(n="number", total="number").start().service("ajouter", "add_one").end()
    with pytest.raises(ProcessFailure, match="operation_writes"):
        walk(diagram.chain("debut", "ajouter", "fin"), operations=operations).start()


def test_an_operation_that_has_gone_since_stops_only_who_comes_to_it() -> None:
    operations = {"add_one": Operation(frozenset(), frozenset(), lambda _: {})}
    diagram = (
        Bpmn()
        .start()
        .user("avant")
        .service("ajouter", "add_one")
        .end()
        .chain("debut", "avant", "ajouter", "fin")
    )
    steps = Walk("stored", diagram, operations=operations).start()
    later = Runtime(steps.definition(), b.vocabulary(), lambda: "id")
    with pytest.raises(ProcessFailure, match="unknown_operation"):
        later.complete(steps.last.state, steps.ids("avant")[0], {}, now=SEPTEMBER)


def test_a_function_that_raises_is_an_incident_of_its_element(walk: Walks) -> None:
    def fail(_: object) -> object:
        raise KeyError("Jean Dupont")

    functions = {"chercher": FeelFunction("chercher", ("nom",), fail)}
    with pytest.raises(ProcessFailure) as failed:
        walk(_task(parcours__assignee='chercher("x")'), functions=functions).start()
    assert failed.value.element_id == "agir"
    assert "Dupont" not in str(failed.value)


def test_a_due_date_beyond_all_calendars_is_an_incident(walk: Walks) -> None:
    with pytest.raises(ProcessFailure):
        walk(_task(parcours__due='duration("P999999999D")')).start()


def test_the_same_ids_and_clock_give_the_same_bytes() -> None:
    first, second = (
        Walk("stored", _task(parcours__due='duration("P5D")')).start(nom="x").last for _ in range(2)
    )
    assert first == second
