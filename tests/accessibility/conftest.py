"""One demonstration and one browser for all pages.

It ends with this folder: two demonstrations in one process would hear each other's messages.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.accessibility.windows import Windows
from tests.accessibility.world import World, demonstration


@pytest.fixture(scope="package")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with demonstration(tmp_path_factory.mktemp("demonstration")) as world:
        yield world


@pytest.fixture(scope="package")
def windows(browser: Browser, world: World) -> Iterator[Windows]:
    windows = Windows(browser, world)
    yield windows
    windows.close()
