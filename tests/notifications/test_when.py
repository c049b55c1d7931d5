"""Nothing leaves at night, on weekends and public holidays, save what would come too late; deadlines are said once."""

import pytest

from tests.notifications.world import HELENE, KARIM, Post, paris, to


@pytest.mark.parametrize(
    ("opened", "leaves"),
    [
        (paris(8, 19, 5), paris(9, 8)),  # in the evening
        (paris(11, 18, 55), paris(14, 8)),  # gathered until seven, on a Friday
        (paris(12, 11), paris(14, 8)),  # on a Saturday
    ],
    ids=["evening", "friday", "saturday"],
)
def test_nothing_leaves_outside_working_hours(desk: Post, opened: object, leaves: object) -> None:
    desk.choose(KARIM, tache="tout_de_suite")
    desk.clock.set(opened)  # type: ignore[arg-type]
    desk.open(assignee=KARIM)
    before = leaves.replace(hour=leaves.hour - 1, minute=55)  # type: ignore[attr-defined]
    assert desk.at(before) == []
    assert to(desk.at(leaves)) == ["karim@lycee.example"]  # type: ignore[arg-type]


def test_a_public_holiday_is_no_working_day(desk: Post) -> None:
    desk.choose(KARIM, tache="tout_de_suite")
    desk.clock.set(paris(11, 10, month=11).replace(hour=10))
    desk.open(assignee=KARIM)
    assert desk.at(paris(11, 16, month=11)) == []
    assert to(desk.at(paris(12, 10, month=11))) == ["karim@lycee.example"]


def test_what_would_come_too_late_in_the_morning_leaves_in_the_evening(desk: Post) -> None:
    desk.clock.set(paris(8, 20))
    desk.open("Signaler l’absence au lycée", assignee=KARIM, due="2026-09-08")
    assert to(desk.at(paris(8, 20, 1))) == ["karim@lycee.example"]


def test_mail_that_a_server_held_up_until_the_night_waits_for_the_morning(desk: Post) -> None:
    desk.choose(KARIM, tache="tout_de_suite")
    desk.open(assignee=KARIM)
    desk.clock.set(paris(8, 10, 15))
    desk.worker.turn()
    assert desk.at(paris(8, 22)) == []
    assert len(desk.at(paris(9, 8))) == 1


def test_a_deadline_that_comes_near_is_said_once(post: Post) -> None:
    post.choose(KARIM, tache="jamais")
    post.open(assignee=KARIM, due="2026-09-18")
    assert post.at(paris(15, 18)) == []
    post.at(paris(16, 8))
    (mail,) = post.at(paris(17, 8))
    assert mail.subject == "Ambition Emploi : une échéance proche"
    assert post.at(paris(18, 8)) == []


def test_a_late_task_is_said_once_to_its_holder_and_to_who_answers_for_the_lycee(post: Post) -> None:
    post.choose(KARIM, tache="jamais", echeance="jamais")
    post.open(assignee=KARIM, due="2026-09-18")
    post.at(paris(19, 8))
    mails = post.at(paris(21, 8))
    assert to(mails) == ["helene@lycee.example", "karim@lycee.example"]
    assert {mail.subject for mail in mails} == {"Ambition Emploi : une tâche en retard"}
    assert post.at(paris(28, 8)) == []


def test_reminders_of_one_day_leave_together_and_not_again_within_the_cool_down(desk: Post) -> None:
    desk.choose(KARIM, tache="jamais", echeance="tout_de_suite")
    desk.open("Tâche A", assignee=KARIM, due="2026-09-18")
    desk.open("Tâche B", assignee=KARIM, due="2026-09-18T12:00:00+00:00")
    desk.at(paris(16, 8))
    (mail,) = desk.at(paris(16, 9))
    assert mail.subject == "Ambition Emploi : 2 échéances proches"
    desk.choose(KARIM, retard="tout_de_suite")
    desk.choose(HELENE, retard="jamais")
    assert desk.at(paris(16, 17)) == []
    desk.at(paris(18, 15))
    (late,) = desk.at(paris(18, 16))
    assert late.subject == "Ambition Emploi : une tâche en retard"
    assert desk.at(paris(19, 9)) == []
    assert len(desk.at(paris(21, 9))) == 1


def test_a_closed_task_is_neither_near_nor_late(desk: Post) -> None:
    desk.close(desk.open(assignee=KARIM, due="2026-09-18"))
    assert desk.at(paris(25, 9)) == []
