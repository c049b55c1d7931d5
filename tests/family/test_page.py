"""What the family reads and signs by a personal link (R16), and until when a parent does (R39)."""

import io
from datetime import date, datetime, time

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from shared.clock import PARIS
from shared.documents.tables import document, document_opening
from shared.identity import FamilyMember, TokenSigner
from shared.ids import uuid7
from shared.servers.processes import free_port
from tests.documents.world import REFERENT, words_of
from tests.family.world import Family
from tests.inbox.people import Visitor
from tests.support.inbox_world import KEY, inbox_app
from tests.support.served import served

PARENT_ONLY, PUPIL_ONLY = "Le parcours de votre enfant : l’essentiel", "Ton parcours : l’essentiel"


def read(visitor: Visitor, title: str) -> str:
    """Opens the PDF of a document of the page; its words."""
    link = visitor.page.xpath(f"//article[h3='{title}']//a/@href")[0]
    return words_of(PdfReader(io.BytesIO(visitor.client.get(link).data)))


def signing(visitor: Visitor, title: str = "Projet personnalisé") -> str:
    """The end of the address at which a document of the page is signed."""
    return str(visitor.page.xpath(f"//article[h3='{title}']//form/@action")[0])


def signature(family: Family, signer: str) -> dict[str, str]:
    made = family.opened.document("enrolment", "projet")["signatures"]
    return next(each for each in made if each["as"] == signer)


def test_the_young_person_reads_where_it_stands_in_plain_words(family: Family) -> None:
    lina = family.comes()
    assert "Étape 3 : Élaboration du parcours" in lina.text
    assert "Vous avez le statut d’élève du" in lina.text
    assert "Référent de parcours Karim Benali, Lycée professionnel Louise-Garance" in lina.text
    assert "Conseiller de la Mission Locale Samira Haddad, Mission Locale Lyon-Centre" in lina.text
    assert "Suivre le règlement intérieur du lycée" in lina.text
    assert PUPIL_ONLY in lina.text
    assert PARENT_ONLY not in lina.text


def test_a_parent_reads_what_is_for_parents(family: Family) -> None:
    nadia = family.comes("responsable_legal")
    assert PARENT_ONLY in nadia.text
    assert PUPIL_ONLY not in nadia.text
    assert "Vous signez avec votre enfant jusqu’à ses 18 ans" in nadia.text


def test_a_pupil_and_a_parent_read_and_sign_on_screen_each_as_themselves(family: Family) -> None:
    for signer, name in (("eleve", "Lina Moreau"), ("responsable_legal", "Nadia Moreau")):
        someone = family.comes(signer)
        assert "Lina" in read(someone, "Projet personnalisé")
        someone.send(signing(someone), lu="oui")
        assert "C’est signé. Votre référent et votre conseiller le voient." in someone.text
        assert "Vous avez signé à l’écran le 07/09/2026." in someone.text
        made = signature(family, signer)
        assert (made["name"], made["how"], made["on"]) == (name, "ecran", "2026-09-07")
    missing = family.opened.document("enrolment", "projet")["missing"]
    assert [each["as"] for each in missing] == ["referent", "conseiller"]
    karim = family.sign_in("Karim Benali").get(f"/parcours/{family.opened.id}/documents")
    assert "L’élève (Lina Moreau) : signé à l’écran le 07/09/2026" in karim.text


def test_what_was_not_read_is_not_signed(family: Family) -> None:
    lina = family.comes()
    unread = lina.send(signing(lina), lu="oui")
    assert (unread.status, unread.text_of("//*[@role='alert']")) == (
        422,
        "Ouvrez le document avant de le signer.",
    )
    read(lina, "Projet personnalisé")
    unticked = lina.send(signing(lina))
    assert (unticked.status, "cochez la case" in unticked.text_of("//*[@role='alert']")) == (422, True)
    assert family.opened.document("enrolment", "projet")["signatures"] == []


def test_what_only_others_opened_is_not_signed(family: Family) -> None:
    family.opened.pdf("enrolment", "projet")
    nadia, lina = family.comes("responsable_legal"), family.comes()
    read(nadia, "Projet personnalisé")
    unread = lina.send(signing(lina), lu="oui")
    assert (unread.status, unread.text_of("//*[@role='alert']")) == (
        422,
        "Ouvrez le document avant de le signer.",
    )
    assert family.opened.document("enrolment", "projet")["signatures"] == []


def test_who_comes_by_a_new_link_opens_the_document_by_it_before_signing(family: Family) -> None:
    read(family.comes(), "Projet personnalisé")
    again = family.comes()
    assert again.send(signing(again), lu="oui").status == 422
    for _ in range(2):
        read(again, "Projet personnalisé")
    assert "C’est signé." in again.send(signing(again), lu="oui").text


def test_opening_is_kept_once_a_signer_and_of_nobody_else(family: Family) -> None:
    enrolment = family.opened.services["enrolment"].database
    for _ in range(3):
        for signer in ("eleve", "responsable_legal"):
            someone = family.comes(signer)
            for title in someone.page.xpath("//article/h3/text()"):
                read(someone, title)
    with enrolment.read() as look:
        told = select(document.c.kind, document_opening.c.signer)
        rows = look.execute(told.join(document, document.c.id == document_opening.c.document_id)).all()
    signed = ("projet", "volontariat")
    assert sorted(map(tuple, rows)) == [
        (kind, signer) for kind in signed for signer in ("eleve", "responsable_legal")
    ]


def test_signing_twice_does_no_harm(family: Family) -> None:
    lina = family.comes()
    read(lina, "Projet personnalisé")
    action, form = signing(lina), lina.filled(signing(lina), lu="oui")
    for _ in range(2):
        assert "C’est signé." in lina.post(action, form).text
    assert len(family.opened.document("enrolment", "projet")["signatures"]) == 1


def test_a_document_of_others_is_not_found_by_a_link(family: Family) -> None:
    nadia = family.comes("responsable_legal")
    pupils = family.opened.document("enrolment", "notice_mineur")["id"]
    liaison = family.opened.document("enrolment", "fiche_de_liaison")["id"]
    for paper in (pupils, liaison):
        assert nadia.client.get(f"{nadia.path}/enrolment/{paper}.pdf").status_code == 404
        assert (
            nadia.client.post(f"{nadia.path}/enrolment/{paper}/signer", data={"lu": "oui"}).status_code == 404
        )


def at(family: Family, day: date) -> None:
    family.opened.clock.set(datetime.combine(day, time(8), PARIS))


def test_r39_the_day_before_the_18th_birthday_a_parent_reads(family: Family) -> None:
    path = family.gives("responsable_legal")
    at(family, date(2026, 9, 30))
    assert family.anybody().get(path).title == "Le parcours de Lina"


def test_r39_on_the_18th_birthday_a_parent_s_access_ends_the_pupil_s_does_not(family: Family) -> None:
    parent, pupil = family.gives("responsable_legal"), family.gives()
    at(family, date(2026, 10, 1))
    assert family.anybody().get(parent).title == "Ce lien ne s’ouvre pas"
    assert family.anybody().get(pupil).title == "Bonjour Lina"
    links = family.sign_in("Karim Benali").get(family.links_page)
    assert "Nadia Moreau" not in links.text
    assert links.post(f"{family.links_page}/responsable_legal", links.filled("/liens/eleve")).status == 404


@pytest.mark.parametrize(("day", "status"), [(date(2026, 9, 30), 200), (date(2026, 10, 1), 404)])
def test_r39_each_service_counts_the_birthday_itself(family: Family, day: date, status: int) -> None:
    """Whatever the inbox thinks: a link that was made to last would open nothing more."""
    at(family, day)
    member = FamilyMember(uuid7(), "Nadia Moreau", family.opened.id, "responsable_legal")
    answer = ask(family, member, "/famille/parcours")
    assert answer == status


def ask(family: Family, member: FamilyMember, path: str) -> int:
    token = TokenSigner({"k1": KEY}, family.opened.clock, uuid7).sign(member, "enrolment")
    headers = {"Authorization": f"Bearer {token}"}
    return family.opened.clients["enrolment"].get(path, headers=headers).status_code


def test_a_family_s_token_opens_no_other_door(family: Family) -> None:
    member = FamilyMember(uuid7(), "Lina Moreau", family.opened.id, "eleve")
    for path in (f"/parcours/{family.opened.id}", f"/documents?parcours_id={family.opened.id}", "/tasks"):
        assert ask(family, member, path) == 401
    stranger = FamilyMember(uuid7(), "Lina Moreau", uuid7(), "eleve")
    assert ask(family, stranger, "/famille/parcours") == 404


def test_a_person_s_token_does_not_open_the_family_s(family: Family) -> None:
    assert family.opened.get("enrolment", "/famille/parcours", REFERENT).status_code == 401


@pytest.mark.parametrize(
    ("down", "status", "said"),
    [
        ("enrolment", 503, "La page n’est pas disponible pour le moment"),
        ("bilan", 200, "Une partie des informations manque pour le moment"),
    ],
)
def test_what_does_not_answer_is_said_and_the_rest_is_shown(
    family: Family, down: str, status: int, said: str
) -> None:
    path = family.gives()
    urls = {**family.urls, down: f"http://127.0.0.1:{free_port()}"}
    app = inbox_app(family.database, urls, family.opened.clock)
    lina = Visitor(app.test_client()).get(path)
    app.extensions["inbox"].close()
    assert (lina.status, said in lina.text) == (status, True)
    assert lina.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(("told", "word", "status"), [
    (404, 200, 404), (401, 200, 503), (422, 200, 503), (200, 404, 404), (200, 401, 503), (200, 422, 503),
])  # fmt: skip
def test_only_what_is_not_found_says_that_the_link_opens_nothing_whatever_else_fails_passes(
    family: Family, told: int, word: int, status: int
) -> None:
    enrolment = Flask("enrolment")
    told_of = {"known": {}, "status": "running", "etape": 3, "plan": [], "appointments": [], "documents": []}
    enrolment.add_url_rule("/famille/parcours", "parcours", lambda: (told_of if told == 200 else {}, told))
    enrolment.add_url_rule("/famille/mot", "mot", lambda: ({}, word))
    path = family.gives()
    with served(enrolment) as url:
        app = inbox_app(family.database, {**family.urls, "enrolment": url}, family.opened.clock)
        lina = Visitor(app.test_client()).get(path)
        app.extensions["inbox"].close()
    assert lina.status == status
    assert ("Ce lien ne s’ouvre pas" in lina.text) == (status == 404)
