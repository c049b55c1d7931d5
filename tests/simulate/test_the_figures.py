"""Figures held against the oracle's: a difference is found, a small count that is told to an outsider too."""

import io
import sys
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from services.simulate.cast import cast_of
from services.simulate.figures import compare, milestones
from services.simulate.oracle import Expected
from services.simulate.profiles import Profile, territory
from services.simulate.progress import EVERY_SECONDS, Progress
from services.simulate.pupils import Pupil
from services.simulate.workshops.expected import ExpectedCycle
from shared.identity import Actor
from shared.parcours.campagne import load_campagnes
from tests.simulate.test_the_oracle import PLAIN

AREA = territory(Profile(missions_locales=1, lycees=1, pupils=9, parcours=6))
(UAI,) = AREA.lycees
HELD = {"seances_tenues": 1, "eleves": 9, "inscriptions": 9, "presences": 9}
REACHED = dict.fromkeys(milestones(PLAIN), 6)
BEFORE, NOW = load_campagnes()[-2:]


class Services:
    """Answers as the services should, but for what a test changes: (who, which figure) → count."""

    def __init__(self, **changed: Any) -> None:
        self.changed = changed

    def get(self, actor: Actor, _service: str, path: str, **_query: Any) -> dict[str, Any]:
        is_of_workshops = path.endswith("workshops")
        counts: dict[str, Any] = dict(HELD if is_of_workshops else REACHED)
        counts |= {
            name.removeprefix(f"{kind}_"): count
            for name, count in self.changed.items()
            if name.startswith(f"{(kind := actor.organisation_kind)}_")
            and (name.removeprefix(f"{kind}_") in REACHED) is not is_of_workshops
        }
        return {"rows": {UAI: counts}, "total": counts}


def unlike(held: dict[str, int] = HELD, **changed: Any) -> list[str]:
    cycle = SimpleNamespace(
        uai=UAI, mission_locale=AREA.missions_locales[0],
        expected=ExpectedCycle(Expected("", {}, {}), held, frozenset(), {}),
    )  # fmt: skip
    world = SimpleNamespace(client=Services(**changed), cast=cast_of(AREA))
    school = SimpleNamespace(cycles=[cycle], campagne=BEFORE)
    pupils = [Pupil(index, str(index), PLAIN, UAI) for index in range(6)]
    _, found = compare(world, AREA, NOW, school, pupils)  # type: ignore[arg-type]
    return found


def test_figures_as_the_oracle_has_them_are_no_fault() -> None:
    assert unlike() == []


@pytest.mark.parametrize(
    "changed",
    [
        {"lycee_reperes": 7},
        {"lycee_presences": 8},
        {"mission_locale_eleves": 10},
        {"academie_entres": 5},
        {"system_seances_tenues": None},
        {"academie_absences": None},
    ],
)
def test_another_count_or_one_that_is_hidden_for_nothing_is_a_fault(changed: dict[str, Any]) -> None:
    assert unlike(**changed)


def test_a_small_count_may_not_be_told_to_an_outsider() -> None:
    few = HELD | {"presences": 7, "absences": 2}
    told = {
        f"{kind}_{name}": few[name]
        for kind in ("lycee", "mission_locale")
        for name in ("presences", "absences")
    }
    hidden = {f"{kind}_{name}": None for kind in ("academie", "system") for name in ("presences", "absences")}
    assert unlike(few, **told, **hidden) == []
    assert unlike(few, **told, **hidden | {"academie_absences": 2})


def test_without_a_terminal_progress_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    said, hours = io.StringIO(), iter([0.0, 1.0, EVERY_SECONDS + 2, EVERY_SECONDS + 2, EVERY_SECONDS + 3])
    monkeypatch.setattr(sys, "stderr", said)
    progress = Progress(quiet=False, monotonic=lambda: next(hours))
    for done in (1, 2, 3):
        progress.tell("parcours", done, 9, date(2026, 9, 15))
    progress.close()
    assert said.getvalue() == "Parcours: 2 of 9, 15/09/2026\n"


def test_at_a_terminal_it_is_a_bar_for_each_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    said.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stderr", said)
    progress = Progress(quiet=False)
    progress.tell("ateliers", 40, 40, date(2026, 3, 2))
    progress.tell("parcours", 9, 9, date(2026, 9, 15))
    progress.close()
    assert "Workshops" in said.getvalue()
    assert "9/9" in said.getvalue()
    assert "15/09/2026" in said.getvalue()
