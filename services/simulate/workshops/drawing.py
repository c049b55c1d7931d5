"""Acts on a cycle of workshops, each on its day, and what is drawn of them so far."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from shared.parcours.campagne import Campagne

DAY, WEEK = timedelta(days=1), timedelta(days=7)


class Who(StrEnum):
    TEACHER = "teacher"
    LEAD = "lead"
    OTHER = "other"  # the operator who does not lead


class Ref(str):
    """A session of the plan, by its key, where its id goes in what is sent."""

    __slots__ = ()


@dataclass(frozen=True)
class Act:
    """A POST to accompaniment. ``path``: with ``{cycle}`` or ``{session}``; ``made``: the key of the session that it
    makes; ``is_refused``: a mistake that must be answered 422."""

    day: date
    who: Who
    path: str
    body: Mapping[str, Any]
    session: str | None = None
    made: str | None = None
    is_refused: bool = False


@dataclass(frozen=True)
class Plan:
    """``convention``: what the head of school answers; ``acts`` in the order in which they are done."""

    opened_on: date
    concluded_on: date
    lead_kind: str
    is_co_animated: bool
    acts: Sequence[Act]


@dataclass
class Drawing:
    """``classes``: class → pupil ids in the order of their names; ``proposed``: those who are to have a parcours."""

    random: Random
    classes: Mapping[str, Sequence[str]]
    proposed: frozenset[str]
    campagne: Campagne
    is_open: Callable[[date], bool]
    acts: list[Act] = field(default_factory=list)
    taken: set[date] = field(default_factory=set)

    def add(self, day: date, who: Who, path: str, body: Mapping[str, Any], **more: Any) -> None:
        self.acts.append(Act(day, who, path, body, **more))

    def often(self, chance: float) -> bool:
        return self.random.random() < chance

    def free_day(self, day: date) -> date:
        """The first day from ``day`` on at which the lycée can be come to (R29), and nobody else comes."""
        while day in self.taken or not self.is_open(day):
            day += DAY
        self.taken.add(day)
        return day

    def everybody(self) -> Iterator[str]:
        """The ids of all pupils."""
        for pupils in self.classes.values():
            yield from pupils
