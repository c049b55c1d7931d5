"""What lies on the board: scopes with their variables, and tokens in the order in which they came."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from shared.feel import BudgetExceeded, compile_expression
from tests.support.oracle.dates import Cycle
from tests.support.oracle.drawing import Graph, Node


class Incident(Exception):
    """The move cannot be made. ``element`` and ``code``: where and why."""

    def __init__(self, element: str, code: str) -> None:
        self.element, self.code = element, code
        super().__init__(f"{element}: {code}")


@dataclass(eq=False)
class Race:
    """Tokens of which one ends the others. ``origin``: the activity or the gateway where they stand."""

    origin: Node


@dataclass(frozen=True)
class Record:
    """An activity that was completed and can be undone: by its ``handler``, or by what was completed in it, with the
    values that its scope had. ``is_item``: it is one item or turn of the activity."""

    node: Node
    handler: Node | None = None
    scope: "Scope | None" = None
    is_item: bool = False


@dataclass(eq=False)
class Scope:
    """Where variables live. ``holder``: the token that stays while this scope is open; ``outer``: what it sees.

    ``index``: which item of a multi-instance activity; ``done``: what was completed in it and can be undone;
    ``undoes``: it is there to undo, what is completed in it is not undone again.
    """

    graph: Graph
    types: Mapping[str, str]
    holder: "Token | None" = None
    outer: "Scope | None" = None
    values: dict[str, Any] = field(default_factory=dict)
    index: int = 0
    done: list[Record] = field(default_factory=list)
    undoes: bool = False

    @property
    def depth(self) -> int:
        return 0 if self.holder is None else self.holder.scope.depth + 1

    def owner(self, name: str) -> "Scope | None":
        scope: Scope | None = self
        while scope is not None and name not in scope.types:
            scope = scope.outer
        return scope

    def read(self, name: str, element: str) -> Any:
        owner = self.owner(name)
        if owner is None:
            raise Incident(element, "unknown_variable")
        return owner.values.get(name)

    def write(self, name: str, value: Any, element: str) -> None:
        owner = self.owner(name)
        if owner is None:
            raise Incident(element, "unknown_variable")
        value = plain(value)
        if value is not None and not FITS[owner.types[name]](value):
            raise Incident(element, "value_type")
        owner.values[name] = value

    def visible(self) -> dict[str, Any]:
        """Everything seen from here, the nearest first, null when never written."""
        around = {} if self.outer is None else self.outer.visible()
        return around | {name: self.values.get(name) for name in self.types}


@dataclass(eq=False)
class Token:
    """``via``: the flow it came by. ``state``: moving | waiting | holding (its inner scopes are at work).

    ``handler``: the event subprocess that it waits for; ``was_true``: of a condition that has come already;
    ``items``, ``begun``, ``results``: of a multi-instance activity, ``begun`` of a loop too;
    ``done``: what was completed in it and can be undone once it is left; ``brings_back``: the scope that it undoes.
    """

    scope: Scope
    node: Node
    via: str = ""
    race: Race | None = None
    state: str = "moving"
    due: datetime | None = None
    cycle: Cycle | None = None
    handler: Node | None = None
    was_true: bool = False
    brings_back: bool = False
    taken: list[str] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    begun: int = 0
    results: dict[int, Any] = field(default_factory=dict)
    done: list[Record] = field(default_factory=list)

    @property
    def is_aside(self) -> bool:
        """It waits beside the flow: on the edge of an activity, or for an event subprocess."""
        return self.node.tag == "boundaryEvent" or self.handler is not None

    @property
    def is_silent(self) -> bool:
        """It stands for what is told elsewhere: by each time that its activity is done, or by what undoes it."""
        return self.node.many is not None or self.node.loop is not None or self.brings_back


class Board:
    """All open scopes and all tokens, each in the order of their coming."""

    def __init__(self, root: Scope) -> None:
        self.root = root
        self.scopes: list[Scope] = [root]
        self.tokens: list[Token] = []

    def of(self, scope: Scope) -> list[Token]:
        return [token for token in self.tokens if token.scope is scope]

    def all(self) -> Iterator[Token]:
        """Scope by scope."""
        for scope in self.scopes:
            yield from self.of(scope)

    def is_over(self, scope: Scope) -> bool:
        """Nothing but those who listen for event subprocesses is left in it."""
        return all(token.handler is not None for token in self.of(scope))

    def close(self, scope: Scope) -> None:
        """Remove a scope and who still listens in it."""
        self.tokens = [token for token in self.tokens if token.scope is not scope]
        self.scopes.remove(scope)

    def racing(self, token: Token) -> list[Token]:
        """The others of its race."""
        return [other for other in self.tokens if token.race is not None and other.race is token.race
                and other is not token]  # fmt: skip

    def inside(self, token: Token) -> list[Scope]:
        """The scopes that a token holds open."""
        return [scope for scope in self.scopes if scope.holder is token]

    def take_away(self, token: Token) -> list[Token]:
        """Remove a token with all that is inside it; what was removed."""
        gone = [token]
        for scope in self.inside(token):
            for each in self.of(scope):
                gone += self.take_away(each)
            self.scopes.remove(scope)
        if token in self.tokens:
            self.tokens.remove(token)
        return gone


FITS: Mapping[str, Any] = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, Decimal),
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "context": lambda value: isinstance(value, dict),
}


def plain(value: Any) -> Any:
    """Whole numbers are decimals, and nothing is shared with the giver."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def feel(text: str, scope: Scope, element: str, now: datetime, extra: Mapping[str, Any] | None = None) -> Any:
    """The value of an expression; a null that has a reason is an incident."""
    value, reasons = _evaluate(text, scope, element, now, extra or {})
    if value is None and reasons:
        raise Incident(element, "expression_null")
    return value


def condition(
    text: str, scope: Scope, element: str, now: datetime, extra: Mapping[str, Any] | None = None
) -> bool:
    """True or false; anything else is an incident."""
    value, _ = _evaluate(text, scope, element, now, extra or {})
    if not isinstance(value, bool):
        raise Incident(element, "condition_not_boolean")
    return value


def holds(text: str, scope: Scope, element: str, now: datetime) -> bool:
    """Whether a condition is true now; null is not, and any other value is an incident."""
    value, _ = _evaluate(text, scope, element, now, {})
    if value is not None and not isinstance(value, bool):
        raise Incident(element, "condition_not_boolean")
    return value is True


def _evaluate(
    text: str, scope: Scope, element: str, now: datetime, extra: Mapping[str, Any]
) -> tuple[Any, Any]:
    seen = scope.visible() | plain(dict(extra))
    expression = compile_expression(
        text.strip().removeprefix("=").strip(), names=frozenset(seen), functions={}
    )
    try:
        found = expression.evaluate({name: seen.get(name) for name in expression.free_names}, now=now)
    except BudgetExceeded as error:
        raise Incident(element, "expression_budget") from error
    return found.value, found.reasons
