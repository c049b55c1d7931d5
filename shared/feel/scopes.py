"""What is known about names while a tree is compiled, and which names a tree reads."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.feel import tree
from shared.feel.calls import BUILTINS, Builtin
from shared.feel.parser import children
from shared.feel.run import Frame
from shared.feel.values import FeelFunction

Code = Callable[[Frame], Any]


@dataclass(frozen=True, slots=True)
class Scope:
    """`declared`: the variables of the host; `bound`: the names bound by the expression around this place."""

    declared: frozenset[str]
    functions: Mapping[str, FeelFunction]
    bound: frozenset[str] = frozenset()

    def binding(self, names: Collection[str]) -> "Scope":
        """The scope inside something that binds names."""
        return replace(self, bound=self.bound.union(names))

    def function(self, name: str) -> Builtin | FeelFunction | None:
        """The function of the language or the host that a name means where no variable has it."""
        if name in self.bound:
            return None
        return self.functions.get(name) or BUILTINS.get(name)


def free_names(roots: Collection[tree.Node], scope: Scope) -> frozenset[str]:
    """The variables read: not what the expression binds, and not the functions that exist.

    In a filter a name may be a field of the items, unknown here: there it counts when it is declared,
    or when nothing is declared at all.
    """
    found: set[str] = set()
    for root in roots:
        found.update(_free(root, scope, in_filter=False))
    return frozenset(found)


def _free(node: tree.Node, scope: Scope, *, in_filter: bool) -> Iterator[str]:
    match node:
        case tree.Name(name=name):
            unknown_field = in_filter and scope.declared and name not in scope.declared
            is_function = name not in scope.declared and scope.function(name) is not None
            if name not in scope.bound and not unknown_field and not is_function:
                yield name
        case tree.Call(function=tree.Name(name=name)) if scope.function(name) is not None:
            for argument in node.arguments:
                yield from _free(argument, scope, in_filter=in_filter)
        case tree.Filter():
            yield from _free(node.value, scope, in_filter=in_filter)
            yield from _free(node.condition, scope.binding(("item",)), in_filter=True)
        case tree.For() | tree.Quantified():
            yield from _free_in_loop(node, scope, in_filter=in_filter)
        case tree.Function():
            inside = scope.binding(node.parameters)
            if not node.external:
                yield from _free(node.body, inside, in_filter=in_filter)
        case tree.Context():
            for name, value in node.entries:
                bound_here = (name,) if isinstance(value, tree.Function) else ()  # it may call itself
                yield from _free(value, scope.binding(bound_here), in_filter=in_filter)
                scope = scope.binding((name,))
        case _:
            for child in children(node):
                yield from _free(child, scope, in_filter=in_filter)


def _free_in_loop(node: tree.For | tree.Quantified, scope: Scope, *, in_filter: bool) -> Iterator[str]:
    for iteration in node.iterations:
        for source in (iteration.source, iteration.end):
            if source is not None:
                yield from _free(source, scope, in_filter=in_filter)
        scope = scope.binding((iteration.name,))
    if isinstance(node, tree.For):
        yield from _free(node.body, scope.binding(("partial",)), in_filter=in_filter)
    else:
        yield from _free(node.condition, scope, in_filter=in_filter)


def mentions(node: tree.Node, name: str) -> bool:
    """Whether a name occurs anywhere in a tree."""
    waiting: list[tree.Node] = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, tree.Name) and current.name == name:
            return True
        waiting.extend(children(current))
    return False
