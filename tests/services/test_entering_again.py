"""Into which campagne a parcours is opened, and what stands in its way: nothing without an admission (R1–R4, R7)."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select

from services.enrolment.pupils.tables import opened_parcours
from shared.bpmn.tables import instance
from shared.clock import FixedClock
from shared.identity import Actor
from tests.services.test_enrolment_api import OPENER, SECRETARY, Enrolment
from tests.services.test_enrolment_handed_back import HEAD, complete, get, ready_for_the_fiche
from tests.support.databases import MakeDatabase

OPERATOR = Actor.operator("Paule Mercier")


@pytest.fixture
def on_both(make_database: MakeDatabase) -> Iterator[Enrolment]:
    built = Enrolment(make_database)
    yield built
    built.service.database.dispose()


def withdrawn(enrolment: Enrolment) -> str:
    """R4."""
    parcours_id = ready_for_the_fiche(enrolment)
    today = enrolment.service.clock.today().isoformat()
    complete(enrolment, OPENER, "retirer_volontariat", volontariat_retire_le=today)
    complete(enrolment, HEAD, "notifier_decision", notifie_le=today, solution_connue="oui")
    return parcours_id


def cancelled(enrolment: Enrolment) -> str:
    """By an operator, who was wrong."""
    parcours_id = ready_for_the_fiche(enrolment)
    told = get(enrolment, OPENER, f"/parcours/{parcours_id}").get_json()
    body = {"reason": "Ouvert deux fois par erreur.", "public_text": "Ce parcours était en double."}
    assert (
        enrolment.post(f"/operator/instances/{told['instance_id']}/cancel", OPERATOR, json=body).status_code
        == 200
    )
    return parcours_id


def pupil_of(enrolment: Enrolment, parcours_id: str) -> dict[str, Any]:
    return next(each for each in enrolment.pupils() if parcours_id in (each["parcours_id"], *each["earlier"]))


def opens(enrolment: Enrolment, pupil_id: str, **how: bool) -> tuple[int, str]:
    answer = enrolment.post("/parcours", OPENER, json={"pupil_id": pupil_id, **how})
    return answer.status_code, answer.get_json().get("parcours_id", "")


@pytest.mark.parametrize("ended", [withdrawn, cancelled])
@pytest.mark.parametrize("on_paper", [False, True])
def test_a_pupil_enters_again_after_what_led_to_no_admission(
    on_both: Enrolment, ended: Callable[[Enrolment], str], on_paper: bool
) -> None:
    """A second click finds the new one, which is what lists show; the one before stays within reach."""
    before = ended(on_both)
    pupil = pupil_of(on_both, before)
    assert (pupil["parcours_id"], pupil["earlier"], pupil["can_open"]) == (before, [], True)
    status, again = opens(on_both, pupil["id"], on_paper=on_paper)
    assert (status, again != before) == (201, True)
    assert opens(on_both, pupil["id"]) == (200, again)
    pupil = pupil_of(on_both, before)
    assert (pupil["parcours_id"], pupil["earlier"], pupil["can_open"]) == (again, [before], False)
    assert get(on_both, SECRETARY, f"/parcours/{before}").get_json()["status"] == "ended"


def test_a_parcours_that_is_open_stands_in_the_way_of_another(on_both: Enrolment) -> None:
    """Also while its withdrawal waits to be notified."""
    parcours_id = ready_for_the_fiche(on_both)
    pupil = pupil_of(on_both, parcours_id)
    today = on_both.service.clock.today().isoformat()
    complete(on_both, OPENER, "retirer_volontariat", volontariat_retire_le=today)
    assert pupil["can_open"] is False
    assert opens(on_both, pupil["id"]) == (200, parcours_id)


@pytest.fixture
def in_july(make_sqlite_database: MakeDatabase) -> Iterator[Enrolment]:
    built = Enrolment(make_sqlite_database, FixedClock(datetime(2027, 5, 10, 8, tzinfo=UTC)))
    yield built
    built.service.database.dispose()


def at(enrolment: Enrolment, day: date) -> None:
    clock = enrolment.service.clock._system
    assert isinstance(clock, FixedClock)
    clock.set(datetime(day.year, day.month, day.day, 8, tzinfo=UTC))


def known(enrolment: Enrolment, parcours_id: str) -> dict[str, Any]:
    told = get(enrolment, OPENER, f"/parcours/{parcours_id}").get_json()["variables"]
    return {each["name"]: each["value"] for each in told}


def test_who_has_just_sat_the_session_is_enrolled_for_the_coming_rentree(in_july: Enrolment) -> None:
    """R1, R7: nobody enters before it, and an entry of September is of that campagne."""
    in_july.import_file("eleves_siecle.xml")
    at(in_july, date(2027, 7, 5))
    pupil = next(each for each in in_july.pupils() if each["sendable_from"] <= "2027-07-05")
    status, parcours_id = opens(in_july, pupil["id"])
    told = known(in_july, parcours_id)
    assert (status, told["campagne"]) == (201, "2027-2028")
    assert pupil_of(in_july, parcours_id)["can_open"] is False
    at(in_july, date(2027, 9, 6))
    assert opens(in_july, pupil["id"]) == (200, parcours_id)


def test_a_parcours_that_runs_in_july_stands_in_the_way_of_one_for_the_coming_rentree(
    in_july: Enrolment,
) -> None:
    """What was opened in May is of the campagne before; once it led to no admission the pupil may enter anew."""
    parcours_id = ready_for_the_fiche(in_july)
    assert known(in_july, parcours_id)["campagne"] == "2026-2027"
    at(in_july, date(2027, 7, 5))
    pupil = pupil_of(in_july, parcours_id)
    assert (pupil["parcours_id"], pupil["can_open"]) == (parcours_id, False)
    assert opens(in_july, pupil["id"]) == (200, parcours_id)
    today = in_july.service.clock.today().isoformat()
    complete(in_july, OPENER, "retirer_volontariat", volontariat_retire_le=today)
    complete(in_july, HEAD, "notifier_decision", notifie_le=today, solution_connue="oui")
    assert pupil_of(in_july, parcours_id)["can_open"] is True
    assert opens(in_july, pupil["id"])[0] == 201


def test_what_runs_on_paper_in_july_is_of_the_campagne_that_it_began_in(in_july: Enrolment) -> None:
    in_july.import_file("eleves_siecle.xml")
    at(in_july, date(2027, 7, 5))
    _, parcours_id = opens(in_july, in_july.pupils()[0]["id"], on_paper=True)
    assert known(in_july, parcours_id)["campagne"] == "2026-2027"


def test_of_two_who_open_again_at_once_both_find_one_parcours(on_both: Enrolment) -> None:
    pupil_id = pupil_of(on_both, cancelled(on_both))["id"]
    found: list[tuple[int, str]] = []
    clicks = [Thread(target=lambda: found.append(opens(on_both, pupil_id))) for _ in range(3)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert [status for status, _ in found].count(201) == 1
    assert {status for status, _ in found} <= {200, 201, 409}
    mine = (opened_parcours.c.pupil_id == pupil_id, instance.c.status == "running")
    with on_both.service.database.read() as look:
        running = select(func.count()).select_from(
            opened_parcours.join(instance, instance.c.parcours_id == opened_parcours.c.parcours_id)
        )
        assert look.scalar(running.where(*mine)) == 1
