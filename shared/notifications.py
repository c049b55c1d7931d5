"""What a process service tells the inbox, so that people hear of it: one small message a move, in its transaction.

``<service>.avis.v1``; its subject is the *instance*, so that it never holds back a transfer message of the parcours,
and so that what is said of one task comes in order. It carries ids, names of tasks, due dates and the pupil's first
name; of people's addresses only those of a pupil or parent who is invited to a rendez-vous. Who gets an e-mail, and
when, is the inbox's to decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from shared.messaging.envelope import NEWS, MalformedEnvelope


@dataclass(frozen=True)
class TaskNews:
    """A task that has been opened. ``due``: a whole day or an aware instant, as ISO text, or null.

    ``is_handover``: with it the organisation first takes part in the parcours.
    """

    id: str
    name: str
    organisation_kind: str
    organisation_id: str
    role: str | None
    assignee: str | None
    due: str | None
    is_handover: bool = False


@dataclass(frozen=True)
class AppointmentNews:
    """A rendez-vous that has been fixed, moved or (``starts`` null) cancelled.

    ``key``: one a rendez-vous, the same when it moves. ``starts``, ``ends``: whole days or aware instants, ISO text.
    ``people``: ids of those with an account; ``emails``, ``phones``: of the pupil and the parents.
    """

    key: str
    title: str
    starts: str | None
    ends: str | None
    place: str | None
    people: tuple[str, ...] = ()
    emails: tuple[str, ...] = field(default=(), repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class News:
    """What came of one move. ``actor``: the person who made it, whom nobody need tell; ``held``: task → its holder;
    ``moved``: open tasks that are another organisation's from now on; ``is_sms_off``: the campagne sends no SMS
    of what is opened, announced or in trouble here; of a task that is held or moved it was said as it was opened.
    """

    parcours_id: str
    first_name: str | None = field(default=None, repr=False)
    actor: str | None = None
    opened: tuple[TaskNews, ...] = ()
    closed: tuple[str, ...] = ()
    held: Mapping[str, str | None] = field(default_factory=dict)
    appointments: tuple[AppointmentNews, ...] = ()
    has_incident: bool = False
    moved: tuple[TaskNews, ...] = ()
    is_sms_off: bool = False

    @property
    def is_worth_telling(self) -> bool:
        told = (self.opened, self.closed, self.held, self.appointments, self.moved)
        return any(told) or self.has_incident


def type_of(service: str) -> str:
    return f"{service}{NEWS}"


def as_text(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def as_moment(text: str | None) -> date | datetime | None:
    """What ``as_text`` wrote. Raises ValueError."""
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def to_data(news: News) -> dict[str, Any]:
    """As it travels: JSON-safe."""
    nested = {
        name: [vars(each) for each in getattr(news, name)] for name in ("opened", "appointments", "moved")
    }
    return {**vars(news), **nested}


def from_data(data: Mapping[str, Any]) -> News:
    """Raises MalformedEnvelope for anything that ``to_data`` never wrote; parts that we do not know yet are let by."""
    try:
        return News(
            parcours_id=data["parcours_id"],
            first_name=data["first_name"],
            actor=data["actor"],
            opened=tuple(_known(TaskNews, each) for each in data["opened"]),
            closed=tuple(data["closed"]),
            held=dict(data["held"]),
            appointments=tuple(_appointment(each) for each in data["appointments"]),
            has_incident=bool(data["has_incident"]),
            moved=tuple(_known(TaskNews, each) for each in data.get("moved", ())),
            is_sms_off=bool(data.get("is_sms_off", False)),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise MalformedEnvelope(reason="data") from None  # not chained: it would quote the content


def _appointment(said: Mapping[str, Any]) -> AppointmentNews:
    lists = {name: tuple(said[name]) for name in ("people", "emails", "phones")}
    found: AppointmentNews = _known(AppointmentNews, {**said, **lists})
    as_moment(found.starts), as_moment(found.ends)
    return found


def _known(kind: Any, said: Mapping[str, Any]) -> Any:
    names = kind.__dataclass_fields__
    found = kind(**{name: value for name, value in said.items() if name in names})
    as_moment(said.get("due"))
    return found
