"""The files of ``workflows/``, as the services read them."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from lxml import etree

from shared.bpmn import Definition, DefinitionFiles, Operation, Vocabulary, load
from shared.bpmn.definition import reload
from shared.forms import Form, parse_form
from shared.process.definitions import read_files
from shared.process.vocabulary import vocabulary as service_vocabulary

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / "workflows"
SERVICES = ("enrolment", "accompaniment", "bilan")
BEFORE = {"avenirpro": "accompaniment", "propositions": "enrolment"}
"""Those of a cycle of workshops, which is over before a parcours begins (R28–R33)."""
ASKED_FOR = {"transfert": "enrolment", "mot_famille": "enrolment"}
"""What people ask for of a parcours, or say of it, and what does not move it."""
SOLUTIONS = (
    "solution_periode", "solution_formation", "solution_service_civique", "solution_atelier", "absences", "pacea",
    "periodes_a_attester",
)  # fmt: skip
"""What the follow-up calls for each solution of a plan, what these call, the PACEA beside them, and its end."""
PARTS = {"droit": "enrolment", "reprise": "enrolment"}
"""What enrolment calls: for each right of the pupil, and for the conseiller of a parcours taken on from paper."""
FOLDERS = {
    "obligation": "accompaniment", "depart_apres_bilan": "bilan", **ASKED_FOR, **BEFORE, **PARTS,
    **dict.fromkeys(SOLUTIONS, "accompaniment"),
}  # fmt: skip
"""The processes that do not bear the name of their service, with its folder."""
DIAGRAMS = (*SERVICES, *FOLDERS)
OF_PARCOURS = tuple(
    process for process in DIAGRAMS if process not in (*ASKED_FOR, *BEFORE, *PARTS, *SOLUTIONS)
)
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
PARCOURS = "{urn:ambition-emploi:bpmn:1}"


def folder(process: str) -> str:
    """The service of a process."""
    return FOLDERS.get(process, process)


def diagram_path(process: str) -> Path:
    return WORKFLOWS / folder(process) / f"{process}.bpmn"


@cache
def diagram(process: str) -> Any:
    """The root element of a process's BPMN file."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(diagram_path(process).read_bytes(), parser)


def files(process: str) -> DefinitionFiles:
    """Those of its service."""
    return read_files(WORKFLOWS / folder(process))


@cache
def vocabulary(process: str) -> Vocabulary:
    """What the service itself offers to its diagrams."""
    service = folder(process)
    operations: Mapping[str, Operation] = import_module(f"services.{service}.work").OPERATIONS
    return service_vocabulary(service, operations)


@cache
def definition(process: str) -> Definition:
    return load(files(process), process, vocabulary(process))


@cache
def unchecked(process: str) -> Definition:
    """The same as a service reads what it has registered: without the checks, which take their time."""
    return reload(files(process), process, vocabulary(process))


@cache
def form(process: str, key: str) -> Form:
    return parse_form((WORKFLOWS / folder(process) / "forms" / f"{key}.form").read_bytes())
