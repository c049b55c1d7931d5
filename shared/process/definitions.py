"""A service's diagrams: read from ``workflows/<service>``, checked, registered by the migration job."""

from pathlib import Path

from shared.bpmn import DefinitionFiles, Vocabulary, check, load_all
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


def check_service(vocabulary: Vocabulary, listens: frozenset[str], folder: Path) -> list[str]:
    """What is wrong with a service's files, one line each; none when they may be registered."""
    files = read_files(folder)
    findings = [str(finding) for finding in check(files, vocabulary)]
    return findings or _unheard(files, vocabulary, listens)


def register(
    database: Database, catalog: Catalog, vocabulary: Vocabulary, clock: Clock, folder: Path
) -> None:
    """Register the files and move the active pointers, in one transaction; DefinitionRefused changes nothing."""
    files = read_files(folder)
    definitions = load_all(files, vocabulary)
    with database.begin() as tx:
        catalog.register(tx, list(definitions.values()), clock.now())


def _unheard(files: DefinitionFiles, vocabulary: Vocabulary, listens: frozenset[str]) -> list[str]:
    """The messages of the diagrams and of ``events.py`` must be the same."""
    caught: set[str] = set()
    for definition in load_all(files, vocabulary).values():
        caught |= {*definition.start_messages, *definition.caught_messages}
    missing = [
        f"events.py: message {name} of the diagrams has no handler" for name in sorted(caught - listens)
    ]
    return missing + [
        f"events.py: message {name} is caught by no diagram" for name in sorted(listens - caught)
    ]


def _contents(folder: Path, pattern: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob(pattern))}
