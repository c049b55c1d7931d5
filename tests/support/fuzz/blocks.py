"""Random processes as trees of blocks: each block has one way in and one way out, and a number for its ids."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

DURATIONS = ("PT1H", "PT2H", "PT90M", "P1D", "P1M", '=duration("PT3H")', '=duration("P1M")',
             '=if total > 3 then duration("PT1H") else duration("PT5H")')  # fmt: skip
DATES = ("2026-10-25", "2026-10-25T02:30:00", "2026-11-01T08:00:00+01:00", '=date("2026-09-10")')
EDGE = ("timer", "clos", "feu", "error", "any_error", "escalation", "any_escalation", "condition")
CYCLES = ("R3/PT1H", "R/P1D", "R2/P1M", "R2/2026-09-03/P7D", "R3/2026-08-31T10:00:00/PT12H", '="R2/PT2H"')


@dataclass(frozen=True)
class Block:
    """``said``: the choices made for it, plain values only."""

    kind: str
    n: int
    parts: tuple["Block", ...] = ()
    said: Mapping[str, Any] = field(default_factory=dict)

    def everything(self) -> Iterator["Block"]:
        yield self
        for part in self.parts:
            yield from part.everything()

    def __str__(self) -> str:
        said = " ".join(f"{key}={value}" for key, value in self.said.items())
        inner = "".join(f"\n{part}" for part in self.parts).replace("\n", "\n  ")
        return f"{self.kind} {self.n} {said}".rstrip() + inner


@dataclass(frozen=True)
class Around:
    """What a block may use: variables that its conditions may read, errors and escalations caught around it."""

    names: tuple[str, ...] = ("total",)
    errors: bool = False
    escalations: bool = False
    depth: int = 0


class Grower:
    """Grows one process from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._numbers = 0
        self._called: list[int] = []

    def process(self) -> Block:
        return self._block(self._pick(4, 8, 12, 18), Around())

    def _new(self, kind: str, *parts: Block, **said: Any) -> Block:
        self._numbers += 1
        return Block(kind, self._numbers, parts, said)

    def _pick(self, *choices: Any) -> Any:
        return self._random.choice(choices)

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    # growing

    def _block(self, size: int, around: Around) -> Block:
        if size <= 1 or around.depth > 6:
            return self._leaf(around)
        around = replace(around, depth=around.depth + 1)
        grow = self._random.choice(_COMPOSITES)
        return grow(self, size - 1, around)  # type: ignore[no-any-return]

    def _shares(self, size: int, count: int) -> list[int]:
        cuts = sorted(self._random.randint(0, size) for _ in range(count - 1))
        return [high - low for low, high in zip([0, *cuts], [*cuts, size], strict=True)]

    def _blocks(self, size: int, count: int, around: Around) -> list[Block]:
        return [self._block(share, around) for share in self._shares(size, count)]

    def _leaf(self, around: Around) -> Block:
        kinds = ["user"] * 5 + ["script"] * 3 + ["catch", "catch", "throw", "service", "many", "reminder"]
        kinds += ["reminder", "refusal", "task", "link", "looped", "looped"]
        kinds += ["raise"] * (2 if around.errors else 0) + ["escalate"] * (3 if around.escalations else 0)
        kind = self._pick(*kinds)
        grown = _LEAVES.get(kind)
        return grown(self, around) if grown else self._new(kind)

    def _condition(self, around: Around) -> str:
        name = self._pick(*around.names)
        value = f"(if {name} = null then 0 else {name})" if name != "total" or self._chance(0.5) else name
        return self._pick(f"{value} >= {self._random.randint(1, 6)}", f"modulo({value}, 2) = {self._pick(0, 1)}",
                          f"{value} < {self._random.randint(1, 8)}")  # fmt: skip

    # leaves

    def _becoming(self) -> str:
        """What a conditional event waits for."""
        return self._pick("total > 4", "total < 3", "modulo(total, 2) = 1", "count(liste) > 2", "recu >= 5")

    def _user(self, around: Around) -> Block:
        return self._new("user", drawn=self._chance(0.1))

    def _raise(self, around: Around) -> Block:
        return self._new("raise", condition=self._condition(around))

    def _escalate(self, around: Around) -> Block:
        return self._escalate_now(around, end=self._chance(0.3))

    def _escalate_now(self, around: Around, end: bool) -> Block:
        return self._new("escalate", end=end, condition=self._condition(around))

    def _catch(self, around: Around) -> Block:
        kind = self._pick("clos", "venu", "feu", "timer", "receive", "condition")
        return self._new("catch", **self._event_said(kind, 0.2))

    def _throw(self, around: Around) -> Block:
        return self._new("throw", event=self._pick("feu", "eau", "confie", "send"))

    def _script(self, around: Around) -> Block:
        faulty = self._chance(0.004)
        return self._new(
            "script", add=self._random.randint(1, 9), fault=self._pick("type", "null") if faulty else ""
        )

    def _service(self, around: Around) -> Block:
        return self._new("service", handled=True)

    def _reminder(self, around: Around) -> Block:
        return self._new("reminder", **self._event(cycles=True))

    def _looped(self, around: Around) -> Block:
        return self._new("looped", tag=self._pick("user", "user", "script", "receive"), **self._loop_said())

    def _loop_said(self) -> dict[str, Any]:
        condition = self._pick("", "nb_tours < 2", "total < 7", "modulo(total, 3) != 0")
        return {"condition": condition, "most": self._pick(1, 2, 3), "before": self._chance(0.5)}

    def _refusal(self, around: Around) -> Block:
        return self._new("refusal", host=self._pick("user", "many"), many=self._many_said())

    def _many(self, around: Around) -> Block:
        return self._new(
            "many", tag=self._pick("user", "user", "user", "script", "receive"), **self._many_said()
        )

    def _many_said(self) -> dict[str, Any]:
        source = self._pick("qui", "qui", "2", "total")
        until = self._pick("", "", "nb_terminees >= 2", "count(notes[item > 4]) >= 1", "nb_actives < 2")
        return {"source": source, "sequential": self._chance(0.4), "until": until}

    def _timer(self, cycles: float) -> tuple[str, str]:
        if self._chance(cycles):
            return self._pick(*CYCLES), "timeCycle"
        return (
            (self._pick(*DATES), "timeDate")
            if self._chance(0.15)
            else (self._pick(*DURATIONS), "timeDuration")
        )

    def _event(self, cycles: bool = False) -> dict[str, Any]:
        kind = self._pick("timer", "timer", "clos", "venu", "feu", "condition", "condition")
        return self._event_said(kind, 0.5 if cycles else 0.1)

    def _event_said(self, kind: str, cycles: float) -> dict[str, Any]:
        return {"event": kind, "timer": self._timer(cycles), "condition": self._becoming()}

    # blocks with parts

    def _sequence(self, size: int, around: Around) -> Block:
        """The second part may read what a task before it has written."""
        first, second = self._shares(size, 2)
        task = self._new("user")
        one = self._new("sequence", task, self._block(first, around))
        return self._new(
            "sequence", one, self._block(second, replace(around, names=(*around.names, f"v{task.n}")))
        )

    def _parallel(self, size: int, around: Around) -> Block:
        return self._new("parallel", *self._blocks(size, self._pick(2, 2, 3), around))

    def _exclusive(self, size: int, around: Around) -> Block:
        parts = self._blocks(size, self._pick(2, 3), around)
        return self._new("exclusive", *parts, conditions=tuple(self._condition(around) for _ in parts))

    def _inclusive(self, size: int, around: Around) -> Block:
        parts = self._blocks(size, self._pick(2, 3), around)
        return self._new("inclusive", *parts, conditions=tuple(self._condition(around) for _ in parts))

    def _loop(self, size: int, around: Around) -> Block:
        return self._new("loop", self._block(size, around), times=self._pick(2, 3))

    def _sub(self, size: int, around: Around) -> Block:
        return self._new("sub", self._block(size, around), own=self._chance(0.5))

    def _many_sub(self, size: int, around: Around) -> Block:
        inner = replace(around, names=("total",))
        return self._new("many_sub", self._block(min(size, 4), inner), **self._many_said())

    def _many_call(self, size: int, around: Around) -> Block:
        inner = replace(around, names=("total",))
        return self._new("many_call", self._block(min(size, 4), inner), **self._many_said())

    def _guarded(self, size: int, around: Around) -> Block:
        """A subprocess or a call with events on its edge, each with its handling."""
        return self._watched("guarded", size, around, self._pick("sub", "sub", "call", "many_sub"))

    def _listening(self, size: int, around: Around) -> Block:
        """The same with event subprocesses inside, or in the scope where it stands."""
        return self._watched("listening", size, around, self._pick("sub", "call", "many_sub", "here", "here"))

    def _watched(self, kind: str, size: int, around: Around, host: str) -> Block:
        inside, *handlings = self._shares(size, self._pick(2, 2, 3))
        kinds = self._random.sample(EDGE, len(handlings))
        events = tuple(
            {"interrupting": "error" in kind or self._chance(0.5), **self._event_said(kind, 0.3)}
            for kind in kinds
        )
        inner = replace(
            around,
            names=("total",),
            errors=around.errors or any("error" in kind for kind in kinds),
            escalations=around.escalations or any("escalation" in kind for kind in kinds),
        )
        outer = replace(around, names=("total",))
        body = self._thrown(kinds, self._block(inside, inner), inner)
        return self._new(kind, body, *(self._block(share, outer) for share in handlings), events=events, host=host,
                         many=self._many_said())  # fmt: skip

    def _looped_sub(self, size: int, around: Around) -> Block:
        return self._new(
            "looped_sub", self._block(size, replace(around, names=("total",))), **self._loop_said()
        )

    def _thrown(self, kinds: list[str], body: Block, inner: Around) -> Block:
        """What is caught has to be thrown somewhere inside."""
        if any("error" in kind for kind in kinds):
            body = self._new("sequence", self._raise(inner), body)
        if any("escalation" in kind for kind in kinds):
            body = self._new("sequence", self._escalate_now(inner, end=True), body)
        return body

    def _regret(self, size: int, around: Around) -> Block:
        """Parts of which some can be undone, and an event after them, or in an event subprocess, that asks for it."""
        parts = [self._undone(share, around) for share in self._shares(size, self._pick(1, 2, 2))]
        parts.insert(self._random.randint(0, len(parts)), self._block(size // 3, around))
        said = self._event_said(self._pick("timer", "clos", "feu", "condition"), 0.3)
        mode, host = self._pick("after", "after", "end", "handler"), self._pick("here", "sub")
        return self._new("regret", *parts, mode=mode, host=host,
                         named=self._pick(0, 0, 1, 2), interrupting=self._chance(0.5), **said)  # fmt: skip

    def _undone(self, size: int, around: Around) -> Block:
        """An activity that has a handler, or one in which something has."""
        around = replace(around, depth=around.depth + 1)
        grow = self._pick(Grower._user, Grower._script, Grower._many, Grower._looped, Grower._sub, Grower._call,
                          Grower._many_sub, Grower._looped_sub, Grower._service)  # fmt: skip
        part = grow(self, around) if grow in _SMALL else grow(self, max(size - 1, 0), around)
        return self._new("undone", part, by=self._pick("user", "script", "sub", "many"))

    def _deadline(self, size: int, around: Around) -> Block:
        host = self._pick("user", "user", "receive", "many")
        return self._new(
            "deadline", self._block(size, around), host=host, many=self._many_said(), **self._event()
        )

    def _beside(self, size: int, around: Around) -> Block:
        """An event that does not interrupt, and what it brings, each time."""
        host = self._pick("user", "user", "receive", "many")
        said = self._event(cycles=True)
        return self._new(
            "beside", self._block(min(size, 3), around), host=host, many=self._many_said(), **said
        )

    def _events(self, size: int, around: Around) -> Block:
        count = self._pick(2, 3)
        kinds = self._random.sample(["clos", "venu", "feu", "timer", "timer2", "receive", "condition"], count)
        if {"clos", "receive"} <= set(kinds):  # both await the same message
            kinds.remove("receive")
            kinds.append("eau")
        events = tuple(self._event_said(kind, 0.1) for kind in kinds)
        return self._new("events", *self._blocks(size, count, around), events=events)

    def _call(self, size: int, around: Around) -> Block:
        block = self._new("call", self._block(size, replace(around, names=("total",))))
        if not any(part.kind in ("raise", "escalate") for part in block.everything()):
            self._called.append(block.n)
        return block

    def _again(self, size: int, around: Around) -> Block:
        if not self._called:
            return self._call(size, around)
        return self._new("again", of=self._pick(*self._called))

    def _stop(self, size: int, around: Around) -> Block:
        """A subprocess of branches that do not meet; some of their ends terminate it."""
        parts = self._blocks(size, self._pick(2, 3), around)
        return self._new(
            "stop", *parts, ends=tuple(self._pick("", "terminate", "confie", "feu", "eau") for _ in parts)
        )

    def _web(self, size: int, around: Around) -> Block:
        """Parts on a graph without loops. ``and``: all gateways parallel; ``or``: joins inclusive, any split."""
        parts = self._blocks(size, self._random.randint(3, 6), around)
        last = len(parts) - 1
        edges = {(self._random.randint(0, high - 1), high) for high in range(1, last + 1)}
        edges |= {(low, self._random.randint(low + 1, last)) for low in range(last)}
        edges |= {
            tuple(sorted(self._random.sample(range(last + 1), 2))) for _ in range(self._random.randint(0, 3))
        }
        splits = tuple(self._pick("parallel", "exclusive", "inclusive") for _ in parts)
        return self._new("web", *parts, edges=tuple(sorted(edges)), splits=splits, joins=self._pick("and", "or", "or"),
                         conditions={edge: self._condition(around) for edge in sorted(edges)})  # fmt: skip

    def _knot(self, size: int, around: Around) -> Block:
        """Tasks with a person each, and jumps from anywhere to anywhere, as they answer: choices only."""
        tasks = [self._new("user") for _ in range(self._random.randint(2, 4))]
        jumps = tuple(
            (self._random.randrange(4), f"v{task.n} >= {self._random.randint(4, 8)}") for task in tasks
        )
        return self._new("knot", *tasks, jumps=jumps)

    def _graft(self, size: int, around: Around) -> Block:
        """A jump between two flows drawn anywhere within; the checks say whether it makes sense."""
        part = self._block(size, around)
        return self._new(
            "graft", part, source=self._random.randrange(1000), target=self._random.randrange(1000)
        )


_LEAVES: Mapping[str, Any] = {
    "raise": Grower._raise, "escalate": Grower._escalate, "catch": Grower._catch, "throw": Grower._throw,
    "script": Grower._script, "service": Grower._service, "many": Grower._many, "reminder": Grower._reminder,
    "refusal": Grower._refusal, "looped": Grower._looped, "user": Grower._user,
}  # fmt: skip
_COMPOSITES: tuple[Any, ...] = (
    *[Grower._sequence] * 8, *[Grower._parallel] * 3, Grower._exclusive, *[Grower._inclusive] * 3, Grower._loop,
    Grower._loop, Grower._sub, Grower._many_sub, Grower._many_sub, Grower._many_call, *[Grower._guarded] * 4,
    *[Grower._listening] * 4, Grower._looped_sub, *[Grower._regret] * 4,
    Grower._deadline, Grower._beside, Grower._events, Grower._events, Grower._call, Grower._again, Grower._stop,
    *[Grower._web] * 2, Grower._knot, *[Grower._graft] * 2,
)  # fmt: skip
_SMALL = (Grower._user, Grower._script, Grower._many, Grower._looped, Grower._service)
