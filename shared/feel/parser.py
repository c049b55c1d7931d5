"""Text to syntax tree: our scanner feeds lark's LALR parser, whose actions build the tree."""

import decimal
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError
from lark.lexer import Lexer

from shared.feel import tree
from shared.feel.errors import FeelSyntaxError
from shared.feel.scanner import FIELDS, Names, Scanner
from shared.feel.temporal import temporal_literal
from shared.feel.types import ANY, Type
from shared.feel.values import NUMBERS

MAX_LENGTH = 20_000
MAX_DEPTH = 70


class TokensOfScanner(Lexer):
    """What lark calls a custom lexer: its text is one of our scanners."""

    def __init__(self, lexer_conf: Any) -> None:
        """Lark gives its terminals; the scanner needs none of them."""

    def lex(self, data: Any) -> Iterator[Token]:  # type: ignore[override]  # interface 0 has no parser state
        """The scanner's tokens."""
        scanner: Scanner = data
        return scanner.tokens()


def _nodes(children: list[Any]) -> list[Any]:
    return [c for c in children if c is not None and not isinstance(c, Token)]


def _start(children: list[Any]) -> int:
    first = children[0]
    return (first.start_pos or 0) if isinstance(first, Token) else int(first.at)


class TreeBuilder(Transformer[Token, Any]):
    """One method for each rule of grammar.lark, by the rule's name."""

    def expression_text(self, c: list[Any]) -> Any:
        return c[0]

    def any_of(self, c: list[Any]) -> Any:
        return (False, c[0])

    def none_of(self, c: list[Any]) -> Any:
        return (True, _nodes(c)[0])

    def tests(self, c: list[Any]) -> Any:
        return tuple(c)

    def operator_test(self, c: list[Any]) -> Any:
        return tree.Test(_start(c), str(c[0]), c[1])

    def if_then_else(self, c: list[Any]) -> Any:
        return tree.If(_start(c), c[1], c[2], c[3])

    def for_return(self, c: list[Any]) -> Any:
        return tree.For(_start(c), c[1], c[2])

    def quantified(self, c: list[Any]) -> Any:
        return tree.Quantified(_start(c), str(c[0]), c[1], c[2])

    def iterations(self, c: list[Any]) -> Any:
        return tuple(c)

    def iteration(self, c: list[Any]) -> Any:
        return tree.Iteration(str(c[0]), *c[1:])

    def parameter(self, c: list[Any]) -> Any:
        return (str(c[0]), c[1].value if c[1] is not None else ANY)

    def function(self, c: list[Any]) -> Any:
        return self._function(c, external=False)

    def external_function(self, c: list[Any]) -> Any:
        return self._function(c, external=True)

    def _function(self, c: list[Any], *, external: bool) -> tree.Function:
        *parameters, body = _nodes(c)
        names = tuple(name for name, _ in parameters)
        if len(set(names)) < len(names):
            raise FeelSyntaxError(_start(c), "two parameters have one name")
        return tree.Function(_start(c), names, tuple(t for _, t in parameters), body, external)

    def disjunction(self, c: list[Any]) -> Any:
        return tree.Logic(_start(c), "or", tuple(c))

    def conjunction(self, c: list[Any]) -> Any:
        return tree.Logic(_start(c), "and", tuple(c))

    def compare(self, c: list[Any]) -> Any:
        return tree.Comparison(_start(c), str(c[1]), c[0], c[2])

    def between(self, c: list[Any]) -> Any:
        return tree.Between(_start(c), c[0], c[1], c[2])

    def in_one(self, c: list[Any]) -> Any:
        return tree.In(_start(c), c[0], (c[1],))

    def in_operator(self, c: list[Any]) -> Any:
        return tree.In(_start(c), c[0], (tree.Test(_start(c[1:]), str(c[1]), c[2]),))

    def in_many(self, c: list[Any]) -> Any:
        value, *tests = _nodes(c)
        return tree.In(_start(c), value, tuple(tests))

    def instance_of(self, c: list[Any]) -> Any:
        return tree.InstanceOf(_start(c), c[0], c[1].value)

    def sum(self, c: list[Any]) -> Any:
        rest = zip(c[1::2], c[2::2], strict=True)
        return tree.Arithmetic(_start(c), c[0], tuple((o.start_pos or 0, str(o), n) for o, n in rest))

    product = sum
    power = sum

    def negate(self, c: list[Any]) -> Any:
        operand = c[1]
        if isinstance(operand, tree.Literal) and type(operand.value) is Decimal:
            return tree.Literal(_start(c), NUMBERS.minus(operand.value))
        return tree.Negate(_start(c), operand)

    def path(self, c: list[Any]) -> Any:
        return tree.Path(_start(c), c[0], str(c[1]))

    def filter(self, c: list[Any]) -> Any:
        value, condition = _nodes(c)
        return tree.Filter(_start(c), value, condition)

    def call(self, c: list[Any]) -> Any:
        function, *arguments = _nodes(c)
        values, names = arguments[0] if arguments else ((), ())
        return tree.Call(_start(c), function, values, names)

    def positional(self, c: list[Any]) -> Any:
        return tuple(c), ()

    def arguments(self, c: list[Any]) -> Any:
        return tuple(v for _, v in c), tuple(n for n, _ in c)

    def named(self, c: list[Any]) -> Any:
        return str(c[0]), c[1]

    def number(self, c: list[Any]) -> Any:
        try:
            return tree.Literal(_start(c), NUMBERS.create_decimal(str(c[0])))
        except decimal.DecimalException:
            raise FeelSyntaxError(_start(c), "this number is beyond FEEL's numbers") from None

    def string(self, c: list[Any]) -> Any:
        return tree.Literal(_start(c), str(c[0]))

    def at_literal(self, c: list[Any]) -> Any:
        value = temporal_literal(str(c[0]))
        if value is None:
            raise FeelSyntaxError(_start(c), "this is not a date, a time or a duration")
        return tree.Literal(_start(c), value)

    def true(self, c: list[Any]) -> Any:
        return tree.Literal(_start(c), True)

    def false(self, c: list[Any]) -> Any:
        return tree.Literal(_start(c), False)

    def null(self, c: list[Any]) -> Any:
        return tree.Literal(_start(c), None)

    def name(self, c: list[Any]) -> Any:
        return tree.Name(_start(c), str(c[0]))

    def parenthesis(self, c: list[Any]) -> Any:
        return c[1]

    def list_of(self, c: list[Any]) -> Any:
        return tree.ListOf(_start(c), tuple(_nodes(c)))

    def range_of(self, c: list[Any]) -> Any:
        low, high = _nodes(c)
        return tree.RangeOf(_start(c), low, high, c[0].type == "LSQB", c[-1].type == "RSQB")

    def context(self, c: list[Any]) -> Any:
        entries = _nodes(c)
        names = [name for name, _ in entries]
        if len(set(names)) < len(names):
            raise FeelSyntaxError(
                entries[0][1].at if entries else 0, "two entries of a context have one name"
            )
        return tree.Context(entries[0][1].at if entries else 0, tuple(entries))

    entry = named


@lru_cache(maxsize=1)
def _lark() -> Lark:
    grammar = FilePath(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        parser="lalr",
        lexer=TokensOfScanner,
        start=["expression_text", "unary_text"],
        transformer=TreeBuilder(),
    )


def parse(
    text: str,
    names: Collection[str],
    calls: Collection[str],
    types: Mapping[str, Type],
    *,
    tests: bool = False,
) -> Any:
    """The tree of an expression, or (negated, tests) of unary tests; FeelSyntaxError for any other text."""
    if len(text) > MAX_LENGTH:
        raise FeelSyntaxError(MAX_LENGTH, f"the expression is longer than {MAX_LENGTH} characters")
    scanner = Scanner(text, Names([*names, *FIELDS]), Names(calls), types, tests=tests)
    try:
        made: Any = _lark().parse(scanner, start="unary_text" if tests else "expression_text")
    except VisitError as wrapped:
        raise wrapped.orig_exc from None
    except UnexpectedInput as unexpected:
        raise _syntax_error(unexpected, text) from None
    _check_depth(made[1] if tests else (made,))
    return made


def _syntax_error(unexpected: UnexpectedInput, text: str) -> FeelSyntaxError:
    if isinstance(unexpected, UnexpectedToken) and unexpected.token.type != "$END":
        return FeelSyntaxError(unexpected.token.start_pos or 0, "this has no meaning here")
    return FeelSyntaxError(len(text), "the expression is not finished")


def _check_depth(roots: Collection[tree.Node]) -> None:
    """Refuse a tree so deep that walking it could exhaust the stack; without recursion itself."""
    waiting: list[tuple[Any, int]] = [(root, 1) for root in roots]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise FeelSyntaxError(getattr(node, "at", 0), "the expression is nested too deeply")
        waiting.extend((child, depth + 1) for child in children(node))


def children(node: Any) -> Iterator[tree.Node]:
    """The expressions directly inside a node, in the order of the text."""
    for name in node.__dataclass_fields__:
        yield from _nodes_in(getattr(node, name))


def _nodes_in(value: Any) -> Iterator[tree.Node]:
    if isinstance(value, tree.Node):
        yield value
    elif isinstance(value, tree.Iteration):
        yield from children(value)
    elif type(value) is tuple:
        for item in value:
            yield from _nodes_in(item)
