"""One seed: its process, its life, and the smallest process that shows a difference."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from shared.bpmn import DefinitionRefused, load
from tests.support.bpmn_builder import Bpmn, files
from tests.support.fuzz.blocks import Block, Grower
from tests.support.fuzz.drawing import draw
from tests.support.fuzz.life import Difference, Life, Moment, live, relive
from tests.support.fuzz.players import VOCABULARY, count_up
from tests.support.oracle import Operation

ATTEMPTS = 6
TASK = "task"


class NoProcess(Exception):
    """None of a seed's processes passes the checks."""


@dataclass(frozen=True)
class Found:
    """A difference, the smallest process that shows it, and its diagrams."""

    seed: int
    difference: Difference
    tree: Block
    diagrams: str

    def __str__(self) -> str:
        return f"seed {self.seed}\n{self.tree}\n{self.diagrams}\n{self.difference}"


def process(seed: int) -> tuple[Block, list[Bpmn]]:
    """A seed's process that passes the checks. Raises NoProcess."""
    for attempt in range(ATTEMPTS):
        tree = Grower(seed * ATTEMPTS + attempt).process()
        try:
            diagrams = draw(tree)
            load(files(*diagrams), diagrams[0].id, VOCABULARY)
        except DefinitionRefused:
            continue
        return tree, diagrams
    raise NoProcess(seed)


def search(seed: int, operation: Operation = count_up) -> Found | None:
    """The difference that a seed shows, made small. Raises NoProcess."""
    tree, diagrams = process(seed)
    difference = live(Life(diagrams, operation), seed)
    return None if difference is None else _Shrinker(seed, operation).shrink(tree, difference)


class _Shrinker:
    def __init__(self, seed: int, operation: Operation) -> None:
        self._seed, self._operation = seed, operation

    def shrink(self, tree: Block, difference: Difference) -> Found:
        """Drop moves and blocks as long as some difference is left."""
        again: tuple[Block, Difference] | None = (tree, difference)
        while again is not None:
            tree, difference = again
            again = self._smaller(tree, difference)
        xml = b"\n".join(diagram.xml() for diagram in draw(tree)).decode()
        return Found(self._seed, difference, tree, xml)

    def _smaller(self, tree: Block, difference: Difference) -> tuple[Block, Difference] | None:
        for smaller, moves in (*_with_less_moves(tree, difference), *_with_less_blocks(tree, difference)):
            found = self._try(smaller, moves)
            if found is not None:
                return smaller, found
        return None

    def _try(self, tree: Block, moves: tuple[Moment, ...]) -> Difference | None:
        try:
            return relive(Life(draw(tree), self._operation), moves)
        except (DefinitionRefused, KeyError, IndexError):  # what is left is no process any more
            return None


def _with_less_moves(tree: Block, difference: Difference) -> Iterator[tuple[Block, tuple[Moment, ...]]]:
    moves = difference.moves
    for size in (8, 4, 2, 1):
        for at in range(1, len(moves), size):
            yield tree, moves[:at] + moves[at + size :]


def _with_less_blocks(tree: Block, difference: Difference) -> Iterator[tuple[Block, tuple[Moment, ...]]]:
    for smaller in _smaller(tree):
        yield smaller, difference.moves


def _smaller(block: Block) -> Iterator[Block]:
    """The block's parts instead of it, nothing instead of it, or the block with a smaller part."""
    yield from block.parts
    if block.kind != TASK:
        yield Block(TASK, block.n)
    for number, part in enumerate(block.parts):
        for smaller in _smaller(part):
            yield replace(block, parts=(*block.parts[:number], smaller, *block.parts[number + 1 :]))
