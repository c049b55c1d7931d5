"""Samples: whatever the form, drawn answers are valid; whatever is typed, the form answers with sentences."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import BadInput
from shared.forms import Form, SampleImpossible, sample_values
from tests.forms.builders import context, field, form, seeded

PERSON = "0190b5a0-0000-7000-8000-000000000001"
required = st.fixed_dictionaries({"required": st.booleans()})
lengths = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(
    lambda pair: {"minLength": min(pair), "maxLength": max(pair) + 1}
)
bounds = st.tuples(st.integers(-50, 50), st.integers(0, 50)).map(
    lambda pair: {"min": pair[0], "max": sum(pair)}
)
days = st.tuples(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400)).map(
    lambda pair: {"min": str(pair[0]), "max": str(date.fromordinal(pair[0].toordinal() + pair[1]))}
)

components = st.one_of(
    st.builds(lambda v, n: ("textfield", {"validate": {**v, **n}}), required, lengths),
    st.builds(lambda v, n: ("textarea", {"validate": {**v, **n}}), required, lengths),
    st.builds(
        lambda v, n, d: ("number", {"validate": {**v, **n}, "decimalDigits": d}), required, bounds, st.integers(0, 3)
    ),
    st.builds(
        lambda n, i: ("number", {"validate": {"min": n["min"], "max": n["max"] + i}, "increment": i}),
        bounds, st.integers(1, 60),
    ),
    st.builds(lambda v, i: ("number", {"validate": v, "increment": str(i)}), required, st.sampled_from((5, 0.25))),
    st.builds(lambda i: ("number", {"validate": {"max": -3}, "increment": i}), st.integers(1, 60)),
    st.builds(lambda v: ("checkbox", {"validate": v}), required),
    st.builds(lambda k, v: (k, {"validate": v}), st.sampled_from(["radio", "select", "checklist"]), required),
    st.builds(lambda v, n: ("datetime", {"validate": v, "properties": n}), required, days),
    st.builds(lambda v: ("datetime", {"validate": v, "disallowPassedDates": True}), required),
    st.builds(lambda c: ("textfield", {"properties": {"check": c}}), st.sampled_from(["email", "phone", "siret"])),
    st.just(("select", {"values": [], "properties": {"source": "people", "role": "referent"}})),
)  # fmt: skip


@st.composite
def schemas(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to eight fields; some are hidden by a box that comes before them, some lie in a group."""
    made: list[dict[str, Any]] = []
    for number, (kind, rest) in enumerate(draw(st.lists(components, min_size=1, max_size=8))):
        boxes = [part["key"] for part in made if part["type"] == "checkbox"]
        deciding = draw(st.sampled_from([None, *boxes]))
        hide = {"conditional": {"hide": f"= {deciding}"}} if deciding else {}
        made.append(field(kind, f"champ_{number}", **rest, **hide))
    cut = draw(st.integers(0, len(made)))
    return [*made[:cut], {"type": "group", "id": "g", "components": made[cut:]}]


@settings(deadline=None)  # the machine may be busy
@given(schemas(), st.integers(0, 2**32))
def test_drawn_answers_are_always_valid(parts: list[dict[str, Any]], seed: int) -> None:
    drawn_form = form(*parts)
    values = sample_values(drawn_form, seeded(seed), context(), directory=lambda source: [PERSON])
    typed = drawn_form.validate(values, context())
    assert typed.keys() == drawn_form.outputs.keys()
    assert typed == drawn_form.validate(values, context())


@settings(deadline=None)  # the machine may be busy
@given(schemas(), st.integers(0, 2**32))
def test_the_same_seed_draws_the_same_answers(parts: list[dict[str, Any]], seed: int) -> None:
    one, two = (
        sample_values(form(*parts), seeded(seed), context(), directory=lambda source: [PERSON]) for _ in "ab"
    )
    assert one == two


def judged(answered: Form, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """What is kept, or what is told."""
    try:
        return answered.validate(values, context()), {}
    except BadInput as refused:
        return {}, refused.errors


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=True), st.text(), st.lists(st.text(), max_size=3),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)  # fmt: skip


@settings(deadline=None)  # the machine may be busy
@given(schemas(), st.lists(anything, min_size=8, max_size=8))
def test_whatever_is_typed_is_kept_or_told_in_words(parts: list[dict[str, Any]], typed: list[Any]) -> None:
    answered = form(*parts)
    values = dict(zip(answered.fields, typed, strict=False))
    kept, errors = judged(answered, values)
    assert kept.keys() == (set() if errors else answered.outputs.keys())
    assert errors.keys() <= answered.fields.keys()
    assert all(sentence.endswith(".") for said in errors.values() for sentence in said)


def test_a_dependent_date_is_drawn_within_its_bounds_and_rules() -> None:
    rule = {
        "when": '= fin_le < debut_le + duration("P7D")',
        "field": "fin_le",
        "message": "Une semaine au moins.",
    }
    period = form(
        field("datetime", "fin_le", validate={"required": True}, properties={"min": "= debut_le"}),
        field("datetime", "debut_le", validate={"required": True}, disallowPassedDates=True),
        rules=[rule],
    )
    for seed in range(20):
        period.validate(sample_values(period, seeded(seed), context()), context())


def test_fixed_answers_are_kept_and_the_rest_follows_them() -> None:
    employer = field(
        "textfield", "employeur", validate={"required": True}, conditional={"hide": '= issue != "a"'}
    )
    exit_form = form(field("radio", "issue"), employer)
    assert set(sample_values(exit_form, seeded(), context(), fixed={"issue": "a"})) == {"issue", "employeur"}
    assert sample_values(exit_form, seeded(), context(), fixed={"issue": "b"}) == {"issue": "b"}


def test_a_pattern_is_drawn_from_its_example() -> None:
    code = form(field("textfield", validate={"pattern": "^[A-F]\\d-x$"}, properties={"example": "A1-x"}))
    assert sample_values(code, seeded(), context()) == {"champ": "A1-x"}


def test_a_form_that_nobody_can_fill_in_is_named_with_its_fields() -> None:
    impossible = form(
        field("select", values=[], properties={"source": "people"}, validate={"required": True})
    )
    with pytest.raises(SampleImpossible, match=r"essai.*champ"):
        sample_values(impossible, seeded(), context())
