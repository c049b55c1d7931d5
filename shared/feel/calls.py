"""Calling functions: built-ins by their signatures, functions of expressions, functions of the host."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Any, TypeVar

from shared.feel.errors import NullResult
from shared.feel.run import Run
from shared.feel.types import coerce
from shared.feel.values import FeelFunction, Lambda, from_python, kind

_SIZED = frozenset((str, list))
Answer = TypeVar("Answer", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a built-in: its kinds (none for any), whether it may be null, be left out, or repeat."""

    name: str
    kinds: frozenset[str]
    nullable: bool
    optional: bool
    repeats: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in."""

    parameters: tuple[Parameter, ...]
    call: Callable[..., Any]


class Builtin:
    """A function of the language, with one or more signatures; the first that fits is called."""

    __slots__ = ("name", "signatures")
    is_feel_builtin = True

    def __init__(self, name: str) -> None:
        self.name = name
        self.signatures: list[Signature] = []

    @property
    def parameters(self) -> tuple[str, ...]:
        """Those of the first signature."""
        return tuple(p.name for p in self.signatures[0].parameters)


BUILTINS: dict[str, Builtin] = {}


def builtin(signature: str) -> Callable[[Answer], Answer]:
    """Register a function under `name(parameter: kind|kind, …)`. A kind `any` takes all but null; `kind!` takes null
    too; `= ` after it lets the parameter be left out; `*` before the name takes the remaining arguments.
    """
    name, _, rest = signature.partition("(")
    parameters = tuple(_parameter(p) for p in rest.rstrip(")").split(",") if p.strip())

    def register(call: Answer) -> Answer:
        BUILTINS.setdefault(name, Builtin(name)).signatures.append(Signature(parameters, call))
        return call

    return register


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.strip().partition(":")
    optional, kinds = kinds.strip().endswith("="), kinds.strip().rstrip("= ")
    nullable, kinds = kinds.endswith("!"), kinds.rstrip("!")
    allowed = frozenset() if kinds == "any" else frozenset(kinds.split("|"))
    return Parameter(name.lstrip("* "), allowed, nullable, optional, name.strip().startswith("*"))


def _fitted(value: Any, parameter: Parameter) -> tuple[Any, bool]:
    """The value as that parameter takes it: one item for a list of one, a list of one for an item."""
    if value is None:
        return value, parameter.nullable
    if not parameter.kinds or kind(value) in parameter.kinds:
        return value, True
    if type(value) is list and len(value) == 1 and kind(value[0]) in parameter.kinds:
        return value[0], True
    if "list" in parameter.kinds:
        return [value], True
    return value, False


def _fit_all(signature: Signature, arguments: Sequence[Any]) -> list[Any] | None:
    given: list[Any] = []
    rest = list(arguments)
    for parameter in signature.parameters:
        if parameter.repeats:
            if not rest and not given:
                return None
            fitted = [_fitted(v, parameter) for v in rest]
            rest = []
        elif rest:
            fitted = [_fitted(rest.pop(0), parameter)]
        elif parameter.optional:
            continue
        else:
            return None
        if not all(fits for _, fits in fitted):
            return None
        given.extend(value for value, _ in fitted)
    return None if rest else given


def _by_position(signature: Signature, named: dict[str, Any]) -> list[Any] | None:
    """Named arguments in the order of the parameters, or None when a name is not one of them."""
    names = [p.name for p in signature.parameters]
    if not named.keys() <= set(names):
        return None
    given: list[Any] = []
    for parameter in signature.parameters:
        if parameter.name in named:
            value = named[parameter.name]
            given.extend(value if parameter.repeats and isinstance(value, list) else [value])
        elif parameter.optional:
            if any(n in named for n in names[names.index(parameter.name) :]):
                given.append(None)
        else:
            return None
    return given


def call_builtin(
    function: Builtin, run: Run, at: int, arguments: Sequence[Any], names: Sequence[str] = ()
) -> Any:
    """Call with FEEL values; null with a reason when no signature fits."""
    size = 2
    for value in arguments:
        if type(value) in _SIZED:
            size += len(value) >> 3
    run.spend(size)
    for signature in function.signatures:
        ordered = _by_position(signature, dict(zip(names, arguments, strict=True))) if names else arguments
        fitted = None if ordered is None else _fit_all(signature, ordered)
        if fitted is not None:
            return _guarded(function.name, signature.call, run, at, fitted)
    kinds = ", ".join(kind(a) for a in arguments)
    return run.null(f"{function.name}({kinds}) is not defined", at)


def _guarded(name: str, call: Callable[..., Any], run: Run, at: int, arguments: list[Any]) -> Any:
    try:
        made = call(run, *arguments)
        return run.remade(made, arguments) if run.holes and type(made) in (list, dict) else made
    except NullResult as why:
        return run.null(f"{name}(): {why}", at)
    except (DecimalException, OverflowError, ValueError):
        return run.null(f"{name}(): the result is beyond what its type can hold", at)


def call_value(function: Any, run: Run, at: int, arguments: Sequence[Any], names: Sequence[str] = ()) -> Any:
    """Call any function value; null with a reason for what is not one."""
    if type(function) is Builtin:
        return call_builtin(function, run, at, arguments, names)
    if not isinstance(function, Lambda | FeelFunction):
        return run.null(f"a {kind(function)} cannot be called", at)
    ordered = _ordered(
        function.parameters, arguments, names, function.optional if type(function) is FeelFunction else 0
    )
    if ordered is None:
        return run.null("the arguments are not those of the function", at)
    run.spend(2)
    run.deeper()
    try:
        if isinstance(function, Lambda):
            return _call_lambda(function, run, at, ordered)
        return _call_host(function, run, at, ordered)
    finally:
        run.depth -= 1


def _ordered(
    parameters: tuple[str, ...], arguments: Sequence[Any], names: Sequence[str], optional: int
) -> list[Any] | None:
    """The arguments by position, null for the last ones where they may be left out; None when they do not fit."""
    wanted = parameters[: len(parameters) - optional]
    if names:
        named = dict(zip(names, arguments, strict=True))
        if not set(wanted) <= named.keys() <= set(parameters):
            return None
        return [named.get(p) for p in parameters]
    if not len(wanted) <= len(arguments) <= len(parameters):
        return None
    return [*arguments, *[None] * (len(parameters) - len(arguments))]


def _call_lambda(function: Lambda, run: Run, at: int, arguments: list[Any]) -> Any:
    fitted: list[Any] = []
    for name, type_, value in zip(function.parameters, function.types, arguments, strict=True):
        made, fits = coerce(value, type_)
        if not fits:
            return run.null(f"the argument {name!r} is a {kind(value)}, not a {type_.name}", at)
        fitted.append(made)
    result, fits = coerce(function.invoke(run, fitted), function.result)
    return result if fits else run.null(f"the result of the function is not a {function.result.name}", at)


def _call_host(function: FeelFunction, run: Run, at: int, arguments: list[Any]) -> Any:
    """The host's functions see FEEL values; a ValueError, TypeError or ArithmeticError of theirs is a null."""
    try:
        return from_python(function.call(*arguments), run)
    except (ValueError, TypeError, ArithmeticError, LookupError):
        return run.null(f"{function.name}() has no answer for these arguments", at)


def whole(value: Decimal) -> int:
    """A number as a whole one; a fraction is cut. Too large a number has no place in an index."""
    if abs(value) > 1_000_000_000:
        raise NullResult("the number is too large here")
    return int(value)
