"""The cases of the DMN TCK's level 2, collected only where the suite lies beside the project."""

from pathlib import Path

import pytest

from shared.dmn.tck import cases_of

SUITE = Path(__file__).resolve().parents[3] / "shared" / "dmn-tck"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Collect tck_level_2.py when there are cases for it."""
    if file_path.name == "tck_level_2.py" and SUITE.is_dir():
        module: pytest.Module = pytest.Module.from_parent(parent, path=file_path)
        return module
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each case."""
    if "tck_case" in metafunc.fixturenames:
        cases = list(cases_of(SUITE, 2))
        metafunc.parametrize("tck_case", cases, ids=[case.name for case in cases])
