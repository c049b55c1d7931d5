"""The audit at the end: what became of each parcours, of each message and of each task, against the oracle."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import and_, func, select

from services.simulate.changes import PLACES
from services.simulate.looks import IS_TRANSFER, SERVICES, Looks
from services.simulate.oracle import BESIDE, Expected
from shared.bpmn.tables import instance
from shared.messaging.tables import HANDLED, mailbox, outbox
from shared.process.replacing.tables import replacement
from shared.process.tables import story
from shared.tasks.tables import task

Ends = Mapping[str, str | None]
_SENT = select(func.count()).select_from(outbox).where(IS_TRANSFER)


class Case(Protocol):
    """What is to end as expected: a pupil's parcours, or a cycle of workshops. ``trouble``: why nobody could go on."""

    trouble: str | None

    @property
    def parcours_id(self) -> str: ...


@dataclass(frozen=True)
class Findings:
    """``changes``: transfers by what came of them, replacements, suspensions; ``faults``: sentences about what is
    stuck, lost, doubled or wrong, by parcours or message id."""

    ended: int
    outcomes: Mapping[str, int]
    tasks: Mapping[str, int]
    changes: Mapping[str, int]
    messages: int
    stuck: int
    lost: int
    doubled: int
    wrong: int
    faults: Sequence[str]


def audit(
    looks: Looks, cases: Sequence[Case], expected: Mapping[str, Expected], unlike: Sequence[str] = ()
) -> Findings:
    """``expected``: by parcours id; ``unlike``: what else was found to be wrong. Only ``cases`` may exist."""
    ends, running = _ends(looks)
    done, replaced = _tasks_done(looks), _replaced(looks)
    stuck = [case for case in cases if case.parcours_id in running or case.parcours_id not in ends]
    ids = {case.parcours_id for case in cases} - {case.parcours_id for case in stuck}
    ended = [case.parcours_id for case in cases if case.parcours_id in ids]
    wrong = [
        f"{each}: {difference}"
        for each in ended if (difference := _difference(expected[each], ends[each], done[each], replaced.get(each, {})))
    ]  # fmt: skip
    wrong += [f"{each}: nobody began it" for each in ends.keys() - expected.keys()] + list(unlike)
    lost, doubled = list(_lost(looks)), list(_doubled(looks))
    return Findings(
        ended=len(ended),
        outcomes=_sorted(+Counter(filter(None, (_outcome(ends[each]) for each in ended)))),
        tasks=_sorted(sum(done.values(), Counter())),
        changes=_changes(ends, done, replaced),
        messages=sum(count for _, (count,) in looks.everywhere(_SENT)),
        stuck=len(stuck),
        lost=len(lost),
        doubled=len(doubled),
        wrong=len(wrong),
        faults=[
            *(
                f"stuck: {case.parcours_id} ({case.trouble or 'nothing to do, nothing due'})"
                for case in stuck
            ),
            *(f"lost: {each}" for each in lost),
            *(f"doubled: {each}" for each in doubled),
            *(f"wrong: {each}" for each in wrong),
        ],
    )


def _ends(looks: Looks) -> tuple[dict[str, dict[str, str | None]], Collection[str]]:
    """By parcours id the end event of each process, and the ids of the parcours that have not wholly ended."""
    ends: dict[str, dict[str, str | None]] = defaultdict(dict)
    running = set()
    columns = (instance.c.parcours_id, instance.c.process_id, instance.c.status, instance.c.end_element)
    for _, (parcours_id, process_id, status, end) in looks.everywhere(select(*columns)):
        ends[parcours_id][process_id] = end
        if status != "ended":
            running.add(parcours_id)
    return ends, running


def _tasks_done(looks: Looks) -> dict[str, Counter[str]]:
    done: dict[str, Counter[str]] = defaultdict(Counter)
    columns = (task.c.parcours_id, task.c.element_id, func.count())
    query = select(*columns).where(task.c.status == "completed").group_by(*columns[:2])
    for _, (parcours_id, element, count) in looks.everywhere(query):
        done[parcours_id][element] += count
    return done


def _replaced(looks: Looks) -> dict[str, Mapping[str, Counter[str]]]:
    """By parcours that changed hands: service → role → how often, as each service has applied it."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for service, (parcours_id, role) in looks.everywhere(
        select(replacement.c.parcours_id, replacement.c.role)
    ):
        found.setdefault(parcours_id, {each: Counter() for each in SERVICES})[service][role] += 1
    return dict(found)


def _changes(
    ends: Mapping[str, Ends],
    done: Mapping[str, Counter[str]],
    replaced: Mapping[str, Mapping[str, Counter[str]]],
) -> dict[str, int]:
    """What happened beside the courses, counted over all parcours."""
    asked = [each["transfert"] for each in ends.values() if "transfert" in each]
    people = sum(1 for each in replaced.values() if not PLACES & each["enrolment"].keys())
    counts = Counter({
        "transferts_acceptes": asked.count("fin_transfere"), "transferts_non_acceptes": asked.count("fin_garde"),
        "transferts_sans_objet": asked.count(None), "remplacements": people,
        "suspensions": sum(each["suspendre_suivi"] for each in done.values()),
    })  # fmt: skip
    return _sorted(+counts)


def _lost(looks: Looks) -> Iterator[str]:
    """Messages not sent, or sent and never handled by who receives them."""
    handled = select(mailbox.c.message_id).where(mailbox.c.status == HANDLED)
    arrived = {message_id for _, (message_id,) in looks.everywhere(handled)}
    sent = select(outbox.c.message_id, outbox.c.type).where(IS_TRANSFER)
    for _, (message_id, message_type) in looks.everywhere(sent):
        if message_id not in arrived:
            yield f"{message_type} {message_id}"


def _doubled(looks: Looks) -> Iterator[str]:
    """Tasks completed twice, messages sent or received twice for a parcours, processes with two instances."""
    instances = (instance.c.parcours_id, instance.c.process_id)
    sent, received = (outbox.c.subject, outbox.c.type), (mailbox.c.subject, mailbox.c.type)
    yield from _done_twice(looks)
    for by in (instances, sent, received):
        query = select(*by).group_by(*by).having(func.count() > 1)
        if by is sent:
            query = query.where(IS_TRANSFER)
        for service, (subject, what) in looks.everywhere(query):
            yield f"{service} {subject} {what}"


def _done_twice(looks: Looks) -> Iterator[str]:
    """Tasks that the story tells more often than their rows do: done more than once."""
    told = (story.c.instance_id, story.c.element_id)
    is_done = and_(story.c.event == "completed", story.c.type == "userTask")
    rows = (task.c.instance_id, task.c.element_id)
    times = Counter[tuple[str, str]]()
    for query, sign in (
        (select(*told, func.count()).where(is_done).group_by(*told), 1),
        (select(*rows, func.count()).where(task.c.status == "completed").group_by(*rows), -1),
    ):
        for _, (instance_id, element_id, count) in looks.everywhere(query):
            times[instance_id, element_id] += sign * count
    yield from (
        f"{instance_id} {element_id}" for (instance_id, element_id), more in times.items() if more > 0
    )


def _outcome(ends: Ends) -> str:
    """The issue, as the end event of the last process says it."""
    return (ends.get("bilan") or ends.get("enrolment") or "").removeprefix("fin_")


def _difference(
    expected: Expected, ends: Ends, done: Counter[str], replaced: Mapping[str, Mapping[str, int]]
) -> str:
    """What is otherwise than expected; empty when nothing is."""
    parts = []
    if dict(ends) != dict(expected.ends):
        parts.append(f"ends {dict(ends)} instead of {dict(expected.ends)}")
    for element in sorted((done.keys() | expected.tasks.keys()) - BESIDE):
        if done[element] != expected.tasks.get(element, 0):
            parts.append(f"{element} {done[element]} times instead of {expected.tasks.get(element, 0)}")
    for service, roles in replaced.items() or [("enrolment", {})]:
        if dict(roles) != dict(expected.replaced):
            parts.append(f"{service} has {dict(roles)} replaced instead of {dict(expected.replaced)}")
    if _outcome(ends) != expected.outcome:
        parts.append(f"outcome {_outcome(ends)} instead of {expected.outcome}")
    return "; ".join(parts)


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in sorted(counts)}
