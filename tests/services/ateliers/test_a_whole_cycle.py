"""A cycle from its opening to the pupils proposed to the lycée (R30, R33), on both back ends."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from services.accompaniment.ateliers import wishes
from shared.process.delivery import fire_due_timers
from tests.services.ateliers.world import CONSEILLER, HEAD, TEACHER, Ateliers, refused
from tests.support.databases import MakeDatabase

DAYS = {1: "2025-11-06", 2: "2025-12-04", 3: "2026-01-15", 4: "2026-03-05"}
AGREED = {"agreed_on": "2026-03-05", "phone": "0612345678", "email": "eleve@exemple.fr"}


@pytest.fixture
def both(make_database: MakeDatabase) -> Iterator[Ateliers]:
    world = Ateliers(make_database)
    yield world
    world.service.database.dispose()


def through_the_workshops(ateliers: Ateliers) -> None:
    for number, day in DAYS.items():
        session_id = ateliers.planned(number, on=day)
        ateliers.at(date.fromisoformat(day), 12)
        assert ateliers.marks(session_id, TBAC1_0="realise", TBAC1_1="refus_jeune").status_code == 200


def test_a_whole_cycle_ends_in_proposals_to_the_lycee(both: Ateliers) -> None:
    both.opens()
    assert both.waits(HEAD) == ["conclure_convention"]
    both.concludes()
    assert both.waits(TEACHER) == ["inscrire_eleves"]
    both.gives()
    assert (both.waits(TEACHER), both.waits(CONSEILLER)) == ([], ["planifier_atelier"])
    through_the_workshops(both)
    assert both.waits(CONSEILLER) == ["recueillir_intentions"]
    assert both.intends("TBAC1-0", intention="emploi", **AGREED).status_code == 200
    assert both.sent() == []
    both.intends("TBAC1-1")
    assert (both.waits(CONSEILLER), both.status()) == ([], "ended")
    assert both.sent() == [
        {
            "lycee": "0690043X", "campagne": "2025-2026", "dispositif": "AvenirPro",
            "eleves_proposes": [
                {
                    "eleve_id": "TBAC1-0", "intention": "emploi", "accord_le": {"$d": "2026-03-05"},
                    "telephone": "0612345678", "courriel": "eleve@exemple.fr",
                }
            ],
        }
    ]  # fmt: skip
    assert refused(both.intends("TBAC1-1")) == (409, "Ce cycle d’ateliers est terminé : il ne change plus.")


def test_who_has_a_solution_or_did_not_agree_is_not_proposed(agreed: Ateliers) -> None:
    through_the_workshops(agreed)
    agreed.intends("TBAC1-0", intention="alternance", has_solution=True, **AGREED)
    agreed.intends("TBAC1-1")
    assert [sent["eleves_proposes"] for sent in agreed.sent()] == [[]]


@pytest.mark.parametrize(
    "told", [{"intention": "emploi"}, {"phone": "0612345678"}, {"email": "eleve@exemple.fr"}]
)
def test_nothing_is_kept_without_the_pupils_agreement(agreed: Ateliers, told: dict[str, str]) -> None:
    status, said = refused(agreed.intends("TBAC1-0", **told))
    assert (status, "avec l’accord de l’élève" in said) == (422, True)
    assert agreed.cycle()["pupils"][0]["intention"] is None


def test_a_number_is_written_in_ordinary_digits(agreed: Ateliers) -> None:
    status, said = refused(agreed.intends("TBAC1-0", **(AGREED | {"phone": "06١٢٣٤٥٦٧٨"})))
    assert (status, "Un numéro de téléphone a dix chiffres" in said) == (422, True)


def test_the_lycee_does_not_write_intentions_and_reads_them_by_the_proposals_only(agreed: Ateliers) -> None:
    agreed.intends("TBAC1-0", intention="emploi", agreed_on="2025-10-06")
    assert agreed.intends("TBAC1-1", actor=TEACHER).status_code == 403
    assert agreed.cycle(TEACHER)["pupils"][0]["intention"] is None


def test_when_the_school_year_ends_what_is_known_is_proposed(agreed: Ateliers) -> None:
    agreed.intends("TBAC1-0", intention="emploi", agreed_on="2025-10-06")
    agreed.at(date(2026, 9, 1))
    assert fire_due_timers(agreed.service.database, agreed.service.processes) == 1
    assert (agreed.status(), len(agreed.sent()[0]["eleves_proposes"])) == ("ended", 1)


def _interview(ateliers: Ateliers, **days: str) -> tuple[int, str]:
    answer = ateliers.post(
        CONSEILLER, f"/cycles/{ateliers.cycle_id}/interviews", {"pupil_id": "TBAC1-0", **days}
    )
    return refused(answer) if answer.status_code != 200 else (200, "")


def test_an_individual_interview_is_held_on_the_pupils_wish(agreed: Ateliers) -> None:
    """R30."""
    assert _interview(agreed, wished_on="2025-10-02") == (200, "")
    assert _interview(agreed, wished_on="2025-10-02", held_on="2025-10-06") == (200, "")
    assert agreed.cycle()["pupils"][0]["interview"] == {"wished_on": "2025-10-02", "held_on": "2025-10-06"}


def test_the_day_of_an_interview_leaves_the_day_of_its_wish_and_the_other_way_round(agreed: Ateliers) -> None:
    assert _interview(agreed, wished_on="2025-10-01") == (200, "")
    assert _interview(agreed, held_on="2025-10-06") == (200, "")
    assert _interview(agreed, wished_on="2025-10-02") == (200, "")
    assert agreed.cycle()["pupils"][0]["interview"] == {"wished_on": "2025-10-02", "held_on": "2025-10-06"}


def test_an_interview_of_no_day_is_refused_and_erases_nothing(agreed: Ateliers) -> None:
    _interview(agreed, wished_on="2025-10-02")
    assert _interview(agreed) == (422, "Écrivez le jour de la demande, celui de l’entretien, ou les deux.")
    assert agreed.cycle()["pupils"][0]["interview"] == {"wished_on": "2025-10-02", "held_on": None}


REACHED = {"phone": "0612345678", "email": "eleve@exemple.fr"}


def _intention(ateliers: Ateliers) -> Any:
    """What is kept of the first pupil's; the screens show less of it."""
    with ateliers.service.database.read() as look:
        return dict(wishes.intentions_of(look, ateliers.cycle_id)["TBAC1-0"]._mapping)


def test_an_intention_said_anew_leaves_what_is_not_said_with_it(agreed: Ateliers) -> None:
    """R33: who is proposed hangs on the solution and the agreement."""
    agreed.intends("TBAC1-0", intention="emploi", has_solution=True, agreed_on="2025-10-02", **REACHED)
    assert agreed.intends("TBAC1-0", intention="alternance", has_solution=None).status_code == 200
    assert agreed.intends("TBAC1-0", intention=None, has_solution=None, phone="0699999999").status_code == 200
    kept = _intention(agreed)
    assert (kept["intention"], kept["has_solution"], kept["agreed_on"]) == (
        "alternance",
        True,
        date(2025, 10, 2),
    )
    assert (kept["phone"], kept["email"]) == ("0699999999", "eleve@exemple.fr")


def test_an_intention_that_is_not_expressed_takes_back_agreement_and_contact_data(agreed: Ateliers) -> None:
    agreed.intends("TBAC1-0", intention="emploi", has_solution=True, agreed_on="2025-10-02", **REACHED)
    assert agreed.intends("TBAC1-0", has_solution=None).status_code == 200
    kept = _intention(agreed)
    assert [kept[name] for name in ("has_solution", "agreed_on", "phone", "email")] == [
        True,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("known", [{}, {"intention": "emploi", "agreed_on": "2025-10-02"}])
def test_an_empty_form_of_an_intention_is_refused(agreed: Ateliers, known: dict[str, Any]) -> None:
    if known:
        agreed.intends("TBAC1-0", **known)
    status, said = refused(agreed.intends("TBAC1-0", intention=None, has_solution=None))
    assert (status, said) == (422, "Dites l’intention de l’élève ; « non exprimée » en est une.")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"held_on": "2025-10-06"}, "n’a lieu qu’à la demande de l’élève"),
        ({"wished_on": "2025-10-06", "held_on": "2025-10-02"}, "précéder la demande de l’élève, faite le 06/10/2025"),
        ({"wished_on": "2025-10-07"}, "après aujourd’hui"),
    ],
)  # fmt: skip
def test_an_interview_without_a_wish_before_it_is_refused(
    agreed: Ateliers, days: dict[str, str], words: str
) -> None:
    """R30."""
    status, said = _interview(agreed, **days)
    assert (status, words in said) == (422, True)
    assert agreed.cycle()["pupils"][0]["interview"] is None


def test_a_campagne_before_2025_lets_an_interview_be_held_without_a_wish(
    make_sqlite_database: MakeDatabase,
) -> None:
    """R30 is of the arrêté of 2025."""
    world = Ateliers(make_sqlite_database, date(2024, 10, 7))
    world.opens()
    world.concludes()
    world.gives()
    assert _interview(world, held_on="2024-10-07") == (200, "")
    world.service.database.dispose()


def test_a_session_that_is_sent_twice_is_planned_once(agreed: Ateliers) -> None:
    key = "0199a0f2-0000-7000-8000-000000000001"
    assert [agreed.planned(id=key) for _ in range(2)] == [key, key]
    assert [len(each["sessions"]) for each in agreed.cycle()["workshops"] if each["number"] == 1] == [1]
