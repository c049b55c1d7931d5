"""Level 2 of the DMN TCK; see conftest.py for when it is collected."""

from shared.dmn.tck import Case, failure_of


def test_the_conformance_suite_agrees(tck_case: Case) -> None:
    assert failure_of(tck_case) is None
