"""Every walk of this folder is made five times: without storing, with, on specifications read anew, and with
everything resting in the real tables of SQLite and of PostgreSQL between two steps."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.support.bpmn_walk import MODES, Walk
from tests.support.databases import BACK_ENDS


@pytest.fixture(params=(*MODES, *BACK_ENDS))
def walk(request: pytest.FixtureRequest) -> Callable[..., Walk]:
    if request.param in BACK_ENDS:
        return partial(Walk, "stored", tables=request.getfixturevalue(f"{request.param}_tables"))
    return partial(Walk, request.param)
