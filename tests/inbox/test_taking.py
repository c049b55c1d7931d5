"""Taking charge from an e-mail: one person, one task, one time, and never by a GET."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from services.inbox.codes import hash_of
from services.inbox.notifications import erasing
from services.inbox.notifications.tables import mail
from services.inbox.tables import person
from services.inbox.taking.links import LIFETIME
from services.inbox.taking.tables import taking_link
from shared.ids import uuid7
from shared.tasks.tables import task
from tests.inbox.people import Visitor
from tests.notifications.world import KARIM, Post, task_news
from tests.support.browser import violations
from tests.support.by_keyboard import tab_to
from tests.support.inbox_world import World
from tests.support.served import served

LYCEE = ("lycee", "0690043X")
NAME = "Répondre à la demande de transfert"
LINK = re.compile(r"https://ambition\.example(/prise-en-charge/\S+)")
GONE = "Ce lien ne s’ouvre pas"


class HandOver:
    """A parcours that comes to the lycée, whose référents are told by e-mail."""

    def __init__(self, world: World) -> None:
        self.world, self.parcours_id = world, uuid7()
        self.task_id = world.enrolment.open_task(NAME, LYCEE, role="referent", parcours_id=self.parcours_id)
        self.post = Post(world.database, now=world.clock.now())
        news = task_news(NAME, id=self.task_id, is_handover=True)
        self.post.news(opened=(news,), parcours_id=self.parcours_id)
        self.mails = {mail.recipient: mail for mail in self.post.at(world.clock.now() + timedelta(hours=1))}

    def link(self, recipient: str = "karim@lycee.example") -> str:
        found = LINK.search(self.mails[recipient].body)
        assert found is not None, self.mails[recipient].body
        return found[1]

    def holder(self) -> str | None:
        with self.world.enrolment.database.read() as look:
            found: str | None = look.execute(
                select(task.c.assignee).where(task.c.id == self.task_id)
            ).scalar_one()
            return found

    def anybody(self) -> Visitor:
        """A browser that nobody has signed in from."""
        return Visitor(self.world.app.test_client())


@pytest.fixture
def handed(world: World) -> HandOver:
    return HandOver(world)


def test_the_link_of_an_email_takes_the_task_in_its_person_s_name(handed: HandOver) -> None:
    visitor = handed.anybody().get(handed.link())
    assert "Karim Benali, Lycée professionnel Louise-Garance" in visitor.text
    assert f"{NAME}, Lina" in visitor.text
    visitor.send(0)
    assert visitor.text_of("//*[@role='status']") == "C’est fait : la tâche est à votre nom, Karim Benali."
    assert handed.holder() == KARIM


def test_opening_the_link_takes_nothing(handed: HandOver) -> None:
    for _ in range(3):
        assert handed.anybody().get(handed.link()).status == 200
        assert handed.anybody().client.head(handed.link()).status_code == 200
    assert handed.holder() is None


def test_a_link_that_was_used_says_so(handed: HandOver) -> None:
    visitor = handed.anybody().get(handed.link()).send(0)
    again = visitor.post(handed.link())
    assert (again.status, "Ce lien a déjà servi, le 7 septembre 2026" in again.text) == (409, True)
    assert "Ce lien a déjà servi" in handed.anybody().get(handed.link()).text
    assert handed.anybody().get(handed.link()).page.xpath("//form") == []


def test_who_comes_after_a_colleague_is_told(handed: HandOver) -> None:
    handed.anybody().get(handed.link()).send(0)
    claire = handed.anybody().get(handed.link("claire@lycee.example")).send(0)
    assert (claire.status, claire.title) == (409, "La tâche n’a pas été prise")
    assert handed.holder() == KARIM


def test_each_person_has_a_link_of_her_own(handed: HandOver) -> None:
    assert handed.link() != handed.link("claire@lycee.example")
    assert "Claire Fontaine" in handed.anybody().get(handed.link("claire@lycee.example")).text


def test_unknown_expired_and_somebody_else_s_are_one_answer(handed: HandOver) -> None:
    answers = [handed.anybody().get("/prise-en-charge/k7m2"), handed.anybody().post("/prise-en-charge/k7m2")]
    claire = handed.anybody().sign_in("Claire Fontaine")
    answers += [claire.get(handed.link()), claire.post(handed.link())]
    handed.world.clock.advance(LIFETIME + timedelta(hours=1))
    answers += [handed.anybody().get(handed.link()), handed.anybody().post(handed.link())]
    assert {(each.status, each.title) for each in answers} == {(404, GONE)}
    assert handed.holder() is None


def test_who_has_left_takes_nothing(handed: HandOver) -> None:
    with handed.world.database.begin() as tx:
        tx.execute(update(person).where(person.c.id == KARIM).values(is_active=False))
    assert handed.anybody().post(handed.link()).title == GONE
    assert handed.holder() is None


def test_who_is_signed_in_takes_it_by_her_own_link_too(handed: HandOver) -> None:
    karim = handed.anybody().sign_in("Karim Benali").get(handed.link())
    karim.send(0)
    assert handed.holder() == KARIM


def test_the_page_keeps_its_address_to_itself(handed: HandOver) -> None:
    headers = handed.anybody().get(handed.link()).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


def test_only_a_hash_is_kept_and_not_for_long(handed: HandOver) -> None:
    code, hashed = handed.link().rpartition("/")[2], hash_of(handed.link().rpartition("/")[2])

    def kept() -> str:
        with handed.world.database.read() as look:
            return f"{look.execute(select(taking_link)).all()} {look.execute(select(mail)).all()}"

    assert code not in kept()
    assert hashed in kept()
    handed.post.clock.advance(LIFETIME)
    handed.post.worker.forget()
    assert hashed not in kept()


def test_r40_an_erasure_takes_the_links_along(handed: HandOver) -> None:
    with handed.world.database.begin() as tx:
        erasing.erase(tx, [handed.parcours_id])
    assert handed.anybody().get(handed.link()).title == GONE


def test_a_task_that_is_somebody_s_already_has_no_link(world: World) -> None:
    post = Post(world.database, now=world.clock.now())
    post.open("Répondre", assignee=KARIM, is_handover=True)
    (letter,) = post.at(world.clock.now() + timedelta(hours=1))
    assert "prise-en-charge" not in letter.body
    assert "Répondre" in letter.body


def test_the_button_is_reached_by_keyboard_and_no_page_has_a_fault_for_axe(
    handed: HandOver, page_without_javascript: Page, page: Page
) -> None:
    with served(handed.world.app) as address:
        page.goto(address + handed.link())
        assert violations(page) == []
        other = page_without_javascript
        other.goto(address + handed.link())
        tab_to(other, "Prendre en charge")
        other.keyboard.press("Enter")
        expect(other.get_by_role("status")).to_have_text(
            "C’est fait : la tâche est à votre nom, Karim Benali."
        )
        page.get_by_role("button", name="Prendre en charge").click()
        expect(page.get_by_role("status")).to_contain_text("Ce lien a déjà servi")
        assert violations(page) == []
        page.goto(address + handed.link("claire@lycee.example"))
        page.get_by_role("button", name="Prendre en charge").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("La tâche n’a pas été prise")
        assert violations(page) == []
    assert handed.holder() == KARIM
