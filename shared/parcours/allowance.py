"""R20: the estimate of the allowance paid for PFMP days under statut scolaire."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AllowanceRate:
    """Euros per attested day, and at most per school year."""

    per_day: int
    cap: int


RATES = {3: AllowanceRate(per_day=15, cap=750), 4: AllowanceRate(per_day=20, cap=1_000)}


def pfmp_allowance(attested_days: int, level: int) -> int:
    """Whole euros for ``attested_days`` of a diploma ``level`` (3: CAP, 4: the others), capped.

    An estimate: the administration pays. ValueError for negative days or another level.
    """
    if attested_days < 0:
        raise ValueError("attested days are not negative")
    if level not in RATES:
        raise ValueError(f"level {level}: 3 or 4")
    return min(attested_days * RATES[level].per_day, RATES[level].cap)
