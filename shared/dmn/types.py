"""Item definitions as FEEL types: structures, collections, functions, and their allowed values (7.3.3)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from shared.dmn.errors import Finding
from shared.dmn.vocabulary import finding
from shared.dmn.xml import child, children, name_of, text_of
from shared.feel import FeelSyntaxError, compile_unary_tests
from shared.feel.types import ANY, SIMPLE, ContextType, FunctionType, ListType, Type

_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AllowedType(Type):
    """A type with a condition on its values; the condition cannot depend on the clock."""

    base: Type = ANY
    tests: str = "-"

    def accepts(self, value: Any) -> bool:
        """Of the base type, and passing the tests."""
        if not self.base.accepts(value):
            return False
        answer = compile_unary_tests(self.tests).evaluate(value, {}, now=_ANY_MOMENT).value
        return answer is True

    def covers(self, other: Type) -> bool:
        """As its base does."""
        return self == other or self.base.covers(other)


def without_conditions(type_: Type) -> Type:
    """The same type with no allowed values in any of its parts."""
    match type_:
        case AllowedType():
            return without_conditions(type_.base)
        case ListType():
            return ListType(type_.name, without_conditions(type_.item))
        case ContextType():
            return ContextType(type_.name, tuple((n, without_conditions(t)) for n, t in type_.fields))
        case _:
            return type_


class ItemTypes:
    """Resolves type references; each definition once, and none that refers to itself."""

    def __init__(self, root: etree._Element, findings: list[Finding]) -> None:
        self._definitions = {name_of(d): d for d in children(root, "itemDefinition")}
        self._made: dict[str, Type] = {}
        self._making: list[str] = []
        self._findings = findings
        self._plain: dict[str, Type] | None = None

    def for_text(self) -> dict[str, Type]:
        """The types that expressions may name: `instance of` does not look at allowed values (10.3.2.9.3)."""
        if self._plain is None:
            self._plain = {name: without_conditions(type_) for name, type_ in self.all().items()}
        return self._plain

    def all(self) -> dict[str, Type]:
        """Every definition by its name."""
        return {name: self.named(name, self._definitions[name]) for name in self._definitions} | self._made

    def add(self, prefix: str, others: dict[str, Type]) -> None:
        """Make the types of an import known."""
        self._made.update({f"{prefix}.{name}" if prefix else name: type_ for name, type_ in others.items()})

    def of(self, element: etree._Element, attribute: str = "typeRef") -> Type:
        """The type that an element refers to; Any without a reference."""
        reference = element.get(attribute) or (
            text_of(element, "typeRef") if attribute == "typeRef" else None
        )
        return self.named(reference, element) if reference else ANY

    def named(self, reference: str, element: etree._Element) -> Type:
        """The type of that name, the model's own before FEEL's."""
        name = " ".join(reference.split())
        if name in self._made:
            return self._made[name]
        if name in self._definitions and name not in self._making:
            self._making.append(name)
            self._made[name] = self._define(self._definitions[name], name)
            self._making.remove(name)
            return self._made[name]
        plain = name.rpartition(":")[2].removeprefix("feel.")
        if name in self._making:
            return self._refuse(element, "type_cycle", f"the type {name!r} is made of itself", name)
        if plain in SIMPLE:
            return SIMPLE[plain]
        return self._refuse(element, "unknown_type", f"the type {name!r} is not defined", name)

    def _refuse(self, element: etree._Element, code: str, message: str, name: str) -> Type:
        self._findings.append(finding(element, code, message, name))
        return ANY

    def _define(self, element: etree._Element, name: str) -> Type:
        components = list(children(element, "itemComponent"))
        function = child(element, "functionItem")
        if components:
            made: Type = ContextType(
                "context", tuple((name_of(c), self._define(c, name_of(c))) for c in components)
            )
        elif function is not None:
            parameters = tuple(self.of(p) for p in children(function, "parameters"))
            made = FunctionType("function", parameters, self.of(function, "outputTypeRef"))
        else:
            made = self.of(element)
        made = self._constrained(made, element, "allowedValues")
        if element.get("isCollection") == "true":
            made = ListType("list", made)
        return self._constrained(made, element, "typeConstraint")

    def _constrained(self, type_: Type, element: etree._Element, kind: str) -> Type:
        tests = text_of(child(element, kind))
        if not tests:
            return type_
        try:
            compile_unary_tests(tests)
        except FeelSyntaxError as wrong:
            self._findings.append(finding(element, "not_feel", f"{kind}: {wrong}", str(wrong)))
            return type_
        return AllowedType(type_.name, type_, tests)
