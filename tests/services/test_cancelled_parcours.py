"""A parcours that an operator cancels holds nothing any more: no seat, no period, no open hand-over, in no service."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from services.accompaniment import app
from services.accompaniment.periods import store as periods
from services.accompaniment.periods.tables import company_period
from shared.bpmn import store
from shared.clock import FixedClock
from shared.identity import Actor
from shared.parcours.period import Period
from shared.process.operators.log import Order
from shared.process.operators.repairs import Repairs
from shared.process.passations import writing
from shared.process.passations.tables import passation
from shared.process.service import ProcessService
from tests.services.followed import CONSEILLER, FIRST, followed
from tests.services.test_enrolment_api import Enrolment
from tests.services.test_enrolment_handed_back import SECOND, get, handed_back_and_sent_elsewhere
from tests.services.test_offre_plan import Suivi, solution
from tests.support.databases import MakeDatabase
from tests.support.three_services import three_services

OPERATOR = Actor.operator("Paule Mercier")
OCTOBER = datetime(2026, 10, 12, 8, tzinfo=UTC)
WHY = "Ce dossier est en double."


def cancel(service: ProcessService, process: str, parcours_id: str, *, dry_run: bool = False) -> None:
    with service.database.read() as look:
        found = store.find(look, process, parcours_id)
    assert found is not None
    order = Order(found.id, OPERATOR, "Signalé par le lycée", "command", dry_run)
    Repairs(service.database, service.processes).cancel(order, WHY)


def statuses(service: ProcessService, parcours_id: str) -> list[str]:
    own = select(passation.c.status).where(passation.c.parcours_id == parcours_id)
    with service.database.read() as look:
        return list(look.scalars(own.order_by(passation.c.number)))


@pytest.fixture
def suivi(make_database: MakeDatabase) -> Iterator[Suivi]:
    built = Suivi(make_database(app.TABLES).url)
    yield built
    built.service.database.dispose()


def test_a_cancelled_follow_up_gives_its_seats_back_and_nobody_elses(suivi: Suivi) -> None:
    offer_id = suivi.offer(seats=3)
    kept, doubled = suivi.entrust(solution(offer_id)), suivi.entrust(solution(offer_id))
    cancel(suivi.service, "accompaniment", doubled, dry_run=True)
    assert suivi.seats_left() == 1, "a dry run gives nothing back"
    cancel(suivi.service, "accompaniment", doubled)
    assert suivi.seats_left() == 2
    cancel(suivi.service, "accompaniment", kept)
    assert suivi.seats_left() == 3


def test_the_periods_of_a_cancelled_follow_up_count_for_no_teacher_and_tutor(suivi: Suivi) -> None:
    """R18: what has not begun is forgotten, what runs ends today."""
    kept, doubled = suivi.entrust(), suivi.entrust()
    with suivi.service.database.begin() as tx:
        for parcours_id in (kept, doubled):
            for number, first in ((1, date(2026, 9, 7)), (2, date(2026, 10, 5))):
                period = Period(first, date(2026, 10, 30))
                periods.keep(tx, parcours_id, f"s{number}", "prof", "anne roy", period)
    cancel(suivi.service, "accompaniment", doubled)
    columns = company_period.c
    with suivi.service.database.read() as look:
        left: list[Any] = sorted(look.execute(select(columns.parcours_id, columns.first_on, columns.last_on)))
    mine = [row[1:] for row in left if row[0] == doubled]
    assert mine == [(date(2026, 9, 7), date(2026, 9, 14))]
    assert len(left) == 3


def test_the_hand_over_of_a_cancelled_follow_up_is_over(make_sqlite_database: MakeDatabase) -> None:
    with three_services(make_sqlite_database, FixedClock(OCTOBER)) as world:
        parcours_id = followed(world)
        cancel(world.services["accompaniment"], "accompaniment", parcours_id)
        for actor in (FIRST, CONSEILLER):
            (seen,) = world.read(actor, "accompaniment", parcours_id)["passations"]
            assert (seen["status"], seen["motive"]) == ("close", WHY)
            assert seen["dates"]["close"] == OCTOBER.isoformat()
        cancel(world.services["enrolment"], "enrolment", parcours_id)


def test_the_fiche_navette_of_a_cancelled_enrolment_is_over_and_one_that_was_returned_stays_so(
    make_database: MakeDatabase,
) -> None:
    enrolment = Enrolment(make_database, FixedClock(datetime(2026, 9, 7, 8, tzinfo=UTC)))
    parcours_id, _ = handed_back_and_sent_elsewhere(enrolment)
    assert statuses(enrolment.service, parcours_id) == ["retournee", "recue"]
    cancel(enrolment.service, "enrolment", parcours_id)
    assert statuses(enrolment.service, parcours_id) == ["retournee", "close"]
    told = get(enrolment, SECOND, f"/parcours/{parcours_id}").get_json()
    assert [each["motive"] for each in told["passations"]] == [WHY]
    enrolment.service.database.dispose()


def test_the_hand_over_of_another_process_of_the_parcours_stays_open(
    make_sqlite_database: MakeDatabase,
) -> None:
    """What a transfer hands over is not the parcours's own."""
    enrolment = Enrolment(make_sqlite_database, FixedClock(datetime(2026, 9, 7, 8, tzinfo=UTC)))
    parcours_id, _ = handed_back_and_sent_elsewhere(enrolment)
    with enrolment.service.database.begin() as tx:
        writing.close_open(tx, parcours_id, "transfert", WHY, OCTOBER)
    assert statuses(enrolment.service, parcours_id) == ["retournee", "recue"]
    enrolment.service.database.dispose()
