"""R28–R33: what a session, a sheet, an interview and an intention have to be. Pure: days and calendars are arguments.

Each function gives the reasons for which something is refused, by the field of the form that can mend it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shared.parcours.campagne import Campagne
from shared.parcours.refusal import Reason
from shared.parcours.working_days import IsHoliday

PRESCRIT, REALISE, REFUS_JEUNE, REFUS_TIERS, REPORTE = (
    "prescrit", "realise", "refus_jeune", "refus_tiers", "reporte",
)  # fmt: skip
STATUSES = (PRESCRIT, REALISE, REFUS_JEUNE, REFUS_TIERS)
"""What a sheet says of a pupil: enrolled, present, absent, excused. A rescheduled one is REPORTE."""
INTENTIONS = (
    "emploi", "alternance", "formation", "scolarite", "volontariat", "indecis", "non_exprimee",
)  # fmt: skip
NOT_SAID = INTENTIONS[-1]
LONGEST_MINUTES = 600

Refusals = Iterator[tuple[str, Reason]]
"""(field, reason), the first field first."""


@dataclass(frozen=True)
class Hours:
    """When the lycée can be come to, as its convention says (R29). ``days``: 1 is Monday."""

    opens: time
    closes: time
    days: frozenset[int]


@dataclass(frozen=True)
class Slot:
    """A session in time: its beginning in Paris, as the lycée's clock shows it."""

    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def overlaps(self, other: "Slot") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Year:
    """The campagne's school year at a lycée: its calendars say which days are holidays."""

    campagne: Campagne
    is_public_holiday: IsHoliday
    is_school_holiday: IsHoliday
    entry_on: date


def check_workshop(number: int, campagne: Campagne) -> Refusals:
    """R28: one of the campagne's workshops."""
    last = len(campagne.workshops.items)
    if not 1 <= number <= last:
        yield "workshop", Reason("ateliers.no_such_workshop", {"last": last, "campagne": campagne.code})


def check_place(is_outside: bool, campagne: Campagne) -> Refusals:
    """R29: in the lycée, where the campagne says so."""
    if is_outside and campagne.workshops.is_in_lycee:
        yield "place", Reason("ateliers.outside_lycee", {"campagne": campagne.code})


def check_slot(slot: Slot, year: Year, hours: Hours) -> Refusals:
    """R28: the campagne's shortest length. R29: in the school year, on a day of class, within the lycée's hours."""
    least = year.campagne.workshops.least_minutes
    if slot.minutes < least:
        yield "minutes", Reason("ateliers.too_short", {"least": least, "minutes": slot.minutes})
    yield from _check_day(slot.starts_at.date(), year, hours)
    same_day = slot.ends_at.date() == slot.starts_at.date()
    if slot.starts_at.time() < hours.opens or slot.ends_at.time() > hours.closes or not same_day:
        yield (
            "at",
            Reason("ateliers.outside_hours", {"opens": _hour(hours.opens), "closes": _hour(hours.closes)}),
        )


def _check_day(day: date, year: Year, hours: Hours) -> Refusals:
    first, last = max(year.campagne.rentree_on, year.entry_on), year.campagne.ends_on
    if not first <= day <= last:
        yield (
            "on",
            Reason("ateliers.outside_year", {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}),
        )
    elif year.is_public_holiday(day):
        yield "on", Reason("ateliers.public_holiday", {"day": f"{day:%d/%m/%Y}"})
    elif year.is_school_holiday(day):
        yield "on", Reason("ateliers.school_holiday", {"day": f"{day:%d/%m/%Y}"})
    elif day.isoweekday() not in hours.days:
        yield "on", Reason("ateliers.closed_day", {"day": f"{day:%d/%m/%Y}"})


def check_classes(slot: Slot, classes: Iterable[str], taken: Mapping[str, Iterable[Slot]]) -> Refusals:
    """R29: no class in two sessions at once. ``taken``: class → its other sessions."""
    for name in sorted(set(classes)):
        for other in taken.get(name, ()):
            if slot.overlaps(other):
                params = {
                    "name": name,
                    "starts": _hour(other.starts_at.time()),
                    "ends": _hour(other.ends_at.time()),
                }
                yield "classes", Reason("ateliers.class_taken", params)
                break


def check_sheet(statuses: Iterable[str], slot: Slot, now: datetime) -> Refusals:
    """R32 [I]: closed only when each enrolled pupil is present, absent, excused or rescheduled."""
    found = list(statuses)
    missing = found.count(PRESCRIT)
    if slot.starts_at > now:
        yield "sheet", Reason("ateliers.sheet_too_early")
    elif not found:
        yield "sheet", Reason("ateliers.sheet_empty")
    elif missing:
        yield (
            "sheet",
            Reason("ateliers.sheet_open_one" if missing == 1 else "ateliers.sheet_open", {"count": missing}),
        )


def check_interview(
    wished_on: date | None, held_on: date | None, today: date, on_wish_only: bool
) -> Refusals:
    """R30: an individual interview only on the pupil's wish, where the campagne says so."""
    if held_on is not None and wished_on is None and on_wish_only:
        yield "held_on", Reason("ateliers.interview_unwished")
    if wished_on is not None and held_on is not None and held_on < wished_on:
        yield "held_on", Reason("ateliers.interview_before_wish", {"day": f"{wished_on:%d/%m/%Y}"})
    for name, day in (("wished_on", wished_on), ("held_on", held_on)):
        if day is not None and day > today:
            yield name, Reason("ateliers.in_future", {"today": f"{today:%d/%m/%Y}"})


def check_intention(
    intention: str, told: Iterable[str | None], agreed_on: date | None, today: date
) -> Refusals:
    """R33: an intention and contact data are kept with the pupil's agreement. ``told``: the contact data."""
    if agreed_on is None and (intention != NOT_SAID or any(told)):
        yield "agreed_on", Reason("ateliers.not_agreed")
    if agreed_on is not None and agreed_on > today:
        yield "agreed_on", Reason("ateliers.in_future", {"today": f"{today:%d/%m/%Y}"})


def _hour(at: time) -> str:
    return f"{at.hour} h {at.minute:02d}"
