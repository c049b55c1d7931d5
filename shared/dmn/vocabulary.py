"""The parts of DMN that this package knows: whatever else a model holds is refused by its name."""

from collections.abc import Iterator

from lxml import etree

from shared.dmn.errors import Finding
from shared.dmn.xml import FEEL_LANGUAGES, NAMESPACES, children, local, name_of, namespace

EXPRESSIONS = frozenset(
    (
        "literalExpression", "decisionTable", "context", "relation", "list", "invocation", "functionDefinition",
        "conditional", "filter", "for", "some", "every",
    )
)  # fmt: skip
_NOTES = frozenset(("description", "extensionElements"))
_REQUIREMENTS = frozenset(("informationRequirement", "knowledgeRequirement", "authorityRequirement"))
_ANNOTATED = frozenset(
    (
        "question", "allowedAnswers", "supportedObjective", "impactedPerformanceIndicator", "decisionMaker",
        "decisionOwner", "usingProcess", "usingTask",
    )
)  # fmt: skip
_WITHOUT_MEANING = frozenset(
    (
        "knowledgeSource", "textAnnotation", "association", "group", "elementCollection", "performanceIndicator",
        "organizationUnit", "authorityRequirement", "supportedObjective", "impactedPerformanceIndicator",
        "decisionMaker", "decisionOwner", "usingProcess", "usingTask", "description", "extensionElements",
        "question", "allowedAnswers", "text", "typeRef", "artifact",
    )
)  # fmt: skip
"""Documentation: kept in the file, never executed; what is inside is not looked at."""

INSIDE: dict[str, frozenset[str]] = {
    "definitions": frozenset(
        ("import", "itemDefinition", "decision", "inputData", "businessKnowledgeModel", "decisionService")
    )
    | _WITHOUT_MEANING,
    "import": frozenset(),
    "itemDefinition": frozenset(
        ("typeRef", "allowedValues", "typeConstraint", "itemComponent", "functionItem", "typeLanguage")
    ),
    "functionItem": frozenset(("parameters",)),
    "parameters": frozenset(),
    "decision": EXPRESSIONS | _REQUIREMENTS | _ANNOTATED | {"variable"},
    "inputData": frozenset(("variable",)),
    "variable": frozenset(),
    "businessKnowledgeModel": frozenset(
        ("variable", "encapsulatedLogic", "knowledgeRequirement", "authorityRequirement")
    ),
    "encapsulatedLogic": EXPRESSIONS | {"formalParameter"},
    "functionDefinition": EXPRESSIONS | {"formalParameter"},
    "formalParameter": frozenset(),
    "decisionService": frozenset(
        ("variable", "outputDecision", "encapsulatedDecision", "inputDecision", "inputData")
    ),
    "informationRequirement": frozenset(("requiredDecision", "requiredInput")),
    "knowledgeRequirement": frozenset(("requiredKnowledge",)),
    "literalExpression": frozenset(("text",)),
    "decisionTable": frozenset(("input", "output", "rule", "annotation")),
    "annotation": frozenset(),
    "annotationEntry": frozenset(("text",)),
    "input": frozenset(("inputExpression", "inputValues")),
    "inputExpression": frozenset(("text",)),
    "inputValues": frozenset(("text",)),
    "outputValues": frozenset(("text",)),
    "allowedValues": frozenset(("text",)),
    "typeConstraint": frozenset(("text",)),
    "output": frozenset(("outputValues", "defaultOutputEntry")),
    "defaultOutputEntry": frozenset(("text",)) | EXPRESSIONS,
    "rule": frozenset(("inputEntry", "outputEntry", "annotationEntry")),
    "inputEntry": frozenset(("text",)),
    "outputEntry": frozenset(("text",)) | EXPRESSIONS,
    "context": frozenset(("contextEntry",)),
    "contextEntry": EXPRESSIONS | {"variable"},
    "relation": frozenset(("column", "row")),
    "column": frozenset(),
    "row": EXPRESSIONS,
    "list": EXPRESSIONS,
    "invocation": EXPRESSIONS | {"binding"},
    "binding": EXPRESSIONS | {"parameter"},
    "parameter": frozenset(),
    "conditional": frozenset(("if", "then", "else")),
    "filter": frozenset(("in", "match")),
    "for": frozenset(("in", "return")),
    "some": frozenset(("in", "satisfies")),
    "every": frozenset(("in", "satisfies")),
}
INSIDE["itemComponent"] = INSIDE["itemDefinition"]
for _place in ("if", "then", "else", "in", "match", "return", "satisfies"):
    INSIDE[_place] = EXPRESSIONS
_COMMON = frozenset(("id", "name", "label", "typeRef", "textFormat"))
_OWN: dict[str, frozenset[str]] = {
    "definitions": frozenset(
        ("expressionLanguage", "typeLanguage", "namespace", "exporter", "exporterVersion")
    ),
    "import": frozenset(("namespace", "locationURI", "importType")),
    "itemDefinition": frozenset(("isCollection", "typeLanguage")),
    "itemComponent": frozenset(("isCollection", "typeLanguage")),
    "functionItem": frozenset(("outputTypeRef",)),
    "literalExpression": frozenset(("expressionLanguage",)),
    "inputExpression": frozenset(("expressionLanguage",)),
    "inputEntry": frozenset(("expressionLanguage",)),
    "outputEntry": frozenset(("expressionLanguage",)),
    "inputValues": frozenset(("expressionLanguage",)),
    "outputValues": frozenset(("expressionLanguage",)),
    "allowedValues": frozenset(("expressionLanguage",)),
    "typeConstraint": frozenset(("expressionLanguage",)),
    "decisionTable": frozenset(("hitPolicy", "aggregation", "preferredOrientation", "outputLabel")),
    "functionDefinition": frozenset(("kind",)),
    "encapsulatedLogic": frozenset(("kind",)),
    "for": frozenset(("iteratorVariable",)),
    "some": frozenset(("iteratorVariable",)),
    "every": frozenset(("iteratorVariable",)),
    "requiredDecision": frozenset(("href",)),
    "requiredInput": frozenset(("href",)),
    "requiredKnowledge": frozenset(("href",)),
    "outputDecision": frozenset(("href",)),
    "encapsulatedDecision": frozenset(("href",)),
    "inputDecision": frozenset(("href",)),
    "inputData": frozenset(("href",)),
}


_ONCE = frozenset(
    (
        "expression", "text", "variable", "encapsulatedLogic", "inputExpression", "inputValues", "outputValues",
        "defaultOutputEntry", "parameter", "if", "then", "else", "in", "match", "return", "satisfies", "typeRef",
        "allowedValues", "typeConstraint", "functionItem",
    )
)  # fmt: skip
_WRITTEN = frozenset(("outputEntry", "defaultOutputEntry"))
"""Their text is an expression."""


def _counted(part: etree._Element, around: str) -> str:
    """What a part is counted as beside its neighbours: any expression is one, but for the items of a list."""
    name = local(part)
    if (name in EXPRESSIONS and around not in ("list", "row")) or (name == "text" and around in _WRITTEN):
        return "expression"
    return name


def unknown_parts(element: etree._Element) -> Iterator[Finding]:
    """Every element and attribute of DMN's own namespace that is not known where it stands, or has no place beside
    another of its kind: only one of them would be read."""
    name = local(element)
    allowed = INSIDE.get(name, frozenset()) | _NOTES
    for attribute, value in element.attrib.items():
        plain = str(attribute)
        if not plain.startswith("{") and plain not in _COMMON | _OWN.get(name, frozenset()):
            yield finding(
                element, "unknown_attribute", f"the attribute {plain!r} of {name} is not known", plain
            )
        if plain in ("expressionLanguage", "typeLanguage") and value not in FEEL_LANGUAGES:
            yield finding(
                element, "language", f"the language {value!r} is not supported, only FEEL is", str(value)
            )
    seen: set[str] = set()
    for part in element:
        if not isinstance(part.tag, str) or namespace(part) not in NAMESPACES:
            continue  # diagrams and the notes of tools have namespaces of their own
        kind = _counted(part, name)
        if kind in seen:
            yield finding(
                part, "given_twice", f"a second {local(part)!r} in {name} would not be read", local(part)
            )
        seen.update(_ONCE.intersection((kind,)))
        if local(part) not in allowed:
            message = f"{local(part)!r} is not supported in {name}; allowed: {', '.join(sorted(allowed))}"
            yield finding(part, "unknown_element", message, local(part))
        elif local(part) not in _WITHOUT_MEANING:
            yield from unknown_parts(part)


def finding(element: etree._Element, code: str, message: str, *params: str) -> Finding:
    """A finding about an element, named by the nearest element around it that has an id and a name."""
    named: etree._Element | None = element
    while named is not None and not (named.get("id") and named.get("name")):
        named = named.getparent()
    where = element if element.get("id") or named is None else named
    numbered = tuple((f"p{i}", p) for i, p in enumerate(params, 1))
    return Finding(where.get("id") or "", name_of(where if named is None else named), code, message, numbered)


def expression_in(element: etree._Element) -> etree._Element | None:
    """The boxed expression directly inside an element."""
    return next(children(element, *EXPRESSIONS), None)
