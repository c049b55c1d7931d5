"""Reading and checking a diagram: a child ``checking NODES``."""

import sys
import time

from benchmarks import house, models
from benchmarks.children import Answer, serve
from shared.bpmn.definition import check, reload


def main(nodes: str) -> None:
    files, offered = models.large(int(nodes)), house.vocabulary()

    def one_round(_question: None) -> Answer:
        before = time.process_time()
        reload(files, "large", offered)
        read = time.process_time()
        found = check(files, offered)
        if found:
            raise RuntimeError(str(found[0]))
        return {"read": read - before, "check": time.process_time() - read}

    serve(one_round)


if __name__ == "__main__":
    main(*sys.argv[1:])
