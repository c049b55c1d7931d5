"""A worker of ours: a child ``waiting URL FOLDER``. It answers with the CPU that it has used, and its memory.

It has moved a parcours before, and has loaded what a worker on RabbitMQ has; its bus is the embedded one.
"""

import os
import sys
import threading
import time

from benchmarks import house, measuring
from benchmarks.children import Answer, serve
from shared.messaging import rabbitmq as _rabbitmq  # noqa: F401 -- its memory counts
from shared.messaging.embedded import EmbeddedBus
from shared.process import service


def main(url: str, run_folder: str) -> None:
    built = house.build(url, run_folder=run_folder)
    house.start(built, 4_000)
    bus = EmbeddedBus(prefix=f"bench-{os.getpid()}")
    worker = threading.Thread(target=service.work, args=(built, bus, threading.Event()), daemon=True)
    worker.start()

    def look(_question: None) -> Answer:
        return {"cpu": time.process_time(), "memory": measuring.resident(os.getpid())}

    serve(look)


if __name__ == "__main__":
    main(*sys.argv[1:])
