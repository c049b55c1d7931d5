"""The syntax tree. `at` is the offset of the node in the text, for reasons and errors."""

from dataclasses import dataclass
from typing import Any

from shared.feel.types import Type


@dataclass(frozen=True, slots=True)
class Node:
    """Any expression."""

    at: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, string, boolean, null or `@"…"` that is known when the text is read."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name to look up; `?` is one."""

    name: str


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """Unary minus."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`a and b and …` or `a or b or …`."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`first op operand op operand …`, of one precedence, from left to right."""

    first: Node
    rest: tuple[tuple[int, str, Node], ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left = right` and its like."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """`< 5`, `= x`: a test of something that stands elsewhere."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in test` or `value in (test, test)`."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`value.name`."""

    value: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`value[condition]` or `value[index]`."""

    value: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(a, b)` or `function(name: a)`; `names` is empty for the first."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then … else …`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iteration:
    """`name in source`, or `name in source..end`."""

    name: str
    source: Node
    end: Node | None = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for iterations return body`."""

    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some` or `every … satisfies condition`."""

    quantifier: str
    iterations: tuple[Iteration, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Function(Node):
    """`function(a: type, b) body`; `external` bodies are refused when called, by name."""

    parameters: tuple[str, ...]
    types: tuple[Type, ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Context(Node):
    """`{a: 1, b: a}`: each entry sees those before it."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """`[low..high)`."""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool
