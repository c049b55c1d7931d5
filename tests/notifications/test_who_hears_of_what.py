"""Who hears of what, once, when she or he has chosen to; and what is settled by then is not told."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from services.inbox import demo
from services.inbox.notifications.tables import told_task
from shared.ids import uuid7
from tests.notifications.world import ADDRESS, CLAIRE, HELENE, KARIM, Post, paris, task_news, to


def test_a_new_task_is_in_the_next_mornings_e_mail_of_everybody_with_the_role(post: Post) -> None:
    task_id = post.open(due="2026-09-25")
    assert post.at(paris(8, 18)) == []
    mails = post.at(paris(9, 8))
    assert to(mails) == ["claire@lycee.example", "karim@lycee.example"]
    assert mails[0].subject == "Ambition Emploi : une nouvelle tâche"
    assert "Mener l’entretien, pour Lina (échéance : vendredi 25 septembre 2026)" in mails[0].body
    assert f"{ADDRESS}/taches/enrolment/{task_id}" in mails[0].body
    assert post.at(paris(10, 8)) == []


def test_who_wants_it_at_once_gets_one_e_mail_for_what_comes_together(post: Post) -> None:
    post.choose(KARIM, tache="tout_de_suite")
    post.open("Établir la fiche", assignee=KARIM)
    post.open("Mener l’entretien", assignee=KARIM)
    (mail,) = post.at(paris(8, 10, 15))
    assert mail.subject == "Ambition Emploi : 2 nouvelles tâches"


@pytest.mark.parametrize(("rhythm", "day"), [("quotidien", 9), ("hebdomadaire", 14)], ids=["daily", "weekly"])
def test_a_digest_comes_on_the_next_working_morning_or_on_monday(desk: Post, rhythm: str, day: int) -> None:
    desk.choose(KARIM, tache=rhythm)
    desk.open(assignee=KARIM)
    assert desk.at(paris(day, 7, 59)) == []
    assert to(desk.at(paris(day, 8))) == ["karim@lycee.example"]


def test_who_said_never_hears_nothing(desk: Post) -> None:
    desk.choose(KARIM, tache="jamais")
    desk.open()
    assert to(desk.at(paris(9, 8))) == ["claire@lycee.example"]


def test_who_opened_a_task_by_an_own_click_is_not_told_of_it(desk: Post) -> None:
    desk.open(actor=KARIM)
    assert to(desk.at(paris(9, 8))) == ["claire@lycee.example"]


def test_a_task_that_is_done_before_the_digest_leaves_is_not_in_it(post: Post) -> None:
    done = post.open("Établir la fiche", assignee=KARIM)
    post.open("Mener l’entretien", assignee=KARIM)
    post.close(done)
    (mail,) = post.at(paris(9, 8))
    assert "Établir la fiche" not in mail.body
    assert "Mener l’entretien" in mail.body


def test_a_task_that_a_colleague_has_taken_is_nobody_elses_news(desk: Post) -> None:
    task_id = desk.open()
    desk.news(held={task_id: CLAIRE}, actor=CLAIRE)
    assert to(desk.at(paris(9, 8))) == ["claire@lycee.example"]


def test_a_task_that_is_given_to_somebody_is_a_new_task_for_her(desk: Post) -> None:
    task_id = desk.open(role="secretariat")
    desk.at(paris(9, 8))
    desk.news(held={task_id: CLAIRE}, actor=HELENE)
    assert to(desk.at(paris(10, 8))) == ["claire@lycee.example"]


def test_a_hand_over_is_told_within_minutes_as_one(desk: Post) -> None:
    desk.open("Prendre en charge", is_handover=True, assignee=KARIM)
    (mail,) = desk.at(paris(8, 10, 15))
    assert mail.subject == "Ambition Emploi : un parcours reçu"


def test_news_that_come_in_the_wrong_order_open_nothing_again(post: Post) -> None:
    task = task_news(assignee=KARIM)
    post.close(task.id)
    post.news(opened=(task,))
    assert post.at(paris(9, 8)) == []


def test_the_same_news_twice_are_told_once(post: Post) -> None:
    envelope = post.news(opened=(task_news(assignee=KARIM),))
    post.worker.mailbox().receive(envelope)
    assert len(post.at(paris(9, 8))) == 1


def test_an_incident_is_told_once_a_day_to_those_whose_tasks_wait(desk: Post) -> None:
    desk.open(assignee=KARIM)
    for _ in range(3):
        desk.news(has_incident=True)
    (mail,) = desk.at(paris(8, 10, 15))
    assert mail.recipient == "karim@lycee.example"
    assert "l’équipe technique est prévenue" in mail.body
    assert "Lina" not in mail.body


def test_an_e_mail_has_no_personal_data_beyond_the_first_name(desk: Post) -> None:
    desk.open(assignee=KARIM)
    (mail,) = desk.at(paris(9, 8))
    assert "Lina" in mail.body
    for name in ("Benali", "Ferrand", "+336"):
        assert name not in mail.body


def test_a_closed_task_leaves_no_name_and_is_forgotten_after_a_month(desk: Post) -> None:
    desk.close(desk.open())
    with desk.database.read() as look:
        assert [(row.name, row.first_name) for row in look.execute(select(told_task))] == [(None, None)]
    desk.at(paris(9, 8, month=10))
    desk.worker.forget()
    with desk.database.read() as look:
        assert look.execute(select(told_task)).all() == []


def test_a_person_without_address_or_who_has_left_is_written_nothing(desk: Post) -> None:
    desk.open(role="secretariat")
    desk.open(assignee=uuid7())
    assert desk.at(paris(9, 8)) == []


def test_sms_only_for_who_wants_them(desk: Post) -> None:
    desk.choose(KARIM, tache="tout_de_suite", sms="oui")
    desk.choose(CLAIRE, tache="tout_de_suite")
    desk.open()
    desk.at(paris(8, 10, 15))
    assert [(each.recipient, "connectez-vous" in each.body.lower()) for each in desk.sms.taken] == [
        ("+33612345678", True)
    ]


def test_no_sms_of_a_parcours_whose_campagne_sends_none(desk: Post) -> None:
    """The e-mail leaves all the same; what is of other parcours is counted in the SMS."""
    desk.choose(KARIM, tache="tout_de_suite", sms="oui")
    desk.news(opened=(task_news(),), is_sms_off=True)
    assert len(desk.at(paris(8, 10, 15))) > 0
    assert desk.sms.taken == []
    desk.news(opened=(task_news(),), is_sms_off=True)
    desk.news(opened=(task_news(),), parcours_id=uuid7())
    desk.at(paris(8, 12))
    assert ["1 information(s)" in each.body for each in desk.sms.taken] == [True]


def test_of_an_incident_of_a_parcours_without_sms_only_an_e_mail_tells(desk: Post) -> None:
    desk.choose(KARIM, tache="tout_de_suite", sms="oui")
    task = task_news()
    desk.news(opened=(task,), is_sms_off=True)
    desk.at(paris(8, 10, 15))
    desk.news(has_incident=True, is_sms_off=True)
    desk.close(task.id)
    assert len(desk.at(paris(8, 12))) > 0
    assert desk.sms.taken == []


def test_what_is_said_later_of_a_task_without_sms_is_said_by_e_mail_only(desk: Post) -> None:
    at_once = dict.fromkeys(("tache", "echeance", "retard"), "tout_de_suite")
    desk.choose(KARIM, sms="oui", **at_once)
    given, gone = (task_news(assignee=CLAIRE, due="2026-09-17") for _ in range(2))
    desk.news(opened=(given, gone), is_sms_off=True)
    desk.news(held={given.id: KARIM})
    desk.news(moved=(replace(gone, assignee=KARIM),))
    for day in (8, 16, 18):  # given, due soon, late
        desk.at(paris(day, 10))
        assert "karim@lycee.example" in to(desk.at(paris(day, 10, 15)))
    assert desk.sms.taken == []


def test_a_task_without_sms_takes_none_from_another_process_of_its_parcours(desk: Post) -> None:
    desk.choose(KARIM, tache="tout_de_suite", sms="oui")
    silent, loud = (task_news() for _ in range(2))
    desk.news(opened=(silent,), is_sms_off=True)
    desk.news(opened=(loud,))
    desk.at(paris(8, 10, 15))
    assert ["1 information(s)" in each.body for each in desk.sms.taken] == [True]


def test_a_task_that_goes_to_another_organisation_is_told_there_and_no_more_where_it_was(desk: Post) -> None:
    """A transfer (R38)."""
    gone = desk.open(role="referent")
    desk.news(moved=(task_news(id=gone, organisation_id=demo.LYCEE_TROIS_PONTS),))
    come = desk.open(organisation_id=demo.LYCEE_TROIS_PONTS)
    desk.news(moved=(task_news(id=come, assignee=KARIM),))
    assert to(desk.at(paris(8, 10, 15))) == ["karim@lycee.example"]
    assert desk.at(paris(9, 8)) == []


def test_a_task_that_comes_back_from_another_organisation_is_told_again(desk: Post) -> None:
    """R38, R45: whether the first word of it had left by then or not."""
    back = desk.open(assignee=KARIM)
    for hour in (10, 12):
        desk.news(moved=(task_news(id=back, organisation_id=demo.LYCEE_TROIS_PONTS),))
        desk.news(moved=(task_news(id=back, assignee=KARIM),))
        desk.news(moved=(task_news(id=back, organisation_id=demo.LYCEE_TROIS_PONTS),))
        desk.news(moved=(task_news(id=back, assignee=KARIM),))
        assert to(desk.at(paris(8, hour, 15))) == ["karim@lycee.example"]


def test_a_deadline_that_was_said_to_others_is_said_to_who_has_the_task_now(desk: Post) -> None:
    """R45."""
    desk.choose(KARIM, passation="jamais", retard="tout_de_suite")
    late = desk.open(organisation_id=demo.LYCEE_TROIS_PONTS, due="2026-09-08")
    assert desk.at(paris(9, 10)) == []
    desk.news(moved=(task_news(id=late, assignee=KARIM),))
    assert "karim@lycee.example" in to(desk.at(paris(9, 11)) + desk.at(paris(9, 12)))
