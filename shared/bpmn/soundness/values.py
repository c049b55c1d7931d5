"""What can be known of a variable without running anything: little, and enough for flags that a diagram sets itself.

What is known goes by the name of a variable, or by a whole condition (its tree, written out) that is not taken apart.
A value is one literal, or any but some: ``Known(False, {None})`` is "not null", ``ANYTHING`` is nothing known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.bpmn.expressions import feel_text
from shared.feel import FeelSyntaxError
from shared.feel.parser import children, parse
from shared.feel.tree import Call, Comparison, Literal, Logic, Name, Node


@dataclass(frozen=True)
class Known:
    """``exactly``: the value is the one in ``values``; else it is any other."""

    exactly: bool
    values: frozenset[Any]


ANYTHING = Known(False, frozenset())
NULL = Known(True, frozenset({None}))
NOT_NULL = Known(False, frozenset({None}))
Environment = Mapping[str, Known]


def tree_of(text: str) -> Node | None:
    """The expression's tree; None where that is not simple FEEL."""
    try:
        tree: Node = parse(feel_text(text), (), (), {})
    except FeelSyntaxError:
        return None
    return tree


def names_in(tree: Node | None) -> set[str]:
    """Every name in it, of a variable or a function."""
    found, todo = set[str](), [] if tree is None else [tree]
    while todo:
        node = todo.pop()
        found |= {node.name} if isinstance(node, Name) else set()
        todo += children(node)
    return found


def possible(conditions: Iterable[tuple[Node | None, bool]]) -> bool:
    """Whether conditions may turn out so together."""
    known: dict[str, Known] = {}
    for tree, is_true in conditions:
        if truth(tree, known) is (not is_true):
            return False
        known |= learnt(tree, is_true, known)
    return True


def truth(tree: Node | None, known: Environment) -> bool | None:
    """Whether a condition is true; None when that is not known."""
    match tree:
        case Logic(operator="and", operands=operands):
            return _all([truth(each, known) for each in operands])
        case Logic(operator="or", operands=operands):
            opposite = _all([_not(truth(each, known)) for each in operands])
            return _not(opposite)
        case Call(function=Name(name="not"), arguments=(inner,)):
            return _not(truth(inner, known))
        case Comparison(operator=("=" | "!=") as operator):
            same = _same(tree, known)
            return same if operator == "=" else _not(same)
        case Name() | Literal():
            return _is(value_of(tree, known), True)
    return _is(known.get(repr(tree), ANYTHING), True)


def learnt(tree: Node | None, is_true: bool, known: Environment) -> dict[str, Known]:
    """What is known once a condition has turned out true, or false."""
    match tree:
        case Logic(operator="and", operands=operands) if is_true:
            return {name: value for each in operands for name, value in learnt(each, True, known).items()}
        case Logic(operator="or", operands=operands) if not is_true:
            return {name: value for each in operands for name, value in learnt(each, False, known).items()}
        case Comparison(operator=("=" | "!=") as operator, left=Name(name=name), right=Literal(value=value)):
            return {name: _told(known.get(name, ANYTHING), value, (operator == "=") == is_true)}
        case Name(name=name) if is_true:
            return {name: Known(True, frozenset({True}))}
    return {repr(tree): Known(True, frozenset({is_true}))}


def value_of(tree: Node | None, known: Environment) -> Known:
    """What an expression may give."""
    match tree:
        case Literal(value=value) if value.__hash__ is not None:
            return Known(True, frozenset({value}))
        case Name(name=name):
            return known.get(name, ANYTHING)
        case Call(function=Name(name="today" | "now")):
            return NOT_NULL
    return ANYTHING


def _told(before: Known, value: Any, same: bool) -> Known:
    if same:
        return Known(True, frozenset({value}))
    return before if before.exactly else Known(False, before.values | {value})


def _same(tree: Comparison, known: Environment) -> bool | None:
    left, right = value_of(tree.left, known), value_of(tree.right, known)
    if right.exactly:
        return _is(left, next(iter(right.values)))
    return _is(right, next(iter(left.values))) if left.exactly else None


def _is(value: Known, wanted: Any) -> bool | None:
    if value.exactly:
        return wanted in value.values
    return False if wanted in value.values else None


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _all(truths: list[bool | None]) -> bool | None:
    if any(each is False for each in truths):
        return False
    return True if all(truths) else None
