"""FEEL in forms: computed values, texts, and fields that are read-only for now."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shared.errors import BadInput
from shared.forms import ExpressionTooCostly, sample_values
from tests.forms.builders import context, expression, field, form, rows, seeded


def text(said: str) -> dict[str, Any]:
    return {"type": "text", "id": "t", "text": said}


def test_a_computed_value_comes_out_and_decides_like_any_other() -> None:
    total = expression(expression="= heures * semaines")
    why = field(
        "textfield",
        "motif",
        conditional={"hide": "= total = null or total <= 100"},
        validate={"required": True},
    )
    plan = form(field("number", "heures"), field("number", "semaines"), total, why)
    assert plan.outputs["total"] == "number"
    assert plan.validate({"heures": "10", "semaines": "2"}, context())["total"] == Decimal(20)
    with pytest.raises(BadInput) as refused:
        plan.validate({"heures": "60", "semaines": "2"}, context())
    assert list(refused.value.errors) == ["motif"]
    for seed in range(10):
        plan.validate(sample_values(plan, seeded(seed), context()), context())


def test_a_computed_value_cannot_be_sent() -> None:
    with pytest.raises(BadInput) as refused:
        form(expression()).validate({"total": "3"}, context())
    assert refused.value.errors == {"total": ["Ce champ ne se modifie pas ici."]}


def test_a_value_of_another_type_than_was_said_is_null() -> None:
    assert form(expression(expression='= "trois"')).validate({}, context()) == {"total": None}


def test_a_hidden_computed_value_is_null() -> None:
    hidden = expression(conditional={"hide": "= true"})
    assert form(hidden).validate({}, context()) == {"total": None}


def test_an_expression_that_takes_too_long_stops_the_form_and_stores_nothing() -> None:
    endless = form(expression(expression="= count(for a in 1..1000, b in 1..1000 return a)"))
    with pytest.raises(ExpressionTooCostly):
        endless.validate({}, context())
    assert endless.laid_out(
        {}, replace(context(), is_shown=True)
    )  # the page stays there, with what was typed


HELD = field("textfield", "adresse", readonly="= confirmee", validate={"required": True})


def test_a_field_that_is_read_only_for_now_keeps_its_variable_whatever_is_sent() -> None:
    plan = form(field("checkbox", "confirmee"), HELD)
    known = context(adresse="1 rue Mozart")
    assert plan.reads == {"adresse"}
    assert plan.validate({"confirmee": "on", "adresse": "ailleurs"}, known)["adresse"] == "1 rue Mozart"
    assert plan.validate({"adresse": "ailleurs"}, known)["adresse"] == "ailleurs"
    assert plan.validate({"confirmee": "on"}, context())["adresse"] is None
    with pytest.raises(BadInput):
        plan.validate({}, known)


def test_the_layout_says_what_is_held() -> None:
    plan = form(field("checkbox", "confirmee"), HELD)
    assert [part.is_held for part in plan.laid_out({"confirmee": "on"}, context())] == [False, True]
    assert [part.is_held for part in plan.laid_out({}, context())] == [False, False]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("# Bonjour {{eleve_prenom}}", "# Bonjour Zoé"),
        ('= "Il reste " + string(heures) + " h"', "Il reste 3.5 h"),
        ("{{heures}} h par jour, depuis le {{aujourd_hui}}", "3,5 h par jour, depuis le 16/09/2026"),
        ("Accord : {{accord}}. Rien : {{rien}}.", "Accord : oui. Rien : ."),
        ("Suivi par {{referent}}", "Suivi par Karim Benali"),
        ("{{[1, 2]}}", "1, 2"),
    ],
)
def test_a_text_says_what_is_known(written: str, said: str) -> None:
    known = context(
        eleve_prenom="Zoé",
        heures=Decimal("3.5"),
        accord=True,
        referent="0190b5a0-0000-7000-8000-000000000001",
    )
    named = replace(known, names={known.variables["referent"]: "Karim Benali"})
    (shown,) = form(text(written)).visible({}, named)
    assert shown.text == said


def test_what_a_text_brings_makes_no_title_of_its_own() -> None:
    (_, shown) = form(field("textarea", "note"), text("Note : {{note}}")).visible(
        {"note": "a\n# b"}, context()
    )
    assert shown.text == "Note : a # b"


def test_a_text_reads_variables_and_answers_and_names_the_first_to_the_diagram() -> None:
    plan = form(field("number", "heures"), rows(field("number", "jours"), text("{{jours * heures * prix}}")))
    assert plan.reads == {"prix"}
    (_, listed) = plan.visible({"heures": "2", "periodes": [{"jours": "3"}]}, context(prix=Decimal(5)))
    assert [part.text for part in listed.components[0].walk() if part.kind == "text"] == ["30"]
