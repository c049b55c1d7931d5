"""Operations that the diagrams of several services name; those of one service alone are in its ``work.py``."""

from collections.abc import Mapping
from typing import Any

from shared import campagnes
from shared.bpmn import Operation, OperationCall
from shared.catalogue import sentence, sentences
from shared.parcours import campagne_context, plan, solutions
from shared.parcours.campagne import Campagne, campagne_named, project_campagnes


def rules_of(call: OperationCall) -> Mapping[str, Any]:
    """The variable ``regles`` of a parcours, for operations that have it as optional and read ``campagne``.

    A parcours whose diagram is older than the variable goes by its campagne as it is now.
    """
    return call.variables.get("regles") or campagne_context.rules(_campagne_of(call))


def _campagne_of(call: OperationCall) -> Campagne:
    """The parcours's campagne as the service has it; the delivered one where nobody passed a database."""
    code = call.variables["campagne"]
    if call.context is None:
        return campagne_named(code, project_campagnes())
    return campagnes.campagne_by_code(call.context, code)


def _read_campagne(call: OperationCall) -> Mapping[str, Any]:
    campagne = _campagne_of(call)
    return {
        "delais": campagne_context.deadlines(campagne, call.variables["lycee"]),
        "regles": campagne_context.rules(campagne),
    }


def _check_plan(call: OperationCall) -> Mapping[str, Any]:
    entry_on, end_on = call.variables["entree_le"], call.variables["fin_de_statut_le"]
    counted = frozenset(rules_of(call)["cadres_comptes"])
    checked = plan.check_plan(call.variables, entry_on=entry_on, end_on=end_on, counted=counted)
    return checked.as_variables() | {"plan_message": sentences(checked.verdict)}


READ_CAMPAGNE = Operation(
    reads=frozenset({"campagne", "lycee"}), writes=frozenset({"delais", "regles"}), call=_read_campagne
)
"""R45 and the campagne's terms, as they are when the étape begins: later changes leave it as it is."""

CHECK_PLAN = Operation(
    reads=plan.ROW_VARIABLES | {"campagne", "entree_le", "fin_de_statut_le"},
    writes=plan.OUTCOME_VARIABLES | {"plan_message"},
    call=_check_plan,
    optional=frozenset({"regles"}),
)
"""R7, R9: up to three company periods in fields of their own, as parcours have them that began with such a form."""


def _check_solutions(call: OperationCall) -> Mapping[str, Any]:
    rules = rules_of(call)
    checked = solutions.check_solutions(
        call.variables["plan"] or [], entry_on=call.variables["entree_le"], end_on=call.variables["fin_de_statut_le"],
        counted=rules["cadres_comptes"], is_pmsmp_open=rules["pmsmp_ouverte"],
    )  # fmt: skip
    lines = "\n".join(sentence(line.code, **line.params) for line in checked.lines)
    return checked.as_variables() | {
        "plan_message": sentences(checked.verdict),
        "plan_texte": lines or sentence("suivi.no_solution"),
    }


CHECK_SOLUTIONS = Operation(
    reads=frozenset({"plan", "campagne", "entree_le", "fin_de_statut_le"}),
    writes=solutions.OUTCOME_VARIABLES | {"plan_message", "plan_texte"},
    call=_check_solutions,
    optional=frozenset({"regles"}),
)
"""R7, R9, R24, R25: the plan of the projet and of each avenant, with the sentences that people read."""
