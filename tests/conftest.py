"""Servers and databases for every suite."""

import pytest
from hypothesis import settings

pytest_plugins = (
    "tests.support.rabbitmq",
    "tests.support.postgresql",
    "tests.support.databases",
    "tests.support.read_once",
    "tests.support.bpmn_tables",
    "tests.support.buses",
    "tests.support.browser",
)

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

SLOW = {"journeys", "simulate"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest files first, so that no worker is left alone with one of them at the end."""
    items.sort(key=lambda item: SLOW.isdisjoint(item.path.parts))
