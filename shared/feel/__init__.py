"""FEEL, the expression language of DMN (1.5, chapter 10), in which diagrams, tables and forms say their conditions.

Text is compiled to closures over FEEL values only: no Python object is reachable, and each evaluation is bounded.
"""

from shared.feel.errors import BudgetExceeded, FeelSyntaxError, ValueRefused
from shared.feel.expression import (
    Evaluation,
    Expression,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
    reads_clock,
)
from shared.feel.run import DEFAULT, Limits
from shared.feel.values import FeelFunction, Range, YearsMonths

__all__ = [
    "DEFAULT",
    "BudgetExceeded",
    "Evaluation",
    "Expression",
    "FeelFunction",
    "FeelSyntaxError",
    "Limits",
    "Range",
    "UnaryTests",
    "ValueRefused",
    "YearsMonths",
    "compile_expression",
    "compile_unary_tests",
    "reads_clock",
]
