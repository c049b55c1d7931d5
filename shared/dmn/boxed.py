"""Boxed expressions (chapter 10.2) as the same kind of code that FEEL's text becomes."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from shared.dmn.compiler import Compiler
from shared.dmn.tables import compile_table
from shared.dmn.vocabulary import expression_in
from shared.dmn.xml import child, children, local, name_of, text_of
from shared.feel.calls import call_value
from shared.feel.compile_lists import as_list, item_frame, loop, quantify
from shared.feel.run import Frame, Run
from shared.feel.scopes import Code
from shared.feel.types import ANY
from shared.feel.values import Lambda, kind


def compile_boxed(element: etree._Element, compiler: Compiler) -> Code:
    """The code of any boxed expression; null for an empty one."""
    return compiler.typed(_COMPILERS[local(element)](element, compiler), compiler.types.of(element))


def compile_inside(element: etree._Element, compiler: Compiler) -> Code:
    """The code of the boxed expression inside an element."""
    boxed = expression_in(element)
    if boxed is None:
        return compiler.refuse(element, "no_expression", f"{local(element)} holds no expression")
    return compile_boxed(boxed, compiler)


def _literal(element: etree._Element, compiler: Compiler) -> Code:
    text = text_of(element)
    return (
        compiler.expression(text, element)
        if text
        else compiler.refuse(element, "empty", "the expression is empty")
    )


def _context(element: etree._Element, compiler: Compiler) -> Code:
    """Each entry sees those before it; an entry without a name is the context's result."""
    entries: list[tuple[str, Code]] = []
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        name = "" if variable is None else name_of(variable)
        boxed = expression_in(entry)
        inside = (
            compiler.seeing((name,))
            if boxed is not None and local(boxed) == "functionDefinition"
            else compiler
        )
        code = compile_inside(entry, inside)
        entries.append(
            (name, code if variable is None else compiler.typed(code, compiler.types.of(variable)))
        )
        compiler = compiler.seeing((name,))

    def make(frame: Frame) -> Any:
        frame.run.spend(len(entries) + 1)
        inside = Frame(frame.run, {}, frame)
        for name, code in entries:
            value = frame.run.part(inside.names, code, inside)
            if not name:
                return value
            inside.names[name] = value
        return inside.names

    return make


def _list(element: etree._Element, compiler: Compiler) -> Code:
    items = [compile_boxed(e, compiler) for e in children(element) if local(e) in _COMPILERS]

    def make(frame: Frame) -> list[Any]:
        made: list[Any] = []
        for item in items:
            made.append(frame.run.part(made, item, frame))  # the list is there before its items
        return made

    return make


def _relation(element: etree._Element, compiler: Compiler) -> Code:
    columns = [(name_of(c), compiler.types.of(c)) for c in children(element, "column")]
    rows: list[list[tuple[str, Code]]] = []
    for row in children(element, "row"):
        cells = [compile_boxed(e, compiler) for e in children(row) if local(e) in _COMPILERS]
        if len(cells) != len(columns):
            return compiler.refuse(
                row, "row_shape", "a row has more or fewer cells than the relation has columns"
            )
        typed = [compiler.typed(cell, type_) for cell, (_, type_) in zip(cells, columns, strict=True)]
        rows.append([(name, code) for (name, _), code in zip(columns, typed, strict=True)])

    def make(frame: Frame) -> list[Any]:
        made: list[dict[str, Any]] = [{} for _ in rows]
        for whole, row in zip(made, rows, strict=True):
            for name, code in row:
                whole[name] = frame.run.part(whole, code, frame)
        return made

    return make


def _invocation(element: etree._Element, compiler: Compiler) -> Code:
    function = compile_inside(element, compiler)
    bound: list[tuple[str, Code]] = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        name = "" if parameter is None else name_of(parameter)
        code = compile_inside(binding, compiler) if expression_in(binding) is not None else _null
        bound.append((name, code))
    names = tuple(name for name, _ in bound)
    return lambda frame: call_value(function(frame), frame.run, 0, [code(frame) for _, code in bound], names)


def _null(frame: Frame) -> None:
    return None


def compile_function(element: etree._Element, compiler: Compiler) -> Code:
    """A `functionDefinition` or `encapsulatedLogic`."""
    language = element.get("kind") or "FEEL"
    if language.upper() not in ("FEEL", "F"):
        return compiler.refuse(
            element, "function_kind", f"functions in {language!r} are not supported", language
        )
    parameters = tuple(name_of(p) for p in children(element, "formalParameter"))
    types = tuple(compiler.types.of(p) for p in children(element, "formalParameter"))
    result = compiler.types.of(element) if local(element) == "functionDefinition" else ANY
    body = compile_inside(element, compiler.seeing(parameters))

    def make(frame: Frame) -> Lambda:
        def invoke(run: Run, arguments: list[Any]) -> Any:
            return body(Frame(run, dict(zip(parameters, arguments, strict=True)), frame))

        return Lambda(parameters, types, result, invoke)

    return make


def _conditional(element: etree._Element, compiler: Compiler) -> Code:
    condition, then, otherwise = (_place(element, name, compiler) for name in ("if", "then", "else"))

    def choose(frame: Frame) -> Any:
        answer = condition(frame)
        if type(answer) is not bool:
            return frame.run.null("the condition of if is neither true nor false", 0)
        return then(frame) if answer else otherwise(frame)

    return choose


def _place(element: etree._Element, name: str, compiler: Compiler) -> Code:
    inside = child(element, name)
    if inside is None:
        return compiler.refuse(element, "no_expression", f"{local(element)} has no {name}", name)
    return compile_inside(inside, compiler)


def _filter(element: etree._Element, compiler: Compiler) -> Code:
    source, match = _place(element, "in", compiler), _place(element, "match", compiler.seeing(("item",)))

    def select(frame: Frame) -> Any:
        items = source(frame)
        if items is None:
            return None
        chosen: list[Any] = []
        for item in as_list(items):
            frame.run.spend(1)
            answer = match(item_frame(item, frame))
            if type(answer) is not bool:
                return frame.run.null(f"the condition of a filter is a {kind(answer)}", 0)
            if answer:
                chosen.append(item)
        return chosen

    return select


def _for(element: etree._Element, compiler: Compiler) -> Code:
    name = element.get("iteratorVariable") or ""
    source = _place(element, "in", compiler)
    body = _place(element, "return", compiler.seeing((name, "partial")))
    return loop(((name, source, None),), body, 0, with_partial=True)


def _quantified(element: etree._Element, compiler: Compiler) -> Code:
    name = element.get("iteratorVariable") or ""
    source = _place(element, "in", compiler)
    condition = _place(element, "satisfies", compiler.seeing((name,)))
    return quantify(((name, source, None),), condition, 0, decisive=local(element) == "some", strict=True)


_COMPILERS: dict[str, Callable[[etree._Element, Compiler], Code]] = {
    "literalExpression": _literal,
    "decisionTable": compile_table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": compile_function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
}
