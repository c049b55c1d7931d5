"""What an analyst is told of a form that cannot be used."""

import json
from typing import Any

import pytest

from shared.forms import FormFinding, FormRefused, form_facts, parse_form
from tests.forms.builders import CHECKS, expression, field, rows, schema


def findings(content: Any) -> tuple[FormFinding, ...]:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(FormRefused) as refused:
        parse_form(raw, CHECKS)
    return refused.value.findings


@pytest.mark.parametrize(
    ("component", "code", "named"),
    [
        ({"type": "iframe", "key": "carte"}, "unknown_component", "iframe"),
        ({"type": "table", "key": "liste"}, "unknown_component", "table"),
        (rows(isRepeating=False), "wrong_value", "isRepeating"),
        (rows(allowAddRemove=False), "wrong_value", "allowAddRemove"),
        (rows(nonCollapsedItems=2), "unknown_property", "nonCollapsedItems"),
        (rows(label=""), "missing", "label"),
        (rows(path="a.b"), "wrong_value", "path"),
        (rows(components=[]), "missing", "components"),
        (rows(properties={"min": 3, "max": 2}), "wrong_value", "properties.max"),
        (rows(properties={"max": 51}), "wrong_value", "properties.max"),
        (rows(components=[field("number", f"n{n}") for n in range(20)]), "too_large", "cells"),
        (rows(components=[rows(path="dedans")]), "not_in_rows", "dynamiclist"),
        (rows(components=[field("number", "heures", readonly=True)]), "not_in_rows", "readonly"),
        (rows(components=[field("number", "heures", readonly="= true")]), "not_in_rows", "readonly"),
        (rows(components=[field("number", conditional={"hide": "= parent.x"})]), "wrong_value", "'parent'"),
        (field("filepicker", accept=".exe"), "wrong_value", "'.exe'"),
        (field("filepicker", multiple="= true"), "wrong_value", "multiple"),
        (field("filepicker", properties={"megabytes": 11}), "wrong_value", "properties.megabytes"),
        (field("filepicker", properties={"side": "ml"}), "wrong_value", "properties.side"),
        (field("filepicker", readonly=True), "unknown_property", "readonly"),
        (expression(expression=""), "missing", "expression"),
        (expression(expression="= a +"), "bad_expression", "expression"),
        (expression(properties={}), "wrong_value", "properties.type"),
        (expression(properties={"type": "context"}), "wrong_value", "properties.type"),
        (expression(computeOn="never"), "wrong_value", "computeOn"),
        (field("textfield", readonly="oui"), "wrong_value", "readonly"),
        (field("textfield", readonly="= 1 +"), "bad_expression", "readonly"),
        (field("textfield", requierd=True), "unknown_property", "requierd"),
        (field("textfield", validate={"requierd": True}), "unknown_property", "validate.requierd"),
        (field("textfield", validate={"min": 1}), "unknown_property", "validate.min"),
        (field("textfield", properties={"chek": "siret"}), "unknown_property", "properties.chek"),
        (field("textfield", conditional={"show": "= a"}), "unknown_property", "conditional.show"),
        (field("textfield", properties={"check": "nir"}), "unknown_check", "nir"),
        (field("textfield", validate={"validationType": "iban"}), "unknown_check", "iban"),
        (field("textfield", validate={"pattern": "("}), "wrong_value", "validate.pattern"),
        *(
            (field("textfield", validate={"pattern": pattern}), "wrong_value", "validate.pattern")
            for pattern in ("(a+)+$", "^(a|aa)*$", "^(a?){30}b", "^.*.*.*x", "(x{1,9}){1,9}", ".*a.*b")
        ),
        (field("textfield", validate={"required": "yes"}), "wrong_value", "validate.required"),
        (field("textfield", validate={"minLength": 5, "maxLength": 3}), "wrong_value", "validate.minLength"),
        (field("textfield", validate={"maxLength": -1}), "wrong_value", "validate.maxLength"),
        (field("textfield", conditional={"hide": "= a +"}), "bad_expression", "conditional.hide"),
        (field("textfield", "Nom"), "wrong_value", "key"),
        (field("textfield", "élève"), "wrong_value", "key"),
        (field("textfield", "a.b"), "wrong_value", "key"),
        (field("textfield", "aujourd_hui"), "wrong_value", "key"),
        (field("textfield", label="=nom"), "wrong_value", "label"),
        (field("textfield", label=""), "missing", "label"),
        (field("textfield", defaultValue=3), "wrong_value", "defaultValue"),
        ({"type": "text", "id": "t", "text": "Bonjour {{nom +}}"}, "bad_expression", "text"),
        ({"type": "text", "id": "t", "text": "Bonjour {{}}"}, "missing", "text"),
        ({"type": "text", "id": "t", "text": "= 1 +"}, "bad_expression", "text"),
        ({"type": "text", "id": "t", "text": "Bonjour {{nom"}, "wrong_value", "text"),
        ({"type": "text", "id": "t", "text": "{{#if a}}Oui"}, "wrong_value", "text"),
        (field("textfield", description="{{nom}}"), "wrong_value", "description"),
        (field("select", values=[]), "missing", "values"),
        (field("select", valuesExpression="= liste"), "unknown_property", "valuesExpression"),
        (field("radio", values=[{"label": "A", "value": "a"}, {"label": "B", "value": "a"}]), "wrong_value", "values"),
        (field("radio", values=[{"label": "A"}]), "wrong_value", "values"),
        (field("radio", values=[{"label": "A", "value": "a", "colour": 1}]), "unknown_property", "values.colour"),
        (field("select", values=[], properties={"source": "pupils"}), "wrong_value", "properties.source"),
        (field("select", values=[], properties={"source": "people", "kind": "x"}), "wrong_value", "properties.source"),
        (field("select", values=[], properties={"source": "offers", "kind": "x"}), "wrong_value", "properties.kind"),
        (field("select", properties={"role": "referent"}), "wrong_value", "properties.role"),
        (field("select", properties={"source": "people"}), "wrong_value", "values"),
        (field("datetime", subtype="time"), "wrong_value", "subtype"),
        (field("datetime", properties={"min": "demain"}), "wrong_value", "properties.min"),
        (field("datetime", disallowPassedDates=True, properties={"min": "= d"}), "wrong_value", "properties.min"),
        (field("number", validate={"min": "= 3 +"}), "bad_expression", "validate.min"),
        (field("number", increment=0), "wrong_value", "increment"),
        (field("number", decimalDigits=11), "wrong_value", "decimalDigits"),
        (field("number", validate={"max": 10}, properties={"max": 20}), "wrong_value", "properties.max"),
        (field("number", validate={"min": 1}, properties={"min": "= a"}), "wrong_value", "properties.min"),
        (
            field("textfield", validate={"validationType": "email"}, properties={"check": "siret"}),
            "wrong_value", "properties.check",
        ),
        (field("textfield", validate={"maxLength": 0}), "wrong_value", "validate.maxLength"),
        (field("textfield", validate={"minLength": 501}), "wrong_value", "validate.minLength"),
        (field("textarea", validate={"minLength": 10_001}), "wrong_value", "validate.minLength"),
        (field("radio", defaultValue="c"), "wrong_value", "(allowed: a, b)"),
        (field("select", defaultValue="c"), "wrong_value", "defaultValue"),
        (field("checklist", defaultValue=["a", "c"]), "wrong_value", "defaultValue"),
        (field("datetime", defaultValue="pasunedate"), "wrong_value", "defaultValue"),
        ({"type": "group", "id": "g", "path": "adresse", "components": []}, "unknown_property", "path"),
        ("texte", "wrong_value", "components"),
    ],
)  # fmt: skip
def test_a_part_that_is_not_supported_is_refused_by_name(component: Any, code: str, named: str) -> None:
    (finding,) = findings(schema(component))
    assert (finding.form, finding.code) == ("essai", code)
    assert named in str(finding)
    assert finding.sentence


@pytest.mark.parametrize(
    "pattern",
    [
        "^[A-Z]{2}\\d+$", "([01]?[0-9]|2[0-3])(( ?h ?|:)([0-5][0-9])?)?", "\\d+", "^.*a.*$", "^(\\d{2} ?){5}$",
        "^(?=.*\\d)[a-z0-9]{8,}$",
    ],
)  # fmt: skip
def test_a_pattern_that_is_quick_on_every_text_is_taken(pattern: str) -> None:
    parse_form(json.dumps(schema(field("textfield", validate={"pattern": pattern}))).encode(), CHECKS)


def test_a_shorter_field_may_have_a_pattern_that_would_be_too_costly_on_a_long_one() -> None:
    costly = {"pattern": "a*b*c"}
    (finding,) = findings(schema(field("textfield", validate=costly)))
    assert "set maxLength" in str(finding)
    short = schema(field("textfield", validate=costly | {"maxLength": 40}))
    parse_form(json.dumps(short).encode(), CHECKS)


def test_what_is_allowed_instead_is_said() -> None:
    (finding,) = findings(schema(field("textarea", validate={"pattern": "x"})))
    assert str(finding) == (
        "form 'essai', component 'champ' has the unsupported property 'validate.pattern'"
        " (allowed: maxLength, minLength, required)"
    )
    assert finding.sentence == (
        "« champ » : la propriété « validate.pattern » n'est pas prise en charge."
        " (permis : maxLength, minLength, required)"
    )


def test_everything_wrong_is_said_at_once() -> None:
    inside = {"type": "group", "id": "g", "components": [field("file", "piece")]}
    found = findings(schema(field("textfield", colour="red"), inside, extra=1))
    assert [finding.code for finding in found] == [
        "unknown_property",
        "unknown_property",
        "unknown_component",
    ]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"schemaVersion": 99}, "schemaVersion"),
        ({"schemaVersion": "19"}, "schemaVersion"),
        ({"type": "wizard"}, "type"),
        ({"components": {}}, "components"),
        ({"rules": [{"when": "= true", "field": "champ", "message": "Non.", "level": 1}]}, "rules.level"),
        ({"rules": [{"when": "= true", "field": "absent", "message": "Non."}]}, "absent"),
        ({"rules": [{"when": "= true", "field": "champ"}]}, "rules.message"),
        ({"rules": [{"field": "champ", "message": "Non."}]}, "rules.when"),
        ({"rules": ["x"]}, "rules"),
    ],
)  # fmt: skip
def test_a_wrong_head_is_refused_by_name(changed: dict[str, Any], named: str) -> None:
    (finding,) = findings(schema(field("textfield"), **changed))
    assert named in str(finding)


@pytest.mark.parametrize("name", ["id", "type", "schemaVersion", "components"])
def test_a_form_says_what_it_is(name: str) -> None:
    raw = schema(field("textfield"))
    del raw[name]
    (finding,) = findings(raw)
    assert (finding.code, finding.params) == ("missing", {"property": name})


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b'{"id": 1, "id": 2}', b"[" * 100_000, b" " * 300_000],
    ids=["nothing", "half", "list", "latin", "twice", "deep", "large"],
)
def test_a_file_that_is_no_form_is_refused(content: bytes) -> None:
    assert findings(content)[0].code in ("not_json", "too_large")


def test_a_key_is_used_once() -> None:
    (finding,) = findings(schema(field("textfield"), field("number")))
    assert finding.code == "duplicate_key"


def test_conditions_that_hide_each_other_are_refused() -> None:
    one = field("checkbox", "un", conditional={"hide": "= deux"})
    other = field("checkbox", "deux", conditional={"hide": "= un"})
    (finding,) = findings(schema(one, other))
    assert finding.code == "circular"


@pytest.mark.parametrize(
    "inside",
    [
        [
            field("checkbox", "un", conditional={"hide": "= deux"}),
            field("checkbox", "deux", conditional={"hide": "= un"}),
        ],
        [expression("un", expression="= count(periodes)")],
    ],
    ids=["in a row", "of its own list"],
)  # fmt: skip
def test_rows_whose_conditions_go_round_are_refused(inside: list[dict[str, Any]]) -> None:
    found = findings(schema(rows(components=[field("textfield", "lieu"), *inside])))
    assert [finding.code for finding in found] == ["circular"]


def test_computed_values_that_need_each_other_are_refused() -> None:
    one, other = expression("un", expression="= deux"), expression("deux", expression="= un")
    assert [finding.code for finding in findings(schema(one, other))] == ["circular"]


def test_a_key_in_the_rows_is_no_other_fields() -> None:
    (finding,) = findings(schema(field("number", "debut_le"), rows()))
    assert (finding.code, finding.component) == ("duplicate_key", "debut_le")


def test_depth_and_number_of_components_are_bounded() -> None:
    nested: dict[str, Any] = field("textfield")
    for level in range(6):
        nested = {"type": "group", "id": f"g{level}", "components": [nested]}
    assert findings(schema(nested))[0].code == "too_large"
    many = schema(*(field("textfield", f"c{number}") for number in range(301)))
    assert [finding.code for finding in findings(many)] == ["too_large"]


def test_facts_are_refused_like_the_form() -> None:
    with pytest.raises(FormRefused):
        form_facts(b"{}")
