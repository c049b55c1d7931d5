"""The same diagrams are read and checked once per session, not anew for each world a test builds of a service.

A definition is what every request and every worker of a process shares; what reads otherwise (other bytes, other
operations, forms read otherwise) is read by itself, and what is refused is refused each time.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared.bpmn import DefinitionFiles, Vocabulary, catalog
from shared.process import definitions

MOST = 32


class ReadOnce:
    """``read``: (files, …, vocabulary) → definitions; the last ones are kept."""

    def __init__(self, read: Callable[..., Any]) -> None:
        self._read = read
        self._kept: dict[Any, Any] = {}

    def __call__(self, files: DefinitionFiles, *rest: Any) -> Any:
        key = files.version, rest[:-1], *_offered(rest[-1])
        found = self._kept.pop(key) if key in self._kept else self._read(files, *rest)
        self._kept[key] = found
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        return dict(found) if isinstance(found, dict) else found


def _offered(vocabulary: Vocabulary) -> tuple[Any, ...]:
    operations, functions = vocabulary.operations.items(), vocabulary.functions.items()
    roles = frozenset(vocabulary.roles)
    return vocabulary.service, roles, frozenset(operations), frozenset(functions), vocabulary.form_outputs


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(definitions, "load_all", ReadOnce(definitions.load_all))
        patch.setattr(catalog, "reload", ReadOnce(catalog.reload))
        yield
