"""Every walk of this folder is made three times: without storing, with, and on specifications read anew."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.support.bpmn_walk import MODES, Walk


@pytest.fixture(params=MODES)
def walk(request: pytest.FixtureRequest) -> Callable[..., Walk]:
    return partial(Walk, request.param)
