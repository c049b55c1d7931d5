"""A rendez-vous: an invitation when it is fixed, moved or cancelled, and a reminder to the pupil the day before."""

import vobject  # type: ignore[import-untyped]

from tests.notifications.world import CLAIRE, KARIM, Post, paris, to

FAMILY = "lina@famille.example"


def _calendar(mail: object) -> object:
    return vobject.readOne(mail.invitation.decode())  # type: ignore[attr-defined]


def test_everybody_invited_gets_time_place_and_first_name_at_once(post: Post) -> None:
    post.invite("2026-09-24T14:00:00+02:00")
    mails = post.at(paris(8, 10, 1))
    assert to(mails) == ["karim@lycee.example", FAMILY]
    assert mails[0].subject == "Rendez-vous : Entretien de situation"
    assert "Jeudi 24 septembre 2026 à 14 h 00" in mails[0].body
    assert "Salle 12" in mails[0].body
    event = _calendar(mails[0]).vevent  # type: ignore[attr-defined]
    assert event.summary.value == "Entretien de situation – Lina"
    assert (mails[0].invitation_method, event.sequence.value) == ("REQUEST", "0")
    assert [each.recipient for each in post.sms.taken] == ["+33698765432"]


def test_nobody_gets_an_sms_where_the_campagne_sends_none(post: Post) -> None:
    post.choose(KARIM, sms="oui")
    post.invite("2026-09-24T14:00:00+02:00", is_sms_off=True)
    assert to(post.at(paris(8, 10, 1))) == ["karim@lycee.example", FAMILY]
    assert to(post.at(paris(23, 14, 1))) == [FAMILY], "the reminder"
    assert post.sms.taken == []


def test_a_move_keeps_the_uid_and_a_cancel_takes_it_out(post: Post) -> None:
    post.invite("2026-09-24")
    (first, _) = post.at(paris(8, 10, 1))
    post.invite("2026-09-25")
    (moved, _) = post.at(paris(8, 10, 2))
    post.invite(None)
    (gone, _) = post.at(paris(8, 10, 3))
    assert [mail.subject.partition(" :")[0] for mail in (first, moved, gone)] == [
        "Rendez-vous", "Rendez-vous modifié", "Rendez-vous annulé",
    ]  # fmt: skip
    events = [_calendar(mail).vevent for mail in (first, moved, gone)]  # type: ignore[attr-defined]
    assert len({event.uid.value for event in events}) == 1
    assert [event.sequence.value for event in events] == ["0", "1", "2"]
    assert (gone.invitation_method, events[2].status.value) == ("CANCEL", "CANCELLED")


def test_the_same_rendez_vous_again_is_no_news(desk: Post) -> None:
    desk.invite("2026-09-24")
    desk.at(paris(8, 10, 1))
    desk.invite("2026-09-24")
    assert desk.at(paris(8, 10, 2)) == []


def test_who_is_invited_no_longer_hears_that_it_is_off(desk: Post) -> None:
    desk.invite("2026-09-24", people=(KARIM, CLAIRE), emails=())
    desk.at(paris(8, 10, 1))
    desk.invite("2026-09-25", people=(CLAIRE,), emails=())
    assert sorted((mail.recipient, mail.invitation_method) for mail in desk.at(paris(8, 10, 2))) == [
        ("claire@lycee.example", "REQUEST"), ("karim@lycee.example", "CANCEL"),
    ]  # fmt: skip


def test_the_pupil_is_reminded_once_the_working_day_before(post: Post) -> None:
    post.invite("2026-09-21")  # a Monday
    post.at(paris(8, 10, 1))
    assert post.at(paris(17, 18)) == []
    mails = post.at(paris(18, 8))
    assert to(mails) == [FAMILY]
    assert mails[0].subject == "Rappel de rendez-vous : Entretien de situation"
    assert len(post.sms.taken) == 2
    assert post.at(paris(21, 9)) == []


def test_a_cancelled_rendez_vous_is_not_reminded(desk: Post) -> None:
    desk.invite("2026-09-21")
    desk.invite(None)
    desk.at(paris(8, 10, 1))
    assert desk.at(paris(18, 8)) == []


def test_a_rendez_vous_that_was_never_announced_is_not_called_off(desk: Post) -> None:
    desk.invite(None)
    assert desk.at(paris(8, 10, 1)) == []


def test_a_change_for_tomorrow_morning_leaves_in_the_evening_and_one_for_later_does_not(desk: Post) -> None:
    desk.clock.set(paris(8, 20))
    desk.invite("2026-09-09T07:45:00+02:00", key="a")
    desk.invite("2026-09-24", key="b")
    assert {_calendar(mail).vevent.uid.value for mail in desk.at(paris(8, 20, 1))} == {  # type: ignore[attr-defined]
        "a@ambition-emploi"
    }
    assert len(desk.at(paris(9, 8))) == 2


def test_what_is_no_address_and_no_number_is_written_nothing(desk: Post) -> None:
    desk.invite("2026-09-24", people=(), emails=("inconnu",), phones=("12",))
    assert desk.at(paris(8, 10, 1)) == []
    assert desk.sms.taken == []


def test_who_wants_no_word_of_rendez_vous_gets_none(desk: Post) -> None:
    desk.choose(KARIM, rendez_vous="jamais")
    desk.invite("2026-09-24")
    assert to(desk.at(paris(8, 10, 1))) == [FAMILY]


def test_after_an_erasure_nothing_of_the_parcours_is_left(post: Post) -> None:
    from sqlalchemy import func, select

    from services.inbox.notifications import erasing
    from services.inbox.notifications.tables import appointment, mail, notice, told_task

    post.invite("2026-09-24")
    post.open(assignee=KARIM)
    post.at(paris(9, 8))
    with post.database.begin() as tx:
        erasing.erase(tx, [post.parcours_id])
        tables = (appointment, mail, notice, told_task)
        assert [tx.scalar(select(func.count()).select_from(table)) for table in tables] == [0, 0, 0, 0]
