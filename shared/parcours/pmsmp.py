"""R24: the limits of a PMSMP under statut scolaire, where the campagne allows one at all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from shared.parcours.end_date import last_day
from shared.parcours.months import add_months
from shared.parcours.period import Period, days_covered
from shared.parcours.refusal import Reason

MAX_MONTHS = 1  # of one period
MAX_PER_HOST = 2  # one renewal, within MONTHS_OF_HOST
MONTHS_OF_HOST = 12
MAX_DAYS = 60  # of all of them; calendar days


def check_pmsmp(by_host: Mapping[str, Sequence[Period]], *, is_open: bool) -> tuple[Reason, ...]:
    """A reason for each limit that the PMSMP of one pupil break; ``by_host``: name of the structure → periods."""
    periods = [period for each in by_host.values() for period in each]
    if not periods:
        return ()
    if not is_open:
        return (Reason("suivi.pmsmp_closed"),)
    days = days_covered(periods)
    too_many = (
        (Reason("suivi.pmsmp_days", {"allowed": MAX_DAYS, "planned": days}),) if days > MAX_DAYS else ()
    )
    return (*_too_long(periods), *_too_often(by_host), *too_many)


def _too_long(periods: Sequence[Period]) -> Iterator[Reason]:
    for period in periods:
        latest = last_day(period.first, MAX_MONTHS)
        if period.last > latest:
            yield Reason(
                "suivi.pmsmp_too_long", {"first": period.first, "last": period.last, "latest": latest}
            )


def _too_often(by_host: Mapping[str, Sequence[Period]]) -> Iterator[Reason]:
    known: dict[str, list[Period]] = defaultdict(list)
    for host, periods in by_host.items():
        known[" ".join(host.casefold().split())] += periods
    for periods in known.values():
        firsts = sorted(period.first for period in periods)
        pairs = zip(firsts, firsts[MAX_PER_HOST:], strict=False)
        if any(later < add_months(first, MONTHS_OF_HOST) for first, later in pairs):
            yield Reason("suivi.pmsmp_host", {"allowed": MAX_PER_HOST, "planned": len(periods)})
