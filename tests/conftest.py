"""Servers and databases for every suite."""

import pytest

pytest_plugins = (
    "tests.support.rabbitmq",
    "tests.support.postgresql",
    "tests.support.databases",
    "tests.support.buses",
    "tests.support.browser",
)

SLOW = {"journeys", "simulate"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest files first, so that no worker is left alone with one of them at the end."""
    items.sort(key=lambda item: SLOW.isdisjoint(item.path.parts))
