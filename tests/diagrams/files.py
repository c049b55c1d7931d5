"""The files of ``workflows/``, as the services read them."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from lxml import etree

from shared.bpmn import Definition, DefinitionFiles, Operation, Vocabulary, load
from shared.forms import Form, parse_form
from shared.process.definitions import read_files
from shared.process.vocabulary import vocabulary as service_vocabulary

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / "workflows"
SERVICES = ("enrolment", "accompaniment", "bilan")
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
WAYPOINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"
PARCOURS = "{urn:ambition-emploi:bpmn:1}"


def diagram_path(service: str) -> Path:
    return WORKFLOWS / service / f"{service}.bpmn"


@cache
def diagram(service: str) -> Any:
    """The root element of a service's BPMN file."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(diagram_path(service).read_bytes(), parser)


def files(service: str) -> DefinitionFiles:
    return read_files(WORKFLOWS / service)


@cache
def vocabulary(service: str) -> Vocabulary:
    """What the service itself offers to its diagrams."""
    operations: Mapping[str, Operation] = import_module(f"services.{service}.work").OPERATIONS
    return service_vocabulary(service, operations)


@cache
def definition(service: str) -> Definition:
    return load(files(service), service, vocabulary(service))


@cache
def form(service: str, key: str) -> Form:
    return parse_form((WORKFLOWS / service / "forms" / f"{key}.form").read_bytes())
