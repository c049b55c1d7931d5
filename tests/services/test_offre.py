"""The local offer over HTTP: kept by its Mission Locale, read by the lycées, refused with what is allowed."""

import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from services import demonstration
from services.accompaniment import app
from services.accompaniment.offre import store
from services.accompaniment.offre.tables import offer, seat
from shared.clock import FixedClock
from shared.identity import Actor, TokenSigner, new_private_key, public_key
from shared.ids import uuid7
from shared.parcours.offer import KINDS
from shared.parcours.pfmp import FRAMES
from shared.process.service import ProcessService
from shared.settings import ServiceSettings
from tests.inbox.conftest import MONDAY
from tests.support.databases import SqliteCopies

KEEPER = Actor("c-1", "Samira", "ml-lyon-centre", "mission_locale", frozenset({"conseiller"}))
RESPONSIBLE = Actor("c-9", "Marc", "ml-lyon-centre", "mission_locale", frozenset({"responsable_ml"}))
DIRECTOR = Actor("c-8", "Anne", "ml-lyon-centre", "mission_locale", frozenset({"directeur_ml"}))
STRANGER = Actor("c-2", "Ali", "ml-lyon-est", "mission_locale", frozenset({"conseiller"}))
REFERENT = Actor("r-1", "Karim", "0690043X", "lycee", frozenset({"referent"}))
FRANCE_TRAVAIL = Actor("f-1", "Laure", "ft-lyon", "france_travail", frozenset({"conseiller_ft"}))
TERMS: dict[str, Any] = {
    "kind": "tre", "title": "Trouver un employeur", "partner": "Atelier du Rhône",
    "contact": "Paul Petit, 04 72 00 00 00", "place": "Lyon",
    "first_on": "2026-10-05", "last_on": "2026-10-30", "seats": 2, "is_psad": True,
    "minimum_age": 16, "conditions": "Apporter un CV.",
}  # fmt: skip


class Offers:
    """Accompaniment's HTTP door. ``service``: to look at what is stored."""

    def __init__(self, service: ProcessService, client: Any, signer: TokenSigner) -> None:
        self.service, self._client, self._signer = service, client, signer

    def ask(
        self, actor: Actor, method: str, path: str = "", body: Any = None, version: int | None = None, *,
        root: str = "/offers", key: str | None = None,
    ) -> Any:  # fmt: skip
        headers = {"Authorization": f"Bearer {self._signer.sign(actor, 'accompaniment')}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if key is not None:
            headers["Idempotency-Key"] = key
        return self._client.open(f"{root}{path}", method=method, json=body, headers=headers)

    def bring(self, actor: Actor, content: str | bytes | None) -> Any:
        headers = {"Authorization": f"Bearer {self._signer.sign(actor, 'accompaniment')}"}
        raw = content.encode() if isinstance(content, str) else content
        data = {} if raw is None else {"file": (io.BytesIO(raw), "offres.csv")}
        return self._client.post(
            "/offers/import", headers=headers, data=data, content_type="multipart/form-data"
        )

    def add(self, actor: Actor = KEEPER, **changed: Any) -> Any:
        return self.ask(actor, "POST", body=TERMS | changed)

    def listed(self, actor: Actor = KEEPER, query: str = "") -> Any:
        return self.ask(actor, "GET", query).get_json()


def offers_of(url: str, now: datetime = MONDAY) -> Offers:
    private, clock = new_private_key(), FixedClock(now)
    service = app.build(ServiceSettings("test", url, "", {"k": public_key(private)}), clock)
    client = app.create_web(service).test_client()
    return Offers(service, client, TokenSigner({"k": private}, clock, uuid7))


def forget(service: ProcessService) -> None:
    """What one test has kept is not there for the next one."""
    with service.database.begin() as tx:
        for table in (seat, offer):
            tx.execute(table.delete())


@pytest.fixture(scope="module")
def kept(sqlite_copies: SqliteCopies) -> Iterator[Offers]:
    built = offers_of(sqlite_copies.url(app.TABLES))
    yield built
    built.service.database.dispose()


@pytest.fixture
def offers(kept: Offers) -> Offers:
    forget(kept.service)
    return kept


def said(answer: Any) -> str:
    body = answer.get_json()
    return " ".join(text for texts in (body.get("errors") or {}).values() for text in texts) or body["detail"]


def test_an_offer_is_added_changed_and_closed_by_who_keeps_it(offers: Offers) -> None:
    made = offers.add().get_json()
    assert (made["version"], made["seats_left"], made["is_open"]) == (1, 2, True)
    path = f"/{made['id']}"
    changed = offers.ask(RESPONSIBLE, "PUT", path, TERMS | {"seats": 5}, version=1).get_json()
    assert (changed["version"], changed["seats_left"]) == (2, 5)
    closed = offers.ask(KEEPER, "POST", f"{path}/close", version=2).get_json()
    assert not closed["is_open"]
    listed = offers.listed()
    assert (listed["items"], [each["title"] for each in listed["past"]]) == ([], ["Trouver un employeur"])


def test_the_same_offer_sent_twice_is_one(offers: Offers) -> None:
    key = uuid7()
    first, again = offers.add(id=key), offers.add(id=key)
    assert [first.status_code, again.status_code] == [201, 201]
    assert first.get_json() == again.get_json()
    assert len(offers.listed()["items"]) == 1
    assert offers.ask(STRANGER, "POST", body=TERMS | {"id": key}).status_code == 404
    other = offers.add()
    assert (other.status_code, "déjà cet intitulé" in said(other)) == (409, True)


def test_the_same_offer_sent_twice_at_one_instant_is_one(
    offers: Offers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second did not see the first when it looked."""
    key = uuid7()
    first = offers.add(id=key)
    one, looks = store.one, iter((True,))
    monkeypatch.setattr(store, "one", lambda tx, id_: None if next(looks, False) else one(tx, id_))
    monkeypatch.setattr(store, "same", lambda *_: None)
    again = offers.add(id=key)
    assert (again.status_code, again.get_json()) == (201, first.get_json())


def test_an_offer_is_not_changed_into_another_one(offers: Offers) -> None:
    offers.add()
    other = offers.add(title="Rédiger un CV").get_json()
    path = f"/{other['id']}"
    changed = offers.ask(KEEPER, "PUT", path, TERMS, version=1)
    assert (changed.status_code, "déjà cet intitulé" in said(changed)) == (409, True)
    assert offers.ask(KEEPER, "PUT", path, TERMS | {"partner": "Autre"}, version=1).status_code == 200


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"kind": "cuisine"}, "mobilisation, tre"),
    ({"title": " "}, "1 et 150"),
    ({"partner": None}, "obligatoire"),
    ({"last_on": "2026-10-04"}, "05/10/2026"),
    ({"first_on": "2026-08-31", "last_on": "2026-09-04"}, "07/09/2026"),
    ({"first_on": "2026-02-29"}, "date"),
    ({"seats": 0}, "1 à 500"),
    ({"seats": "dix"}, "nombre entier"),
    ({"kind": "entreprise"}, "pfmp, stage, immersion"),
    ({"frame": "pfmp"}, "laissez-le vide"),
    ({"kind": "entreprise", "frame": "apprentissage"}, "clause_sociale"),
    ({"minimum_age": 12}, "14 à 25"),
    ({"is_psad": "oui"}, "true ou false"),
    ({"id": "42"}, "UUID"),
    ({"prix": 3}, "inconnu"),
)


def test_an_offer_that_is_wrong_is_refused_with_what_is_allowed(offers: Offers) -> None:
    refused = [offers.add(**wrong) for wrong, _ in WRONG]
    assert {each.status_code for each in refused} == {422}
    told = [(why, said(each)) for each, (_, why) in zip(refused, WRONG, strict=True)]
    assert [(why, text) for why, text in told if why not in text] == []
    assert offers.listed()["items"] == []


def test_an_offer_changes_in_the_version_that_was_read_and_not_once_closed(offers: Offers) -> None:
    path = f"/{offers.add().get_json()['id']}"
    assert offers.ask(KEEPER, "PUT", path, TERMS).status_code == 428
    assert offers.ask(KEEPER, "PUT", path, TERMS | {"seats": 3}, version=1).status_code == 200
    late = offers.ask(RESPONSIBLE, "PUT", path, TERMS | {"seats": 4}, version=1)
    assert (late.status_code, "Quelqu’un d’autre" in said(late)) == (412, True)
    assert offers.ask(KEEPER, "POST", f"{path}/close", version=1).status_code == 412
    offers.ask(KEEPER, "POST", f"{path}/close", version=2)
    closed = offers.ask(KEEPER, "PUT", path, TERMS, version=3)
    assert (closed.status_code, "close" in said(closed)) == (409, True)


def test_an_offer_is_its_mission_locale_s_and_no_other_s(offers: Offers) -> None:
    path = f"/{offers.add().get_json()['id']}"
    assert offers.listed(STRANGER)["items"] == []
    for method, to, version in (("GET", path, None), ("PUT", path, 1), ("POST", f"{path}/close", 1)):
        body = TERMS if method == "PUT" else None
        assert offers.ask(STRANGER, method, to, body, version).status_code == 404
        writers = () if method == "GET" else (REFERENT,)
        for nobody in (DIRECTOR, *writers, FRANCE_TRAVAIL):
            assert offers.ask(nobody, method, to, body, version).status_code == 403
    assert offers.ask(STRANGER, "GET", "?mission_locale=ml-lyon-centre").status_code == 404
    assert offers.ask(FRANCE_TRAVAIL, "GET", "?mission_locale=ml-lyon-centre").status_code == 403
    assert offers.add(REFERENT).status_code == 403


def test_a_lycee_reads_what_may_be_chosen_without_the_contact(offers: Offers) -> None:
    offers.add()
    closed = offers.add(title="Autre").get_json()
    offers.ask(KEEPER, "POST", f"/{closed['id']}/close", version=1)
    read = offers.listed(REFERENT, "?mission_locale=ml-lyon-centre")
    assert [each["title"] for each in read["items"]] == ["Trouver un employeur"]
    assert read["past"] == []
    assert "contact" not in read["items"][0]
    assert offers.ask(REFERENT, "GET").status_code == 422
    for each in (closed, read["items"][0]):
        one = offers.ask(REFERENT, "GET", f"/{each['id']}")
        told = one.get_json()
        assert (one.status_code, told["title"], "contact" in told) == (200, each["title"], False)
    assert offers.ask(REFERENT, "GET", f"/{uuid7()}").status_code == 404


def test_a_file_of_offers_is_brought_by_who_keeps_the_offer(offers: Offers) -> None:
    row = "tre;Trouver un employeur;Atelier du Rhône;Lyon;5/10/2026;30/10/2026;2\n"
    head = "nature;intitule;partenaire;lieu;du;au;places\n"
    assert offers.bring(KEEPER, head + row).get_json()["created"] == 1
    assert offers.bring(REFERENT, head + row).status_code == 403
    assert said(offers.bring(KEEPER, None)) == "Choisissez un fichier."
    for content, why in (
        (head + row * 400, "plus de 300 lignes"),
        (head + "tre;Trouver\n", ""),
        (head.replace("lieu", "nature") + row, "Il manque"),
        (head.replace("\n", ";nature\n") + row, "en double"),
        (b"nature;intitule\x81", "UTF-8"),
    ):
        answer = offers.bring(KEEPER, content)
        assert (
            (answer.status_code, why in said(answer)) == (422, True) if why else answer.get_json()["refused"]
        )


def test_a_number_of_thousands_of_digits_is_refused_in_its_row_alone(offers: Offers) -> None:
    head = "nature;intitule;partenaire;lieu;du;au;places\n"
    row = "tre;{};Rhône;Lyon;5/10/2026;30/10/2026;{}\n"
    answer = offers.bring(KEEPER, head + row.format("Atelier 1", "9" * 5000) + row.format("Atelier 2", "2"))
    assert (answer.status_code, answer.get_json()["created"]) == (200, 1)
    assert "places" in str(answer.get_json()["refused"])


def test_a_list_that_is_full_is_refused_one_more(offers: Offers) -> None:
    rows = "".join(f"tre;Atelier {number};Rhône;Lyon;5/10/2026;30/10/2026;2\n" for number in range(300))
    offers.bring(KEEPER, "nature;intitule;partenaire;lieu;du;au;places\n" + rows)
    assert len(offers.listed()["items"]) == 300
    assert "a déjà 300 offres ouvertes" in said(offers.add())
    assert offers.add(STRANGER).status_code == 201


def test_the_kinds_and_frames_of_offers_are_those_of_plans() -> None:
    form = json.loads(Path("workflows/enrolment/forms/composer_plan.form").read_text())
    groups = [part for part in form["components"] if part["type"] == "group"]
    options = {
        part["key"]: tuple(each["value"] for each in part["values"])
        for group in groups
        for part in group["components"]
        if part.get("values")
    }
    assert options["solution_nature"] == KINDS
    assert options["solution_cadre"] == FRAMES


def test_a_demonstration_has_a_local_offer_once(offers: Offers) -> None:
    for _ in range(2):
        demonstration.seed_offers(offers.service)
    titles = [each["title"] for each in offers.listed()["items"]]
    assert titles == ["Découvrir la vente", "Se remettre à niveau", "Trouver un employeur"]
