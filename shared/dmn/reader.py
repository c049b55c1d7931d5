"""Reads a file into a Model: graph first, then the expressions, each where its names are known."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from lxml import etree

from shared.dmn.boxed import compile_boxed, compile_function
from shared.dmn.compiler import Compiler
from shared.dmn.errors import DmnRefused, Finding
from shared.dmn.model import Decision, Element, InputData, Knowledge, Model, Reference, Service
from shared.dmn.tables import output_names
from shared.dmn.types import ItemTypes
from shared.dmn.vocabulary import expression_in, finding, unknown_parts
from shared.dmn.xml import child, children, local, name_of, read_root
from shared.feel import FeelFunction

_KINDS: dict[str, type[Element]] = {
    "inputData": InputData,
    "decision": Decision,
    "businessKnowledgeModel": Knowledge,
    "decisionService": Service,
}
_NAMED = frozenset(
    ("variable", "itemComponent", "formalParameter", "column", "parameter", "parameters", "output", "import")
)
_NO_FUNCTIONS: Mapping[str, FeelFunction] = {}
MAX_ELEMENTS = 2_000
MAX_CELLS = 4_000


def parse_dmn(
    content: bytes,
    *,
    functions: Mapping[str, FeelFunction] = _NO_FUNCTIONS,
    imports: Collection[bytes] = (),
    lenient: bool = False,
) -> Model:
    """A model ready to be evaluated. `functions`: those of the host that its expressions may call; `imports`: the
    files its imports name. DmnRefused with every finding; a lenient reader makes null of what it cannot compile.
    """
    root = read_root(content)
    others = {r.get("namespace") or "": r for r in map(read_root, imports)}
    try:
        return _Reader(root, functions, others, lenient=lenient).read()
    except RecursionError:
        raise DmnRefused((Finding("", "", "too_deep", "the model is nested too deeply"),)) from None


class _Reader:
    """Reads one file; its imports are read by readers of their own."""

    def __init__(
        self,
        root: etree._Element,
        functions: Mapping[str, FeelFunction],
        others: Mapping[str, etree._Element],
        *,
        lenient: bool,
        importing: tuple[str, ...] = (),
    ) -> None:
        self.root = root
        self.functions = functions
        self.others = others
        self.lenient = lenient
        self.findings: list[Finding] = []
        self.types = ItemTypes(root, self.findings)
        self.namespace = root.get("namespace") or ""
        self.importing = (*importing, self.namespace)
        self.prefixes: dict[str, str] = {}
        self.names: set[str] = set()
        self._called: dict[str, Decision] = {}
        self.model = Model(root.get("name") or "", self.namespace)

    def read(self) -> Model:
        self.findings.extend(unknown_parts(self.root))
        for element in children(self.root, "import"):
            self._import(element)
        self.model.types.update(self.types.all())
        sources = [e for e in children(self.root) if local(e) in _KINDS]
        self._refuse_too_many(sources)
        for source in sources:
            self._add(source)
        self.names.update(_names_in(self.root))
        for source in sources:
            self._require(source)
        self._refuse_cycles()
        for source in sources:
            self._compile(source)
        self._list_decisions(sources)
        if self.findings and not self.lenient:
            raise DmnRefused(self.findings)
        return self.model

    def _refuse_too_many(self, sources: Collection[etree._Element]) -> None:
        """Before anything is compiled: a table of a page takes seconds, one of a book minutes."""
        cells = sum(1 for _ in self.root.iter("{*}inputEntry", "{*}outputEntry"))
        for what, count, limit in (("elements", len(sources), MAX_ELEMENTS), ("cells", cells, MAX_CELLS)):
            if count > limit:
                message = f"the model has {count} {what}, at most {limit} are read"
                raise DmnRefused(
                    (Finding("", "", f"too_many_{what}", message, (("p1", str(count)), ("p2", str(limit)))),)
                )

    def _refuse(self, element: etree._Element, code: str, message: str, *params: str) -> None:
        self.findings.append(finding(element, code, message, *params))

    def _import(self, element: etree._Element) -> None:
        target, prefix = element.get("namespace") or "", name_of(element)
        if target not in self.others or target in self.importing:
            self._refuse(element, "import", f"the model {target!r} cannot be imported", target)
            return
        reader = _Reader(
            self.others[target], self.functions, self.others, lenient=self.lenient, importing=self.importing
        )
        imported = reader.read()
        self.findings.extend(reader.findings)
        self.model.elements.update(imported.elements)
        self.types.add(prefix, imported.types)
        self.names.update(reader.names)
        self.prefixes[target] = prefix
        for inner, inner_prefix in reader.prefixes.items():
            self.prefixes.setdefault(inner, ".".join(filter(None, (prefix, inner_prefix))))

    def _key(self, href: str) -> Reference | None:
        """An element by its reference: `#id` or `namespace#id`."""
        space, _, identity = href.rpartition("#")
        space = space or self.namespace
        key = f"{space}#{identity}"
        return Reference(key, self.prefixes.get(space, "")) if key in self.model.elements else None

    def _add(self, source: etree._Element) -> None:
        identity, variable = source.get("id") or name_of(source), child(source, "variable")
        key = f"{self.namespace}#{identity}"
        if not identity or not name_of(source) or key in self.model.elements:
            self._refuse(source, "identity", f"{local(source)} needs an id of its own and a name", identity)
            return
        made = _KINDS[local(source)](key, name_of(source))
        if variable is not None:
            made.type = self.types.of(variable)
        self.model.elements[key] = made

    def _element(self, source: etree._Element) -> Any:
        return self.model.elements.get(f"{self.namespace}#{source.get('id') or name_of(source)}")

    def _references(self, source: etree._Element, *names: str) -> tuple[Reference, ...]:
        made = []
        for element in source.iter():
            if isinstance(element.tag, str) and local(element) in names and element.get("href"):
                reference = self._key(str(element.get("href")))
                if reference is None:
                    self._refuse(
                        source,
                        "reference",
                        f"{element.get('href')} is not in the model",
                        str(element.get("href")),
                    )
                else:
                    made.append(reference)
        return tuple(made)

    def _require(self, source: etree._Element) -> None:
        element = self._element(source)
        if element is None:
            return
        if isinstance(element, Service):
            element.input_data = self._references(source, "inputData")
            element.input_decisions = self._references(source, "inputDecision")
            element.output_decisions = self._references(source, "outputDecision")
            self._references(source, "encapsulatedDecision")
            return
        element.requires = self._references(source, "requiredDecision", "requiredInput", "requiredKnowledge")

    def _refuse_cycles(self) -> None:
        done: set[str] = set()
        for key in self.model.elements:
            cycle = _cycle_from(key, self.model.elements, done)
            if cycle:
                name = self.model.elements[cycle].name
                identity, message = cycle.rpartition("#")[2], f"{name!r} requires itself"
                self.findings.append(Finding(identity, name, "cycle", message, (("p1", name),)))

    def _compile(self, source: etree._Element) -> None:
        element = self._element(source)
        if element is None or isinstance(element, InputData | Service):
            return
        visible = frozenset(
            r.prefix.split(".")[0] if r.prefix else self.model.elements[r.key].name for r in element.requires
        ).union(self.functions)
        compiler = Compiler(self.types, frozenset(self.names), self.functions, self.findings, visible)
        if isinstance(element, Knowledge):
            logic = child(source, "encapsulatedLogic")
            if logic is None:
                self._refuse(source, "no_expression", f"{element.name!r} holds no expression")
            else:
                element.code = compile_function(logic, compiler)
            return
        boxed = expression_in(source)
        if boxed is None:
            self._refuse(source, "no_expression", f"{element.name!r} holds no expression")
            return
        element.code = compile_boxed(boxed, compiler)
        element.outputs = (local(boxed) == "decisionTable" and output_names(boxed)) or (element.name,)

    def _list_decisions(self, sources: Collection[etree._Element]) -> None:
        """Under their names, then under their ids, which win: a diagram names a decision by its id."""
        for source in sources:
            element = self._element(source)
            if isinstance(element, Decision):
                element.inputs = {i.name: i.type for i in _inputs_of(element, self.model.elements, set())}
                self._refuse_twins(source, element)
                self.model.decisions[element.name] = element
            elif isinstance(element, Service):
                self.model.services[element.name] = element
        for source in sources:
            element, identity = self._element(source), source.get("id")
            if identity and isinstance(element, Decision):
                self.model.decisions[identity] = element
            elif identity and isinstance(element, Service):
                self.model.services[identity] = element

    def _refuse_twins(self, source: etree._Element, decision: Decision) -> None:
        for name in {source.get("id") or "", decision.name} - {""}:
            if self._called.setdefault(name, decision) is not decision:
                self._refuse(
                    source, "decision_twice", f"{name!r} is the id or the name of two decisions", name
                )


def _names_in(root: etree._Element) -> Iterator[str]:
    """Every name that an expression of the model could use."""
    for element in root.iter():
        if isinstance(element.tag, str):
            if local(element) in _NAMED or local(element) in _KINDS:
                yield name_of(element)
            if element.get("iteratorVariable"):
                yield str(element.get("iteratorVariable"))


def _next(element: Element) -> Iterator[str]:
    yield from (r.key for r in element.requires)
    if isinstance(element, Service):
        yield from (r.key for r in element.output_decisions)


def _cycle_from(start: str, elements: Mapping[str, Element], done: set[str]) -> str:
    """An element that requires itself, reached from a start; without recursion."""
    path: list[tuple[str, Iterator[str]]] = [(start, _next(elements[start]))] if start not in done else []
    on_path = {start}
    while path:
        key, following = path[-1]
        step = next(following, None)
        if step is None:
            path.pop()
            on_path.discard(key)
            done.add(key)
        elif step in on_path:
            done.update(on_path)
            return step
        elif step not in done:
            path.append((step, _next(elements[step])))
            on_path.add(step)
    return ""


def _inputs_of(element: Element, elements: Mapping[str, Element], seen: set[str]) -> Iterator[InputData]:
    for reference in element.requires:
        if reference.key in seen:
            continue
        seen.add(reference.key)
        required = elements[reference.key]
        if isinstance(required, InputData):
            yield required
        else:
            yield from _inputs_of(required, elements, seen)
