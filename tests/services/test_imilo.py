"""The number of a young person's dossier in i-Milo, on both back ends."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from services.enrolment.app import TABLES
from services.enrolment.following import dossiers
from shared.database import Database
from shared.identity import Actor
from tests.support.at_once import both

CLAIRE = Actor("c1", "Claire Fontaine", "ml-centre", "mission_locale", frozenset({"conseiller"}))


@pytest.fixture
def packages() -> Sequence[str]:
    return TABLES


def test_a_number_that_is_sent_twice_at_one_instant_is_kept_once(database: Database) -> None:
    def click() -> None:
        with database.begin() as tx:
            dossiers.write(tx, "p1", "2026-004", CLAIRE, datetime(2026, 9, 7, 8, tzinfo=UTC))

    both(database, "imilo_dossier", (click, click))
    with database.read() as look:
        assert dossiers.numbers(look, "ml-centre", ["p1"]) == {"p1": "2026-004"}
