"""Everything about one person can be told and erased, in every service (R40, R41); and nothing is forgotten."""

from collections.abc import Iterator
from typing import Any

import pytest

from services import embedded
from services.simulate.client import Refused
from tests.personal.run import DPO, SERVICES, Finished, finished, text_of, words_of
from tests.personal.scan import files_with, tables_with
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    with finished(tmp_path_factory.mktemp("run")) as world:
        yield world


def export_of(run: Finished, service: str, index: int) -> dict[str, Any]:
    body = {"pupils": [run.pupils[index]], "parcours": [run.parcours[index]]}
    return run.client.post(DPO, service, "/dpo/export", body)


def test_a_table_in_which_somebody_is_found_is_among_those_that_are_exported(run: Finished) -> None:
    index = run.everywhere()
    for service in SERVICES:
        exported = {each["table"]: each["rows"] for each in export_of(run, service, index)["tables"]}
        found = {
            table for database, table, _ in tables_with(run.folder, words_of(index)) if database == service
        }
        assert found
        assert found <= {table for table, rows in exported.items() if rows}


def test_an_export_says_what_the_three_services_know(run: Finished) -> None:
    index = run.everywhere()
    name = words_of(index)[0]
    told = {service: text_of(export_of(run, service, index)) for service in SERVICES}
    assert all(word in told["enrolment"] for word in words_of(index))
    assert all(name in told[service] for service in SERVICES)
    others = [word for other in run.pupils if other != index for word in words_of(other)]
    assert not [word for word in others for text in told.values() if word in text]


def test_every_declared_table_and_column_is_in_the_export(run: Finished) -> None:
    index = run.everywhere()
    for service in SERVICES:
        exported = {each["table"] for each in export_of(run, service, index)["tables"]}
        built = embedded.PROCESS_SERVICES[service]
        assert exported == {holding.table.name for holding in built.HOLDINGS}  # type: ignore[attr-defined]


def test_after_an_erasure_nothing_of_the_person_is_found_in_databases_files_and_logs(run: Finished) -> None:
    """The last of this file: it takes a pupil away."""
    index = run.everywhere()
    other = next(each for each in run.pupils if each != index)
    milestones = run.ask("enrolment", "SELECT count(*) FROM party WHERE parcours_id = ?", run.parcours[index])
    erasure_id = run.erase(index)
    wait_until(lambda: tables_with(run.folder, words_of(index)) == set())  # the inbox erases on its own
    left = "SELECT count(*) FROM outbox WHERE envelope IS NOT NULL AND (subject = ?1 OR subject IN"
    left += " (SELECT id FROM process_instance WHERE parcours_id = ?1))"
    assert [run.ask(service, left, run.parcours[index]) for service in SERVICES] == [[(0,)]] * 3
    assert tables_with(run.folder, words_of(other)) != set()
    wait_until(lambda: files_with(run.folder, words_of(index)) == set())
    assert files_with(run.folder, words_of(other)) != set()
    assert (
        run.ask("enrolment", "SELECT count(*) FROM party WHERE parcours_id = ?", run.parcours[index])
        == milestones
    )
    for service in SERVICES:
        record = run.client.get(DPO, service, "/dpo/proofs")
        assert record["first_altered"] is None
        assert [row["erasure_id"] for row in record["items"]] == [erasure_id]
        assert record["items"][0]["counts"]["process_instance"] == 1
    with pytest.raises(Refused) as gone:
        run.client.post(DPO, "enrolment", "/dpo/erasures", {"pupil_id": run.pupils[index]})
    assert gone.value.status == 404
