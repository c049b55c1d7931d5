"""Two requests of a family at one instant, on PostgreSQL: one signature, one word."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from services.embedded import PROCESS_SERVICES
from shared.identity import FamilyMember, TokenSigner
from shared.ids import uuid7
from tests.diagrams.scenarios import ADMITTED, PROJECT, RIGHTS
from tests.documents.world import Parcours
from tests.family.world import BORN_ON, told
from tests.support.databases import MakeDatabase
from tests.support.inbox_world import KEY

LINK = "0199a0f2-0000-7000-8000-00000000000a"


@pytest.fixture
def opened(make_postgresql_database: MakeDatabase) -> Iterator[Parcours]:
    facts = {"eleve_nom": "Moreau", "eleve_prenom": "Lina", "eleve_ne_le": BORN_ON}
    parcours = Parcours(make_postgresql_database, facts, date(2026, 9, 7))
    yield parcours.play(told((*ADMITTED, *RIGHTS, *PROJECT)))
    parcours.close()


def post_twice(opened: Parcours, path: str, body: Any = None) -> list[int]:
    return post_both(opened, path, [body, body])


def post_both(opened: Parcours, path: str, bodies: Sequence[Any]) -> list[int]:
    """The statuses of two requests side by side, smallest first."""
    member = FamilyMember(LINK, "Lina Moreau", opened.id, "eleve")
    token = TokenSigner({"k1": KEY}, opened.clock, uuid7).sign(member, "enrolment")
    headers = {"Authorization": f"Bearer {token}"}
    app = PROCESS_SERVICES["enrolment"].create_web(opened.services["enrolment"])
    with ThreadPoolExecutor(2) as pool:
        asked = [
            pool.submit(app.test_client().post, f"/famille/{path}", headers=headers, json=body)
            for body in bodies
        ]
        return sorted(each.result().status_code for each in asked)


def test_of_two_signatures_and_two_words_at_once_one_is_kept(opened: Parcours) -> None:
    projet = opened.document("enrolment", "projet")["id"]
    assert post_twice(opened, f"documents/{projet}/pdf", {"names": {}}) == [200, 200]
    assert post_twice(opened, f"documents/{projet}/signature") == [201, 409]
    assert len(opened.document("enrolment", "projet")["signatures"]) == 1
    both = [{"what": "trouve", "text": "Un contrat"}, {"what": "arret", "text": "Un contrat"}]
    assert post_both(opened, "mot", both) == [201, 409]
    words = {each["id"] for each in opened.tasks("enrolment") if each["element_id"] == "repondre_referent"}
    assert len(words) == 1


def test_the_same_word_twice_at_once_is_one_word_and_both_are_told_that_it_came(opened: Parcours) -> None:
    assert post_twice(opened, "mot", {"what": "trouve", "text": "Un contrat"}) == [201, 201]
    words = {each["id"] for each in opened.tasks("enrolment") if each["element_id"] == "repondre_referent"}
    assert len(words) == 1
