"""DMN: decision tables and the other boxed expressions of decision models (versions 1.1 to 1.5) on shared.feel."""

from shared.dmn.errors import DmnError, DmnRefused, Finding, UnknownDecision
from shared.dmn.model import Decision, Model
from shared.dmn.reader import parse_dmn

__all__ = ["Decision", "DmnError", "DmnRefused", "Finding", "Model", "UnknownDecision", "parse_dmn"]
