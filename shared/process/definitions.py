"""A service's diagrams: read from ``workflows/<service>``, checked, registered by the migration job."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from shared.bpmn import (
    Definition,
    DefinitionFiles,
    DefinitionRefused,
    Finding,
    Vocabulary,
    check,
    load_all,
    store,
)
from shared.bpmn.catalog import Catalog
from shared.clock import Clock
from shared.database import Database

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"


def read_files(folder: Path) -> DefinitionFiles:
    """The BPMN, DMN and form files of one service's folder, as bytes by file name."""
    return DefinitionFiles(
        bpmn=_contents(folder, "*.bpmn"),
        dmn=_contents(folder, "*.dmn"),
        forms=_contents(folder / "forms", "*.form"),
    )


def check_service(vocabulary: Vocabulary, listens: frozenset[str], folder: Path) -> list[Finding]:
    """What there is to say about a service's files; they may be registered when it is nothing, or notices only."""
    found = list(check(read_files(folder), vocabulary))
    if any(not finding.is_notice for finding in found):
        return found
    try:
        load_service(vocabulary, listens, folder)
    except DefinitionRefused as refused:
        found += refused.findings
    return found


def load_service(vocabulary: Vocabulary, listens: frozenset[str], folder: Path) -> list[Definition]:
    """The definitions of a service's files. DefinitionRefused says all that keeps them from being registered.

    ``listens``: the message types of the service's ``events.py``.
    """
    definitions = list(load_all(read_files(folder), vocabulary).values())
    if findings := [*_unheard(definitions, listens), *_never_started(definitions)]:
        raise DefinitionRefused(findings)
    return definitions


def register(
    database: Database, catalog: Catalog, vocabulary: Vocabulary, listens: frozenset[str], clock: Clock,
    folder: Path,
) -> None:  # fmt: skip
    """Register the files and move the active pointers, in one transaction; DefinitionRefused changes nothing."""
    definitions = load_service(vocabulary, listens, folder)
    with database.begin() as tx:
        kept = [catalog.version(tx, version) for version in store.versions_in_use(tx)]
        if findings := list(_still_needed(kept, vocabulary, listens)):
            raise DefinitionRefused(findings)
        catalog.register(tx, definitions, clock.now())


def _unheard(definitions: Sequence[Definition], listens: frozenset[str]) -> Iterator[Finding]:
    """The messages of the diagrams and of ``events.py`` must be the same: the queue takes only the latter's."""
    caught = {name for each in definitions for name in (*each.start_messages, *each.caught_messages)}
    for name in sorted(caught - listens):
        yield Finding("events.py", name, "", "message_without_handler")
    for name in sorted(listens - caught):
        yield Finding("events.py", name, "", "handler_without_message")


def _still_needed(
    definitions: Sequence[Definition], vocabulary: Vocabulary, listens: frozenset[str]
) -> Iterator[Finding]:
    """What running parcours ask for in the version that they keep must stay: operations and handlers."""
    for each in definitions:
        for _, node in each.process.scope.everything():
            if node.operation and node.operation not in vocabulary.operations:
                yield Finding(
                    each.process.file,
                    node.id,
                    node.name,
                    "operation_still_needed",
                    {"operation": node.operation},
                )
        for name in sorted(each.caught_messages.keys() - listens):
            yield Finding("events.py", name, "", "handler_still_needed")


def _never_started(definitions: Sequence[Definition]) -> Iterator[Finding]:
    """The worker fires the timers of instances: nothing would ever start one."""
    for each in definitions:
        for element_id in each.start_timers:
            yield Finding(
                each.process.file, element_id, each.elements[element_id].name, "start_timer_not_fired"
            )


def _contents(folder: Path, pattern: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob(pattern))}
