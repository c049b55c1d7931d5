"""How the scopes of a definition are nested, called ones included, and where in them each element stands."""

from collections.abc import Mapping, Sequence

from shared.bpmn.model import Node, Process, Scope

Place = tuple[Scope, Node]


class Nesting:
    """Of one definition. ``at``: element id → its scope and itself."""

    def __init__(self, process: Process, processes: Mapping[str, Process]) -> None:
        self._called = processes
        self.at: dict[str, Place] = {}
        self._holders: dict[str, list[Place]] = {}
        self._read(process.scope)

    def inner(self, node: Node) -> Scope | None:
        """What an activity holds or calls."""
        called = self._called.get(node.called)
        return node.body or (called.scope if called else None)

    def holders(self, scope: Scope) -> Sequence[Place]:
        """The activities that hold or call a scope, each where it stands."""
        return self._holders.get(scope.id, ())

    def _read(self, scope: Scope) -> None:
        for node in scope.nodes.values():
            self.at[node.id] = (scope, node)
            if (inner := self.inner(node)) is not None:
                is_new = inner.id not in self._holders
                self._holders.setdefault(inner.id, []).append((scope, node))
                if is_new:
                    self._read(inner)
