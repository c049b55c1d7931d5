"""A decision model: its requirements graph, and the evaluation of decisions and decision services (chapter 6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from shared.dmn.compiler import admitted, conforming
from shared.dmn.errors import UnknownDecision
from shared.feel import DEFAULT, Evaluation, FeelFunction, Limits
from shared.feel.expression import guarded
from shared.feel.run import PARIS, Frame, Run
from shared.feel.scopes import Code
from shared.feel.types import ANY, Type
from shared.feel.values import Lambda, from_python

_NO_FUNCTIONS: Mapping[str, FeelFunction] = {}


@dataclass(frozen=True, slots=True)
class Reference:
    """A required element: its key in the graph, and the import's name before its own ("" for the model's own)."""

    key: str
    prefix: str = ""


@dataclass(slots=True)
class Element:
    """A node of the graph; `name` is its variable's."""

    id: str
    name: str
    type: Type = ANY
    requires: tuple[Reference, ...] = ()
    code: Code | None = None


@dataclass(slots=True)
class InputData(Element):
    """What the host gives."""


@dataclass(slots=True)
class Decision(Element):
    """A decision; `inputs`: the input data it takes with their types, also through other decisions; `outputs`: what
    it answers."""

    inputs: Mapping[str, Type] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()


@dataclass(slots=True)
class Knowledge(Element):
    """A business knowledge model: its code makes a function."""


@dataclass(slots=True)
class Service(Element):
    """A decision service: a function of its input data and input decisions."""

    input_data: tuple[Reference, ...] = ()
    input_decisions: tuple[Reference, ...] = ()
    output_decisions: tuple[Reference, ...] = ()


@dataclass(slots=True)
class Model:
    """A model that was read. `decisions` has each under its id and under its name."""

    name: str
    namespace: str
    elements: dict[str, Element] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)

    def evaluate(
        self,
        decision_id: str,
        inputs: Mapping[str, Any],
        *,
        now: datetime,
        functions: Mapping[str, FeelFunction] = _NO_FUNCTIONS,
        limits: Limits = DEFAULT,
        zone: tzinfo = PARIS,
    ) -> Evaluation:
        """A decision's value for input data by name, with all it requires; what is not given is null.

        UnknownDecision; BudgetExceeded; ValueRefused. Names that are no input data of the model are not read.
        """
        decision = self.decisions.get(decision_id)
        if decision is None:
            raise UnknownDecision(decision_id)
        run = Run(now, zone, limits)
        return guarded(run, lambda: Evaluator(self, run, inputs, functions).value_of(decision))

    def evaluate_service(
        self,
        service_id: str,
        inputs: Mapping[str, Any],
        *,
        now: datetime,
        limits: Limits = DEFAULT,
        zone: tzinfo = PARIS,
    ) -> Evaluation:
        """A decision service's value for its input data and input decisions by name."""
        service = self.services.get(service_id)
        if service is None:
            raise UnknownDecision(service_id)
        run = Run(now, zone, limits)
        return guarded(run, lambda: self._serve(service, inputs, run))

    def _serve(self, service: Service, inputs: Mapping[str, Any], run: Run) -> Any:
        function = Evaluator(self, run, {}, {}).function_of_service(service)
        return function.invoke(run, [from_python(inputs.get(p), run) for p in function.parameters])


class Evaluator:
    """Evaluates the graph for one set of inputs; each element at most once."""

    def __init__(
        self,
        model: Model,
        run: Run,
        inputs: Mapping[str, Any],
        functions: Mapping[str, FeelFunction],
        given: Mapping[str, Any] | None = None,
    ) -> None:
        self._model = model
        self._run = run
        self._inputs = inputs
        self._functions = functions
        self._values: dict[str, Any] = dict(given or {})

    def value_of(self, element: Element) -> Any:
        """The value of an element: an input, a decision's answer, or a function."""
        if element.id not in self._values:
            self._run.deeper()
            self._values[element.id] = self._evaluate(element)
            self._run.depth -= 1
        return self._values[element.id]

    def _evaluate(self, element: Element) -> Any:
        frame = Frame(self._run, dict(self._functions))
        if isinstance(element, InputData):
            value = from_python(self._inputs.get(element.name), self._run)
            return admitted(value, element.type, frame, element.name)
        if isinstance(element, Service):
            return self.function_of_service(element)
        if element.code is None:
            return self._run.null(f"{element.name!r} has no expression", 0)
        made = element.code(Frame(self._run, self._names(element.requires), frame))
        return made if isinstance(element, Knowledge) else conforming(made, element.type, frame)

    def _names(self, required: Iterable[Reference]) -> dict[str, Any]:
        """The names that an element sees: those it requires; those of an import inside the import's name."""
        names: dict[str, Any] = {}
        for reference in required:
            element = self._model.elements[reference.key]
            place = names
            for part in reference.prefix.split(".") if reference.prefix else ():
                place = place.setdefault(part, {})
            place[element.name] = self.value_of(element)
        return names

    def function_of_service(self, service: Service) -> Lambda:
        """A decision service as a function of its inputs, in the order of the specification: data, then decisions."""
        elements = [self._model.elements[r.key] for r in (*service.input_data, *service.input_decisions)]
        names = tuple(e.name for e in elements)

        def invoke(run: Run, arguments: list[Any]) -> Any:
            given: dict[str, Any] = {}
            for element, value in zip(elements, arguments, strict=True):
                given[element.id] = conforming(value, element.type, Frame(run, {}))
            inside = Evaluator(self._model, run, {}, self._functions, given)
            return inside.answer_of(service)

        return Lambda(names, tuple(e.type for e in elements), ANY, invoke)

    def answer_of(self, service: Service) -> Any:
        """One output decision's value, or a context of several."""
        outputs = [self._model.elements[r.key] for r in service.output_decisions]
        if len(outputs) == 1:
            answer = self.value_of(outputs[0])
        else:
            answer = {output.name: self.value_of(output) for output in outputs}
        return conforming(answer, service.type, Frame(self._run, {}))
