"""What happens to a parcours beside its course: it goes to another organisation or person, or its follow-up waits.

Drawn with the fate; what must come of it is the oracle's, what people do for it ``pupils.py``'s.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from random import Random

CHANGES_HANDS, IS_SUSPENDED = 0.2, 0.15
"""The shares of pupils to whom it happens, if their parcours goes that far."""
KINDS = {"mission_locale": 4, "lycee": 3, "conseiller": 2, "referent": 2}
PLACES = frozenset({"mission_locale", "lycee"})
SILENCE = "silence"
QUICK = (("accepte",), ("accepte",), ("refuse",), ("refuse", "accepte"))
AIMLESS = ((SILENCE,), ("refuse", SILENCE))
"""At the bilan, whose day is the last one of the parcours."""
SLOW = ((SILENCE,), (SILENCE, "accepte"), ("refuse", SILENCE))
TRANSFER_TASKS = ("repondre_transfert", "decider_suite", "decider_responsable")


@dataclass(frozen=True)
class Moment:
    """When the task ``element`` has opened for the n-th time."""

    element: str
    nth: int = 1


AT_BILAN = Moment("bilan_referent")


@dataclass(frozen=True)
class Handing:
    """``kind``: a Mission Locale or lycée asks another to take the parcours over, or a conseiller or référent is
    replaced (R11). ``answers``: accepte, refuse or SILENCE to each request; after the last of them it is kept.
    ``is_decided_late``: who asked leaves what follows to the responsible person."""

    kind: str
    at: Moment
    answers: tuple[str, ...] = ()
    is_decided_late: bool = False

    @property
    def is_transfer(self) -> bool:
        return self.kind in PLACES

    def decided(self, nth: int) -> str:
        """The n-th decision about a request that was not accepted."""
        return "redemander" if nth < len(self.answers) else "garder"

    def answered(self, nth: int) -> str:
        """The n-th answer that is given."""
        return [each for each in self.answers if each != SILENCE][nth - 1]


@dataclass(frozen=True)
class Suspension:
    """For so many calendar days, or to the end of the status."""

    at: Moment
    days: int


def draw_handing(
    random: Random, movable: Collection[str], quick: list[Moment], slow: list[Moment]
) -> Handing | None:
    """``movable``: the kinds of organisations of which there are several; ``slow``: the moments at which there is
    time for silence, ``quick``: the others."""
    moments = quick + slow
    happens, kind, at = random.random() < CHANGES_HANDS, _kind(random), random.choice(moments or [Moment("")])
    answers, is_late = random.choice(QUICK + SLOW), random.random() < 0.2
    if not happens or not moments or (kind in PLACES and kind not in movable):
        return None
    if at.element == "designer_conseiller":
        kind = "lycee" if "lycee" in movable else "referent"  # nobody follows it for a Mission Locale yet
    if kind not in PLACES:
        return Handing(kind, at)
    if at in slow:
        return Handing(kind, at, answers, is_late)
    aimless = AIMLESS if at == AT_BILAN else ()
    return Handing(kind, at, random.choice((*QUICK, *aimless)))


def draw_suspension(random: Random, moments: list[Moment]) -> Suspension | None:
    happens, at, days = (
        random.random() < IS_SUSPENDED,
        random.choice(moments or [Moment("")]),
        random.randint(5, 45),
    )
    return Suspension(at, days) if happens and moments else None


def _kind(random: Random) -> str:
    return random.choices(list(KINDS), list(KINDS.values()))[0]


def points(last: int) -> Iterator[Moment]:
    """The points d'étape up to ``last``, when the référent's part opens."""
    yield from (Moment("point_lycee", nth) for nth in range(1, last + 1))
