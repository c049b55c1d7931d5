"""What holds at every moment in what the services have stored of a parcours, also while it changes hands."""

from collections.abc import Iterator

from sqlalchemy import select

from shared.messaging.tables import mailbox
from shared.process.tables import party
from tests.histories.invariants import PARCOURS, broken_rules
from tests.histories.people import KIND_OF, person
from tests.histories.stored import TRANSFER, Stored
from tests.support.three_services import APPS


def broken_stored(stored: Stored) -> list[str]:
    """The invariants that do not hold now, each in a few words."""
    rows = stored.instances()
    faults = [
        f"{process} is held by an incident" for process, (_, row) in rows.items() if row.status == "incident"
    ]
    faults += [*_hand(stored), *_people(stored)]
    for process in (each for each in PARCOURS if each in rows):
        faults += broken_rules(stored.known(process))
    if not stored.on_way:
        faults += _changed_hands(stored)
    return faults


def left_behind(stored: Stored) -> list[str]:
    """What is not over when nothing can happen any more; and who still reads what it handed on (R38)."""
    rows = stored.instances().items()
    faults = [f"{process} never ends" for process, (_, row) in rows if row.status != "ended"]
    query = select(mailbox.c.type, mailbox.c.status).where(
        mailbox.c.subject == stored.parcours_id, mailbox.c.status != "handled"
    )
    return faults + [
        f"{each.type} {each.status} in {name}" for name in APPS for each in stored.rows(name, query)
    ]


def _hand(stored: Stored) -> Iterator[str]:
    """One organisation has the next action until a day, in the furthest étape; the services say the same."""
    rows = stored.instances()
    running = [name for name in PARCOURS if name in rows and rows[name][1].status != "ended"]
    if PARCOURS[0] not in running:
        return
    for process in reversed(running):
        _, row = rows[process]
        due = [each for _, each in stored.tasks() if each.instance_id == row.id and each.due_sort.year < 9000]
        told = stored.hand(process)
        if due:
            first = min(due, key=lambda each: (each.due_sort, each.id))
            if told is None or (told.organisation_kind, told.organisation) != (
                first.organisation_kind, first.organisation_id,
            ):  # fmt: skip
                yield f"hand: {process} says {told} instead of {first.element_id} of {first.organisation_id}"
            return
        if told is not None:
            if KIND_OF.get(told.organisation) != told.organisation_kind:
                yield f"hand: nobody's in {process}: {told}"
            return
    yield f"hand: nobody has it in {running}"


def _people(stored: Stored) -> Iterator[str]:
    """A task is nobody's but of the organisation that has it."""
    for name, row in stored.tasks():
        if row.organisation_id not in KIND_OF:
            yield f"{name}/{row.element_id} is of {row.organisation_id!r}"
        elif row.assignee and person(row.organisation_id, row.assignee) is None:
            yield f"{name}/{row.element_id} of {row.organisation_id} is somebody else's"


def _changed_hands(stored: Stored) -> Iterator[str]:
    """Nothing is on its way: tasks, variables and sight are theirs who have the parcours now."""
    for name, row in stored.tasks():
        if row.process_id != TRANSFER and (row.organisation_kind, row.organisation_id) in stored.left:
            yield f"{name}/{row.element_id} is still {row.organisation_id}'s"
    for process, (_, row) in stored.instances().items():
        if row.status == "running" and process in PARCOURS:
            known = stored.known(process)
            yield from (
                f"{process}: {role} is {known[role]} instead of {who}"
                for role, who in stored.follows.items() if known.get(role) not in (None, who)
            )  # fmt: skip
    for name in APPS if stored.left else ():
        query = select(party.c.organisation_kind, party.c.organisation).where(
            party.c.parcours_id == stored.parcours_id
        )
        for each in stored.rows(name, query):
            if (each.organisation_kind, each.organisation) in stored.left:
                yield f"{name}: {each.organisation} still has a part"
