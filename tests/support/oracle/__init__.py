"""A second, independent reading of BPMN: a plain and slow token game to hold the engine against.

Written from BPMN 2.0.2 (chapters 10 and 13) and workflows/README.md; it shares nothing with ``shared.bpmn`` and uses
``shared.feel`` for expressions only. Where BPMN leaves the order of independent tokens open, the house's order is
written here once: tokens move one element at a time, first come first served; a scope is left when nothing else
moves, the youngest first; inclusive joins are asked last, outermost scope and oldest token first.
"""

from tests.support.oracle.base import NotAwaited
from tests.support.oracle.board import Incident
from tests.support.oracle.game import Game, Seen
from tests.support.oracle.rules import BusinessRefusal, Operation

__all__ = ["BusinessRefusal", "Game", "Incident", "NotAwaited", "Operation", "Seen"]
