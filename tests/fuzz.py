"""``python -m tests.fuzz --count 20000 --seed 1``: random processes on the engine and on the oracle (`make fuzz`).

Prints each difference as the smallest process and the moves that show it; exit 1 when there is one.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable
from multiprocessing import get_context

from tests.support.fuzz.search import NoProcess, search

NOTHING = "no process passes the checks"
SHARE_WITHOUT = 0.02  # of the seeds, at most, may be without a process


def look(seed: int) -> tuple[int, str]:
    """(seed, what was found there, empty when nothing)."""
    try:
        found = search(seed)
    except NoProcess:
        return seed, NOTHING
    except Exception as error:  # a crash of the engine or of the oracle is a finding as well
        return seed, f"seed {seed}: {type(error).__name__}: {error}"
    return seed, "" if found is None else str(found)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args(arguments)
    seeds = range(chosen.seed, chosen.seed + chosen.count)
    with get_context("spawn").Pool(chosen.workers) as pool:
        return _report(pool.imap_unordered(look, seeds, chunksize=10), len(seeds))


def _report(answers: Iterable[tuple[int, str]], count: int) -> int:
    begun, different, without = time.monotonic(), 0, 0
    for number, (_, found) in enumerate(answers, start=1):
        without += found == NOTHING
        if found not in ("", NOTHING):
            different += 1
            sys.stdout.write(f"\n{found}\n")
        if number % 200 == 0 or number == count:
            pace = (time.monotonic() - begun) / number
            sys.stdout.write(f"{number} of {count}: {different} differences, {without} seeds without a process, "
                             f"{pace * 1000:.0f} ms each, {pace * (count - number) / 60:.0f} min to go\n")  # fmt: skip
            sys.stdout.flush()
    return 1 if different or without > count * SHARE_WITHOUT else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
