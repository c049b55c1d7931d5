"""Draws a tree of blocks as BPMN files. Ids come from the blocks' numbers, so a smaller tree keeps them."""

from itertools import pairwise
from typing import Any

from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.fuzz.blocks import Block

Ends = tuple[str, str]
DECLARED = {"m_clos": ("message", "bilan.clos.v1"), "m_venu": ("message", "bilan.venu.v1"),
            "m_confie": ("message", "enrolment.confie.v1"), "s_feu": ("signal", "feu"), "s_eau": ("signal", "eau"),
            "e_perdu": ("error", "perdu"), "e_refus": ("error", "refus"),
             "x_tard": ("escalation", "tard")}  # fmt: skip
TYPES = {"total": "number", "recu": "number", "liste": "list", "qui": "list", "notes": "list"}


def draw(tree: Block) -> list[Bpmn]:
    """The process and those it calls. Raises KeyError when a called process is no longer in the tree."""
    artist = Artist()
    main = artist.file("essai", '"Essai"', tree)
    for n in artist.called_again:
        if n not in artist.called:
            raise KeyError(n)
    diagrams = [main, *artist.called.values()]
    for diagram in diagrams:
        _declare(diagram)
    return diagrams


def _declare(diagram: Bpmn) -> None:
    """What its events refer to."""
    content = diagram.content()
    for reference, (kind, name) in DECLARED.items():
        if f'Ref="{reference}"' in content:
            diagram.message(name, recu="number") if kind == "message" else getattr(diagram, kind)(name)


class Artist:
    """``body``: the process or subprocess that is being drawn."""

    def __init__(self) -> None:
        self.called: dict[int, Bpmn] = {}
        self.called_again: list[int] = []

    def file(self, id: str, label: str, tree: Block) -> Bpmn:
        diagram = Bpmn(id, label=label).variables(**TYPES)
        start, end = f"debut_{id}", f"fin_{id}"
        first, last = self.block(diagram, tree)
        diagram.start(start).end(end).flow(start, first).flow(last, end)
        return diagram

    def block(self, body: Body, block: Block) -> Ends:
        return getattr(self, f"_{block.kind}")(body, block)  # type: ignore[no-any-return]

    def inner(self, block: Block, name: str, types: dict[str, str] | None = None) -> Body:
        """A subprocess's content."""
        body = Body().variables(**(types or {}))
        first, last = self.block(body, block)
        return body.start(f"d_{name}").end(f"f_{name}").flow(f"d_{name}", first).flow(last, f"f_{name}")

    # one element

    def _user(self, body: Body, block: Block) -> Ends:
        name, variable = f"u{block.n}", f"v{block.n}"
        if block.said.get("drawn"):
            body.data(variable, "number")
        else:
            body.variables(**{variable: "number"})
        body.user(name, outputs={variable: "number"})
        return name, name

    def _link(self, body: Body, block: Block) -> Ends:
        thrown, caught = f"lt{block.n}", f"lc{block.n}"
        body.node("intermediateThrowEvent", thrown, b.link(f"l{block.n}"))
        body.node("intermediateCatchEvent", caught, b.link(f"l{block.n}"))
        return thrown, caught

    def _task(self, body: Body, block: Block) -> Ends:
        body.node("task", f"t{block.n}")
        return f"t{block.n}", f"t{block.n}"

    def _script(self, body: Body, block: Block) -> Ends:
        name, add = f"s{block.n}", block.said["add"]
        fault = {"type": ['total = "dix"'], "null": ['total = number("x")'], "": []}[block.said["fault"]]
        body.script(
            name,
            f"total = modulo(total + {add}, 10)",
            f"liste = append(liste, {block.n} + total / 10)",
            *fault,
        )
        return name, name

    def _service(self, body: Body, block: Block) -> Ends:
        """An operation that now and then raises a business error, taken on the spot."""
        name, event, met = f"o{block.n}", f"oe{block.n}", f"oj{block.n}"
        body.service(name, "compter").boundary(event, name, b.error("perdu")).xor(met)
        body.chain(name, met).chain(event, met)
        return name, met

    def _raise(self, body: Body, block: Block) -> Ends:
        return self._sometimes(body, block, "endEvent", b.error("perdu"))

    def _escalate(self, body: Body, block: Block) -> Ends:
        if block.said["end"]:
            return self._sometimes(body, block, "endEvent", b.escalation("tard"))
        body.node("intermediateThrowEvent", f"x{block.n}", b.escalation("tard"))
        return f"x{block.n}", f"x{block.n}"

    def _sometimes(self, body: Body, block: Block, tag: str, definition: str) -> Ends:
        gate, end, on = f"xg{block.n}", f"xe{block.n}", f"xt{block.n}"
        body.xor(gate, default=f"f_{gate}_{on}").node(tag, end, definition).node("task", on)
        body.chain(gate, on).flow(gate, end, block.said["condition"])
        return gate, on

    def _throw(self, body: Body, block: Block) -> Ends:
        name, event = f"w{block.n}", block.said["event"]
        if event == "send":
            body.node("sendTask", name, messageRef="m_confie")
        else:
            body.node(
                "intermediateThrowEvent", name, b.message(event) if event == "confie" else b.signal(event)
            )
        return name, name

    def _catch(self, body: Body, block: Block) -> Ends:
        self.catch(body, f"k{block.n}", block.said)
        return f"k{block.n}", f"k{block.n}"

    def catch(self, body: Body, name: str, said: Any) -> None:
        if said["event"] == "receive":
            body.node("receiveTask", name, messageRef="m_clos")
        else:
            body.node("intermediateCatchEvent", name, definition(said, cycle=False))

    # parts in order, and beside one another

    def _sequence(self, body: Body, block: Block) -> Ends:
        ends = [self.block(body, part) for part in block.parts]
        for before, after in pairwise(ends):
            body.flow(before[1], after[0])
        return ends[0][0], ends[-1][1]

    def _parallel(self, body: Body, block: Block) -> Ends:
        return self._branches(body, block, "parallelGateway", ())

    def _exclusive(self, body: Body, block: Block) -> Ends:
        return self._branches(body, block, "exclusiveGateway", block.said["conditions"])

    def _inclusive(self, body: Body, block: Block) -> Ends:
        return self._branches(body, block, "inclusiveGateway", block.said["conditions"])

    def _branches(self, body: Body, block: Block, tag: str, conditions: tuple[str, ...]) -> Ends:
        opening, closing = f"g{block.n}", f"j{block.n}"
        body.node(tag, opening, **({"default": f"f{block.n}_0"} if conditions else {})).node(tag, closing)
        for number, part in enumerate(block.parts):
            first, last = self.block(body, part)
            condition = conditions[number] if conditions and number else ""
            body.flow(opening, first, condition, id=f"f{block.n}_{number}").flow(last, closing)
        return opening, closing

    def _loop(self, body: Body, block: Block) -> Ends:
        n, turn = block.n, f"tour{block.n}"
        back, count, again, out = f"r{n}", f"c{n}", f"l{n}", f"lo{n}"
        first, last = self.block(body, block.parts[0])
        body.variables(**{turn: "number"}).xor(back).xor(again, default=f"f_{again}_{out}").node("task", out)
        body.script(count, f"{turn} = (if {turn} = null then 0 else {turn}) + 1")
        body.chain(back, first).chain(last, count, again, out)
        body.flow(again, back, f"modulo({turn}, {block.said['times']}) != 0")
        return back, out

    def _events(self, body: Body, block: Block) -> Ends:
        gateway, met = f"g{block.n}", f"j{block.n}"
        body.node("eventBasedGateway", gateway).xor(met)
        for number, (part, said) in enumerate(zip(block.parts, block.said["events"], strict=True)):
            name = f"k{block.n}_{number}"
            self.catch(body, name, said)
            first, last = self.block(body, part)
            body.chain(gateway, name, first).flow(last, met)
        return gateway, met

    # graphs without structure

    def _web(self, body: Body, block: Block) -> Ends:
        n, said = block.n, block.said
        ends = [self.block(body, part) for part in block.parts]
        for number in range(len(ends)):
            self._web_gates(body, block, number, ends)
        for low, high in said["edges"]:
            outs = [edge for edge in said["edges"] if edge[0] == low]
            ins = [edge for edge in said["edges"] if edge[1] == high]
            source = f"ws{n}_{low}" if len(outs) > 1 else ends[low][1]
            target = f"wj{n}_{high}" if len(ins) > 1 else ends[high][0]
            split = "parallel" if said["joins"] == "and" else said["splits"][low]
            decides = len(outs) > 1 and split != "parallel" and outs[0] != (low, high)
            body.flow(
                source, target, said["conditions"][low, high] if decides else "", id=f"w{n}_{low}_{high}"
            )
        return ends[0][0], ends[-1][1]

    def _web_gates(self, body: Body, block: Block, number: int, ends: list[Ends]) -> None:
        n, said = block.n, block.said
        outs = [edge for edge in said["edges"] if edge[0] == number]
        if sum(edge[1] == number for edge in said["edges"]) > 1:
            join = "parallelGateway" if said["joins"] == "and" else "inclusiveGateway"
            body.node(join, f"wj{n}_{number}").flow(f"wj{n}_{number}", ends[number][0])
        if len(outs) > 1:
            split = "parallel" if said["joins"] == "and" else said["splits"][number]
            default = {} if split == "parallel" else {"default": f"w{n}_{number}_{outs[0][1]}"}
            body.node(f"{split}Gateway", f"ws{n}_{number}", **default).flow(
                ends[number][1], f"ws{n}_{number}"
            )

    def _knot(self, body: Body, block: Block) -> Ends:
        """After each task the next one, or a jump; the last one goes out."""
        n, count = block.n, len(block.parts)
        ends = [self.block(body, part) for part in block.parts]
        for number in range(count):
            body.xor(f"km{n}_{number}").xor(f"kx{n}_{number}", default=f"kd{n}_{number}")
            body.chain(f"km{n}_{number}", ends[number][0]).chain(ends[number][1], f"kx{n}_{number}")
        body.node("task", f"km{n}_{count}")
        for number, (target, condition) in enumerate(block.said["jumps"][:count]):
            body.flow(f"kx{n}_{number}", f"km{n}_{number + 1}", id=f"kd{n}_{number}")
            body.flow(f"kx{n}_{number}", f"km{n}_{target % count}", condition, id=f"kj{n}_{number}")
        return f"km{n}_0", f"km{n}_{count}"

    def _graft(self, body: Body, block: Block) -> Ends:
        n, before = block.n, len(body._flows)
        ends = self.block(body, block.parts[0])
        drawn = range(before, len(body._flows))
        source, target = (
            drawn[block.said[end] % len(drawn)] if drawn else -1 for end in ("source", "target")
        )
        if source == target:
            return ends
        count, gate, met, turn = f"gc{n}", f"gx{n}", f"gm{n}", f"saut{n}"
        for index, (node, way) in ((source, (count, gate)), (target, (met, met))):
            id_, start, end, condition = body._flows[index]
            body._flows[index] = (id_, start, node, condition)
            body.flow(way, end, id=f"gd{n}" if way == gate else "")
        body.variables(**{turn: "number"}).script(
            count, f"{turn} = (if {turn} = null then 0 else {turn}) + 1"
        )
        body.xor(gate, default=f"gd{n}").xor(met).chain(count, gate)
        body.flow(gate, met, f"{turn} < 3", id=f"gj{n}")
        return ends

    # activities with something inside or on their edge

    def _many(self, body: Body, block: Block) -> Ends:
        self.host(body, f"m{block.n}", block.said["tag"], block.n, block.said)
        return f"m{block.n}", f"m{block.n}"

    def host(self, body: Body, name: str, tag: str, n: int, many: Any) -> None:
        """A single activity: a task for somebody, an awaited message, or many of them."""
        if tag == "many":
            tag = "many_user"
        if tag == "receive" and "source" not in many:
            body.node("receiveTask", name, messageRef="m_venu")
        elif tag == "user" and "source" not in many:
            body.variables(**{f"v{n}": "number"}).user(name, outputs={f"v{n}": "number"})
        else:
            self._host_of_many(body, name, tag.removeprefix("many_"), n, many)

    def _host_of_many(self, body: Body, name: str, tag: str, n: int, many: Any) -> None:
        ext, group, note = b.variables_xml(item_types(n, many)), characteristics(n, many), f"n{n}"
        if tag == "user":
            body.user(name, group, outputs={note: "number"}, ext=ext)
        elif tag == "receive":
            body.node("receiveTask", name, group, ext, messageRef="m_venu")
        else:
            script = f"<bpmn:script>{note} = total + 1\nliste = append(liste, {n})</bpmn:script>"
            body.node("scriptTask", name, group + script, ext, scriptFormat="feel")

    def _sub(self, body: Body, block: Block) -> Ends:
        types = {"total": "number"} if block.said["own"] else {}
        self._subprocess(body, f"p{block.n}", block.parts[0], types)
        return f"p{block.n}", f"p{block.n}"

    def _subprocess(self, body: Body, name: str, part: Block, types: dict[str, str]) -> None:
        inner = self.inner(part, name, types)
        if "total" in types:  # its own total begins at null
            first = inner._flows[-2]
            inner._flows[-2] = (first[0], first[1], f"z_{name}", first[3])
            inner.script(f"z_{name}", "total = 0").flow(f"z_{name}", first[2])
        body.sub(name, inner)

    def _many_sub(self, body: Body, block: Block) -> Ends:
        self._sub_of_many(body, f"p{block.n}", block.parts[0], block.n, block.said)
        return f"p{block.n}", f"p{block.n}"

    def _sub_of_many(
        self, body: Body, name: str, part: Block, n: int, many: Any, listening: Block | None = None
    ) -> None:
        inner = self.inner(part, name)
        inner.variables(**item_types(n, many))
        note = f"y{n}"
        last = inner._flows[-1]
        inner._flows[-1] = (last[0], last[1], note, last[3])
        inner.script(note, f"n{n} = total").flow(note, last[2])
        if listening is not None:
            self._listen(inner, listening)
        body.sub(name, inner, characteristics(n, many))

    def _call(self, body: Body, block: Block) -> Ends:
        self.call(body, f"a{block.n}", block.n, block.parts[0])
        return f"a{block.n}", f"a{block.n}"

    def call(
        self, body: Body, name: str, n: int, part: Block, inner: str = "", ext: str = "", result: str = ""
    ) -> None:
        self.called[n] = self.file(f"appel{n}", "", part)
        self._call_node(body, name, n, inner, ext, result)

    def _again(self, body: Body, block: Block) -> Ends:
        self.called_again.append(block.said["of"])
        self._call_node(body, f"a{block.n}", block.said["of"], "", "", "")
        return f"a{block.n}", f"a{block.n}"

    def _call_node(self, body: Body, name: str, n: int, inner: str, ext: str, result: str) -> None:
        inputs = "".join(
            f'<parcours:input variable="{v}" expression="{v}"/>' for v in ("lycee", "total", "liste", "qui")
        )
        outputs = '<parcours:output variable="total" expression="modulo(total + 1, 10)"/>'
        outputs += '<parcours:output variable="liste" expression="liste"/>'
        outputs += f'<parcours:output variable="{result}" expression="total"/>' if result else ""
        body.node("callActivity", name, inner, ext + inputs + outputs, calledElement=f"appel{n}")

    def _many_call(self, body: Body, block: Block) -> Ends:
        n = block.n
        ext = b.variables_xml(item_types(n, block.said))
        self.call(body, f"a{n}", n, block.parts[0], characteristics(n, block.said), ext, f"n{n}")
        return f"a{n}", f"a{n}"

    def _stop(self, body: Body, block: Block) -> Ends:
        n, inner = block.n, Body()
        inner.start(f"d_q{n}").parallel(f"qg{n}").flow(f"d_q{n}", f"qg{n}")
        ends = {"": "", "terminate": b.terminate(), "confie": b.message("confie"), "feu": b.signal("feu"),
                "eau": b.signal("eau")}  # fmt: skip
        for number, (part, kind) in enumerate(zip(block.parts, block.said["ends"], strict=False)):
            first, last = self.block(inner, part)
            inner.end(f"qe{n}_{number}", ends[kind]).flow(f"qg{n}", first).flow(last, f"qe{n}_{number}")
        body.sub(f"q{n}", inner)
        return f"q{n}", f"q{n}"

    def _guarded(self, body: Body, block: Block) -> Ends:
        n, said = block.n, block.said
        name, met = f"p{n}", f"j{n}"
        if said["host"] == "call":
            self.call(body, name, n, block.parts[0])
        elif said["host"] == "sub":
            self._subprocess(body, name, block.parts[0], {})
        else:
            self._sub_of_many(body, name, block.parts[0], n, said["many"])
        body.xor(met).flow(name, met)
        for number, (part, event) in enumerate(zip(block.parts[1:], said["events"], strict=True)):
            on_edge = f"b{n}_{number}"
            body.boundary(on_edge, name, definition(event), event["interrupting"])
            first, last = self.block(body, part)
            body.flow(on_edge, first)
            if event["interrupting"]:
                body.flow(last, met)
            else:
                body.end(f"e{n}_{number}").flow(last, f"e{n}_{number}")
        return name, met

    def _listening(self, body: Body, block: Block) -> Ends:
        n, host = block.n, block.said["host"]
        if host == "here":
            self._listen(body, block)
            return self.block(body, block.parts[0])
        name = f"p{n}"
        if host == "call":
            self.call(body, name, n, block.parts[0])
            self._listen(self.called[n], block)
        elif host == "sub":
            inner = self.inner(block.parts[0], name)
            self._listen(inner, block)
            body.sub(name, inner)
        else:
            self._sub_of_many(body, name, block.parts[0], n, block.said["many"], listening=block)
        return name, name

    def _listen(self, body: Body, block: Block) -> None:
        """Event subprocesses in a scope."""
        for number, (part, event) in enumerate(zip(block.parts[1:], block.said["events"], strict=True)):
            name, inner = f"h{block.n}_{number}", Body()
            first, last = self.block(inner, part)
            inner.end(f"f_{name}").flow(f"d_{name}", first).flow(last, f"f_{name}")
            body.event_sub(name, inner, f"d_{name}", definition(event), event["interrupting"])

    def _looped(self, body: Body, block: Block) -> Ends:
        n, name, turns = block.n, f"m{block.n}", looping(block.said)
        if block.said["tag"] == "user":
            body.variables(**{f"v{n}": "number"}).user(name, turns, outputs={f"v{n}": "number"})
        elif block.said["tag"] == "receive":
            body.node("receiveTask", name, turns, messageRef="m_venu")
        else:
            script = f"<bpmn:script>total = modulo(total + 1, 10)\nliste = append(liste, {n})</bpmn:script>"
            body.node("scriptTask", name, turns + script, scriptFormat="feel")
        return name, name

    def _looped_sub(self, body: Body, block: Block) -> Ends:
        name = f"p{block.n}"
        body.sub(name, self.inner(block.parts[0], name), looping(block.said))
        return name, name

    def _undone(self, body: Body, block: Block) -> Ends:
        n, by, undo = block.n, block.said["by"], {"isForCompensation": "true"}
        ends = self.block(body, block.parts[0])
        name, noted = f"z{n}", f"liste = append(liste, {-n})"
        if by == "user":
            body.user(name, **undo)
        elif by == "script":
            body.script(name, noted, "total = modulo(total + 1, 10)", **undo)
        elif by == "many":
            body.user(name, b.many(cardinality="2"), **undo)
        else:
            inner = Body().start(f"d_{name}").script(f"s_{name}", noted).user(f"u_{name}").end(f"f_{name}")
            body.sub(name, inner.chain(f"d_{name}", f"s_{name}", f"u_{name}", f"f_{name}"), **undo)
        body.undone(ends[0], name)
        return ends

    def _regret(self, body: Body, block: Block) -> Ends:
        if block.said["host"] == "here" and block.said["mode"] != "end":
            return self._regretted(body, block)
        name, inner = f"p{block.n}", Body()
        first, last = self._regretted(inner, block)
        inner.start(f"d_{name}").flow(f"d_{name}", first)
        if block.said["mode"] == "end":
            inner.end(f"f_{name}", b.compensate()).flow(last, f"f_{name}")
        else:
            inner.end(f"f_{name}").flow(last, f"f_{name}")
        body.sub(name, inner)
        return name, name

    def _regretted(self, body: Body, block: Block) -> Ends:
        n, said = block.n, block.said
        ends = [self.block(body, part) for part in block.parts]
        undone = [end[0] for part, end in zip(block.parts, ends, strict=True) if part.kind == "undone"]
        thrown = b.compensate(["", *undone][said["named"] % (len(undone) + 1)])
        for before, after in pairwise(ends):
            body.flow(before[1], after[0])
        if said["mode"] == "after":
            body.node("intermediateThrowEvent", f"y{n}", thrown).flow(ends[-1][1], f"y{n}")
            return ends[0][0], f"y{n}"
        if said["mode"] == "handler":
            name, inner = f"h{n}", Body().end(f"f_h{n}", thrown)
            inner.flow(f"d_{name}", f"f_{name}")
            body.event_sub(name, inner, f"d_{name}", definition(said), said["interrupting"])
        return ends[0][0], ends[-1][1]

    def _reminder(self, body: Body, block: Block) -> Ends:
        name, event, end = f"u{block.n}", f"b{block.n}", f"e{block.n}"
        self.host(body, name, "user", block.n, {})
        body.boundary(event, name, definition(block.said), False).end(end).script(
            f"br{block.n}", f"liste = append(liste, {block.n})"
        )
        body.chain(event, f"br{block.n}", end)
        return name, name

    def _refusal(self, body: Body, block: Block) -> Ends:
        name, event, met = f"u{block.n}", f"b{block.n}", f"j{block.n}"
        self.host(
            body,
            name,
            block.said["host"],
            block.n,
            block.said["many"] if block.said["host"] == "many" else {},
        )
        body.boundary(event, name, b.error("refus")).xor(met).chain(name, met).chain(event, met)
        return name, met

    def _deadline(self, body: Body, block: Block) -> Ends:
        name, event, met = f"u{block.n}", f"b{block.n}", f"j{block.n}"
        self.host(
            body,
            name,
            block.said["host"],
            block.n,
            block.said["many"] if block.said["host"] == "many" else {},
        )
        first, last = self.block(body, block.parts[0])
        body.boundary(event, name, definition(block.said)).xor(met).chain(name, met).chain(last, met).flow(
            event, first
        )
        return name, met

    def _beside(self, body: Body, block: Block) -> Ends:
        name, event, end = f"u{block.n}", f"b{block.n}", f"e{block.n}"
        self.host(
            body,
            name,
            block.said["host"],
            block.n,
            block.said["many"] if block.said["host"] == "many" else {},
        )
        first, last = self.block(body, block.parts[0])
        body.boundary(event, name, definition(block.said), False).end(end).flow(event, first).flow(last, end)
        return name, name


def definition(said: Any, cycle: bool = True) -> str:
    """An event definition."""
    event = said["event"].removesuffix("2")
    if event == "timer":
        text, kind = said["timer"]
        return b.timer("PT4H") if kind == "timeCycle" and not cycle else b.timer(text, kind)
    if event in ("clos", "venu"):
        return b.message(event)
    if event == "condition":
        return b.conditional(said["condition"])
    if event in ("feu", "eau"):
        return b.signal(event)
    return {"error": b.error("perdu"), "any_error": b.error(""), "escalation": b.escalation("tard"),
            "any_escalation": b.escalation("")}[event]  # fmt: skip


def item_types(n: int, many: Any) -> dict[str, str]:
    return ({f"i{n}": "string"} if many["source"] == "qui" else {}) | {f"n{n}": "number"}


def characteristics(n: int, many: Any) -> str:
    of = (
        {"collection": "qui", "item": f"i{n}"} if many["source"] == "qui" else {"cardinality": many["source"]}
    )
    return b.many(results="notes", result=f"n{n}", until=many["until"], sequential=many["sequential"], **of)


def looping(said: Any) -> str:
    return b.loop(said["condition"], said["most"], before=said["before"])
