"""What is wrong with a service's documents, said before any is made."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from shared.bpmn import Definition, Finding
from shared.bpmn.expressions import free_names
from shared.documents.content import ITEM, content_of, named
from shared.documents.faults import fault
from shared.documents.library import DocumentType, Library, TypeRefused, read_type
from shared.documents.rendering import RenderingFailed, forbidden, render
from shared.documents.sealing import page_data
from shared.feel import FeelFunction, FeelSyntaxError

AT = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
SAMPLES: Mapping[str, Any] = {
    "string": 'D’Été #let *x* _y_ $z$ @w [v] \\ "q"',
    "number": 12,
    "boolean": True,
    "date": date(2026, 9, 1),
    "time": time(14, 30),
    "dateTime": AT,
    "list": [{"du": date(2026, 9, 1), "texte": "Essai"}],
    "context": {"texte": "Essai"},
}
"""A value of each type; the text is one that a template must write as it is."""


def check_documents(
    library: Library, definitions: Sequence[Definition], functions: Mapping[str, FeelFunction]
) -> list[Finding]:
    """The faults of every document of a service, against the diagrams that make them."""
    return [each for path in library.files for each in _check_file(library, path, definitions, functions)]


def _check_file(
    library: Library, path: Path, definitions: Sequence[Definition], functions: Mapping[str, FeelFunction]
) -> Iterator[Finding]:
    try:
        type_ = read_type(path)
    except TypeRefused as refused:
        yield _fault(path.name, "", refused.code, **refused.params)
        return
    makers = [each for each in definitions if type_.element in each.elements]
    if not makers:
        yield _fault(path.name, type_.element, "element_unknown")
        return
    faults = list(_against(type_, path.name, makers[0], functions))
    yield from faults
    if not faults:
        yield from _compiled(library, type_, makers[0])


def _against(
    type_: DocumentType, file: str, definition: Definition, functions: Mapping[str, FeelFunction]
) -> Iterator[Finding]:
    """Its names against the diagram that makes it."""
    for record in type_.records:
        if record.element not in definition.elements:
            yield _fault(file, record.element, "element_unknown")
    asked = [*type_.variables, *type_.names, *(record.variable for record in type_.records)]
    asked += [each for each in (type_.each, type_.signing.second) if each]
    for name in dict.fromkeys(asked):
        if name not in definition.variables:
            yield _fault(file, type_.element, "variable_unknown", variable=name)
    for name in type_.variables:
        if name in definition.variables and not _is_seen(definition, name, type_.side):
            yield _fault(file, type_.element, "variable_hidden", variable=name, side=type_.side)
    yield from _condition(type_, file, definition, functions)
    for name in sorted(set(type_.names) - set(type_.variables)):
        yield _fault(file, type_.element, "name_not_shown", variable=name)
    if (type_.signing.minor != type_.signing.major) and "eleve_ne_le" not in definition.variables:
        yield _fault(file, type_.element, "variable_unknown", variable="eleve_ne_le")
    if word := forbidden(type_.source):
        yield _fault(file, type_.element, "template_reaches", word=word)


def _condition(
    type_: DocumentType, file: str, definition: Definition, functions: Mapping[str, FeelFunction]
) -> Iterator[Finding]:
    if not type_.condition:
        return
    known = {*definition.variables, *([ITEM] if type_.each else [])}
    try:
        names = free_names(type_.condition, functions, known)
    except FeelSyntaxError as error:
        yield _fault(file, type_.element, "condition_unreadable", detail=str(error))
        return
    for name in sorted(names - known):
        yield _fault(file, type_.element, "variable_unknown", variable=name)


def _is_seen(definition: Definition, name: str, side: str) -> bool:
    """Everybody who gets the document may see the variable (R37, R38)."""
    return definition.variables[name].side in ("both", side)


def _compiled(library: Library, type_: DocumentType, definition: Definition) -> Iterator[Finding]:
    """With values in everything, then with none: both must give a PDF/UA."""
    for is_full in (True, False):
        try:
            render(library.sources(type_), sample(type_, definition, is_full=is_full), AT)
        except RenderingFailed as failed:
            yield _fault(type_.kind + ".typ", type_.element, "template_refused", detail=failed.detail)
            return


def sample(type_: DocumentType, definition: Definition, *, is_full: bool = True) -> dict[str, Any]:
    """The data of an invented document of that kind."""
    values = {
        name: SAMPLES.get(definition.variables[name].type) if is_full else None for name in type_.variables
    }
    signers = [each.value for each in type_.signing.minor]
    item = dict.fromkeys(("du", "au", "structure", "cadre"), "Essai") if is_full else {}
    content = content_of(type_, definition, {}, values, item, signers)
    row = SimpleNamespace(
        title=type_.title,
        number=f"{type_.sigle}-000000000000",
        rank=1,
        made_at=AT,
        made_by_name="Camille Exemple",
    )
    return page_data(row, named(content, {}))


def _fault(file: str, element: str, code: str, **params: Any) -> Finding:
    return fault(f"documents/{file}", element, code, **params)
