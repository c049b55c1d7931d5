"""What is written leaves: nothing is lost when a server or a worker dies, and a repeat is known by its id."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.inbox.notifications.channels import ChannelDown, MailPutOff, MailRefused
from services.inbox.notifications.tables import mail
from tests.notifications.world import KARIM, Notebook, Post, paris
from tests.support.faults import Killed


@pytest.fixture
def written(post: Post) -> Post:
    """An e-mail is written and has not left."""
    post.choose(KARIM, tache="tout_de_suite")
    post.open(assignee=KARIM)
    post.clock.set(paris(8, 10, 15))
    assert post.worker.turn() == 1
    return post


def _states(post: Post) -> list[tuple[str, int, str | None]]:
    with post.database.read() as look:
        return [(row.state, row.tries, row.reason) for row in look.execute(select(mail).order_by(mail.c.id))]


def test_a_server_that_is_down_all_day_loses_and_doubles_nothing(written: Post) -> None:
    written.email.fault = ChannelDown(reason="ConnectionRefusedError")
    for _ in range(100):
        written.worker.sender.send_due()
        written.clock.advance(timedelta(minutes=5))
    assert _states(written) == [("queued", 0, "ConnectionRefusedError")]
    written.email.fault = None
    assert len(written.at(paris(9, 8))) == 1
    assert written.at(paris(9, 18)) == []
    assert _states(written) == [("sent", 1, None)]


def test_a_mail_that_is_put_off_too_often_has_failed(written: Post) -> None:
    written.email.fault = MailPutOff(reason="smtp_450")
    for _ in range(30):
        written.worker.sender.send_due()
        written.clock.advance(timedelta(hours=2))
    assert _states(written) == [("failed", 12, "smtp_450")]


def test_a_mail_that_is_refused_for_good_is_not_tried_again(written: Post) -> None:
    written.email.fault = MailRefused(reason="smtp_550")
    written.worker.sender.send_due()
    assert _states(written) == [("failed", 1, "smtp_550")]


def test_a_worker_killed_before_it_sends_loses_nothing(written: Post) -> None:
    written.email.fault = Killed()
    with pytest.raises(Killed):
        written.worker.sender.send_due()
    written.email.fault, written.worker = None, written.started()
    assert written.at(paris(8, 10, 16)) == []
    assert len(written.at(paris(8, 10, 21))) == 1


def test_a_worker_killed_after_it_has_sent_sends_again_under_the_same_id(written: Post) -> None:
    written.email.after = Killed()
    with pytest.raises(Killed):
        written.worker.sender.send_due()
    written.email.after, written.worker = None, written.started()
    written.at(paris(8, 10, 21))
    assert len(written.email.taken) == 2
    assert len({each.id for each in written.email.taken}) == 1
    assert written.at(paris(8, 18)) == []


def test_two_workers_send_each_mail_once(post: Post) -> None:
    post.choose(KARIM, tache="tout_de_suite")
    post.open(assignee=KARIM)
    post.clock.set(paris(8, 10, 15))
    other = post.started()
    assert post.worker.composer.compose_due() + other.composer.compose_due() == 1
    assert post.worker.sender.send_due() + other.sender.send_due() == 1
    assert len(post.email.taken) == 1


def test_an_old_mail_is_forgotten_but_not_one_that_has_still_to_leave(written: Post) -> None:
    written.email.fault = ChannelDown(reason="TimeoutError")
    written.clock.advance(timedelta(days=40))
    written.worker.forget()
    assert len(_states(written)) == 1
    written.email.fault = None
    written.at(paris(19, 10, month=10))
    written.clock.advance(timedelta(days=40))
    written.worker.forget()
    assert _states(written) == []


def test_a_down_server_stops_no_other_channel(desk: Post) -> None:
    desk.choose(KARIM, tache="tout_de_suite", sms="oui")
    desk.email.fault = ChannelDown(reason="TimeoutError")
    desk.open(assignee=KARIM)
    desk.at(paris(8, 10, 15))
    assert (desk.email.taken, len(desk.sms.taken)) == ([], 1)


def test_what_no_channel_carries_is_not_written(desk: Post) -> None:
    desk.channels = {"email": Notebook()}
    desk.worker = desk.started()
    desk.choose(KARIM, tache="tout_de_suite", sms="oui")
    desk.open(assignee=KARIM)
    desk.at(paris(8, 10, 15))
    with desk.database.read() as look:
        assert [row.channel for row in look.execute(select(mail))] == ["email"]
