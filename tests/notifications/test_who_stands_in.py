"""Who stands in for somebody hears of that person's tasks between the two days, and not before or after."""

from datetime import date

import pytest
from sqlalchemy import Insert

from services.inbox.demo import LYCEE_GARANCE, LYCEE_TROIS_PONTS
from services.inbox.identity.people import signed_in
from services.inbox.tables import membership
from services.inbox.taking import links
from services.inbox.team import mandates
from services.inbox.team.acts import Act
from shared.ids import uuid7
from tests.notifications.world import HELENE, KARIM, Post, paris, task_news, to

ABSENT, STANDS_IN = "karim@lycee.example", "helene@lycee.example"


def absent(post: Post, first: int, last: int, *, by: str = KARIM, taker: str = HELENE) -> None:
    """Of Karim, said by ``by``."""
    with post.database.begin() as tx:
        who = signed_in(tx, by, LYCEE_GARANCE)
        assert who is not None
        days = date(2026, 9, first), date(2026, 9, last)
        wanted = mandates.Wanted("absence", KARIM, taker, *days)
        mandates.arrange(tx, who, wanted, date(2026, 9, 8), Act.of(who, post.clock.now(), uuid7))


@pytest.fixture
def of_two_schools(post: Post) -> Post:
    """Karim is a référent of two lycées; Hélène, of the first only, stands in for him in the first."""
    with post.database.begin() as tx:
        tx.execute(_member(KARIM))
    absent(post, 8, 30)
    return post


def _member(person_id: str) -> Insert:
    return membership.insert().values(person_id=person_id, organisation_id=LYCEE_TROIS_PONTS, role="referent")


def test_who_stands_in_hears_of_the_tasks_of_the_absent(post: Post) -> None:
    absent(post, 8, 10)
    post.open(assignee=KARIM)
    assert to(post.at(paris(9, 8))) == [STANDS_IN, ABSENT]
    post.clock.set(paris(11, 9))
    post.open("Relire", assignee=KARIM)
    assert to(post.at(paris(14, 8))) == [ABSENT]


def test_what_was_to_be_told_after_the_last_day_is_not(desk: Post) -> None:
    absent(desk, 8, 8)
    desk.open(assignee=KARIM)
    assert to(desk.at(paris(9, 8))) == [ABSENT]


def test_of_who_has_left_the_organisation_nobody_stands_in(desk: Post) -> None:
    absent(desk, 8, 10)
    with desk.database.begin() as tx:
        tx.execute(membership.delete().where(membership.c.person_id == KARIM))
    desk.open(assignee=KARIM)
    assert STANDS_IN not in to(desk.at(paris(9, 8)))


def test_who_stands_in_is_offered_no_link_that_takes_in_charge(desk: Post) -> None:
    """What is handed over to a role is taken by who has it; in the place of somebody, on the page."""
    absent(desk, 8, 10)
    desk.news(opened=(task_news(is_handover=True),))
    mails = {mail.recipient: mail.body for mail in desk.at(paris(9, 8))}
    assert links.PATH in mails[ABSENT]
    assert links.PATH not in mails[STANDS_IN]


def test_who_stands_in_at_one_lycee_is_told_nothing_of_another_s_tasks(of_two_schools: Post) -> None:
    post = of_two_schools
    given = post.open("Relire", organisation_id=LYCEE_TROIS_PONTS, role="secretariat")
    post.open("Décider", organisation_id=LYCEE_TROIS_PONTS, assignee=KARIM)
    post.open("Rappeler", organisation_id=LYCEE_TROIS_PONTS)
    post.news(held={given: KARIM})
    (letter,) = post.at(paris(9, 8))
    assert letter.recipient == ABSENT
    assert [name in letter.body for name in ("Relire", "Décider", "Rappeler")] == [True] * 3
    post.news(opened=(task_news("Trier", assignee=KARIM),))
    assert to(post.at(paris(10, 8))) == [STANDS_IN, ABSENT], "of the lycée where she stands in she is told"


def test_nor_of_what_is_moved_there_is_late_there_or_is_in_trouble_there(of_two_schools: Post) -> None:
    post, there = of_two_schools, {"organisation_id": LYCEE_TROIS_PONTS, "assignee": KARIM}
    post.open("Décider", due="2026-09-10", **there)
    post.news(moved=(task_news(id=post.open("Relire", organisation_id="autre"), **there),))
    post.news(has_incident=True)
    mails = post.at(paris(9, 8)) + post.at(paris(11, 8)) + post.at(paris(14, 8))
    assert {letter.recipient for letter in mails} == {ABSENT}
    assert "en retard" in mails[-1].subject


def test_what_the_absent_takes_at_one_lycee_is_no_news_of_who_stands_in_at_another(
    of_two_schools: Post,
) -> None:
    """Though she could have taken it as well."""
    with of_two_schools.database.begin() as tx:
        tx.execute(_member(HELENE))
    taken = of_two_schools.open(organisation_id=LYCEE_TROIS_PONTS)
    of_two_schools.news(held={taken: KARIM}, actor=KARIM)
    assert to(of_two_schools.at(paris(9, 8))) == [ABSENT]
