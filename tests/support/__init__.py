"""Fixtures and helpers shared by the suites."""
