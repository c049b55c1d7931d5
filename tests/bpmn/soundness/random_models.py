"""Random small diagrams: blocks that are right, then spoilt by a gateway of another kind or a flow too many."""

from random import Random

from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Bpmn

KINDS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway")


class _Drawing:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.nodes: list[tuple[str, str]] = []
        self.flows: list[tuple[str, str]] = []
        self.events: list[tuple[str, str, bool]] = []

    def new(self, kind: str) -> str:
        name = f"{kind[:2]}{len(self.nodes)}"
        self.nodes.append((name, kind))
        return name

    def block(self, budget: int) -> tuple[str, str]:
        """(first, last) node of a block."""
        kind = self.random.choice(["task", "sequence", "split", "split", "loop", "event"])
        if budget <= 1 or kind == "task":
            return (task := self.new("userTask" if self.random.random() < 0.7 else "task")), task
        if kind == "sequence":
            return self._in_a_row(budget)
        return {"split": self._split, "loop": self._loop, "event": self._event}[kind](budget)

    def _in_a_row(self, budget: int) -> tuple[str, str]:
        first, middle = self.block(budget // 2)
        next_, last = self.block(budget - budget // 2)
        self.flows.append((middle, next_))
        return first, last

    def _split(self, budget: int) -> tuple[str, str]:
        kind = self.random.choice(KINDS)
        opening, closing = self.new(kind), self.new(kind)
        for _ in range(self.random.choice([2, 2, 3])):
            if self.random.random() < 0.15 and (opening, closing) not in self.flows:
                self.flows.append((opening, closing))
                continue
            first, last = self.block(budget // 2)
            self.flows += [(opening, first), (last, closing)]
        return opening, closing

    def _loop(self, budget: int) -> tuple[str, str]:
        merge, choice = self.new(KINDS[0]), self.new(KINDS[0])
        first, last = self.block(budget - 1) if self.random.random() < 0.5 else self._both(budget - 1)
        self.flows += [(merge, first), (last, choice), (choice, merge)]
        return merge, choice

    def _both(self, budget: int) -> tuple[str, str]:
        """A task beside a block."""
        opening, closing, task = self.new(KINDS[1]), self.new(KINDS[1]), self.new("userTask")
        first, last = self.block(budget)
        self.flows += [(opening, task), (task, closing), (opening, first), (last, closing)]
        return opening, closing

    def _event(self, budget: int) -> tuple[str, str]:
        task, merge = self.new("userTask"), self.new(self.random.choice([KINDS[0], KINDS[0], KINDS[2]]))
        interrupting = self.random.random() < 0.6
        event = f"ev{len(self.events)}"
        self.events.append((event, task, interrupting))
        self.flows.append((task, merge))
        if interrupting and self.random.random() < 0.4:
            self.flows.append((event, merge))
            return task, merge
        first, last = self.block(budget - 1)
        self.flows.append((event, first))
        if interrupting or self.random.random() < 0.3:
            self.flows.append((last, merge))
        else:
            self.flows.append((last, self.new("endEvent")))
        return task, merge

    def spoil(self) -> None:
        """One gateway is of another kind; or a flow leads from a gateway to a gateway."""
        gateways = [at for at, (_, kind) in enumerate(self.nodes) if kind in KINDS]
        if not gateways:
            return
        if self.random.random() < 0.6:
            at = self.random.choice(gateways)
            self.nodes[at] = self.nodes[at][0], self.random.choice(KINDS)
        else:
            source, target = self.random.choice(gateways), self.random.choice(gateways)
            new = self.nodes[source][0], self.nodes[target][0]
            if new not in self.flows and source != target:
                self.flows.append(new)
        if self.random.random() < 0.15:
            source = self.nodes[self.random.choice(gateways)][0]
            task = self.new("userTask")
            self.flows += [(source, task), (task, self.new("stop"))]


def random_model(random: Random) -> Bpmn:
    drawing = _Drawing(random)
    first, last = drawing.block(random.choice([3, 5, 8]))
    for _ in range(random.choice([0, 0, 1, 1, 2, 3])):
        drawing.spoil()
    drawing.flows += [("debut", first), (last, "fin")]
    return _written(drawing)


def _written(drawing: _Drawing) -> Bpmn:
    diagram = Bpmn().variables(x="number").start().end()
    several = {s for s, _ in drawing.flows if sum(source == s for source, _ in drawing.flows) > 1}
    for name, kind in drawing.nodes:
        outs = [target for source, target in drawing.flows if source == name]
        default = (
            {"default": f"f_{name}_{outs[0]}"} if name in several and kind in (KINDS[0], KINDS[2]) else {}
        )
        if kind == "userTask":
            diagram.user(name)
        elif kind == "stop":
            diagram.end(name, b.terminate())
        else:
            diagram.node(kind, name, **default)
    for event, host, interrupting in drawing.events:
        diagram.boundary(event, host, b.timer("P1D"), interrupting)
    kinds = dict(drawing.nodes)
    for number, (source, target) in enumerate(drawing.flows):  # every condition asks something of its own
        outs = [t for s, t in drawing.flows if s == source]
        asked = source in several and kinds.get(source) in (KINDS[0], KINDS[2]) and target != outs[0]
        diagram.flow(source, target, f"x > {number}" if asked else "")
    return diagram
