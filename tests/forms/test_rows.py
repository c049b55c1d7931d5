"""Dynamic lists: rows that people add and take away, judged row by row and field by field."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared.errors import BadInput
from shared.forms import Form, sample_values
from tests.forms.builders import context, expression, field, form, rows, seeded

HOURS = field("number", "heures", validate={"required": True, "max": 35})
PLACE = field(
    "textfield", "lieu", conditional={"hide": "= heures = null or heures < 10"}, validate={"required": True}
)


def wrong(answered: Form, *given: Any, **around: Any) -> dict[str, list[str]]:
    with pytest.raises(BadInput) as refused:
        answered.validate({"periodes": list(given), **around}, context())
    return refused.value.errors


def test_rows_come_out_as_a_list_of_contexts_with_a_value_for_each_field() -> None:
    plan = form(rows())
    assert plan.outputs == {"periodes": "list"}
    kept = plan.validate(
        {"periodes": [{"debut_le": "1/9/2026", "fin_le": ""}, {"debut_le": "2/9/2026"}]}, context()
    )
    assert kept == {
        "periodes": [
            {"debut_le": date(2026, 9, 1), "fin_le": None}, {"debut_le": date(2026, 9, 2), "fin_le": None},
        ]
    }  # fmt: skip
    assert plan.validate({}, context()) == {"periodes": []}


def test_what_is_wrong_is_said_by_row_and_field() -> None:
    assert wrong(form(rows(HOURS)), {"heures": "36"}, {"heures": "3"}, {"heures": "trois"}) == {
        "periodes-1-heures": ["Au plus 35."],
        "periodes-3-heures": ["Ce n'est pas un nombre : écrivez par exemple 12 ou 3,5."],
    }


def test_a_bound_in_a_row_follows_the_row() -> None:
    ok = {"debut_le": "1/9/2026", "fin_le": "2/9/2026"}
    assert wrong(form(rows()), ok, {"debut_le": "3/9/2026", "fin_le": "2/9/2026"}) == {
        "periodes-2-fin_le": ["Pas avant le 03/09/2026."]
    }


def test_a_row_that_was_left_empty_is_none_and_keeps_its_number_for_the_others() -> None:
    both = form(rows(HOURS, field("checkbox", "de_nuit")))
    assert both.validate({"periodes": [{"heures": " "}, {"heures": "3"}]}, context())["periodes"] == [
        {"heures": Decimal(3), "de_nuit": False}
    ]
    assert list(wrong(both, {"heures": ""}, {"heures": "x"})) == ["periodes-2-heures"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "Au moins 1 ligne(s)."),
        ([{"heures": ""}], "Au moins 1 ligne(s)."),
        ([{"heures": "1"}] * 3, "Au plus 2 ligne(s)."),
        ([{"heures": "1"}] * 60, "Au plus 2 ligne(s)."),
        ("1", "Des lignes sont attendues."),
        (["1"], "Des lignes sont attendues."),
        ({"heures": "1"}, "Des lignes sont attendues."),
    ],
)
def test_too_few_rows_too_many_or_none_at_all_are_told(given: Any, said: str) -> None:
    bounded = form(rows(HOURS, properties={"min": 1, "max": 2}))
    with pytest.raises(BadInput) as refused:
        bounded.validate({"periodes": given}, context())
    assert refused.value.errors == {"periodes": [said]}
    assert len(bounded.validate({"periodes": [{"heures": "1"}] * 2}, context())["periodes"]) == 2


def test_a_field_that_the_rows_do_not_have_is_refused_by_name() -> None:
    assert wrong(form(rows(HOURS)), {"heures": "1", "nir": "1"}) == {
        "periodes-1-nir": ["Ce formulaire n'a pas de champ « nir »."]
    }


def test_a_condition_in_a_row_sees_its_own_row_and_what_is_around() -> None:
    around = field("checkbox", "sans_lieu")
    place = PLACE | {"conditional": {"hide": "= sans_lieu or heures < 10"}}
    plan = form(around, rows(HOURS, place))
    kept = plan.validate(
        {"periodes": [{"heures": "9", "lieu": "Lyon"}, {"heures": "10", "lieu": "Bron"}]}, context()
    )
    assert [row["lieu"] for row in kept["periodes"]] == [None, "Bron"]
    assert list(wrong(plan, {"heures": "9"}, {"heures": "10"})) == ["periodes-2-lieu"]
    assert plan.validate({"sans_lieu": "on", "periodes": [{"heures": "10"}]}, context())["periodes"] == [
        {"heures": Decimal(10), "lieu": None}
    ]


def test_feel_outside_reads_the_rows() -> None:
    rule = {"when": "= sum(periodes.heures) > 40", "field": "periodes", "message": "Quarante heures en tout."}
    why = field(
        "textfield", "motif", conditional={"hide": "= count(periodes) < 2"}, validate={"required": True}
    )
    plan = form(rows(HOURS), why, rules=[rule])
    assert plan.validate({"periodes": [{"heures": "30"}]}, context())["motif"] is None
    assert wrong(plan, {"heures": "30"}, {"heures": "5"}) == {"motif": ["Ce champ est obligatoire."]}
    assert wrong(plan, {"heures": "30"}, {"heures": "11"}, motif="Oui") == {
        "periodes": ["Quarante heures en tout."]
    }


def test_a_hidden_list_is_empty_whatever_was_sent() -> None:
    plan = form(field("checkbox", "seul"), rows(HOURS, properties={"min": 1}, conditional={"hide": "= seul"}))
    assert plan.validate({"seul": "on", "periodes": [{"heures": "x"}]}, context())["periodes"] == []


def test_the_layout_has_a_group_for_each_row_with_keys_of_its_own() -> None:
    plan = form(rows(HOURS, PLACE))
    answers = {"periodes": [{"heures": "9"}, {"heures": "10"}, {}]}
    (listed,) = plan.laid_out(answers, context())
    assert [part.key for row in listed.components for part in row.components if part.is_shown] == [
        "periodes-1-heures", "periodes-2-heures", "periodes-2-lieu", "periodes-3-heures",
    ]  # fmt: skip
    assert plan.limits(answers, context())["periodes-3-heures"].max == 35


def test_rows_are_sampled_within_their_number() -> None:
    plan = form(rows(HOURS, PLACE, properties={"min": 2, "max": 3}))
    counts = set()
    for seed in range(20):
        values = sample_values(plan, seeded(seed), context())
        plan.validate(values, context())
        counts.add(len(values["periodes"]))
    assert counts == {2, 3}


def test_a_value_is_computed_for_each_row() -> None:
    plan = form(rows(HOURS, expression("par_an", expression="= heures * 52")))
    assert plan.validate({"periodes": [{"heures": "2"}]}, context())["periodes"] == [
        {"heures": Decimal(2), "par_an": Decimal(104)}
    ]
    assert wrong(plan, {"heures": "2", "par_an": "1"}) == {
        "periodes-1-par_an": ["Ce champ ne se modifie pas ici."]
    }
