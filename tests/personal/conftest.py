from collections.abc import Iterator

import pytest

from tests.personal.enrolment import Enrolment
from tests.support.databases import MakeDatabase


@pytest.fixture
def enrolment(make_sqlite_database: MakeDatabase) -> Iterator[Enrolment]:
    built = Enrolment(make_sqlite_database)
    yield built
    built.service.database.dispose()


@pytest.fixture
def enrolment_on_both(make_database: MakeDatabase) -> Iterator[Enrolment]:
    built = Enrolment(make_database)
    yield built
    built.service.database.dispose()
