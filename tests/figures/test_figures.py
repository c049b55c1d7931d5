"""Figures are counted from milestones and tasks, told to whom they concern, and small ones to nobody else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import TestResponse

from services.enrolment import app
from shared.clock import SystemClock
from shared.database.migrate import upgrade
from shared.identity import Actor, TokenSigner, new_private_key, public_key
from shared.ids import uuid7
from shared.process.figures.small_counts import suppressed
from shared.process.tables import jalon, party
from shared.settings import ServiceSettings
from shared.tasks import NewTask, close_task, open_tasks
from tests.support.databases import MakeDatabase

LYCEE, OTHER, FAR = "0690043X", "0690048C", "0750671C"
ML, OTHER_ML = "ml-lyon-centre", "ml-lyon-est"
CAMPAGNE = "2025-2026"
NOW = datetime(2025, 10, 6, 9, tzinfo=UTC)
HEAD = Actor("p1", "Hélène Vasseur", LYCEE, "lycee", frozenset({"chef_etablissement"}))
DIRECTOR = Actor("p2", "Anne Delorme", ML, "mission_locale", frozenset({"directeur_ml"}))
RECTORAT = Actor("p3", "Irène Salles", "Lyon", "academie", frozenset({"rectorat"}))
PARIS = Actor("p4", "Paul Roy", "Paris", "academie", frozenset({"rectorat"}))
ANALYST = Actor("p5", "Florence Weber", "plateforme", "system", frozenset({"analyst"}))
DPO = Actor("p6", "Agathe Colin", "plateforme", "system", frozenset({"dpo"}))


class House:
    def __init__(self, make_database: MakeDatabase) -> None:
        private = new_private_key()
        self._signer = TokenSigner({"k": private}, SystemClock(), uuid7)
        settings = ServiceSettings("test", make_database(app.TABLES).url, "", {"k": public_key(private)})
        self.service = app.build(settings)
        upgrade(self.service.database, app.TABLES)
        self._client: FlaskClient = app.create_web(self.service).test_client()

    def parcours(
        self,
        reached: dict[str, str | None],
        lycee: str = LYCEE,
        ml: str | None = ML,
        campagne: str = CAMPAGNE,
    ) -> str:
        """A parcours that was opened, and reached these milestones."""
        parcours_id = uuid7()
        with self.service.database.begin() as tx:
            for name, value in ({"ouvert": campagne} | reached).items():
                tx.execute(insert(jalon).values(
                    id=uuid7(), parcours_id=parcours_id, name=name, at=NOW, process_id="enrolment",
                    element_id=name, value=value,
                ))  # fmt: skip
            for kind, organisation in (("lycee", lycee), ("mission_locale", ml)):
                if organisation:
                    tx.execute(insert(party).values(
                        parcours_id=parcours_id, organisation=organisation, organisation_kind=kind, since=NOW
                    ))  # fmt: skip
        return parcours_id

    def again(self, parcours_id: str, name: str, value: str) -> None:
        with self.service.database.begin() as tx:
            tx.execute(insert(jalon).values(
                id=uuid7(), parcours_id=parcours_id, name=name, at=NOW, process_id="enrolment", element_id=name,
                value=value,
            ))  # fmt: skip

    def done_task(self, parcours_id: str, days: int, due_in: int) -> None:
        due = NOW + timedelta(days=due_in)
        task = NewTask(
            uuid7(), uuid7(), parcours_id, "enrolment", "etablir_fiche", "Établir la fiche", "Zoé Durand", "lycee",
            LYCEE, NOW, due_at=due,
        )  # fmt: skip
        with self.service.database.begin() as tx:
            open_tasks(tx, [task])
            close_task(tx, task.id, status="completed", actor=HEAD, at=NOW + timedelta(days=days))

    def ask(self, path: str, actor: Actor) -> TestResponse:
        token = self._signer.sign(actor, "enrolment")
        return self._client.get(f"/figures/{path}", headers={"Authorization": f"Bearer {token}"})

    def funnel(self, actor: Actor, group: str, campagne: str = CAMPAGNE) -> dict[str, Any]:
        return dict(self.ask(f"parcours?campagne={campagne}&group={group}", actor).get_json())


@pytest.fixture
def house(make_database: MakeDatabase) -> Iterator[House]:
    made = House(make_database)
    yield made
    made.service.database.dispose()


def _some(found: dict[str, Any], **counts: int | None) -> bool:
    return {name: found[name] for name in counts} == counts


def test_a_lycee_reads_how_far_its_pupils_came(house: House) -> None:
    house.parcours({}, ml=None)
    house.parcours({"joint": "non"}, ml=None)
    house.parcours({"joint": "oui", "eligible": None, "entree": None})
    house.parcours(
        {"joint": "oui", "eligible": None, "entree": None, "projet_signe": None, "sortie": "emploi"}
    )
    total = house.funnel(HEAD, "mission_locale")["total"]
    assert _some(total, reperes=4, joints=3, volontaires=2, eligibles=2, entres=2, sortis=1, avec_solution=1)
    assert _some(total, en_cours=1, sortie_emploi=1, sortie_abandon=0)


def test_a_parcours_counts_once_by_what_it_said_last(house: House) -> None:
    parcours_id = house.parcours({"joint": "oui"})
    house.again(parcours_id, "joint", "non")
    assert _some(house.funnel(HEAD, "mission_locale")["total"], joints=1, volontaires=0)


def test_each_organisation_has_only_its_own_counted(house: House) -> None:
    house.parcours({"joint": "oui"})
    house.parcours({"joint": "oui"}, lycee=OTHER)
    house.parcours({"joint": "oui"}, lycee=OTHER, ml=OTHER_ML)
    assert house.funnel(HEAD, "mission_locale")["total"]["joints"] == 1
    assert house.funnel(DIRECTOR, "lycee")["rows"].keys() == {LYCEE, OTHER}
    assert house.funnel(DIRECTOR, "lycee")["total"]["joints"] == 2


def test_another_campagne_is_counted_apart(house: House) -> None:
    house.parcours({}, campagne="2024-2025")
    assert house.funnel(HEAD, "mission_locale")["rows"] == {}
    assert house.funnel(HEAD, "mission_locale", "2024-2025")["total"]["reperes"] == 1


def test_a_rectorat_reads_its_academie_without_small_counts(house: House) -> None:
    for _ in range(7):
        house.parcours({"joint": "oui"})
    for _ in range(6):
        house.parcours({"joint": "oui"}, lycee=OTHER)
    house.parcours({"sortie": "abandon"}, lycee=OTHER)
    house.parcours({}, lycee=FAR)
    found = house.funnel(RECTORAT, "lycee")
    assert _some(found["rows"][LYCEE], reperes=7, joints=7)
    assert _some(found["total"], reperes=14, sortie_abandon=None, sortie_emploi=0)
    assert FAR not in found["rows"]
    assert house.funnel(PARIS, "lycee")["total"]["reperes"] is None


def test_one_hidden_count_hides_the_next_so_that_the_total_tells_nothing(house: House) -> None:
    for lycee, count in ((LYCEE, 3), (OTHER, 6), ("0690002C", 9)):
        for _ in range(count):
            house.parcours({"joint": "oui"}, lycee=lycee)
    found = house.funnel(RECTORAT, "lycee")
    told = {lycee: counts["joints"] for lycee, counts in found["rows"].items()}
    assert told == {LYCEE: None, OTHER: None, "0690002C": 9}
    assert found["total"]["joints"] == 18


def test_the_platform_reads_all_academies(house: House) -> None:
    for _ in range(5):
        house.parcours({})
        house.parcours({}, lycee=FAR)
    assert _some(house.funnel(ANALYST, "academie")["rows"]["Paris"], reperes=5)


def test_who_has_nothing_counted_is_refused(house: House) -> None:
    assert house.ask(f"parcours?campagne={CAMPAGNE}&group=lycee", DPO).status_code == 403
    assert house.ask(f"waiting?campagne={CAMPAGNE}", DPO).status_code == 403


@pytest.mark.parametrize("query", ["parcours?group=lycee", f"parcours?campagne={CAMPAGNE}&group=eleve",
                                   f"parcours?campagne={CAMPAGNE}&group=academie", "waiting?campagne=hier",
                                   f"waiting?campagne={CAMPAGNE}&trie=oui"])  # fmt: skip
def test_a_question_that_cannot_be_answered_is_refused(house: House, query: str) -> None:
    assert house.ask(query, HEAD).status_code == 422


def test_how_long_tasks_waited_is_told_by_task(house: House) -> None:
    parcours_id = house.parcours({})
    house.done_task(parcours_id, days=2, due_in=5)
    house.done_task(parcours_id, days=6, due_in=5)
    (item,) = house.ask(f"waiting?campagne={CAMPAGNE}", HEAD).get_json()["items"]
    assert _some(item, name="Établir la fiche", done=2, days=4.0, late=1)  # type: ignore[arg-type]
    (hidden,) = house.ask(f"waiting?campagne={CAMPAGNE}", RECTORAT).get_json()["items"]
    assert _some(hidden, done=None, days=None, late=None)


def test_a_hidden_count_cannot_be_taken_from_what_it_is_part_of(house: House) -> None:
    """Nine have left, of whom one abandoned: the eight others are not told apart either."""
    for issue, count in (("emploi", 8), ("abandon", 1)):
        for _ in range(count):
            house.parcours({"entree": None, "sortie": issue})
    found = house.funnel(RECTORAT, "lycee")
    assert _some(found["total"], sortis=9, sortie_abandon=None, sortie_emploi=None, avec_solution=None)


def test_hidden_counts_that_are_few_together_hide_one_more() -> None:
    rows = {"a": {"n": 1}, "b": {"n": 1}, "c": {"n": 9}, "d": {"n": 20}}
    told, total = suppressed(rows, {"n": 31})
    assert ([row["n"] for row in told.values()], total) == ([None, None, None, 20], {"n": 31})
