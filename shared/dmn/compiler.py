"""What compiling the expressions of one model shares: names, types, functions, and the findings so far."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from shared.dmn.errors import Finding
from shared.dmn.types import ItemTypes
from shared.dmn.vocabulary import finding
from shared.feel import FeelFunction, FeelSyntaxError, compile_expression, compile_unary_tests
from shared.feel.run import Frame
from shared.feel.scopes import Code
from shared.feel.types import ANY, Type, coerce
from shared.feel.values import kind

Cell = Callable[[Any, Frame], bool | None]


@dataclass(frozen=True)
class Compiler:
    """`names` are all names of the model, so that those with spaces are read; `visible` those that exist here."""

    types: ItemTypes
    names: frozenset[str]
    functions: Mapping[str, FeelFunction]
    findings: list[Finding]
    visible: frozenset[str] = field(default_factory=frozenset)

    def known(self) -> frozenset[str]:
        """The names to read text by; those with a dot only where they exist, since elsewhere a dot is a path."""
        return self.visible.union(name for name in self.names if "." not in name)

    def seeing(self, names: Collection[str]) -> "Compiler":
        """The same, where more names exist."""
        return replace(self, visible=self.visible.union(names))

    def refuse(self, element: etree._Element, code: str, message: str, *params: str) -> Code:
        """Note a finding; the code it stands for gives null, for a reader who goes on all the same."""
        self.findings.append(finding(element, code, message, *params))
        return lambda frame: frame.run.null(message, 0)

    def expression(self, text: str, element: etree._Element) -> Code:
        """The code of a FEEL expression."""
        try:
            made = compile_expression(
                text, names=self.known(), functions=self.functions, types=self.types.for_text()
            )
        except FeelSyntaxError as wrong:
            return self.refuse(element, "not_feel", f"the expression is not FEEL: {wrong}", str(wrong))
        self._check_names(made.free_names, element)
        return made.code

    def tests(self, text: str, element: etree._Element) -> Cell:
        """The code of unary tests."""
        try:
            made = compile_unary_tests(
                text, names=self.known(), functions=self.functions, types=self.types.for_text()
            )
        except FeelSyntaxError as wrong:
            self.refuse(element, "not_feel", f"the test is not FEEL: {wrong}", str(wrong))
            return lambda value, frame: None
        self._check_names(made.free_names, element)
        return made.code

    def _check_names(self, names: Collection[str], element: etree._Element) -> None:
        for name in sorted(set(names) - self.visible - {"?"}):
            self.refuse(element, "unknown_name", f"the name {name!r} is not known here", name)

    def typed(self, code: Code, type_: Type) -> Code:
        """Code whose value is of a type, or null."""
        return code if type_ is ANY else lambda frame: conforming(code(frame), type_, frame)


def admitted(value: Any, type_: Type, frame: Frame, name: str) -> Any:
    """An input as one of its type. Of another type it is null as well, and a failure: a row that takes anything
    would decide by it without a word."""
    made = conforming(value, type_, frame)
    if made is None and value is not None:
        frame.run.failures.append(f"{name}: a {kind(value)} is not a value of the type {type_.name}")
    return made


def conforming(value: Any, type_: Type, frame: Frame) -> Any:
    """The value as one of the type; null with a reason when it is not."""
    if isinstance(value, list | dict):
        frame.run.spend(len(value) + 1)
    made, fits = coerce(value, type_)
    return made if fits else frame.run.null(f"a {kind(value)} is not a value of the type {type_.name}", 0)
