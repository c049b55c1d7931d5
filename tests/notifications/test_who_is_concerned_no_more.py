"""What was to be told to somebody who has left, lost the role or stands in for nobody any more is not told."""

import pytest
from sqlalchemy import select

from services.inbox.demo import LYCEE_GARANCE, LYCEE_TROIS_PONTS
from services.inbox.notifications.tables import notice
from services.inbox.tables import membership
from tests.inbox.people import of
from tests.notifications.test_who_stands_in import absent
from tests.notifications.world import CLAIRE, EMAILS, HELENE, KARIM, Post, paris, to

MARTINE = of("Martine Gauthier")[0]
"""Of the lycée's office, who keeps its team and is no head."""


def now_has(post: Post, person_id: str, role: str | None, where: str = LYCEE_GARANCE) -> None:
    """The person's only role from now on; None: none anywhere."""
    with post.database.begin() as tx:
        tx.execute(membership.delete().where(membership.c.person_id == person_id))
        if role is not None:
            tx.execute(membership.insert().values(person_id=person_id, organisation_id=where, role=role))


ENDS = [(None, LYCEE_GARANCE), ("secretariat", LYCEE_GARANCE), ("referent", LYCEE_TROIS_PONTS)]


@pytest.mark.parametrize(("role", "where"), ENDS, ids=["left", "lost the role", "went to another lycée"])
def test_a_role_s_task_is_not_told_to_who_has_the_role_no_more(
    post: Post, role: str | None, where: str
) -> None:
    post.open()
    now_has(post, KARIM, role, where)
    assert to(post.at(paris(9, 8))) == [EMAILS[CLAIRE]]
    now_has(post, KARIM, "referent")
    assert post.at(paris(10, 8)) == [], "it is dropped, and not told after a return"
    with post.database.read() as look:
        assert set(look.scalars(select(notice.c.state).where(notice.c.person_id == KARIM))) == {"dropped"}


def test_a_task_of_any_role_is_told_as_long_as_one_is_of_the_organisation(desk: Post) -> None:
    desk.open(role=None)
    now_has(desk, KARIM, "secretariat")
    now_has(desk, CLAIRE, None)
    assert to(desk.at(paris(9, 8))) == [EMAILS[HELENE], EMAILS[KARIM]]


def test_nor_a_task_of_one_s_own_to_who_has_left_the_organisation(desk: Post) -> None:
    desk.open(assignee=KARIM)
    desk.open("Relire", assignee=CLAIRE)
    now_has(desk, KARIM, "referent", LYCEE_TROIS_PONTS)
    now_has(desk, CLAIRE, "secretariat")
    assert to(desk.at(paris(9, 8))) == [EMAILS[CLAIRE]], "who holds a task needs no role for it"


def test_a_role_s_task_is_told_to_who_stands_in_until_the_absence_has_ended(desk: Post) -> None:
    absent(desk, 8, 9)
    desk.open()
    assert EMAILS[HELENE] in to(desk.at(paris(9, 8)))
    desk.clock.set(paris(9, 12))
    desk.open("Relire")
    assert to(desk.at(paris(10, 8))) == [EMAILS[CLAIRE], EMAILS[KARIM]]


def test_a_late_task_is_not_told_to_who_answers_for_the_lycee_no_more(desk: Post) -> None:
    desk.choose(KARIM, tache="jamais", echeance="jamais")
    desk.open(assignee=KARIM, due="2026-09-18")
    desk.at(paris(19, 8))
    now_has(desk, HELENE, "secretariat")
    assert to(desk.at(paris(21, 8))) == [EMAILS[KARIM]]


def test_an_incident_is_told_to_those_only_who_are_still_there(desk: Post) -> None:
    desk.choose(KARIM, tache="jamais")
    desk.choose(CLAIRE, tache="jamais")
    desk.open()
    desk.news(has_incident=True)
    now_has(desk, CLAIRE, None)
    assert to(desk.at(paris(8, 10, 15))) == [EMAILS[KARIM]]


@pytest.mark.parametrize(
    ("by", "hears"), [(MARTINE, False), (HELENE, True), (KARIM, True)], ids=["office", "head", "absent"]
)
def test_who_stands_in_by_the_office_s_word_hears_of_no_head_s_tasks(
    post: Post, by: str, hears: bool
) -> None:
    """ADR 30: what a mandate gives is judged at this moment, and the absent may be a head by now."""
    absent(post, 8, 30, by=by, taker=CLAIRE)
    now_has(post, KARIM, "chef_etablissement")
    post.open("Décider", role="chef_etablissement")
    assert (EMAILS[CLAIRE] in to(post.at(paris(9, 8)))) == hears
