"""Random block-structured processes: one live instance against the same walk stored and read anew at each step."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.bpmn import Definition, NotAwaited
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import MODES, Walk

SEEDS = 100
MOVES = 30


class Blocks:
    """Builds a random process out of blocks that have one way in and one way out."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._count = 0

    def new(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def build(self) -> Bpmn:
        diagram = Bpmn().message("bilan.clos.v1", recu="number").signal("feu")
        diagram.variables(choix="number", recu="number", qui="list", notes="list", total="number")
        first, last = self.block(diagram, 3)
        used = diagram.start().end().flow("debut", first).flow(last, "fin")
        if "m_clos" not in used.content():
            diagram._declarations = diagram._declarations.partition("</bpmn:message>\n")[2]
        return diagram

    def block(self, body: Body, depth: int) -> tuple[str, str]:
        kinds: list[Callable[[Body, int], tuple[str, str]]] = [self.user, self.user, self.script]
        if depth > 0:
            kinds += [self.sequence, self.sequence, self.parallel, self.exclusive, self.inclusive, self.loop, self.sub,
                      self.many, self.reminder, self.deadline, self.events]  # fmt: skip
        return self.random.choice(kinds)(body, depth - 1)

    def user(self, body: Body, depth: int) -> tuple[str, str]:
        name = self.new("u")
        body.user(name)
        return name, name

    def script(self, body: Body, depth: int) -> tuple[str, str]:
        name = self.new("s")
        body.script(name, f"total = (if total = null then 0 else total) + {self.random.randint(1, 9)}")
        return name, name

    def sequence(self, body: Body, depth: int) -> tuple[str, str]:
        one, two = self.block(body, depth), self.block(body, depth)
        body.flow(one[1], two[0])
        return one[0], two[1]

    def parallel(self, body: Body, depth: int) -> tuple[str, str]:
        return self._branches(body, depth, "parallelGateway", lambda _: "")

    def exclusive(self, body: Body, depth: int) -> tuple[str, str]:
        return self._branches(body, depth, "exclusiveGateway", lambda number: f"choix = {number}")

    def inclusive(self, body: Body, depth: int) -> tuple[str, str]:
        return self._branches(body, depth, "inclusiveGateway", lambda number: f"choix >= {number}")

    def _branches(self, body: Body, depth: int, tag: str, condition: Callable[[int], str]) -> tuple[str, str]:
        opening, closing = self.new("g"), self.new("j")
        blocks = [self.block(body, depth) for _ in range(self.random.choice((2, 3)))]
        conditional = bool(condition(0))
        body.node(tag, opening, **({"default": f"f_{opening}_{blocks[0][0]}"} if conditional else {})).node(
            tag, closing
        )
        for number, (first, last) in enumerate(blocks):
            body.flow(opening, first, condition(number) if number else "").flow(last, closing)
        return opening, closing

    def loop(self, body: Body, depth: int) -> tuple[str, str]:
        back, again, out, turn = self.new("r"), self.new("x"), self.new("s"), self.new("tour")
        first, last = self.block(body, depth)
        count = self.new("c")
        body.variables(**{turn: "number"}).xor(back).xor(again, default=f"f_{again}_{out}")
        body.script(count, f"{turn} = (if {turn} = null then 0 else {turn}) + 1").script(out, "total = total")
        body.chain(back, first).chain(last, count, again, out)
        body.flow(again, back, f"modulo({turn}, 3) != 0")
        return back, out

    def sub(self, body: Body, depth: int) -> tuple[str, str]:
        name, inner = self.new("p"), Body()
        first, last = self.block(inner, depth)
        start, end = self.new("d"), self.new("f")
        inner.start(start).end(end).flow(start, first).flow(last, end)
        body.sub(name, inner)
        return name, name

    def many(self, body: Body, depth: int) -> tuple[str, str]:
        name, item, note = self.new("m"), self.new("i"), self.new("n")
        group = b.many("qui", item, "notes", note, sequential=self.random.random() < 0.5)
        body.user(
            name, group, outputs={note: "number"}, ext=b.variables_xml({item: "string", note: "number"})
        )
        return name, name

    def reminder(self, body: Body, depth: int) -> tuple[str, str]:
        """An event beside a task, with an end of its own."""
        host, end = self.new("u"), self.new("e")
        first, last = self.user(body, depth)
        body.user(host).end(end).chain(self._event_on(body, host, interrupting=False), first).chain(last, end)
        return host, host

    def deadline(self, body: Body, depth: int) -> tuple[str, str]:
        """An event that ends a task; both ways meet."""
        host, met = self.new("u"), self.new("j")
        first, last = self.block(body, depth)
        body.user(host).xor(met).chain(host, met).chain(last, met)
        body.flow(self._event_on(body, host, interrupting=True), first)
        return host, met

    def _event_on(self, body: Body, host: str, interrupting: bool) -> str:
        event = self.new("b")
        kinds = [b.timer("PT1H"), b.timer("R/PT1H", "timeCycle"), b.message("clos"), b.signal("feu")]
        body.boundary(event, host, self.random.choice(kinds), interrupting)
        return event

    def events(self, body: Body, depth: int) -> tuple[str, str]:
        gateway, joined = self.new("g"), self.new("j")
        body.node("eventBasedGateway", gateway).xor(joined)
        for definition in (b.message("clos"), b.timer("PT2H")):
            event = self.new("k")
            body.node("intermediateCatchEvent", event, definition).chain(gateway, event, joined)
        return gateway, joined


def _walk(mode: str, diagram: Bpmn, seed: int, shared: Definition | None = None) -> list[object]:
    """One walk of random moves; what was seen after each. ``shared``: specifications that others use too."""
    chance = random.Random(seed)
    steps = Walk(mode, diagram, budget=2_000, shared=shared).start(choix=0, qui=["a", "b"])
    seen: list[object] = [steps.last]
    for _ in range(MOVES):
        if steps.ended:
            break
        _move(steps, chance)
        seen.append(
            (steps.last.opened, steps.last.closed, steps.last.trace, steps.last.state, steps.last.position)
        )
    return seen


def _move(steps: Walk, chance: random.Random) -> None:
    draw = chance.random()
    try:
        if draw < 0.15:
            steps.receive("bilan.clos.v1", recu=chance.randint(0, 3))
        elif draw < 0.25:
            steps.signal("feu")
        elif steps.timers and (draw < 0.4 or not steps.tasks):
            steps.fire(chance.choice(sorted(steps.timers)))
        elif steps.tasks:
            _complete(steps, chance)
    except NotAwaited:
        pass


def _complete(steps: Walk, chance: random.Random) -> None:
    task = chance.choice(list(steps.tasks.values()))
    outputs = steps.definition().plan.form_outputs[task.form]
    steps.do(
        task.element_id,
        steps.ids(task.element_id).index(task.id),
        **dict.fromkeys(outputs, chance.randint(0, 9)),
    )


@pytest.mark.parametrize("seeds", [range(start, start + 10) for start in range(0, SEEDS, 10)], ids=str)
def test_storing_and_reading_anew_changes_nothing(seeds: range) -> None:
    for seed in seeds:
        diagram = Blocks(seed).build()
        kept, stored, fresh = (_walk(mode, diagram, seed) for mode in MODES)
        assert kept == stored, f"seed {seed}"
        assert stored == fresh, f"seed {seed}"


def _carry_to_the_end(steps: Walk, chance: random.Random) -> None:
    for _ in range(400):
        if steps.ended:
            return
        if steps.tasks:
            _complete(steps, chance)
        else:
            steps.fire(chance.choice(sorted(steps.timers)))


@pytest.mark.parametrize("seeds", [range(start, start + 25) for start in range(500, 600, 25)], ids=str)
def test_every_process_that_the_checks_let_pass_can_be_carried_to_its_end(seeds: range) -> None:
    for seed in seeds:
        chance = random.Random(seed)
        steps = Walk("stored", Blocks(seed).build(), budget=2_000).start(
            choix=chance.randint(0, 3), qui=["a", "b"]
        )
        for _ in range(10):
            if not steps.ended:
                _move(steps, chance)
        _carry_to_the_end(steps, chance)
        assert steps.ended, f"seed {seed} stands at {steps.last.position}"


def test_threads_share_specifications_without_mixing_their_instances() -> None:
    diagram = Blocks(7).build()
    shared = Walk("stored", diagram).definition()

    def walk(seed: int) -> list[object]:
        return _walk("stored", diagram, seed, shared)

    alone = [walk(seed) for seed in range(12)]
    with ThreadPoolExecutor(max_workers=6) as pool:
        assert list(pool.map(walk, range(12))) == alone
