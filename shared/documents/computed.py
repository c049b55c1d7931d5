"""What a document may say beside the variables: values computed from the item for which it is made."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from shared.calendar_fr import public_holidays
from shared.parcours.allowance import RATES, pfmp_allowance
from shared.parcours.mef import PAE_LEVEL_3
from shared.parcours.working_days import working_days_between

Values = Mapping[str, Any]
Computed = Callable[[Values, Any], Mapping[str, str]]


def pfmp_allowance_of(values: Values, item: Any) -> Mapping[str, str]:
    """R20: the rate, the cap and the estimate of a period whose every working day is attested.

    The period: the item, or the one that a solution's own process follows (``suivie_du``, ``suivie_au``).
    """
    followed = {"du": values.get("suivie_du"), "au": values.get("suivie_au")}
    first, last = (_part(item or followed, name) for name in ("du", "au"))
    if not isinstance(first, date) or not isinstance(last, date):
        return {}
    level = 3 if values.get("mef_pae") == PAE_LEVEL_3 else 4
    days = working_days_between(first - timedelta(days=1), last, public_holidays())
    rate = RATES[level]
    return {
        "par_jour": str(rate.per_day), "plafond": str(rate.cap), "jours": str(days),
        "estimation": str(pfmp_allowance(days, level)),
    }  # fmt: skip


def _part(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else None


COMPUTED: Mapping[str, Computed] = {"allocation_pfmp": pfmp_allowance_of}
"""Name in a document's TOML → function of the parcours's values and of the item."""
