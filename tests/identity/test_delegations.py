"""What may be delegated is in the diagrams, each thing once."""

import ast
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from shared.identity import scopes

WORKFLOWS = Path("workflows")
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def tasks_of_roles() -> dict[str, str]:
    """Element → role, of every user task that names one."""
    found = {}
    for file in WORKFLOWS.glob("*/*.bpmn"):
        for task in etree.parse(file).iter(f"{BPMN}userTask"):
            role = next((value for name, value in task.attrib.items() if str(name).endswith("}role")), None)
            if role is not None:
                found[str(task.get("id"))] = str(role)
    return found


def test_each_task_of_a_scope_is_a_task_of_its_role() -> None:
    known = tasks_of_roles()
    for scope in scopes().values():
        assert {known.get(task) for task in scope.tasks} == {scope.role}


def test_each_task_that_the_head_has_by_name_is_in_exactly_one_scope() -> None:
    heads = sorted(task for task, role in tasks_of_roles().items() if role == "chef_etablissement")
    assert sorted(task for scope in scopes().values() for task in scope.tasks) == heads


def test_each_document_of_a_scope_is_one_that_is_made() -> None:
    made = {file.stem for file in WORKFLOWS.glob("*/documents/*.toml")}
    named = [kind for scope in scopes().values() for kind in scope.documents]
    assert set(named) <= made
    assert len(set(named)) == len(named)


BESIDE = ("may_do", "may_act", "scope_of", "signing_roles")
SAYS_WHOSE = {
    "shared/identity/actor.py": "what it is",
    "shared/documents/reading.py": "within the roles that `signing_roles` has given",
    "services/inbox/batches.py": "of tasks that the services have found by the scope",
}
"""Where `holder_id` stands without a question for the scope, and why it may."""


def test_whose_a_task_is_gives_no_right_without_a_question_for_the_scope_of_a_delegation() -> None:
    """Rights that a person has by name are asked of ``in_place_of``, which is nobody by a delegation."""
    alone = []
    for file in [*Path("shared").rglob("*.py"), *Path("services").rglob("*.py")]:
        for top in _functions(ast.parse(file.read_text(encoding="utf-8"))):
            names = {n.attr for n in ast.walk(top) if isinstance(n, ast.Attribute)}
            names |= {n.id for n in ast.walk(top) if isinstance(n, ast.Name)}
            asks = names.intersection(BESIDE) or "_for_actor" in names
            if "holder_id" in names and not asks and file.as_posix() not in SAYS_WHOSE:
                alone.append(f"{file}:{top.name}")
    assert alone == []


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))
