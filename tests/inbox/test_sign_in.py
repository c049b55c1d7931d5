"""Signing in and out: sessions, cookies, redirects."""

from datetime import timedelta

import pytest

from services.inbox.views.dev_login import DevLoginRefused
from tests.inbox.people import Visitor, of
from tests.support.inbox_world import World, inbox_app


def test_the_sign_in_page_lists_everybody_under_their_organisation(visitor: Visitor) -> None:
    page = visitor.get("/")
    assert page.status == 200
    assert page.title == "Connexion"
    assert len(page.page.xpath("//button[@name='person']")) >= 29
    assert "Mission Locale de l’Est lyonnais" in page.text
    assert "chef d’établissement" in page.text


def test_a_person_signs_in_and_sees_who_she_is(visitor: Visitor) -> None:
    page = visitor.sign_in("Hélène Vasseur")
    assert page.title == "Tâches"
    assert "Hélène Vasseur" in page.text
    assert "Lycée professionnel Louise-Garance" in page.text
