from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa

from services.enrolment.pupils import ImportResult, import_pupils, read_pupil_file
from services.enrolment.pupils.tables import pupil
from shared.clock import FixedClock
from shared.database import Database
from tests.services.enrolment_pupils.files import UAI


class Lycee:
    """A lycée that imports files, a day after another."""

    def __init__(self, database: Database, uai: str = UAI) -> None:
        self.database, self.uai = database, uai
        self.clock = FixedClock(datetime(2026, 9, 10, 8, 0, tzinfo=UTC))
        self._numbers = count(1)

    @property
    def today(self) -> date:
        return self.clock.today()

    def imports(self, content: bytes, **options: Any) -> ImportResult:
        self.clock.advance(timedelta(days=1))
        file = read_pupil_file(content, self.uai)
        with self.database.begin() as tx:
            return import_pupils(
                tx, file, uai=self.uai, today=self.today, now=self.clock.now(), ids=self._id, **options
            )

    def pupils(self) -> list[dict[str, Any]]:
        query = sa.select(pupil).where(pupil.c.uai == self.uai).order_by(pupil.c.name_key, pupil.c.id)
        with self.database.read() as tx:
            return [dict(row) for row in tx.execute(query).mappings()]

    def _id(self) -> str:
        return f"00000000-0000-7000-8000-{int(self.uai[:7]):06d}{next(self._numbers):06d}"


@pytest.fixture
def packages() -> Sequence[str]:
    return ("shared.messaging", "shared.bpmn", "shared.process", "services.enrolment")


@pytest.fixture
def lycee(database: Database) -> Lycee:
    return Lycee(database)


@pytest.fixture
def other_lycee(database: Database) -> Lycee:
    return Lycee(database, "0690048C")
