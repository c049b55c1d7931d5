"""The processes that have a part in one parcours, each as what the others see of it: messages sent and received."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.bpmn.model import Node, Process
from shared.bpmn.soundness.analysis import Analysis, after_reminders, projected
from shared.bpmn.soundness.behaviour import Behaviour
from shared.bpmn.soundness.building import Aspect
from shared.bpmn.soundness.flags import Flags, Writing, flags_of
from shared.bpmn.soundness.graph import Label, Values
from shared.bpmn.soundness.net import Net
from shared.bpmn.soundness.search import Explored, State, explore
from shared.bpmn.soundness.values import ANYTHING, Known

Letter = tuple[str, tuple[tuple[str, Known], ...]]
"""A message as it travels: its name, and what is known of the fields that decide something where it arrives."""
Carried = Mapping[str, Sequence[str]]
"""Message → those fields."""
MOST_ROUNDS = 6


@dataclass(frozen=True)
class Member:
    """A process of a service, with all that it calls."""

    service: str
    process: Process
    processes: Mapping[str, Process]
    writing: Writing


@dataclass(frozen=True)
class Part:
    """``begins``: the label of the letter that starts it ("": a person) → the state it begins in.

    ``blocks``: the number in ``behaviour`` of each state; ``letters``: those that it sends, by label;
    ``shown_as``: the label of a step with what is known where it is made.
    """

    member: Member
    found: Explored
    behaviour: Behaviour
    blocks: Mapping[State, int]
    begins: Mapping[str, State]
    letters: Mapping[str, Letter]
    shown_as: Callable[[Label, State], Label]


def parts_of(members: Sequence[Member], limit: int) -> tuple[list[Part], bool]:
    """Each part alone, and whether all was looked at. What one sends decides how another begins, till no more comes."""
    carried, flags = _followed(members)
    letters: dict[str, Letter] = {}
    for _ in range(MOST_ROUNDS):
        parts = [
            _part(member, each, carried, letters, limit) for member, each in zip(members, flags, strict=True)
        ]
        more = {label: letter for part in parts for label, letter in part.letters.items()}
        if more.keys() <= letters.keys():
            return parts, all(part.found.complete for part in parts)
        letters |= more
    return parts, False


def _part(member: Member, flags: Flags, carried: Carried, letters: Mapping[str, Letter], limit: int) -> Part:
    process, sent = member.process, dict[str, Letter]()
    analysis = Analysis(member.processes, Aspect(takes_time=False, messages=True), limit)
    net = analysis.net(process.scope, flags=flags)
    begins = dict(_beginnings(process, net, flags, letters))
    found = explore(net, dict.fromkeys(begins.values(), ()), after_reminders(process.scope), limit)

    def shown_as(label: Label, state: State) -> Label:
        if label[0] != "send":
            return label
        letter = label[1], _payload(process, flags, carried.get(label[1], ()), label[1], state[1])
        sent[repr(letter)] = letter
        return "send", repr(letter)

    behaviour, blocks = projected(found, process.scope, shown_as)
    return Part(member, found, behaviour, blocks, begins, sent, shown_as)


def _beginnings(
    process: Process, net: Net, flags: Flags, letters: Mapping[str, Letter]
) -> Iterator[tuple[str, State]]:
    for start in process.scope.starts():
        if start.trigger.kind == "none":
            yield "", (net.places.first(start.id), flags.anything())
        for label, letter in letters.items():
            if (start.trigger.kind, start.trigger.name) == ("message", letter[0]):
                yield label, (net.places.first(start.id), _begun_with(process, flags, start, letter))


def _begun_with(process: Process, flags: Flags, start: Node, letter: Letter) -> Values:
    """Nothing was ever written but what the message brings."""
    known, brought = flags.known(flags.nothing_written()), dict(letter[1])
    for field in process.messages[start.trigger.name].fields:
        if field.variable in known:
            known[field.variable] = brought.get(field.name, ANYTHING)
    return flags.values(known)


def _payload(
    process: Process, flags: Flags, carried: Sequence[str], name: str, values: Values
) -> tuple[tuple[str, Known], ...]:
    known = flags.known(values)
    fields = process.messages[name].fields if name in process.messages else ()
    return tuple((each.name, known.get(each.variable, ANYTHING)) for each in fields if each.name in carried)


def _followed(members: Sequence[Member]) -> tuple[Carried, list[Flags]]:
    """The variables that decide somewhere, and those that a message brings there."""
    carried: dict[str, list[str]] = {}
    for member in members:
        followed = flags_of(member.process, member.process.scope, member.writing).names
        for start in member.process.scope.starts():
            message = member.process.messages.get(start.trigger.name)
            found = [field.name for field in message.fields if field.variable in followed] if message else []
            carried.setdefault(start.trigger.name, []).extend(found)
    flags = []
    for each in members:
        wanted = {
            field.variable for message in each.process.messages.values() for field in message.fields
            if field.name in carried.get(message.name, ())
        }  # fmt: skip
        flags.append(flags_of(each.process, each.process.scope, each.writing, wanted))
    return carried, flags
