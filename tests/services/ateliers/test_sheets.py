"""R32: a sheet closes only when each enrolled pupil is present, absent, excused or rescheduled."""

from datetime import date

import pytest

from shared.merging import mark
from tests.services.ateliers.world import CONSEILLER, TEACHER, Ateliers, refused

DAY = date(2025, 11, 6)


@pytest.fixture
def held(agreed: Ateliers) -> tuple[Ateliers, str]:
    """A session of two pupils, over."""
    session_id = agreed.planned()
    agreed.at(DAY, 12)
    return agreed, session_id


@pytest.mark.parametrize("status", ["realise", "refus_jeune", "refus_tiers"])
def test_a_sheet_closes_when_each_pupil_is_present_absent_or_excused(
    held: tuple[Ateliers, str], status: str
) -> None:
    ateliers, session_id = held
    assert ateliers.marks(session_id, TBAC1_0="realise", TBAC1_1=status).status_code == 200
    assert (ateliers.session(session_id)["status"], ateliers.session(session_id)["closed_by"]) == (
        "closed",
        "conseiller",
    )


@pytest.mark.parametrize(
    ("marks", "count"), [({}, "2 élèves"), ({"TBAC1_0": "realise"}, "1 élève à pointer")]
)
def test_a_sheet_with_somebody_unmarked_stays_open_and_says_how_many(
    held: tuple[Ateliers, str], marks: dict[str, str], count: str
) -> None:
    ateliers, session_id = held
    status, said = refused(ateliers.marks(session_id, **marks))
    assert (status, count in said, "Nom" in said) == (422, True, False)
    assert ateliers.session(session_id)["status"] == "planned"


def test_a_refused_closing_keeps_no_mark(held: tuple[Ateliers, str]) -> None:
    """All of the sheet is kept, or nothing."""
    ateliers, session_id = held
    ateliers.marks(session_id, TBAC1_0="realise")
    assert {pupil["status"] for pupil in ateliers.session(session_id)["pupils"]} == {"prescrit"}


def test_marks_are_kept_without_closing(held: tuple[Ateliers, str]) -> None:
    ateliers, session_id = held
    ateliers.marks(session_id, close=False, TBAC1_0="realise")
    assert [pupil["status"] for pupil in ateliers.session(session_id)["pupils"]] == ["realise", "prescrit"]


def _from_page(
    ateliers: Ateliers, session_id: str, *, close: bool = False, shown: str = "prescrit", **marks: str
) -> tuple[int, list[str]]:
    """What a page that showed both pupils as ``shown`` sends of the whole sheet, and what the sheet says then."""
    pupils = ("TBAC1-0", "TBAC1-1")
    told = {
        "marks": {each: marks.get(each.replace("-", "_"), shown) for each in pupils},
        "read": {each: mark(shown) for each in pupils},
        "close": close,
    }
    answer = ateliers.post(CONSEILLER, f"/sessions/{session_id}/sheet", told)
    return answer.status_code, [pupil["status"] for pupil in ateliers.session(session_id)["pupils"]]


def test_two_pages_that_each_mark_a_pupil_keep_both_marks(held: tuple[Ateliers, str]) -> None:
    _from_page(*held, TBAC1_0="realise")
    assert _from_page(*held, TBAC1_1="refus_jeune") == (200, ["realise", "refus_jeune"])


def test_one_pupil_marked_otherwise_on_two_pages_is_refused_with_the_whole_sheet(
    held: tuple[Ateliers, str],
) -> None:
    _from_page(*held, TBAC1_0="realise")
    assert _from_page(*held, TBAC1_0="refus_tiers", TBAC1_1="realise") == (409, ["realise", "prescrit"])
    assert _from_page(*held, TBAC1_0="realise", TBAC1_1="realise") == (200, ["realise", "realise"])


def test_a_sheet_is_not_closed_over_a_mark_that_its_page_has_not_shown(held: tuple[Ateliers, str]) -> None:
    ateliers, session_id = held
    ateliers.marks(session_id, close=False, TBAC1_0="realise", TBAC1_1="realise")
    ateliers.marks(session_id, close=False, TBAC1_1="refus_jeune")
    status, sheet = _from_page(ateliers, session_id, close=True, shown="realise")
    assert (status, sheet, ateliers.session(session_id)["status"]) == (
        409, ["realise", "refus_jeune"], "planned",
    )  # fmt: skip


def test_a_pupil_who_is_rescheduled_leaves_the_sheet_and_joins_the_other_session(
    held: tuple[Ateliers, str],
) -> None:
    ateliers, session_id = held
    other = ateliers.planned(on="2025-11-07", classes=[])
    told = {"pupil_id": "TBAC1-1", "session_id": other}
    assert ateliers.post(CONSEILLER, f"/sessions/{session_id}/move", told).status_code == 200
    assert ateliers.marks(session_id, TBAC1_0="realise").status_code == 200
    assert [pupil["status"] for pupil in ateliers.session(session_id)["pupils"]] == ["realise", "reporte"]
    assert [pupil["pupil_id"] for pupil in ateliers.session(other)["pupils"]] == ["TBAC1-1"]


def test_a_pupil_is_not_rescheduled_to_another_workshop(held: tuple[Ateliers, str]) -> None:
    ateliers, session_id = held
    other = ateliers.planned(2, on="2025-11-07")
    told = {"pupil_id": "TBAC1-1", "session_id": other}
    assert refused(ateliers.post(CONSEILLER, f"/sessions/{session_id}/move", told))[0] == 422


def test_a_rescheduled_pupil_comes_back(held: tuple[Ateliers, str]) -> None:
    ateliers, session_id = held
    other = ateliers.planned(on="2025-11-07", classes=[])
    ateliers.post(CONSEILLER, f"/sessions/{session_id}/move", {"pupil_id": "TBAC1-1", "session_id": other})
    back = {"pupil_id": "TBAC1-1", "session_id": session_id}
    assert ateliers.post(CONSEILLER, f"/sessions/{other}/move", back).status_code == 200
    assert [pupil["status"] for pupil in ateliers.session(session_id)["pupils"]] == ["prescrit", "prescrit"]


def test_a_sheet_does_not_close_before_the_session(agreed: Ateliers) -> None:
    session_id = agreed.planned()
    status, said = refused(agreed.marks(session_id, TBAC1_0="realise", TBAC1_1="realise"))
    assert (status, said) == (422, "La feuille ne peut pas être close avant le début de la séance.")


def test_an_empty_sheet_does_not_close(agreed: Ateliers) -> None:
    session_id = agreed.planned(classes=[])
    agreed.at(DAY, 12)
    assert "aucun élève" in refused(agreed.marks(session_id))[1]


def test_a_closed_sheet_does_not_change_any_more(held: tuple[Ateliers, str]) -> None:
    ateliers, session_id = held
    ateliers.marks(session_id, TBAC1_0="realise", TBAC1_1="realise")
    assert ateliers.marks(session_id, TBAC1_0="refus_jeune").status_code == 409


def test_the_lycee_reads_the_sheet_and_does_not_mark_it(held: tuple[Ateliers, str]) -> None:
    ateliers, session_id = held
    assert len(ateliers.session(session_id, TEACHER)["pupils"]) == 2
    assert ateliers.marks(session_id, actor=TEACHER, TBAC1_0="realise").status_code == 403


def test_who_is_not_on_the_sheet_is_not_marked(held: tuple[Ateliers, str]) -> None:
    ateliers, session_id = held
    assert refused(ateliers.marks(session_id, TBAC1_9="realise"))[0] == 422


def test_a_workshop_of_two_sessions_is_held_when_both_sheets_are_closed(agreed: Ateliers) -> None:
    agreed.gives(of="TCAP2")
    first, second = agreed.planned(), agreed.planned(classes=["TCAP2"])
    agreed.at(DAY, 12)
    agreed.marks(first, TBAC1_0="realise", TBAC1_1="realise")
    assert agreed.waits(CONSEILLER) == ["tenir_atelier"]
    agreed.marks(second, TCAP2_0="refus_jeune", TCAP2_1="realise")
    assert agreed.waits(CONSEILLER) == ["planifier_atelier"]


def test_the_task_done_by_hand_comes_back_until_the_sheet_is_closed(held: tuple[Ateliers, str]) -> None:
    """The diagram asks the table, in the same transaction: nobody says that it is done when it is not."""
    ateliers, _ = held
    before = ateliers.tasks(CONSEILLER)[0]["id"]
    assert ateliers.completes(CONSEILLER, "tenir_atelier", {}).status_code == 200
    [task] = ateliers.tasks(CONSEILLER)
    assert (task["element_id"], task["id"] == before) == ("tenir_atelier", False)
