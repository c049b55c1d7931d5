"""The 106 criteria of the RGAA 4.1.2 and where each stands, from ``rgaa.toml``.

No audit took place, so that the site is « non conforme » whatever the tests say (decree no. 2019-768, article 5): a
test shows that a rule is kept where it looks, and only a person can say that a page is usable.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

GRID = Path(__file__).parent / "rgaa.toml"
STATES = ("teste", "sans_objet", "a_verifier", "non_conforme")


@dataclass(frozen=True)
class Criterion:
    """``tests``: which hold it, as pytest names them; ``left``: what a person still has to check, or why it is moot."""

    number: str
    title: str
    state: str
    tests: Sequence[str]
    left: str


@dataclass(frozen=True)
class Grid:
    """``themes``: title → criteria, in the RGAA's order; ``counts``: state → how many."""

    themes: Mapping[str, Sequence[Criterion]]
    counts: Mapping[str, int]


@cache
def grid() -> Grid:
    said = tomllib.loads(GRID.read_text(encoding="utf-8"))
    themes = {
        theme["titre"]: [
            Criterion(
                each["n"], each["titre"], each["etat"], [said["tests"][name] for name in each.get("par", ())],
                each.get("reste") or each.get("motif", ""),
            )
            for each in theme["criteres"]
        ]
        for theme in said["theme"]
    }  # fmt: skip
    counts = Counter(each.state for criteria in themes.values() for each in criteria)
    return Grid(themes, {state: counts[state] for state in STATES})
