"""Values of a process as JSON."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.feel import YearsMonths
from shared.web.encoding import encode


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date(2026, 9, 1), "2026-09-01"),
        (datetime(2026, 9, 1, 8, tzinfo=UTC), "2026-09-01T08:00:00+00:00"),
        (time(8, 30), "08:30:00"),
        (Decimal(3), 3),
        (Decimal("3.5"), 3.5),
        (timedelta(days=2, hours=1), "P2DT3600S"),
        (-timedelta(hours=1), "-P0DT3600S"),
        (YearsMonths(16), "P16M"),
        (YearsMonths(-1), "-P1M"),
    ],
)
def test_a_value_is_said_as(value: Any, said: Any) -> None:
    assert encode(value) == said


def test_a_value_without_a_json_form_is_refused_by_its_type_only() -> None:
    with pytest.raises(TypeError, match="a bytes has no JSON form"):
        encode(b"secret")
