"""Our service as it is served: ``gunicorn benchmarks.house_web:app()``; ``HOUSE_URL`` and ``HOUSE_KEYS`` (JSON)."""

import json
import os

from flask import Flask

from benchmarks import house
from shared.process import service


def app() -> Flask:
    return service.web(house.build(os.environ["HOUSE_URL"], json.loads(os.environ["HOUSE_KEYS"])))
