"""What an operator reads of a parcours that cannot go on: where, with what kind of input, by which role; no value."""

import logging
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import uuid7
from shared.process.operators.masking import kind_of, masked
from tests.process.support import CONSEILLER, OPERATOR, REFERENT, SECRET, House


def test_an_incident_says_where_what_by_which_role_and_how_often(house: House) -> None:
    house.held_at_the_check()
    (found,) = house.incidents()
    assert (found["element_id"], found["name"], found["path"]) == ("verifier", "Vérifier", [])
    assert (found["code"], found["detail"]) == ("operation_failed", "verify: RuntimeError")
    assert (found["move"], found["origin"], found["origin_name"]) == (
        "complete",
        "donner_avis",
        "Donner un avis",
    )
    assert found["tried_by"] == "mission_locale: conseiller"
    assert found["input"] == [{"name": "avis", "kind": "texte, 3 caractères"}]
    assert [step["element_id"] for step in found["passed"]] == ["donner_avis", "verifier"]
    assert (found["attempts"], found["resolved_at"], found["process_name"]) == (1, None, "Dossier")


def test_the_same_failure_again_is_one_more_attempt(house: House) -> None:
    house.fault = RuntimeError()
    parcours_id = house.start()
    house.complete(parcours_id, REFERENT, {"secret": "discret"})
    for _ in range(3):
        house.complete(parcours_id, CONSEILLER, {"avis": "oui"})
    (found,) = house.incidents()
    assert found["attempts"] == 3
    assert found["last_at"] >= found["occurred_at"]


def test_an_incident_in_a_subprocess_names_the_way_to_it(nested: House) -> None:
    nested.fault = RuntimeError()
    parcours_id = nested.start()
    nested.complete(parcours_id, REFERENT, {"secret": "discret"})
    nested.complete(parcours_id, CONSEILLER, {"avis": "oui"})
    (found,) = nested.incidents()
    assert [place["name"] for place in found["path"]] == ["Contrôler"]


def test_one_incident_comes_with_its_instance_its_scopes_and_its_last_steps(house: House) -> None:
    instance_id = house.held_at_the_check()
    (found,) = house.incidents()
    whole = house.get(f"/operator/incidents/{found['id']}", OPERATOR).get_json()
    seen = whole["instance"]
    assert (seen["instance_id"], seen["status"], seen["moves"]) == (instance_id, "incident", 2)
    (scope,) = seen["scopes"]
    kinds = {variable["name"]: variable["kind"] for variable in scope["variables"]}
    assert kinds["secret"] == f"texte, {len(SECRET)} caractères"
    assert (kinds["echeance"], kinds["avis"]) == ("date et heure", "vide")
    assert [token["name"] for token in scope["tokens"]] == ["Donner un avis"]
    assert seen["story"][0]["name"] == "Donner un avis"


def test_what_is_not_there_is_404(house: House) -> None:
    for path in (f"/operator/incidents/{uuid7()}", f"/operator/instances/{uuid7()}"):
        assert house.get(path, OPERATOR).status_code == 404


def test_a_resolved_incident_is_listed_as_such(house: House) -> None:
    instance_id = house.held_at_the_check()
    house.repair(instance_id, "retry")
    assert house.incidents() == []
    (found,) = house.incidents("resolved")
    assert found["resolved_at"] is not None


TEXTS = st.text(min_size=4)
VALUES = st.one_of(
    TEXTS, st.integers(10_000), st.dates(date(1900, 1, 1)), st.datetimes(), st.decimals(1000, allow_nan=False),
    st.lists(TEXTS, min_size=1), st.dictionaries(TEXTS, TEXTS, min_size=1),
)  # fmt: skip
WORDS = {
    "texte", "caractère", "caractères", "nombre", "date", "heure", "et", "liste", "contexte", "élément",
    "éléments", "entrée", "entrées",
}  # fmt: skip


@given(VALUES)
def test_the_kind_of_a_value_never_tells_it(value: Any) -> None:
    told = kind_of(value).replace(",", "").split()
    assert all(word in WORDS or (word.isdecimal() and int(word) < 10_000) for word in told)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "vide"), (True, "oui ou non"), ("Zoé", "texte, 3 caractères"), (Decimal("2.5"), "nombre"),
        (date(2026, 9, 1), "date"), (datetime(2026, 9, 1, tzinfo=UTC), "date et heure"), (time(8), "heure"),
        (timedelta(1), "durée"), (["a"], "liste, 1 élément"), ({"a": 1, "b": 2}, "contexte, 2 entrées"),
    ],
)  # fmt: skip
def test_kinds_in_words(value: Any, kind: str) -> None:
    assert masked({"x": value}) == [{"name": "x", "kind": kind}]


def test_no_value_is_in_anything_that_operators_read(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    instance_id = house.held_at_the_check()
    answers = [
        house.get("/operator/incidents", OPERATOR),
        house.get(f"/operator/incidents/{house.incidents()[0]['id']}", OPERATOR),
        house.repair(instance_id, "set-variables", values={"nom": SECRET, "echeance": SECRET}),
        house.repair(instance_id, "set-variables", values={"nom": SECRET}),
        house.repair(instance_id, "set-variables", values={SECRET: "x"}),
        house.repair(instance_id, "move-token", source="donner_avis", target="attendre", dry_run=True),
        house.repair(instance_id, "retry"),
        house.repair(instance_id, "cancel", public_text="Doublon d’un autre dossier"),
        house.get(f"/operator/instances/{instance_id}", OPERATOR),
        house.get("/operator/repairs", OPERATOR),
    ]
    told = "\n".join(answer.get_data(as_text=True) for answer in answers) + caplog.text
    assert SECRET not in told.replace(f'"{SECRET}": [', "")
    assert "Zoé Durand" not in told
