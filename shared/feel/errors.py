"""What can go wrong with an expression, as exceptions; everything else is a null with a reason."""


class FeelSyntaxError(ValueError):
    """The text is not FEEL. `position` is a character offset in the text, from 0."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(f"{message} (at character {position + 1})")
        self.position = position
        self.message = message


class BudgetExceeded(Exception):
    """The evaluation was stopped: it took more than its limits allow. `limit` names which one."""

    def __init__(self, limit: str) -> None:
        super().__init__(f"the expression exceeds its {limit}")
        self.limit = limit


class ValueRefused(TypeError):
    """A variable holds a Python value that FEEL has no type for (a float, an object); `kind` is its type's name."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"a {kind} is not a FEEL value")
        self.kind = kind


class NullResult(Exception):
    """Raised inside a built-in to answer null; its text is the reason, never the values."""
