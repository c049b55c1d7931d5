"""Small models, right and wrong, each with what the check says of it and the shortest run that shows it."""

import pytest

from shared.bpmn import check
from tests.bpmn.soundness.drawing import diagram
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Bpmn

RIGHT = {
    "a row": "debut > un > deux > fin",
    "a choice": "debut > X; X > un > XX; X [n > 1]> deux > XX; XX > fin",
    "both, then on": "debut > P; P > un > PP; P > deux > PP; PP > fin",
    "some, then on": "debut > I; I > un > II; I [n > 1]> deux > II; I [n > 2]> trois > II; II > fin",
    "some with a default, met by a simple merge: never two": (
        "debut > I; I > un > X; I [n > 1]> deux > X; X > trois > fin"
    ),
    "two conditions that exclude each other, met by a simple merge": (
        'debut > I; I [x = "a"]> un > X; I [x = "b"]> deux > X; I > X; X > trois > fin'
    ),
    "a condition and its contrary, met by a simple merge": (
        "debut > I; I [oui]> un > X; I [not(oui)]> deux > X; X > trois > fin"
    ),
    "the same question asked twice has one answer": (
        "debut > X; X [n > 1]> P; X > un > X2; P > deux > X2; P > trois > PP; "
        "X2 > X3; X3 [n > 1]> PP; X3 > XE; PP > XE; XE > fin"
    ),
    "a value chosen once decides twice": (
        'debut > choisir > X; X [x = "a"]> P; X > un > X2; P > deux > X2; P > trois > PP; '
        'X2 > X3; X3 [x = "a"]> PP; X3 > XE; PP > XE; XE > fin'
    ),
    "branches that end by themselves": "debut > P; P > un > fin; P > deux > fin2",
    "two branches into one end": "debut > P; P > un > fin; P > deux > fin",
    "the first one wins": "debut > P; P > un > X; P > deux > X; X > stop",
    "a loop with a way out": "debut > X; X > un > XX; XX [n > 1]> X; XX > fin",
    "a loop around both": "debut > X; X > P; P > un > PP; P > deux > PP; PP > XX; XX [n > 1]> X; XX > fin",
    "an automatic loop that a condition leaves": "debut > X; X > s_a > XX; XX [n > 1]> X; XX > fin",
    "an endless life that one task ends": (
        "debut > P; P > X; X > t_a > un > X; P > deux > stop"
    ),
    "a reminder": "debut > un > fin; un~rappel > deux > fin2",
    "a reminder that comes back to the way": "debut > un > X; un~rappel > deux > X; X > trois > fin",
    "a reminder that sets two to work": (
        "debut > un > fin; un~rappel > P; P > deux > PP; P > trois > PP; PP > X; X > quatre > X2; "
        "X2 > fin2; X2 [n > 1]> X"
    ),
    "a delay": "debut > un > X; un!delai > deux > X; X > fin",
    "a refusal": "debut > un > X; un!refus > deux > X; X > fin",
    "an event gateway": "debut > E; E > m_a > X; E > t_b > X; X > fin",
    "three in three": (
        "debut > P; P > P2; P2 > un > P3; P2 > deux > P3; P3 > P4; P > trois > P4; P4 > fin"
    ),
    "both and some behind a delay, in a loop": (
        "debut > X; X > un > XX; un!delai > P; P > a > PP; P > I; I > b > II; I [n > 1]> c > II; II > PP; PP > XX; "
        "XX > XE; XE > fin; XE [n > 2]> X"
    ),
    "some behind a refusal beside another branch, in a loop": (
        "debut > X; X > P; P > a > PP; P > un > XX; un!refus > I; I > b > II; I [n > 1]> c > II; II > XX; XX > PP; "
        "PP > XE; XE > fin; XE [n > 2]> X"
    ),
    "joins across": "debut > P; P > un > P2; P > deux > P3; P2 > trois > P3; P2 > quatre > P4; P3 > P4; P4 > fin",
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_of_a_right_model_nothing_is_said(name: str) -> None:
    assert _told(diagram(RIGHT[name])) == []


WRONG = {
    "a value chosen again between the two questions": (
        'debut > X; X [x = "a"]> P; X > un > X2; P > choisir > X2; P > trois > PP; choisir~rappel > fin2; '
        'X2 > X3; X3 [x = "a"]> PP; X3 > XE; PP > XE; XE > fin',
        [("PP", "deadlock", "debut → choisir [tâche faite] → fin → trois [tâche faite] → PP")],
    ),
    "one of two, then both awaited": (
        "debut > X; X > un > P; X [n > 1]> deux > P; P > fin",
        [("P", "deadlock", "debut → un [tâche faite] → P")],
    ),
    "some, then all awaited": (
        "debut > I; I > un > P; I [n > 1]> deux > P; P > fin",
        [("P", "deadlock", "debut → deux [tâche faite] → P")],
    ),
    "a refusal leaves the other branch alone": (
        "debut > P; P > un > PP; P > deux > PP; PP > fin; un!refus > trois > fin2",
        [("PP", "deadlock", "debut → un [refus] → trois [tâche faite] → fin2 → deux [tâche faite] → PP")],
    ),
    "a delay leaves the other branch alone": (
        "debut > P; P > un > PP; P > deux > PP; PP > fin; un!delai > fin2",
        [("PP", "deadlock", "debut → delai [échéance] → fin2 → deux [tâche faite] → PP")],
    ),
    "a join that waits for its own loop": (
        "debut > P; P > un > X; X > P; X [n > 1]> fin",
        [("P", "deadlock", "debut → P")],
    ),
    "an early end in one branch": (
        "debut > P; P > un > X; X > PP; X [n > 1]> fin2; P > deux > PP; PP > fin",
        [("PP", "deadlock", "debut → un [tâche faite] → fin2 → deux [tâche faite] → PP")],
    ),
    "a reminder that a join waits for": (
        "debut > un > P; un~rappel > deux > P; P > fin",
        [("P", "deadlock", "debut → un [tâche faite] → P")],
    ),
    "behind a reminder, both, then a simple merge": (
        "debut > un > fin; un~rappel > P; P > deux > X; P > trois > X; X > quatre > fin2",
        [(
            "quatre", "lack_of_synchronisation",
            "debut → rappel [échéance] → deux [tâche faite] → trois [tâche faite] → quatre",
        )],
    ),
    "behind a reminder, a fork that jumps back before itself": (
        "debut > un > fin; un~rappel > X; X > P; P > deux > PP; P > X2; X2 > trois > PP; X2 [n > 1]> X; PP > fin2",
        [("deux", "lack_of_synchronisation", "debut → rappel [échéance] → deux")],
    ),
    "a task and its delay in one inclusive join, which waits for a turn that never comes": (
        "debut > X; X > P; P > a > PP; P > un > I; un!delai > I; I > PP; PP > XE; XE > fin; XE [n > 1]> X",
        [
            ("I", "deadlock", "debut → delai [échéance] → a [tâche faite] → I"),
            ("PP", "deadlock", "debut → delai [échéance] → a [tâche faite] → PP"),
        ],
    ),
    "behind a delay a loop, and a fork that never stops": (
        "debut > X; X > un > XX; un!delai > X2; X2 > a > X3; X3 > X2; X3 [n > 1]> XX; XX > P; P > X; P > fin",
        [("debut", "no_way_out", "debut")],
    ),
    "an event of two that a join waits for": (
        "debut > E; E > m_a > P; E > t_b > P; P > fin",
        [("P", "deadlock", "debut → m a [message reçu] → P")],
    ),
    "both, then a simple merge": (
        "debut > P; P > un > X; P > deux > X; X > trois > fin",
        [("trois", "lack_of_synchronisation", "debut → un [tâche faite] → deux [tâche faite] → trois")],
    ),
    "some, then a simple merge": (
        "debut > I; I [n > 1]> un > X; I [n > 2]> deux > X; I > X; X > trois > fin",
        [("trois", "lack_of_synchronisation", "debut → un [tâche faite] → deux [tâche faite] → trois")],
    ),
    "both, then one task without a gateway": (
        "debut > P; P > un > trois; P > deux > trois; trois > fin",
        [("trois", "lack_of_synchronisation", "debut → un [tâche faite] → deux [tâche faite] → trois")],
    ),
    "both, then a script twice": (
        "debut > P; P > un > X; P > deux > X; X > s_a > fin",
        [("s_a", "lack_of_synchronisation", "debut → un [tâche faite] → deux [tâche faite] → s a")],
    ),
    "a fork in a loop": (
        "debut > X; X > P; P > un > fin; P > deux > X",
        [("un", "lack_of_synchronisation", "debut → deux [tâche faite] → un")],
    ),
    "a delay beside both": (
        "debut > P; P > un > PP; P > deux > PP; un!delai > X; PP > X; X > trois > fin",
        [("PP", "deadlock", "debut → delai [échéance] → trois [tâche faite] → fin → deux [tâche faite] → PP")],
    ),
    "a choice after which nobody comes out": (
        "debut > X; X > fin; X [n > 1]> X2; X2 > un > X3; X3 > X2; X3 [n > 2]> deux > X2",
        [("X2", "no_way_out", "debut → X2")],
    ),
    "a circle of scripts": (
        "debut > X; X > fin; X [n > 1]> X2; X2 > s_a > s_b > X2",
        [("X2", "endless_loop", "debut → X2 → s a → s b → X2")],
    ),
    "a fork that never stops": (
        "debut > X; X > s_a > P; P > X; P > un > fin",
        [("un", "lack_of_synchronisation", "debut → s a → s a → un")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_of_a_wrong_model_the_shortest_run_is_told(name: str) -> None:
    text, told = WRONG[name]
    assert _told(diagram(text)) == told


def _told(made: Bpmn) -> list[tuple[str, str, str]]:
    findings = check(b.files(made), b.vocabulary())
    return [(finding.element_id, finding.code, " → ".join(finding.run)) for finding in findings]
