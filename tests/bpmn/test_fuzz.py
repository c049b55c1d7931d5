"""Random processes, three players: the engine kept in memory, the engine stored at every step, and the oracle.

``make fuzz`` does the same with as many as one likes; ``tests/support/fuzz`` says how.
"""

import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shared.bpmn import DefinitionFiles, load
from tests.support.bpmn_builder import files
from tests.support.fuzz.blocks import Block
from tests.support.fuzz.life import Life, live
from tests.support.fuzz.players import VOCABULARY, EnginePlayer, IncidentSeen, NothingHappened, stored
from tests.support.fuzz.search import process, search

SEEDS = 300
CHUNK = 20


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_engine_store_and_oracle_agree_on_order_data_and_completion(first: int) -> None:
    for seed in range(first, first + CHUNK):
        found = search(seed)
        assert found is None, str(found)


def _refuse_less(variables: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"total": (variables["total"] + 3) % 10}


def test_a_difference_is_found_and_told_by_the_smallest_process_that_shows_it() -> None:
    found = next(found for found in (search(seed, _refuse_less) for seed in range(100)) if found)
    assert _kinds(found.tree) <= {"service", "sequence", "task"}
    assert found.difference.about in ("variables", "trace")
    assert len(found.difference.moves) == 1
    assert "<bpmn:serviceTask" in str(found)


def _kinds(tree: Block) -> set[str]:
    return {block.kind for block in tree.everything()}


@pytest.mark.parametrize("seed", range(1000, 1040))
def test_every_process_that_the_checks_let_pass_can_be_carried_to_its_end(seed: int) -> None:
    life = Life(process(seed)[1])
    assert live(life, seed, count=10) is None
    assert life.carry_to_its_end(random.Random(seed)), life.moves


def test_threads_share_specifications_without_mixing_their_instances() -> None:
    _, diagrams = process(7)
    sources: DefinitionFiles = files(*diagrams)
    shared = load(sources, diagrams[0].id, VOCABULARY)

    def walk(seed: int) -> list[object]:
        return _walked(stored(shared), Life(diagrams), seed)

    alone = [walk(seed) for seed in range(12)]
    with ThreadPoolExecutor(max_workers=6) as pool:
        assert list(pool.map(walk, range(12))) == alone


def _walked(player: EnginePlayer, life: Life, seed: int) -> list[object]:
    """What one player brings about in a life that ``seed`` gives."""
    live(life, seed)
    progress: list[object] = []
    for move, now in life.moves:
        try:
            player.play(move, now)
            progress.append(player.progress)
        except (NothingHappened, IncidentSeen) as nothing:
            progress.append(str(nothing))
    return progress
