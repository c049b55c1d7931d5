"""Data are erased at their term, told beforehand, and never while a parcours runs (R40)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.enrolment.pupils.opening import record_opening
from services.enrolment.rights.commands import retention_commands
from shared import campagnes
from shared.ids import uuid7
from shared.parcours.campagne import Retention
from shared.parcours.retention import pupil_until, user_until
from shared.process.personal import api, proof
from tests.personal.enrolment import DPO, OPENER, SECRETARY, START, Enrolment

TERMS = Retention(birthday=26, years_after_birthday=2, years_after_exit=2, user_years=1)
LEFT = "111111111KH;Planterose;Zoé;01/03/2008;2403341111;TPRO;;;;;30/06/2026"
STAYS = "222222222KH;Quévremont;Ugo;01/03/2008;2403341111;TPRO;;;;;"
Run = Callable[..., Any]


@pytest.fixture
def retention(enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch) -> Run:
    for module in ("services.enrolment.rights.commands", "shared.cli.retention"):
        monkeypatch.setattr(f"{module}.from_environment", lambda _build: enrolment.service)
    group = retention_commands(lambda _settings: enrolment.service)

    def run(*arguments: str) -> Any:
        result: Result = CliRunner().invoke(group, [*arguments, "--json"])
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return run


@pytest.mark.parametrize(
    ("born_on", "exit_on", "until"),
    [
        (date(2008, 3, 1), date(2026, 12, 31), date(2028, 12, 31)),
        (date(2000, 3, 1), date(2026, 12, 31), date(2028, 3, 1)),
        (date(2008, 3, 1), None, date(2036, 3, 1)),
        (date(2008, 2, 29), date(2034, 2, 28), date(2036, 2, 28)),
    ],
)
def test_the_earlier_of_two_terms_holds(born_on: date, exit_on: date | None, until: date) -> None:
    assert pupil_until(born_on, exit_on, TERMS) == until


def test_a_campagne_may_have_other_terms() -> None:
    shorter = replace(TERMS, years_after_exit=1)
    assert pupil_until(date(2008, 3, 1), date(2026, 12, 31), shorter) == date(2027, 12, 31)
    assert user_until(date(2026, 8, 31), TERMS) == date(2027, 8, 31)


def test_terms_that_somebody_has_published_take_effect(enrolment: Enrolment, retention: Run) -> None:
    enrolment.imports(LEFT)
    enrolment.later(date(2027, 6, 30))
    assert retention("plan")["counts"] == {}
    with enrolment.service.database.begin() as tx:
        for code, known in campagnes.current(tx).items():
            terms = known.data["conservation"] | {"ans_apres_sortie": 1}
            changed = dict(known.data) | {"conservation": terms}
            campagnes.add_version(tx, code, 2, changed, DPO, enrolment.clock.now())
    assert retention("plan")["counts"] == {"due": 1}


def test_what_has_come_to_its_term_is_told_and_nothing_else(enrolment: Enrolment, retention: Run) -> None:
    enrolment.imports(LEFT, STAYS)
    gone = enrolment.pupil("Planterose")["id"]
    enrolment.later(date(2028, 6, 29))
    assert retention("plan") == {"counts": {}, "pupils": []}
    enrolment.later(date(2028, 6, 30))
    plan = retention("plan")
    assert plan["counts"] == {"due": 1}
    assert plan["pupils"] == [
        {"pupil_id": gone, "until": "2028-06-30", "parcours": [], "running": [], "result": "due"}
    ]
    assert enrolment.sent("enrolment.effacement_demande.v1") == []


def test_an_erasure_is_carried_out_once_every_service_has_answered(
    enrolment: Enrolment, retention: Run
) -> None:
    enrolment.imports(LEFT, STAYS)
    enrolment.later(date(2028, 7, 1))
    assert retention("apply", "--operator", "Paule")["counts"] == {"asked": 1}
    assert retention("apply", "--operator", "Paule")["counts"] == {"under_way": 1}
    (message,) = enrolment.sent("enrolment.effacement_demande.v1")
    enrolment.answers("bilan", message.subject)
    assert enrolment.pupil("Planterose")
    enrolment.answers("accompaniment", message.subject)
    enrolment.answers("accompaniment", message.subject)
    assert enrolment.erasure(message.subject).status == "done"
    names = enrolment.post("/pupils/search", SECRETARY, {"text": ""}).get_json()["items"]
    assert [each["nom"] for each in names] == ["Quévremont"]
    (proof,) = retention("record")
    assert (proof["erasure_id"], proof["cause"], proof["counts"]["pupil"]) == (
        message.subject,
        "retention",
        1,
    )
    assert retention("plan")["pupils"] == []


def test_what_a_service_refused_is_asked_again_under_the_same_number(
    enrolment: Enrolment, retention: Run
) -> None:
    enrolment.imports(LEFT)
    enrolment.later(date(2028, 7, 1))
    retention("apply", "--operator", "Paule")
    (message,) = enrolment.sent("enrolment.effacement_demande.v1")
    enrolment.answers("accompaniment", message.subject, "en_cours")
    enrolment.answers("bilan", message.subject)
    row = enrolment.erasure(message.subject)
    assert (row.status, row.answers) == ("refused", {"accompaniment": "en_cours", "bilan": ""})
    assert retention("apply", "--operator", "Paule")["counts"] == {"asked": 1}
    again = enrolment.sent("enrolment.effacement_demande.v1")[1]
    assert again.subject == message.subject
    for service in ("accompaniment", "bilan"):
        enrolment.answers(service, message.subject)
    assert enrolment.erasure(message.subject).status == "done"


def test_a_running_parcours_is_refused_by_its_id(enrolment: Enrolment, retention: Run) -> None:
    enrolment.imports(LEFT)
    parcours_id = enrolment.open(enrolment.pupil("Planterose")["id"])
    enrolment.later(date(2036, 3, 1))
    assert [each["running"] for each in retention("plan")["pupils"]] == [[parcours_id]]
    assert retention("apply", "--operator", "Paule")["counts"] == {"running": 1}
    answer = enrolment.post("/dpo/erasures", DPO, {"pupil_id": enrolment.pupil("Planterose")["id"]})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "rights.still_running")
    assert parcours_id in answer.get_json()["detail"]
    assert enrolment.sent("enrolment.effacement_demande.v1") == []


def test_a_parcours_that_ended_is_kept_two_years_and_then_erased(
    enrolment: Enrolment, retention: Run
) -> None:
    enrolment.imports(STAYS)
    parcours_id = enrolment.open(enrolment.pupil("Quévremont")["id"])
    enrolment.cancels(parcours_id)
    enrolment.later(date(2028, 9, 13))
    assert retention("plan")["pupils"] == []
    enrolment.later(date(2028, 9, 14))
    assert [each["parcours"] for each in retention("plan")["pupils"]] == [[parcours_id]]


def test_the_record_takes_additions_only(enrolment_on_both: Enrolment) -> None:
    enrolment_on_both.imports(LEFT)
    pupil_id = enrolment_on_both.pupil("Planterose")["id"]
    asked = enrolment_on_both.post("/dpo/erasures", DPO, {"pupil_id": pupil_id})
    assert asked.status_code == 202
    for service in ("accompaniment", "bilan"):
        enrolment_on_both.answers(service, asked.get_json()["erasure_id"])
    assert enrolment_on_both.get("/dpo/proofs", DPO).get_json()["items"][0]["counts"]["pupil"] == 1
    for statement in ("UPDATE erasure_proof SET cause = ''", "DELETE FROM erasure_proof"):
        with pytest.raises(DBAPIError, match="append-only"), enrolment_on_both.service.database.begin() as tx:
            tx.execute(text(statement))


@pytest.mark.parametrize("path", ["/dpo/erasures", "/dpo/persons", "/dpo/export"])
def test_the_dpos_door_is_closed_to_everybody_else(enrolment: Enrolment, path: str) -> None:
    answer = enrolment.post(path, SECRETARY, {})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "identity.dpo_only")


def test_only_the_proofs_that_are_told_are_checked_unless_all_are_asked_for(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with enrolment.service.database.begin() as tx:
        for number in range(1, 5):
            proof.write(tx, f"e{number}", "demande", {"pupil": 1}, START)
        for trigger in tx.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            tx.execute(text(f"DROP TRIGGER {trigger}"))
        tx.execute(text("UPDATE erasure_proof SET cause = 'retention' WHERE number = 2"))
    monkeypatch.setattr(api, "MOST_PROOFS", 2)
    told = [enrolment.get(f"/dpo/proofs{query}", DPO).get_json() for query in ("", "?whole=true")]
    assert [each["first_altered"] for each in told] == [None, 2]
    assert [each["checked_from"] for each in told] == [3, 1]
    assert [row["number"] for row in told[0]["items"]] == [4, 3]
    monkeypatch.setattr(api, "MOST_PROOFS", 3)
    assert enrolment.get("/dpo/proofs", DPO).get_json()["first_altered"] == 2


def asked(enrolment: Enrolment) -> tuple[str, str]:
    """A pupil without a parcours whose erasure is under way: ids of the pupil and of the erasure."""
    enrolment.imports("111111111KH;Planterose;Zoé;01/03/2008;2403341111;TPRO;;;;;")
    pupil_id = enrolment.pupil("111111111KH")["id"]
    answer = enrolment.post("/dpo/erasures", DPO, {"pupil_id": pupil_id})
    return pupil_id, answer.get_json()["erasure_id"]


def test_no_parcours_is_opened_while_the_services_erase(enrolment: Enrolment) -> None:
    pupil_id, erasure_id = asked(enrolment)
    answer = enrolment.post("/parcours", OPENER, {"pupil_id": pupil_id})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "rights.opening_erasing")
    for service in ("accompaniment", "bilan"):
        enrolment.answers(service, erasure_id)
    assert enrolment.erasure(erasure_id).status == "done"


def test_what_came_to_the_person_since_the_services_were_asked_is_not_left_behind(
    enrolment: Enrolment,
) -> None:
    pupil_id, erasure_id = asked(enrolment)
    with enrolment.service.database.begin() as tx:  # as an earlier release would have let it
        record_opening(
            tx, pupil_id=pupil_id, parcours_id=uuid7(), campagne="2026-2027", opened_by="p", now=START
        )
    for service in ("accompaniment", "bilan"):
        enrolment.answers(service, erasure_id)
    row = enrolment.erasure(erasure_id)
    assert (row.status, row.answers["enrolment"]) == ("refused", "fiche_changee")
    assert enrolment.pupil("111111111KH")["id"] == pupil_id
