"""Answers: what people type, what is kept, what they are told."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared.errors import BadInput
from tests.forms.builders import context, field, form

PERSON = "0190b5a0-0000-7000-8000-000000000001"


def kept(component: dict[str, Any], typed: Any) -> Any:
    return form(component).validate({"champ": typed}, context())["champ"]


def said(component: dict[str, Any], typed: Any) -> str:
    with pytest.raises(BadInput) as refused:
        form(component).validate({"champ": typed}, context())
    (sentence,) = refused.value.errors["champ"]
    return sentence


@pytest.mark.parametrize(
    ("component", "typed", "value"),
    [
        (field("datetime"), "1/9/26", date(2026, 9, 1)),
        (field("datetime"), "1/9/2026", date(2026, 9, 1)),
        (field("datetime"), "01.09.2026", date(2026, 9, 1)),
        (field("datetime"), "01-09-2026", date(2026, 9, 1)),
        (field("datetime"), "2026-09-01", date(2026, 9, 1)),
        (field("datetime"), " 1er  septembre 2026 ", date(2026, 9, 1)),
        (field("datetime"), "3 Août 2026", date(2026, 8, 3)),
        (field("datetime"), "le mardi 1er sept. 2026", date(2026, 9, 1)),
        (field("datetime"), "Mardi 01/09/26", date(2026, 9, 1)),
        (field("datetime"), "1 janv. 27", date(2027, 1, 1)),
        (field("datetime"), "\u200e01/09/2026\x00", date(2026, 9, 1)),
        (field("datetime"), "12/03/98", date(1998, 3, 12)),
        (field("datetime"), "", None),
        (field("number"), "3,5", Decimal("3.5")),
        (field("number"), "3.5", Decimal("3.5")),
        (field("number"), "1 234,5", Decimal("1234.5")),
        (field("number"), "1\u202f234\u00a0567", Decimal(1234567)),
        (field("number"), "-2", Decimal(-2)),
        (field("number"), 3, Decimal(3)),
        (field("number"), 0.1, Decimal("0.1")),
        (field("number"), " ", None),
        (field("textfield"), "  Zoé\u200b\tDurand\x07 ", "Zoé Durand"),
        (field("textfield"), "Zoe\u0301", "Zoé"),
        (field("textfield"), "\u200b", None),
        (field("textarea"), "un\r\ndeux\rtrois\x0b", "un\ndeux\ntrois"),
        (field("checkbox"), "on", True),
        (field("checkbox"), True, True),
        (field("checkbox"), "", False),
        (field("checkbox"), False, False),
        (field("radio"), "a", "a"),
        (field("select"), "", None),
        (field("checklist"), ["b", "a", "b"], ["a", "b"]),
        (field("checklist"), "b", ["b"]),
        (field("checklist"), [], []),
        (field("select", values=[], properties={"source": "people", "role": "referent"}), PERSON, PERSON),
        (field("select", values=[], properties={"source": "organisations"}), "ml-lyon-centre", "ml-lyon-centre"),
        (field("textfield", properties={"check": "siret"}), "732 829 320 00074", "73282932000074"),
        (field("textfield", properties={"check": "email"}), "zoe.durand@exemple.fr", "zoe.durand@exemple.fr"),
        (field("textfield", validate={"validationType": "phone"}), "06.39.98.00.01", "0639980001"),
        (field("textfield", validate={"validationType": "phone"}), "+33 (0)6 39 98 00 01", "+33639980001"),
        (field("textfield", validate={"pattern": "^[A-Z]{2}\\d+$"}), "AB12", "AB12"),
    ],
)  # fmt: skip
def test_an_answer_is_kept_as(component: dict[str, Any], typed: Any, value: Any) -> None:
    assert kept(component, typed) == value


DATE = "Ce n'est pas une date : écrivez par exemple 01/09/2026."
WEEKDAY = "Un jour de la semaine ne dit pas de quelle date il s'agit : écrivez par exemple 01/09/2026."
NUMBER = "Ce n'est pas un nombre : écrivez par exemple 12 ou 3,5."
DIGITS = "Au plus 15 chiffres avant la virgule, et 15 après."
OPTION = "Choisissez parmi les réponses proposées."


@pytest.mark.parametrize(
    ("component", "typed", "sentence"),
    [
        (field("datetime"), "31/02/2026", DATE),
        (field("datetime"), "lundi", WEEKDAY),
        (field("datetime"), "Le lundi prochain", WEEKDAY),
        (field("datetime"), "demain", WEEKDAY),
        (field("datetime"), "aujourd’hui", WEEKDAY),
        (field("datetime"), "lundi 1er septembre 2026", DATE),  # a Tuesday
        (field("datetime"), "3 jui 2026", DATE),
        (field("datetime"), "1/9", DATE),
        (field("datetime"), "01/09/0026", DATE),
        (field("datetime"), 20260901, DATE),
        (field("datetime", properties={"min": "2026-09-01"}), "31/8/2026", "Pas avant le 01/09/2026."),
        (field("datetime", properties={"max": "= aujourd_hui"}), "17/9/2026", "Pas après le 16/09/2026."),
        (field("datetime", disallowPassedDates=True), "15/9/2026", "Pas avant le 16/09/2026."),
        (field("number"), "douze", NUMBER),
        (field("number"), "1.234,5", NUMBER),
        (field("number"), "1e9", NUMBER),
        (field("number"), "NaN", NUMBER),
        (field("number"), "٣", NUMBER),
        (field("number"), True, NUMBER),
        (field("number"), [], NUMBER),
        (field("number"), "9" * 400, DIGITS),
        (field("number"), "-1 234 567 890 123 456,5", DIGITS),
        (field("number", decimalDigits=10), "0," + "1" * 16, DIGITS),
        (field("number", decimalDigits=10), "9" * 15 + ",12345678901", "Au plus 10 chiffre(s) après la virgule."),
        (field("number", decimalDigits=0), "3,5", "Un nombre entier est attendu."),
        (field("number", decimalDigits=1), "3,55", "Au plus 1 chiffre(s) après la virgule."),
        (field("number", validate={"min": 0.5}), "0,4", "Au moins 0,5."),
        (field("number", validate={"max": 10}), "11", "Au plus 10."),
        (field("number", increment=5), "7", "Les valeurs vont de 5 en 5 à partir de 0."),
        (field("number", increment="0.5"), "2,25", "Les valeurs vont de 0,5 en 0,5 à partir de 0."),
        (field("number", increment=2, properties={"min": "= 1"}), "4", "Les valeurs vont de 2 en 2 à partir de 1."),
        (field("textfield", validate={"required": True}), " \u200b ", "Ce champ est obligatoire."),
        (field("textfield", validate={"required": True}), None, "Ce champ est obligatoire."),
        (field("textfield", validate={"minLength": 2, "maxLength": 3}), "a", "Entre 2 et 3 caractères."),
        (field("textfield", validate={"maxLength": 3}), "abcd", "Au plus 3 caractères."),
        (field("textfield"), "x" * 501, "Au plus 500 caractères."),
        (field("textfield"), ["a"], "Un texte est attendu."),
        (field("textfield", validate={"pattern": "^\\d+$"}), "٣", "Ce texte n'a pas la forme attendue."),
        (
            field("textfield", validate={"pattern": "^\\d{3}$"}, properties={"example": "123"}), "12",
            "Ce texte n'a pas la forme attendue, par exemple : 123.",
        ),
        (field("textfield", properties={"check": "siret"}), "12", "Ce texte n'a pas la forme attendue."),
        (
            field("textfield", validate={"validationType": "phone"}), "06٣٩٩٨٠٠٠١",
            "Ce n'est pas un numéro de téléphone : écrivez par exemple 06 12 34 56 78.",
        ),
        (
            field("textfield", properties={"check": "email"}), "zoe@exemple",
            "Ce n'est pas une adresse de courriel : écrivez par exemple prenom.nom@exemple.fr.",
        ),
        (field("checkbox"), "peut-être", "Cochez la case, ou laissez-la vide."),
        (field("checkbox", validate={"required": True}), False, "Ce champ est obligatoire."),
        (field("checklist", validate={"required": True}), [], "Ce champ est obligatoire."),
        (field("radio"), "c", OPTION),
        (field("checklist"), ["a", "c"], OPTION),
        (field("checklist"), [["a"]], OPTION),
        (field("select", values=[], properties={"source": "people"}), "Claire", OPTION),
        (field("select", values=[], properties={"source": "organisations"}), "../x", OPTION),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_told_in_french(component: dict[str, Any], typed: Any, sentence: str) -> None:
    assert said(component, typed) == sentence


def test_all_wrong_fields_are_told_at_once() -> None:
    both = form(field("datetime", "debut_le"), field("number", "heures"))
    with pytest.raises(BadInput) as refused:
        both.validate({"debut_le": "x", "heures": "y", "nir": "1"}, context())
    assert set(refused.value.errors) == {"debut_le", "heures", "nir"}


def test_every_output_has_a_value_even_if_nothing_was_sent() -> None:
    empty = form(
        field("textfield", "a"), field("checkbox", "b"), field("checklist", "c"), field("datetime", "d")
    )
    assert empty.validate({}, context()) == {"a": None, "b": False, "c": [], "d": None}


def test_a_read_only_field_is_read_and_never_written() -> None:
    shown = form(
        field("textfield", "nom", readonly=True),
        field("textfield", "lieu"),
        field("number", "n", disabled=True),
    )
    assert shown.outputs == {"lieu": "string"}
    assert shown.reads == {"nom", "n"}
    with pytest.raises(BadInput) as refused:
        shown.validate({"nom": "X"}, context())
    assert refused.value.errors == {"nom": ["Ce champ ne se modifie pas ici."]}


SOLUTION = field(
    "radio", "solution", values=[{"label": "Emploi", "value": "emploi"}, {"label": "Autre", "value": "autre"}]
)
EMPLOYER = field(
    "textfield", "employeur", validate={"required": True}, conditional={"hide": '= solution != "emploi"'}
)


def test_a_hidden_field_is_neither_required_nor_kept() -> None:
    exit_form = form(SOLUTION, EMPLOYER)
    values = {"solution": "autre", "employeur": "Durand SARL"}
    assert exit_form.validate(values, context()) == {"solution": "autre", "employeur": None}
    with pytest.raises(BadInput) as refused:
        exit_form.validate({"solution": "emploi"}, context())
    assert list(refused.value.errors) == ["employeur"]


def test_a_hidden_group_hides_what_is_in_it_and_what_depends_on_that() -> None:
    group = {
        "type": "group", "id": "g", "label": "Emploi", "conditional": {"hide": '= solution != "emploi"'},
        "components": [field("checkbox", "cdd")],
    }  # fmt: skip
    end = field("datetime", "fin_le", validate={"required": True}, conditional={"hide": "= not(cdd)"})
    exit_form = form(SOLUTION, group, end)
    hidden = exit_form.validate({"solution": "autre", "cdd": "on", "fin_le": "x"}, context())
    assert hidden == {"solution": "autre", "cdd": False, "fin_le": None}
    assert [part.id for part in exit_form.visible({"solution": "autre", "cdd": "on"}, context())] == [
        "id_solution"
    ]
    shown = exit_form.visible({"solution": "emploi", "cdd": "on"}, context())
    assert [part.id for top in shown for part in top.walk()] == ["id_solution", "g", "id_cdd", "id_fin_le"]


def test_conditions_read_variables_too() -> None:
    minor = form(field("textfield", "responsable", conditional={"hide": "= age >= 18"}))
    assert minor.reads == {"age"}
    assert minor.visible({}, context(age=Decimal(18))) == ()
    assert len(minor.visible({}, context(age=Decimal(17)))) == 1
    assert len(minor.visible({}, context())) == 1


def test_bounds_follow_other_answers() -> None:
    period = form(
        field("datetime", "debut_le"),
        field("datetime", "fin_le", properties={"min": "= debut_le", "max": '= debut_le + duration("P4M")'}),
    )
    limits = period.limits({"debut_le": "1/10/2026"}, context())["fin_le"]
    assert (limits.min, limits.max) == (date(2026, 10, 1), date(2027, 2, 1))
    with pytest.raises(BadInput) as refused:
        period.validate({"debut_le": "1/10/2026", "fin_le": "2/2/2027"}, context())
    assert refused.value.errors == {"fin_le": ["Pas après le 01/02/2027."]}


def test_a_rule_over_several_fields_speaks_by_the_field_it_names() -> None:
    rule = {"when": "= fin_le < debut_le", "field": "fin_le", "message": "La fin précède le début."}
    period = form(field("datetime", "debut_le"), field("datetime", "fin_le"), rules=[rule])
    with pytest.raises(BadInput) as refused:
        period.validate({"debut_le": "2/10/2026", "fin_le": "1/10/2026"}, context())
    assert refused.value.errors == {"fin_le": ["La fin précède le début."]}
    assert period.validate({"debut_le": "2/10/2026"}, context())["fin_le"] is None


def test_today_is_the_day_in_paris() -> None:
    assert kept(field("datetime", properties={"min": "= aujourd_hui"}), "16/9/2026") == date(2026, 9, 16)


def test_components_carry_what_a_page_needs() -> None:
    (group,) = form(
        {
            "type": "group", "id": "g", "label": "Adresse", "showOutline": True, "layout": {"row": "r1", "columns": 8},
            "components": [
                {"type": "text", "id": "t", "text": "# Où ?"},
                field(
                    "textfield", "ville", description="Commune", validate={"required": True, "maxLength": 40},
                    properties={"autocomplete": "address-level2"}, appearance={"suffixAdorner": "(Rhône)"},
                ),
                {"type": "separator", "id": "s"},
            ],
        }
    ).components  # fmt: skip
    text, city, separator = group.components
    assert (group.label, group.show_outline, group.columns) == ("Adresse", True, 8)
    assert (text.text, separator.kind) == ("# Où ?", "separator")
    assert (city.key, city.required, city.max_length, city.autocomplete) == (
        "ville",
        True,
        40,
        "address-level2",
    )
    assert (city.description, city.suffix, text.key) == ("Commune", "(Rhône)", None)
