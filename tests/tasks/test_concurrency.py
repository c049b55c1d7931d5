"""Several people at once: one effect each, nobody meets a lock error."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.tasks.world import CLAIRE, DENIS, Town


def test_three_threads_on_forty_tasks_have_one_effect_each(town: Town) -> None:
    tasks = [town.open() for _ in range(40)]

    def work(thread: int) -> list[int]:
        actor = (CLAIRE, DENIS, CLAIRE)[thread]
        return [town.complete(actor, task, key=f"{thread}-{task}").status_code for task in tasks]

    with ThreadPoolExecutor(3) as pool:
        answers = Counter(status for statuses in pool.map(work, range(3)) for status in statuses)
    assert answers == {200: 40, 409: 80}
    assert town.effects() == 40


def test_the_same_click_by_three_threads_gets_the_same_answer(town: Town) -> None:
    tasks = [town.open() for _ in range(10)]

    def work(_: int) -> list[object]:
        return [
            (answer.status_code, answer.json)
            for task in tasks
            for answer in [town.complete(CLAIRE, task, key=task)]
        ]

    with ThreadPoolExecutor(3) as pool:
        first, second, third = pool.map(work, range(3))
    assert first == second == third
    assert town.effects() == 10


def test_of_two_who_claim_at_once_one_holds_the_task(town: Town) -> None:
    tasks = [town.open() for _ in range(15)]
    with ThreadPoolExecutor(2) as pool:
        by_claire, by_denis = pool.map(
            lambda actor: [town.claim(actor, task).status_code for task in tasks], (CLAIRE, DENIS)
        )
    assert all(sorted(pair) == [200, 409] for pair in zip(by_claire, by_denis, strict=True))
