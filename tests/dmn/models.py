"""Writing small decision models in tests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from shared.dmn import Model, parse_dmn
from tests.feel.tools import short

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def text(expression: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(expression)}</text></literalExpression>"


def decision(name: str, body: str, *required: str, type_ref: str = "", identifier: str = "") -> str:
    """A decision; `required`: `input:x`, `decision:x` or `knowledge:x`, by id."""
    kinds = {
        "input": ("informationRequirement", "requiredInput"),
        "decision": ("informationRequirement", "requiredDecision"),
        "knowledge": ("knowledgeRequirement", "requiredKnowledge"),
    }
    wanted = ""
    for reference in required:
        kind, _, target = reference.partition(":")
        outer, inner = kinds[kind]
        wanted += f'<{outer}><{inner} href="#{target}"/></{outer}>'
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    inside = f'<variable name="{name}"{typed}/>{wanted}{body}'
    return f'<decision id="{identifier or name}" name="{name}">{inside}</decision>'


def input_data(name: str, type_ref: str = "Any") -> str:
    """An input of the model, its id being its name."""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{type_ref}"/></inputData>'


def table(
    policy: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    *,
    aggregation: str = "",
    extra: Sequence[str] = (),
) -> str:
    """A decision table; `extra` is XML inside each output, such as its output values."""
    columns = "".join(
        f"<input><inputExpression><text>{escape(i)}</text></inputExpression></input>" for i in inputs
    )
    for index, name in enumerate(outputs):
        named = f' name="{name}"' if len(outputs) > 1 else ""
        columns += f"<output{named}>{extra[index] if extra else ''}</output>"
    rows = ""
    for rule in rules:
        cells = "".join(f"<inputEntry><text>{escape(c)}</text></inputEntry>" for c in rule[: len(inputs)])
        cells += "".join(f"<outputEntry><text>{escape(c)}</text></outputEntry>" for c in rule[len(inputs) :])
        rows += f"<rule>{cells}</rule>"
    aggregated = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable hitPolicy="{policy}"{aggregated}>{columns}{rows}</decisionTable>'


def values(kind: str, tests: str) -> str:
    """`outputValues`, `inputValues`, `allowedValues`."""
    return f"<{kind}><text>{escape(tests)}</text></{kind}>"


def default(expression: str) -> str:
    """A default output."""
    return f"<defaultOutputEntry><text>{escape(expression)}</text></defaultOutputEntry>"


def model_bytes(*parts: str, namespace: str = NAMESPACE) -> bytes:
    """A file."""
    start = f'<definitions xmlns="{namespace}" id="m" name="m" namespace="urn:m">'
    return (start + "".join(parts) + "</definitions>").encode()


def model(*parts: str) -> Model:
    """The model that was read."""
    return parse_dmn(model_bytes(*parts))


def answer(made: Model, name: str = "d", **inputs: Any) -> Any:
    """A decision's value, whole numbers as integers."""
    return short(made.evaluate(name, inputs, now=NOW).value)
