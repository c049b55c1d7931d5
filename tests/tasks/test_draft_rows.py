"""The shape of a draft whose form has rows: right or wrong, but of a form and of a reasonable size."""

from typing import Any

import pytest

from shared.errors import BadInput
from shared.tasks.forms import refuse_bad_draft
from tests.forms.builders import field, form, rows

PLAN = form(rows(field("number", "heures"), field("filepicker", "piece")), field("textfield", "lieu"))


@pytest.mark.parametrize(
    "values",
    [
        {"periodes": []},
        {"periodes": [{}, {"heures": "beaucoup", "piece": ["x"]}]},
        {"periodes": [{"heures": None}] * 50, "lieu": "Bron"},
    ],
)
def test_rows_may_be_wrong_or_empty(values: dict[str, Any]) -> None:
    refuse_bad_draft(PLAN, values)


@pytest.mark.parametrize(
    ("values", "field_name"),
    [
        ({"periodes": "1"}, "periodes"),
        ({"periodes": ["1"]}, "periodes"),
        ({"periodes": {"heures": "1"}}, "periodes"),
        ({"periodes": [{}] * 51}, "periodes"),
        ({"periodes": [{"heures": {"a": 1}}]}, "periodes"),
        ({"periodes": [{"heures": "1" * 10_001}]}, "periodes"),
        ({"periodes": [{}, {"nir": "1"}]}, "periodes-2-nir"),
        ({"lieu": [{"heures": "1"}]}, "lieu"),
        ({"lieu": ["Bron", "Lyon"]}, "lieu"),
        ({"periodes": [{"heures": ["1", "2"]}]}, "periodes"),
    ],
)
def test_what_is_no_row_of_the_form_is_refused_by_name(values: dict[str, Any], field_name: str) -> None:
    with pytest.raises(BadInput) as refused:
        refuse_bad_draft(PLAN, values)
    assert list(refused.value.errors) == [field_name]
