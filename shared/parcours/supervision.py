"""R18: how many trainees the enseignant référent of a period, and a tuteur, have at once."""

from collections.abc import Iterable

from shared.parcours.period import Period

MOST_PER_TEACHER = 16  # Code de l'éducation, art. D124-3
MOST_PER_TUTOR = 3  # Code de l'éducation, art. R124-13, of the host


def most_at_once(period: Period, others: Iterable[Period]) -> int:
    """The most periods that run on one day of ``period``, itself included."""
    near = [other for other in others if other.overlaps(period)]
    days = {period.first, *(other.first for other in near if period.first <= other.first)}
    return 1 + max(sum(other.first <= day <= other.last for other in near) for day in days)
