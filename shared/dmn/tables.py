"""Decision tables (8.2): rules, hit policies U A P F R O C, aggregation, allowed and default outputs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from lxml import etree

from shared.dmn.compiler import Cell, Compiler, admitted, conforming
from shared.dmn.vocabulary import expression_in
from shared.dmn.xml import child, children, name_of, text_of
from shared.feel.calls import BUILTINS, call_builtin
from shared.feel.compare import same
from shared.feel.run import Frame
from shared.feel.scopes import Code
from shared.feel.types import ANY, Type

HIT_POLICIES = {
    "U": "UNIQUE", "A": "ANY", "P": "PRIORITY", "F": "FIRST", "R": "RULE ORDER", "O": "OUTPUT ORDER", "C": "COLLECT",
}  # fmt: skip
AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}
_SEVERAL = frozenset(("RULE ORDER", "OUTPUT ORDER", "COLLECT"))


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions: its expression and what it may be."""

    code: Code
    allowed: Cell | None


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results; `ranks` are the tests of its output values, best first."""

    name: str
    type: Type
    ranks: tuple[Cell, ...]
    default: Code | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A row."""

    cells: tuple[Cell, ...]
    results: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A compiled table."""

    policy: str
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


def output_names(element: etree._Element) -> tuple[str, ...]:
    """The names of a table's outputs; nothing for a single one without a name."""
    return tuple(filter(None, (name_of(o) for o in children(element, "output"))))


def compile_table(element: etree._Element, compiler: Compiler) -> Code:
    """The code of a `decisionTable`."""
    written = element.get("hitPolicy") or "UNIQUE"
    policy = HIT_POLICIES.get(written, written)
    if policy not in HIT_POLICIES.values():
        return compiler.refuse(element, "hit_policy", f"the hit policy {written!r} does not exist", written)
    aggregation = element.get("aggregation") or ""
    if aggregation not in ("", *AGGREGATIONS) or (aggregation and policy != "COLLECT"):
        return compiler.refuse(
            element, "aggregation", f"the aggregation {aggregation!r} is not possible", aggregation
        )
    inputs = tuple(_input(i, compiler) for i in children(element, "input"))
    outputs = tuple(_output(o, compiler) for o in children(element, "output"))
    rules = tuple(_rule(r, compiler) for r in children(element, "rule"))
    for rule in rules:
        if (len(rule.cells), len(rule.results)) != (len(inputs), len(outputs)):
            return compiler.refuse(
                element, "rule_shape", "a rule has more or fewer entries than the table has columns"
            )
    if not outputs or (len(outputs) > 1 and len({o.name for o in outputs} - {""}) < len(outputs)):
        return compiler.refuse(
            element, "outputs", "several outputs each need a name of their own, and one is needed"
        )
    if aggregation and len(outputs) > 1:
        return compiler.refuse(element, "aggregation", "several outputs cannot be aggregated", aggregation)
    table = Table(policy, aggregation, inputs, outputs, rules)
    if policy in ("PRIORITY", "OUTPUT ORDER") and not any(o.ranks for o in outputs):
        text = f"the hit policy {written!r} needs output values, best first"
        compiler.refuse(element, "hit_policy_order", text, written)
    return lambda frame: decide(table, frame)


def _input(element: etree._Element, compiler: Compiler) -> Input:
    expression = child(element, "inputExpression")
    text = text_of(expression)
    if expression is None or not text:
        return Input(compiler.refuse(element, "input_expression", "an input has no expression"), None)
    given, type_ = compiler.expression(text, expression), compiler.types.of(expression)
    code: Code = given if type_ is ANY else lambda frame: admitted(given(frame), type_, frame, text)
    allowed = text_of(child(element, "inputValues"))
    return Input(code, compiler.tests(allowed, element) if allowed else None)


def _output(element: etree._Element, compiler: Compiler) -> Output:
    values = text_of(child(element, "outputValues"))
    ranks = tuple(compiler.tests(t, element) for t in split_tests(values)) if values else ()
    entry = child(element, "defaultOutputEntry")
    default = None if entry is None else _entry(entry, compiler)
    return Output(name_of(element), compiler.types.of(element), ranks, default)


def _rule(element: etree._Element, compiler: Compiler) -> Rule:
    cells = tuple(compiler.tests(text_of(e) or "-", e) for e in children(element, "inputEntry"))
    return Rule(cells, tuple(_entry(e, compiler) for e in children(element, "outputEntry")))


def _entry(element: etree._Element, compiler: Compiler) -> Code:
    text = text_of(element)
    if text and text != "-":
        return compiler.expression(text, element)
    boxed = expression_in(element)
    if boxed is not None:
        return compiler.expression(text_of(boxed) or "null", boxed)
    return _nothing


def split_tests(text: str) -> list[str]:
    """The tests of a list, each by itself: commas in strings and brackets do not separate."""
    parts, depth, quoted, escaped, start = [], 0, False, False, 0
    for index, char in enumerate(text):
        if quoted:
            quoted = char != '"' or escaped
            escaped = char == "\\" and not escaped
        elif char == '"':
            quoted = True
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [p.strip() for p in (*parts, text[start:])]


def decide(table: Table, frame: Frame) -> Any:
    """The table's answer for the names of a frame."""
    values: list[Any] = []
    failed = frame.run.failed
    for column in table.inputs:
        value = column.code(frame)
        if column.allowed is not None and value is not None and column.allowed(value, frame) is not True:
            return frame.run.null("an input is not one of the values allowed for it", 0)
        values.append(value)
    hits = [rule for rule in table.rules if _applies(rule, values, frame)]
    frame.run.spend(len(table.rules))
    frame.run.failed = failed  # a row that cannot be judged does not apply
    if not hits:
        return _nothing_hit(table, frame)
    if table.policy == "UNIQUE" and len(hits) > 1:
        return frame.run.null("several rules apply in a table whose hit policy is UNIQUE", 0)
    if table.policy == "FIRST":
        del hits[1:]
    rows = [_row(rule, table.outputs, frame) for rule in hits]
    return _POLICIES[table.policy](table, rows, frame)


def _applies(rule: Rule, values: Sequence[Any], frame: Frame) -> bool:
    return all(cell(value, frame) is True for cell, value in zip(rule.cells, values, strict=True))


def _row(rule: Rule, outputs: Sequence[Output], frame: Frame) -> list[Any]:
    row: list[Any] = []
    for output, code in zip(outputs, rule.results, strict=True):
        row.append(frame.run.part(row, partial(_cell, output, code), frame))
    return row


def _cell(output: Output, code: Code, frame: Frame) -> Any:
    value = conforming(code(frame), output.type, frame)
    if value is not None and output.ranks and _rank(output, value, frame) == len(output.ranks):
        return frame.run.null("an output is not one of the values allowed for it", 0)
    return value


def _nothing_hit(table: Table, frame: Frame) -> Any:
    if any(output.default for output in table.outputs):
        row: list[Any] = []
        for output in table.outputs:
            row.append(frame.run.part(row, output.default or _nothing, frame))
        if table.policy in _SEVERAL and not table.aggregation:
            return _in_rule_order(table, [row], frame)
        return _answer(table, row, frame)
    if table.policy in _SEVERAL and not table.aggregation:
        return []
    if table.aggregation == "COUNT":
        return Decimal(0)
    return frame.run.null("no rule applies and there is no default output", 0)


def _nothing(frame: Frame) -> None:
    """What a cell gives that is left empty."""


def _answer(table: Table, row: Sequence[Any], frame: Frame) -> Any:
    """One output is the answer itself, several are a context."""
    if len(table.outputs) == 1:
        return row[0]
    made = {output.name: value for output, value in zip(table.outputs, row, strict=True)}
    return frame.run.remade(made, (row,))


def _rank(output: Output, value: Any, frame: Frame) -> int:
    """The place of a value among the output values; after all of them when it is none."""
    for place, test in enumerate(output.ranks):
        if test(value, frame) is True:
            return place
    return len(output.ranks)


def _by_priority(table: Table, rows: list[list[Any]], frame: Frame) -> list[list[Any]]:
    def ranks(row: list[Any]) -> tuple[int, ...]:
        return tuple(_rank(o, v, frame) for o, v in zip(table.outputs, row, strict=True))

    return sorted(rows, key=ranks)


def _one(table: Table, rows: list[list[Any]], frame: Frame) -> Any:
    return _answer(table, rows[0], frame)


def _any(table: Table, rows: list[list[Any]], frame: Frame) -> Any:
    if all(same(row, rows[0], frame.run) for row in rows):
        return _answer(table, rows[0], frame)
    return frame.run.null("rules with different outputs apply in a table whose hit policy is ANY", 0)


def _priority(table: Table, rows: list[list[Any]], frame: Frame) -> Any:
    return _answer(table, _by_priority(table, rows, frame)[0], frame)


def _in_rule_order(table: Table, rows: list[list[Any]], frame: Frame) -> Any:
    return frame.run.remade([_answer(table, row, frame) for row in rows], rows)


def _in_output_order(table: Table, rows: list[list[Any]], frame: Frame) -> Any:
    return _in_rule_order(table, _by_priority(table, rows, frame), frame)


def _collect(table: Table, rows: list[list[Any]], frame: Frame) -> Any:
    answers = _in_rule_order(table, rows, frame)
    if not table.aggregation:
        return answers
    return call_builtin(BUILTINS[AGGREGATIONS[table.aggregation]], frame.run, 0, [answers])


_POLICIES: dict[str, Callable[[Table, list[list[Any]], Frame], Any]] = {
    "UNIQUE": _one,
    "FIRST": _one,
    "ANY": _any,
    "PRIORITY": _priority,
    "RULE ORDER": _in_rule_order,
    "OUTPUT ORDER": _in_output_order,
    "COLLECT": _collect,
}
