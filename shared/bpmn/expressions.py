"""The only way from a diagram to a computed value: FEEL, with the service's functions and the business clock."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from shared.bpmn.errors import ProcessFailure
from shared.feel import DEFAULT, BudgetExceeded, Evaluation, FeelFunction, Limits, compile_expression

Lookup = Callable[[str], Any]


class Purse:
    """What all expressions of one command may use together: FEEL steps, about a microsecond each, and seconds of
    matching patterns. An endless loop of dear expressions ends within a second."""

    def __init__(self) -> None:
        self._steps, self._pattern_seconds = 500_000, 0.5

    def limits(self) -> Limits:
        """For one evaluation."""
        return Limits(steps=min(self._steps, DEFAULT.steps), pattern_seconds=self._pattern_seconds)

    def pay(self, evaluation: Evaluation) -> None:
        self._steps -= evaluation.steps
        self._pattern_seconds -= evaluation.pattern_seconds


def feel_text(text: str) -> str:
    """An expression without its optional leading ``=``."""
    return text.strip().removeprefix("=").strip()


def free_names(
    text: str, functions: Mapping[str, FeelFunction], names: Collection[str] = ()
) -> frozenset[str]:
    """The variables that an expression reads. Raises FeelSyntaxError.

    ``names``: the variables in scope. Within a filter (``periodes[cadre = "pfmp"]``) any other name is a field
    of the item; without ``names`` every name counts as a variable.
    """
    compiled = compile_expression(feel_text(text), names=frozenset(names), functions=functions)
    return compiled.free_names - set(functions)


class Evaluator:
    """Evaluates one element's expressions at one instant. ``names``: the variables in scope."""

    def __init__(
        self, functions: Mapping[str, FeelFunction], lookup: Lookup, now: datetime, element_id: str,
        names: Collection[str] = (), purse: Purse | None = None,
    ) -> None:  # fmt: skip
        self._functions, self._lookup, self._now, self._element_id = functions, lookup, now, element_id
        self._names, self._purse = names, purse or Purse()

    def value(self, text: str, extra: Mapping[str, Any] | None = None) -> Any:
        """The value; a null that has a reason (a failed conversion, a wrong type) is a failure, never silent, also
        where it is one part of the value."""
        made = self._evaluate(text, extra or {})
        if made.failures or (made.value is None and made.reasons):
            raise self.failure("expression_null", "; ".join(made.failures or made.reasons))
        return made.value

    def quiet(self, text: str) -> Any:
        """The value, null included whatever its reason: for labels."""
        return self._evaluate(text, {}).value

    def condition(self, text: str, extra: Mapping[str, Any] | None = None) -> bool:
        """True or false; anything else, null included, is a failure: no branch is taken by default."""
        made = self._evaluate(text, extra or {})
        if not isinstance(made.value, bool):
            raise self.failure(
                "condition_not_boolean", "; ".join(made.reasons) or f"the condition gave {_kind(made.value)}"
            )
        return made.value

    def holds(self, text: str) -> bool:
        """True, or not yet: null is not true. Anything else is a failure."""
        result = self._evaluate(text, {}).value
        if result is not None and not isinstance(result, bool):
            raise self.failure("condition_not_boolean", f"the condition gave {_kind(result)}")
        return result is True

    def failure(self, reason: str, detail: str = "") -> ProcessFailure:
        return ProcessFailure(self._element_id, reason, detail)

    def _evaluate(self, text: str, extra: Mapping[str, Any]) -> Evaluation:
        known = frozenset((*self._names, *extra))
        expression = compile_expression(feel_text(text), names=known, functions=self._functions)
        names = expression.free_names - set(self._functions)
        variables = {name: extra[name] if name in extra else self._lookup(name) for name in names}
        try:
            evaluation = expression.evaluate(variables, now=self._now, limits=self._purse.limits())
        except BudgetExceeded as error:
            raise self.failure("expression_budget", str(error)) from error
        self._purse.pay(evaluation)
        return evaluation


def _kind(value: Any) -> str:
    return "null" if value is None else f"a {type(value).__name__}"
