"""R31: one cycle and one lead operator per lycée and campagne; who has which part in it, and who has none."""

from datetime import date

import pytest

from services.accompaniment.ateliers import cycles
from shared.identity import Actor
from shared.ids import uuid7
from tests.services.ateliers.world import (
    CONSEILLER,
    FRANCE_TRAVAIL,
    FT,
    HEAD,
    ML,
    STRANGERS,
    TEACHER,
    Ateliers,
    person,
    refused,
)
from tests.support.databases import MakeDatabase

CONTACT = {"contacted_on": "2025-10-06", "interlocutor": "M. Rey", "answer": "Rendez-vous pris"}


@pytest.mark.parametrize(
    ("lead", "actor"), [("mission_locale", CONSEILLER), ("france_travail", FRANCE_TRAVAIL)]
)
def test_the_tasks_of_the_workshops_are_for_the_lead_operator(
    ateliers: Ateliers, lead: str, actor: Actor
) -> None:
    ateliers.opens()
    ateliers.concludes(operateur_sorte=lead)
    ateliers.gives()
    other = FRANCE_TRAVAIL if actor is CONSEILLER else CONSEILLER
    assert (ateliers.waits(actor), ateliers.waits(other)) == (["planifier_atelier"], [])


def test_of_two_cycles_opened_at_one_instant_the_second_is_refused(
    ateliers: Ateliers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second did not see the first when it looked."""
    ateliers.opens()
    monkeypatch.setattr(cycles, "find", lambda *_: None)
    again = ateliers.opens()
    assert (again.status_code, again.get_json()["code"]) == (409, "ateliers.cycle_exists")
    assert len(ateliers.get(HEAD, "/cycles").get_json()["items"]) == 1


def test_a_second_cycle_of_the_campagne_is_refused(ateliers: Ateliers) -> None:
    ateliers.opens()
    status, said = refused(ateliers.opens())
    assert (status, "un seul opérateur chef de file" in said) == (409, True)


def test_a_lead_operator_that_the_cycle_does_not_have_is_refused(ateliers: Ateliers) -> None:
    ateliers.opens(mission_locale=ML)
    status, said = refused(ateliers.concludes(operateur_sorte="france_travail", co_animation=None))
    assert (status, said) == (
        422, "France Travail n'a pas été choisi à l'ouverture du cycle : le chef de file est la Mission Locale.",
    )  # fmt: skip


def test_a_cycle_without_operator_is_refused(ateliers: Ateliers) -> None:
    assert refused(ateliers.opens(mission_locale=None))[0] == 422


@pytest.mark.parametrize("actor", [CONSEILLER, person("referent", HEAD.organisation_id, "lycee")])
def test_only_the_lycees_head_and_teachers_open_a_cycle(ateliers: Ateliers, actor: Actor) -> None:
    assert ateliers.opens(actor).status_code == 403


def test_a_lycee_opens_its_cycle_from_its_day_of_entry_on(make_sqlite_database: MakeDatabase) -> None:
    """No campagne delivered lets a lycée in later: the first day of school is the first one."""
    early = Ateliers(make_sqlite_database, date(2025, 9, 1))
    assert early.opens().status_code == 201
    early.service.database.dispose()


def test_both_operators_share_the_journal_and_the_lycee_does_not_read_it(ateliers: Ateliers) -> None:
    ateliers.opens()
    path = f"/cycles/{ateliers.cycle_id}/journal"
    assert ateliers.post(FRANCE_TRAVAIL, path, CONTACT).status_code == 200
    assert [each["answer"] for each in ateliers.cycle(CONSEILLER)["journal"]] == ["Rendez-vous pris"]
    assert "journal" not in ateliers.cycle(HEAD)
    assert ateliers.post(TEACHER, path, CONTACT).status_code == 403


def test_a_second_click_notes_a_contact_once_and_other_words_under_its_id_are_refused(
    ateliers: Ateliers,
) -> None:
    ateliers.opens()
    path, entry = f"/cycles/{ateliers.cycle_id}/journal", CONTACT | {"id": uuid7()}
    for _ in range(2):
        assert ateliers.post(CONSEILLER, path, entry).status_code == 200
    assert len(ateliers.cycle(CONSEILLER)["journal"]) == 1
    status, said = refused(ateliers.post(CONSEILLER, path, entry | {"answer": "Injoignable"}))
    assert (status, "déjà été noté avec d’autres mots" in said) == (409, True)
    assert refused(ateliers.post(CONSEILLER, path, entry | {"id": "x"}))[0] == 422


def test_a_contact_of_tomorrow_is_refused(ateliers: Ateliers) -> None:
    ateliers.opens()
    answer = ateliers.post(
        CONSEILLER, f"/cycles/{ateliers.cycle_id}/journal", CONTACT | {"contacted_on": "2025-10-07"}
    )
    assert refused(answer) == (422, "Le jour ne peut pas être après aujourd’hui (06/10/2025).")


@pytest.mark.parametrize(
    "stranger", STRANGERS, ids=lambda actor: f"{next(iter(actor.roles))}-{actor.organisation_id}"
)
def test_nobody_else_finds_the_cycle_or_its_sessions(agreed: Ateliers, stranger: Actor) -> None:
    """R38: as if there were none."""
    session_id = agreed.planned()
    assert agreed.get(stranger, "/cycles").get_json() == {"items": []}
    assert agreed.get(stranger, f"/cycles/{agreed.cycle_id}").status_code == 404
    assert agreed.get(stranger, f"/sessions/{session_id}").status_code == 404
    assert agreed.marks(session_id, actor=stranger, TBAC1_0="realise").status_code == 404
    assert agreed.plans(actor=stranger).status_code == 404


def test_an_operator_who_does_not_animate_sees_no_name(agreed: Ateliers) -> None:
    session_id = agreed.planned()
    assert "Nom0" not in agreed.get(FRANCE_TRAVAIL, f"/cycles/{agreed.cycle_id}").text
    assert agreed.get(FRANCE_TRAVAIL, f"/sessions/{session_id}").status_code == 404
    assert agreed.plans(actor=FRANCE_TRAVAIL).status_code == 403


def test_the_other_operator_animates_where_the_convention_says_so(ateliers: Ateliers) -> None:
    ateliers.opens()
    ateliers.concludes(co_animation="oui")
    ateliers.gives()
    session_id = ateliers.planned(actor=FRANCE_TRAVAIL)
    assert len(ateliers.session(session_id, FRANCE_TRAVAIL)["pupils"]) == 2


def test_only_the_lycee_gives_names(agreed: Ateliers) -> None:
    assert agreed.gives(actor=CONSEILLER).status_code == 403


def test_the_operators_get_names_and_classes_and_nothing_else(agreed: Ateliers) -> None:
    """R37."""
    pupil = agreed.cycle()["pupils"][0]
    assert pupil.keys() == {"pupil_id", "nom", "prenom", "classe", "interview", "intention"}
    extra = {
        "pupil_id": "x",
        "family_name": "N",
        "given_name": "P",
        "class_code": "C",
        "born_on": "2008-01-01",
    }
    answer = agreed.post(TEACHER, f"/cycles/{agreed.cycle_id}/pupils", {"pupils": [extra]})
    assert answer.status_code == 422


def test_nothing_is_planned_and_nobody_enrolled_before_the_convention(ateliers: Ateliers) -> None:
    ateliers.opens()
    assert refused(ateliers.gives())[0] == 409
    assert refused(ateliers.plans()) == (
        409, "La convention n’est pas encore conclue : le lycée choisit d’abord l’opérateur chef de file.",
    )  # fmt: skip


def test_a_convention_whose_hours_end_before_they_begin_is_refused(ateliers: Ateliers) -> None:
    ateliers.opens()
    assert refused(ateliers.concludes(horaires_fin="07:00"))[0] == 422


def test_the_lead_operator_may_be_the_only_one(ateliers: Ateliers) -> None:
    ateliers.opens(france_travail=FT)
    assert ateliers.concludes(operateur_sorte="france_travail", co_animation=None).status_code == 200
    assert ateliers.cycle(FRANCE_TRAVAIL)["convention"]["lead"] == FT


def test_a_cycle_is_not_among_the_parcours_of_its_organisations(agreed: Ateliers) -> None:
    for actor in (HEAD, CONSEILLER):
        assert agreed.get(actor, "/parcours").get_json()["items"] == []
