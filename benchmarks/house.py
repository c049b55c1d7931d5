"""A process service of ours with W1 as its one diagram, put together as the real ones are."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import workload
from shared.bpmn import DefinitionFiles, Vocabulary
from shared.clock import SystemClock
from shared.database.migrate import upgrade
from shared.forms import form_facts
from shared.identity import Actor
from shared.ids import uuid7
from shared.process import definitions, service
from shared.process.service import TABLES, ProcessService
from shared.settings import ServiceSettings

NAME = "banc"
REFERENT = Actor(
    "0190b5a0-0000-7000-8000-000000000001", "Claire Martin", workload.LYCEE, "lycee", frozenset({"referent"})
)


def vocabulary() -> Vocabulary:
    return Vocabulary(NAME, frozenset({"referent"}), {}, {}, form_facts)


def files() -> DefinitionFiles:
    return DefinitionFiles({"w1.bpmn": workload.house_xml().encode()}, {}, dict(workload.forms()))


def build(
    url: str, public_keys: Mapping[str, str] | None = None, run_folder: str = "/nowhere"
) -> ProcessService:
    """The service on a database that ``prepare`` has made."""
    settings = ServiceSettings("test", url, "", dict(public_keys or {}), run_folder=Path(run_folder))
    return service.assemble(settings, vocabulary(), {}, SystemClock(), uuid7)


def prepare(url: str) -> None:
    """Tables and definition."""
    built = build(url)
    upgrade(built.database, TABLES)
    built.database.dispose()
    registered(url).database.dispose()


def registered(url: str) -> ProcessService:
    """The service on a database that has its tables, with W1 registered."""
    built = build(url)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "forms").mkdir()
        (folder / "w1.bpmn").write_text(workload.house_xml(), "utf-8")
        for file, content in workload.forms():
            (folder / "forms" / file).write_bytes(content)
        definitions.register(
            built.database, built.catalog, built.vocabulary, frozenset(), built.clock, folder
        )
    return built


def start(built: ProcessService, size: int) -> str:
    """A new parcours in W1; its id."""
    parcours_id = uuid7()
    variables = {**workload.start_variables(size), "lycee": workload.LYCEE}
    with built.database.begin() as tx:
        built.processes.start(tx, "w1", parcours_id, variables, REFERENT)
    return parcours_id
