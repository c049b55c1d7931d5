"""The variables of a scope that was read from bytes: each is decoded when somebody first asks for it.

A step asks for few of them; those that nobody asked for are written back as they came.
"""

from collections.abc import Iterator, MutableMapping
from typing import Any

from shared.bpmn.errors import StateRefused
from shared.bpmn.values import ValueMismatch, decode, encode


class Variables(MutableMapping[str, Any]):
    """A dict to whoever uses it, in the order in which the names were first written."""

    def __init__(self, stored: object) -> None:
        if not isinstance(stored, dict):
            raise TypeError("variables")
        self._stored: dict[str, Any] = stored
        self._values: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """Raises StateRefused for what ``encode`` never wrote."""
        if name not in self._values:
            try:
                self._values[name] = decode(self._stored[name])
            except ValueMismatch as error:
                raise StateRefused("damaged: a value") from error
        return self._values[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self[name] if name in self._stored else default

    def __setitem__(self, name: str, value: Any) -> None:
        self._values[name] = value
        self._stored.setdefault(name, None)

    def __delitem__(self, name: str) -> None:
        del self._stored[name]
        self._values.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)

    def encoded(self) -> dict[str, Any]:
        """As it is stored: without what is null."""
        found = {
            name: encode(self._values[name]) if name in self._values else stored
            for name, stored in self._stored.items()
        }
        return {name: value for name, value in found.items() if value is not None}
