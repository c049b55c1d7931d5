"""`make bench` runs: one child of each side answers a round, and the figures become a table and JSON."""

import json
from pathlib import Path

from benchmarks import report, workload
from benchmarks.children import Child
from benchmarks.report import Figure, compared

ONE = {"instances": 1}


def test_the_engine_and_its_floor_carry_the_same_process_to_its_end() -> None:
    with Child("engine", 500) as ours, Child("floor", "round-trip", 500) as floor:
        assert ours.ask(ONE)["cpu"] > 0
        assert floor.ask(ONE)["cpu"] > 0


def test_a_task_is_done_durably_in_one_commit(tmp_path: Path) -> None:
    with Child("durable", 500, f"sqlite:///{tmp_path}/ours.sqlite") as ours:
        answer = ours.ask(ONE)
    assert (answer["commits"], answer["statements"] > 0) == (1, True)


def test_the_data_is_about_as_large_as_it_says() -> None:
    sizes = {size: len(workload.as_json(workload.start_variables(size))) for size in workload.SIZES}
    assert all(0.9 < found / size < 1.1 for size, found in sizes.items()), sizes


def test_figures_are_written_as_a_list_of_objects(tmp_path: Path) -> None:
    figures = [compared("a step", 1.0, "ms CPU", "floor", 2.0), Figure("memory", 80.0, "MB")]
    report.write(figures, tmp_path / "bench.json")
    written = json.loads((tmp_path / "bench.json").read_text("utf-8"))
    assert written[0] == {
        "name": "a step", "value": 1.0, "unit": "ms CPU", "against": "floor: 2 ms CPU", "ratio": 0.5,
    }  # fmt: skip
    assert "0.50 ×" in report.table(figures)
