"""What every service offers to its diagrams: the roles, FEEL's further functions, forms, and its own operations."""

from collections.abc import Mapping

from shared.bpmn import Operation, Vocabulary
from shared.forms import form_facts
from shared.identity import ROLES
from shared.process.feel_functions import feel_functions


def vocabulary(service: str, operations: Mapping[str, Operation]) -> Vocabulary:
    """The vocabulary of ``service``, whose ``work.py`` has ``operations``."""
    return Vocabulary(
        service=service,
        roles=frozenset().union(*ROLES.values()),
        operations=operations,
        functions=feel_functions(),
        form_outputs=form_facts,
    )
