"""``python -m tests.fuzz_parcours --count 5000 --seed 1``: parcours lived by chance (`make fuzz-parcours`).

Prints each history in which nobody has the hand, a rule is broken or no end is reached; exit 1 when there is one.
"""

import argparse
import logging
import os
import sys
import tempfile
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from tests.histories.search import look


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz_parcours")
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args(arguments)
    seeds = range(chosen.seed, chosen.seed + chosen.count)
    wrong = 0
    with (
        tempfile.TemporaryDirectory(prefix="ae-histories-") as folder,
        get_context("spawn").Pool(chosen.workers, logging.disable, (logging.WARNING,)) as pool,
    ):
        looked = pool.imap_unordered(partial(look, folder=Path(folder)), seeds, chunksize=10)
        for found in tqdm(looked, total=len(seeds), unit="parcours"):
            if found:
                wrong += 1
                tqdm.write(found)
    sys.stdout.write(f"{len(seeds)} parcours, {wrong} wrong\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
