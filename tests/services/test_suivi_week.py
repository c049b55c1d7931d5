"""The week of a pupil over HTTP: for those who have a part in the parcours, from the signed plan."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.accompaniment import app, handlers
from shared.clock import FixedClock
from shared.identity import Actor, TokenSigner, new_private_key, public_key
from shared.ids import uuid7
from shared.messaging.envelope import Envelope
from shared.process import definitions
from shared.settings import ServiceSettings
from tests.support.databases import MakeDatabase

PARCOURS = "0199a0f2-0000-7000-8000-000000000001"
CONSEILLER = Actor("c-1", "Samira", "ml-lyon-centre", "mission_locale", frozenset({"conseiller"}))
STRANGER = Actor("c-2", "Ali", "ml-lyon-est", "mission_locale", frozenset({"conseiller"}))
SOLUTION = {
    "id": "s1", "nature": "mlds", "libelle": "MLDS", "suivi": "formation", "cadre": None, "structure": "GRETA",
    "du": {"$d": "2026-09-14"}, "au": {"$d": "2026-09-18"}, "motif": "Utile.",
}  # fmt: skip


class Suivi:
    def __init__(self, make_database: MakeDatabase) -> None:
        private, clock = new_private_key(), FixedClock(datetime(2026, 9, 10, 8, tzinfo=UTC))
        self.signer, self.clock = TokenSigner({"k": private}, clock, uuid7), clock
        database = make_database(app.TABLES)
        settings = ServiceSettings("test", database.url, "", {"k": public_key(private)})
        self.service = app.build(settings, clock)
        built = self.service
        definitions.register(
            built.database, built.catalog, built.vocabulary, frozenset(built.handlers), built.clock,
            built.workflows,
        )  # fmt: skip
        self.client = app.create_web(built).test_client()

    def take_over(self) -> None:
        data = {
            "eleve_nom": "Moreau", "eleve_prenom": "Lina", "eleve_ne_le": "2008-05-04", "lycee": "0690043X",
            "mission_locale": CONSEILLER.organisation_id, "referent": "r-1", "conseiller": CONSEILLER.person_id,
            "campagne": "2026-2027", "entree_le": "2026-09-10", "fin_de_statut_le": "2027-01-09", "plan": [SOLUTION],
        }  # fmt: skip
        with self.service.database.begin() as tx:
            known = self.service.catalog.active(tx, "accompaniment").start_messages[
                "enrolment.parcours_confie.v1"
            ]
            body = {field.name: data.get(field.name) for field in known.fields}
            message = Envelope(
                id=uuid7(),
                type=known.name,
                source="enrolment",
                subject=PARCOURS,
                time=self.clock.now(),
                data=body,
            )
            handlers.take_over_parcours(tx, message, self.service.processes)

    def week(self, actor: Actor, query: str = "") -> Any:
        return self.get(actor, f"week{query}")

    def get(self, actor: Actor, what: str) -> Any:
        token = self.signer.sign(actor, "accompaniment")
        headers = {"Authorization": f"Bearer {token}"}
        return self.client.get(f"/parcours/{PARCOURS}/{what}", headers=headers)


@pytest.fixture
def suivi(make_database: MakeDatabase) -> Iterator[Suivi]:
    built = Suivi(make_database)
    built.take_over()
    yield built
    built.service.database.dispose()


def test_who_has_a_part_reads_who_hosts_on_each_day_of_a_week(suivi: Suivi) -> None:
    days = suivi.week(CONSEILLER, "?day=2026-09-16").get_json()["days"]
    assert [day["hosts"] for day in days] == [["lycee"]] * 5 + [["repos"]] * 2
    assert days[0]["day"] == "2026-09-14"
    assert days[0]["solutions"] == [{"label": "MLDS", "place": "GRETA"}]
    this_one = suivi.week(CONSEILLER).get_json()["days"]
    assert (this_one[0]["day"], this_one[0]["hosts"]) == ("2026-09-10", ["libre"])


def test_a_stranger_finds_no_week_and_a_wrong_day_is_refused(suivi: Suivi) -> None:
    """R38."""
    assert suivi.week(STRANGER).status_code == 404
    assert suivi.week(CONSEILLER, "?day=demain").status_code == 422


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-27", "0001-01-01"])
def test_a_day_that_no_week_of_a_pupil_has_is_refused(suivi: Suivi, day: str) -> None:
    answer = suivi.week(CONSEILLER, f"?day={day}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"]["day"] == [
        "La semaine se lit pour un jour du 01/01/2000 au 31/12/2099."
    ]


def test_the_plan_is_told_at_a_glance_to_those_who_have_a_part(suivi: Suivi) -> None:
    told = suivi.get(CONSEILLER, "plan").get_json()
    assert (told["begins_on"], told["ends_on"]) == ("2026-09-10", "2027-01-09")
    assert told["gauge"] == {"allowed": 81, "planned": 0, "done": 0, "remaining": 81}
    assert told["solutions"] == [
        {
            "label": "MLDS",
            "place": "GRETA",
            "first_on": "2026-09-14",
            "last_on": "2026-09-18",
            "company": False,
        }
    ]
    assert len(told["days"]) == 122
    assert told["days"][4] == {"day": "2026-09-14", "hosts": ["lycee"]}
    assert suivi.get(STRANGER, "plan").status_code == 404
