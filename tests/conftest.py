"""Servers and databases for every suite."""

pytest_plugins = (
    "tests.support.rabbitmq",
    "tests.support.postgresql",
    "tests.support.databases",
    "tests.support.buses",
    "tests.support.browser",
)
