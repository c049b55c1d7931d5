"""From repérés to with a solution: how many parcours of a campagne reached each milestone."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from shared.identity import Actor
from shared.process.figures import scope
from shared.process.figures.scope import lycee, mission_locale
from shared.process.figures.small_counts import Sums
from shared.process.tables import jalon

OPENED = "ouvert"
"""The milestone of every parcours; its value is the campagne."""
SOLUTIONS = ("formation", "emploi", "insertion")

# figure → milestone, and the values of it that count (all when empty)
MILESTONES: Mapping[str, tuple[str, frozenset[str]]] = {
    "reperes": (OPENED, frozenset()),
    "joints": ("joint", frozenset()),
    "volontaires": ("joint", frozenset({"oui"})),
    "eligibles": ("eligible", frozenset()),
    "pris_en_charge": ("pris_en_charge", frozenset()),
    "entres": ("entree", frozenset()),
    "projets_signes": ("projet_signe", frozenset()),
    "sortis": ("sortie", frozenset()),
    "avec_solution": ("sortie", frozenset(SOLUTIONS)),
    **{
        f"sortie_{issue}": ("sortie", frozenset({issue}))
        for issue in (*SOLUTIONS, "sans_solution", "abandon")
    },
}
RUNNING = "en_cours"
FIGURES = (*MILESTONES, RUNNING)
SUMS: Sums = {
    "sortis": tuple(f"sortie_{issue}" for issue in (*SOLUTIONS, "sans_solution", "abandon")),
    "avec_solution": tuple(f"sortie_{issue}" for issue in SOLUTIONS),
    "entres": ("sortis", RUNNING),
}


@dataclass(frozen=True)
class Funnel:
    """``rows``: group (an organisation's id, an académie; "" when not known yet) → figure → count."""

    rows: Mapping[str, Mapping[str, int]]
    total: Mapping[str, int]


def funnel(look: Connection, actor: Actor, campagne: str, group: str) -> Funnel:
    """Parcours of a campagne that the actor may have counted. A parcours counts once for each figure."""
    within = scope.covers(actor)
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    total: Counter[str] = Counter()
    for row in _counted(look, actor, campagne):
        if not within(row.lycee):
            continue
        for name, (milestone, values) in MILESTONES.items():
            if row.name == milestone and (not values or row.value in values):
                rows[scope.key_of(group, row) or ""][name] += row.parcours
                total[name] += row.parcours
    return Funnel({key: _whole(counts) for key, counts in sorted(rows.items())}, _whole(total))


def _whole(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in MILESTONES} | {RUNNING: counts["entres"] - counts["sortis"]}


def _counted(look: Connection, actor: Actor, campagne: str) -> list[Row[Any]]:
    """(lycee, mission_locale, name, value, parcours): of each milestone a parcours counts by the last that it has."""
    opened = jalon.alias("opened")
    last = jalon.alias("last")
    same = and_(
        last.c.parcours_id == jalon.c.parcours_id, last.c.name == jalon.c.name, last.c.id > jalon.c.id
    )
    of_campagne = and_(
        opened.c.parcours_id == jalon.c.parcours_id, opened.c.name == OPENED, opened.c.value == campagne
    )
    joined = scope.with_parties(jalon.join(opened, of_campagne).outerjoin(last, same), jalon.c.parcours_id)
    names = {milestone for milestone, _ in MILESTONES.values()}
    counted = (
        select(
            lycee.c.organisation.label("lycee"),
            mission_locale.c.organisation.label("mission_locale"),
            jalon.c.name,
            jalon.c.value,
            func.count().label("parcours"),
        )
        .select_from(joined)
        .where(last.c.id.is_(None), jalon.c.name.in_(sorted(names)), *scope.own(actor))
        .group_by(lycee.c.organisation, mission_locale.c.organisation, jalon.c.name, jalon.c.value)
    )
    return list(look.execute(counted))
