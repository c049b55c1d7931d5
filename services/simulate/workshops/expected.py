"""What must come of a plan, written down apart from the service: sessions, sheets, tasks, and who is proposed."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.simulate.oracle import Expected
from services.simulate.workshops.drawing import Act, Plan

Marks = dict[str, str]
RESCHEDULED = "reporte"
FIGURE_OF_MARK = {
    "realise": "presences", "refus_jeune": "absences", "refus_tiers": "excuses", "prescrit": "a_noter",
}  # fmt: skip
FIGURE_OF_STATUS = {"closed": "seances_tenues", "planned": "seances_prevues", "cancelled": "seances_annulees"}


@dataclass
class _Session:
    workshop: int
    marks: Marks
    status: str = "planned"


@dataclass(frozen=True)
class ExpectedCycle:
    """``figures``: figure → count; ``proposed``: pupil ids; ``told``: what the cycle's page says beside (counts)."""

    case: Expected
    figures: Mapping[str, int]
    proposed: frozenset[str]
    told: Mapping[str, int]


@dataclass
class _Replay:
    """The state of a cycle as its acts leave it. ``at``: the workshop whose turn it is; ``waits``: its open task."""

    last: int
    classes: dict[str, str] = field(default_factory=dict)  # pupil → class
    sessions: dict[str, _Session] = field(default_factory=dict)
    given_up: set[int] = field(default_factory=set)
    intentions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    interviews: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    contacts: int = 0
    tasks: Counter[str] = field(default_factory=Counter)
    at: int = 0
    waits: str | None = None

    def enrol(self, act: Act) -> None:
        self.classes |= {each["pupil_id"]: each["class_code"] for each in act.body["pupils"]}
        self.tasks["inscrire_eleves"] = 1
        self.at = self.at or 1

    def plan(self, act: Act) -> None:
        number, classes = act.body["workshop"], act.body["classes"]
        placed = {
            each for other in self._of(number) for each, mark in other.marks.items() if mark != RESCHEDULED
        }
        chosen = {each for each, name in self.classes.items() if name in classes} - placed
        chosen |= set(act.body.get("pupils", ()))
        self.sessions[str(act.made)] = _Session(number, dict.fromkeys(sorted(chosen), "prescrit"))

    def join(self, act: Act) -> None:
        self._session(act).marks |= dict.fromkeys(act.body["pupils"], "prescrit")

    def move(self, act: Act) -> None:
        self._session(act).marks[act.body["pupil_id"]] = RESCHEDULED
        self.sessions[act.body["session_id"]].marks[act.body["pupil_id"]] = "prescrit"

    def cancel(self, act: Act) -> None:
        self._session(act).status = "cancelled"

    def sheet(self, act: Act) -> None:
        self._session(act).marks |= act.body["marks"]
        self._session(act).status = "closed"

    def give_up(self, act: Act) -> None:
        self.given_up.add(act.body["workshop"])

    def intend(self, act: Act) -> None:
        self.intentions[act.body["pupil_id"]] = act.body

    def interview(self, act: Act) -> None:
        self.interviews[act.body["pupil_id"]] = act.body

    def contact(self, _act: Act) -> None:
        self.contacts += 1

    def go_on(self) -> None:
        """The diagram asks for a task only where the work is not done, and a task is done with its work (ADR 21)."""
        while 1 <= self.at <= self.last + 1:
            wanted = self._wanted()
            if wanted and self.waits == wanted:
                return
            if self.waits:
                self.tasks[self.waits] += 1
            self.waits = wanted
            if wanted is None:
                self.at += 1

    def _wanted(self) -> str | None:
        if self.at > self.last:
            return None if self.intentions.keys() >= self.classes.keys() else "recueillir_intentions"
        statuses = {each.status for each in self._of(self.at)}
        if self.at in self.given_up:
            return None
        if "planned" in statuses:
            return "tenir_atelier"
        return None if "closed" in statuses else "planifier_atelier"

    def _of(self, number: int) -> list[_Session]:
        found = (each for each in self.sessions.values() if each.workshop == number)
        return [each for each in found if each.status != "cancelled"]

    def _session(self, act: Act) -> _Session:
        return self.sessions[str(act.session)]


EFFECTS: Mapping[str, Callable[[_Replay, Act], None]] = {
    "pupils": _Replay.enrol, "sessions": _Replay.plan, "move": _Replay.move, "cancel": _Replay.cancel,
    "sheet": _Replay.sheet, "give-up": _Replay.give_up, "intentions": _Replay.intend,
    "interviews": _Replay.interview, "journal": _Replay.contact,
}  # fmt: skip
"""By the last word of the path; a postponed session changes nothing that is counted."""


def expect_cycle(plan: Plan, workshops: int) -> ExpectedCycle:
    """``workshops``: how many the campagne has (R28)."""
    replay = _Replay(workshops)
    replay.tasks["conclure_convention"] = 1
    for act in plan.acts:
        if not act.is_refused:
            word = act.path.rsplit("/", 1)[-1]
            effect = _Replay.join if (word, act.session is None) == ("pupils", False) else EFFECTS.get(word)
            if effect:
                effect(replay, act)
            replay.go_on()
    proposed = frozenset(
        pupil for pupil, told in replay.intentions.items() if told["agreed_on"] and not told["has_solution"]
    )
    replay.tasks["examiner_propositions"] = int(bool(proposed))
    ends = {"avenirpro": "fin", "propositions": "fin_examinees" if proposed else "fin_sans_proposition"}
    return ExpectedCycle(Expected("", ends, +replay.tasks), _figures(replay), proposed, _told(replay))


def _figures(replay: _Replay) -> Mapping[str, int]:
    counts = Counter(FIGURE_OF_STATUS[each.status] for each in replay.sessions.values())
    marks = Counter(_marks(replay.sessions.values()))
    counts.update({FIGURE_OF_MARK[mark]: count for mark, count in marks.items()})
    return counts + Counter({"eleves": len(replay.classes), "inscriptions": marks.total()})


def _marks(sessions: Iterable[_Session]) -> Iterable[str]:
    for each in sessions:
        if each.status != "cancelled":
            yield from (mark for mark in each.marks.values() if mark != RESCHEDULED)


def _told(replay: _Replay) -> Mapping[str, int]:
    return {
        "contacts": replay.contacts,
        "interviews_wished": len(replay.interviews),
        "interviews_held": sum("held_on" in each for each in replay.interviews.values()),
        "intentions": len(replay.intentions),
    }
