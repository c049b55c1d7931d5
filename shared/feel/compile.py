"""Trees to closures: each node becomes a function of a Frame. Nothing of Python is reachable from it."""

from collections.abc import Callable
from typing import Any

from shared.feel import tree
from shared.feel.access import entry
from shared.feel.arithmetic import calculate, negate
from shared.feel.calls import call_builtin, call_value
from shared.feel.compare import at_most, compare, meets
from shared.feel.run import Frame
from shared.feel.scopes import Code, Scope, mentions
from shared.feel.types import ANY, is_instance
from shared.feel.values import KINDS, ORDERED, Lambda, Range, kind

COMPILERS: dict[type[tree.Node], Callable[[Any, Scope], Code]] = {}
_MISSING = object()


def compiles(node: type[tree.Node]) -> Callable[[Callable[[Any, Scope], Code]], Callable[[Any, Scope], Code]]:
    """Register the compiler of one kind of node."""

    def register(compiler: Callable[[Any, Scope], Code]) -> Callable[[Any, Scope], Code]:
        COMPILERS[node] = compiler
        return compiler

    return register


def compile_node(node: tree.Node, scope: Scope) -> Code:
    """The closure of a node."""
    return COMPILERS[type(node)](node, scope)


def find(frame: Frame | None, name: str) -> Any:
    """The value of a name, or `_MISSING`."""
    while frame is not None:
        if name in frame.names:
            return frame.names[name]
        frame = frame.outer
    return _MISSING


@compiles(tree.Literal)
def _literal(node: tree.Literal, scope: Scope) -> Code:
    value = node.value
    return lambda frame: value


@compiles(tree.Name)
def _name(node: tree.Name, scope: Scope) -> Code:
    name, at, function = node.name, node.at, scope.function(node.name)

    def look_up(frame: Frame) -> Any:
        value = frame.names.get(name, _MISSING)
        if value is _MISSING:
            value = find(frame.outer, name)
        if value is not _MISSING:
            return value
        return function if function is not None else frame.run.null(f"there is no variable {name!r}", at)

    return look_up


@compiles(tree.Negate)
def _negate(node: tree.Negate, scope: Scope) -> Code:
    operand, at = compile_node(node.operand, scope), node.at
    return lambda frame: negate(operand(frame), frame.run, at)


@compiles(tree.Logic)
def _logic(node: tree.Logic, scope: Scope) -> Code:
    """`and` stops at false, `or` at true; else a null (or another type) makes it null."""
    operands = tuple(compile_node(o, scope) for o in node.operands)
    decisive, at = node.operator == "or", node.at

    def decide(frame: Frame) -> bool | None:
        unknown = False
        for operand in operands:
            value = operand(frame)
            if type(value) is not bool:
                unknown = True
            elif value is decisive:
                return decisive
        if unknown:
            frame.run.null(f"an operand of {node.operator} is neither true nor false", at)
            return None
        return not decisive

    return decide


@compiles(tree.Arithmetic)
def _arithmetic(node: tree.Arithmetic, scope: Scope) -> Code:
    first = compile_node(node.first, scope)
    rest = tuple((at, sign, compile_node(operand, scope)) for at, sign, operand in node.rest)

    def run_chain(frame: Frame) -> Any:
        value, run = first(frame), frame.run
        for at, sign, operand in rest:
            value = calculate(sign, value, operand(frame), run, at)
        return value

    return run_chain


@compiles(tree.Comparison)
def _comparison(node: tree.Comparison, scope: Scope) -> Code:
    left, right = compile_node(node.left, scope), compile_node(node.right, scope)
    operator, at = node.operator, node.at

    def answer(frame: Frame) -> bool | None:
        a, b = left(frame), right(frame)
        value = compare(operator, a, b, frame.run)
        if value is None:
            frame.run.null(f"{kind(a)} {operator} {kind(b)} cannot be compared", at)
        return value

    return answer


@compiles(tree.Between)
def _between(node: tree.Between, scope: Scope) -> Code:
    value, low, high = (compile_node(n, scope) for n in (node.value, node.low, node.high))
    at = node.at

    def answer(frame: Frame) -> bool | None:
        tested = value(frame)
        above, below = at_most(low(frame), tested), at_most(tested, high(frame))
        if above is None or below is None:
            frame.run.null(f"a {kind(tested)} cannot be compared with the ends of between", at)
            return None
        return above and below

    return answer


@compiles(tree.Test)
def _test(node: tree.Test, scope: Scope) -> Code:
    """A test as a value is the range of what passes it; `!=` is none."""
    operand, operator, at = compile_node(node.operand, scope), node.operator, node.at

    def as_range(frame: Frame) -> Range | None:
        end = operand(frame)
        if KINDS.get(type(end)) not in ORDERED or operator == "!=":
            frame.run.null(f"{operator} {kind(end)} is not a range", at)
            return None
        low = end if operator in (">", ">=", "=") else None
        high = end if operator in ("<", "<=", "=") else None
        return Range(low, high, operator in (">=", "="), operator in ("<=", "="), operator != "=")

    return as_range


@compiles(tree.In)
def _in(node: tree.In, scope: Scope) -> Code:
    value = compile_node(node.value, scope)
    tests = tuple(compile_test(t, scope) for t in node.tests)
    return lambda frame: any_passes(tests, value(frame), frame, node.at)


def compile_test(node: tree.Node, scope: Scope) -> Callable[[Any, Frame], bool | None]:
    """One test of a value that stands elsewhere: `< 5`, `[1..5]`, `"a"`, a list of what is allowed."""
    if isinstance(node, tree.Test):
        operand, operator = compile_node(node.operand, scope), node.operator
        return lambda value, frame: compare(operator, value, operand(frame), frame.run)
    allowed = compile_node(node, scope)
    if mentions(node, "?"):
        return lambda value, frame: _as_answer(allowed(frame))
    return lambda value, frame: meets(value, allowed(frame), frame.run)


def compile_cell(node: tree.Node, scope: Scope) -> Callable[[Any, Frame], bool | None]:
    """A test as unary tests have it: an expression that is true or false of itself decides, too."""
    if isinstance(node, tree.Test) or mentions(node, "?"):
        return compile_test(node, scope)
    allowed = compile_node(node, scope)

    def passes(value: Any, frame: Frame) -> bool | None:
        test = allowed(frame)
        if type(test) is bool and type(value) is not bool:
            return test and not isinstance(node, tree.Literal)
        return meets(value, test, frame.run)

    return passes


def _as_answer(value: Any) -> bool | None:
    return value if type(value) is bool else None


def any_passes(
    tests: tuple[Callable[[Any, Frame], bool | None], ...], value: Any, frame: Frame, at: int
) -> bool | None:
    """Whether one of the tests passes: null when none does and one could not be made."""
    unknown = False
    for test in tests:
        answer = test(value, frame)
        if answer is True:
            return True
        unknown = unknown or answer is None
    if unknown:
        frame.run.null(f"a {kind(value)} cannot be compared with a test", at)
        return None
    return False


@compiles(tree.InstanceOf)
def _instance_of(node: tree.InstanceOf, scope: Scope) -> Code:
    value, type_ = compile_node(node.value, scope), node.type

    def answer(frame: Frame) -> bool:
        tested = value(frame)
        frame.run.spend(len(tested) + 1 if isinstance(tested, list | dict) else 1)
        return is_instance(tested, type_)

    return answer


@compiles(tree.Path)
def _path(node: tree.Path, scope: Scope) -> Code:
    value, name, at = compile_node(node.value, scope), node.name, node.at
    return lambda frame: entry(value(frame), name, frame.run, at)


@compiles(tree.If)
def _if(node: tree.If, scope: Scope) -> Code:
    condition, then, otherwise = (compile_node(n, scope) for n in (node.condition, node.then, node.otherwise))

    def choose(frame: Frame) -> Any:
        failed = frame.run.failed
        answer = condition(frame)
        if type(answer) is bool:
            frame.run.failed = failed  # what failed in it was looked at: `if 1 / n = null then null else …`
        else:
            frame.run.null("the condition of if is neither true nor false", node.at)
        return then(frame) if answer is True else otherwise(frame)

    return choose


@compiles(tree.Call)
def _call(node: tree.Call, scope: Scope) -> Code:
    arguments = tuple(compile_node(a, scope) for a in node.arguments)
    names, at, callee = node.names, node.at, node.function
    known = scope.function(callee.name) if isinstance(callee, tree.Name) else None
    if known is not None and isinstance(callee, tree.Name) and callee.name not in scope.declared:
        return _call_known(known, arguments, names, at)
    function = compile_node(callee, scope)

    def call(frame: Frame) -> Any:
        called = function(frame)
        if known is not None and kind(called) != "function":
            called = known  # a variable named like a function hides it only when it is one itself
        return call_value(called, frame.run, at, [a(frame) for a in arguments], names)

    return call


def _call_known(known: Any, arguments: tuple[Code, ...], names: tuple[str, ...], at: int) -> Code:
    if getattr(known, "is_feel_builtin", False):
        return lambda frame: call_builtin(known, frame.run, at, [a(frame) for a in arguments], names)
    return lambda frame: call_value(known, frame.run, at, [a(frame) for a in arguments], names)


@compiles(tree.Function)
def _function(node: tree.Function, scope: Scope) -> Code:
    """A function sees the names around the place where it is written."""
    parameters, types, at = node.parameters, node.types, node.at
    if node.external:
        return lambda frame: frame.run.null("external functions are not supported", at)
    body = compile_node(node.body, scope.binding(parameters))

    def make(frame: Frame) -> Lambda:
        def invoke(run: Any, arguments: list[Any]) -> Any:
            return body(Frame(run, dict(zip(parameters, arguments, strict=True)), frame))

        return Lambda(parameters, types, ANY, invoke)

    return make
