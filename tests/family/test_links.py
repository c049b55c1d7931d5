"""Personal links: given by who follows the parcours, found by their code, ended by time, by people, by majority."""

import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from services.inbox.codes import ALPHABET, code_of, hash_of
from services.inbox.family.links import LIFETIME
from services.inbox.family.tables import family_link
from services.inbox.notifications import erasing
from tests.family.world import LINK, Family
from tests.inbox.people import of
from tests.notifications.world import Post as Worker

GONE = "Ce lien ne s’ouvre pas"


def test_a_code_has_138_bits_of_chance_and_is_typed_as_people_type() -> None:
    code = code_of("a secret")
    assert len(code.replace("-", "")) == 28
    assert set(code) <= {*ALPHABET, "-"}
    assert len(ALPHABET) ** 28 > 2**138
    assert hash_of(code) == hash_of(code.upper().replace("-", " ")) != hash_of(code_of("another"))


def test_the_referent_sends_a_link_by_email_and_the_young_person_comes_by_it(family: Family) -> None:
    path = family.gives(by="courriel")
    letter = family.mails()[-1]
    assert (letter.recipient, letter.is_urgent) == ("lina@famille.example", True)
    assert letter.subject == "Votre page personnelle Ambition Emploi"
    assert "Moreau" not in letter.body
    assert family.anybody().get(path).title == "Bonjour Lina"


def test_a_conseiller_sends_a_parent_s_link_by_sms(family: Family) -> None:
    path = family.gives("responsable_legal", by="sms", name="Samira Haddad")
    letter = family.mails()[-1]
    assert (letter.channel, letter.recipient) == ("sms", "+33611223344")
    assert family.anybody().get(path).title == "Le parcours de Lina"


def test_a_link_on_paper_is_shown_once(family: Family) -> None:
    karim = family.sign_in("Karim Benali").get(family.links_page).send("/liens/eleve", par="papier")
    assert "Imprimez ou recopiez ce lien maintenant" in karim.text
    assert LINK.search(karim.text)
    again = karim.get(family.links_page)
    assert "Donné sur papier le 7 septembre 2026" in again.text
    assert "/mon-parcours/" not in again.text
    assert family.mails() == []


def test_only_the_hash_of_a_link_is_kept(family: Family) -> None:
    code = family.gives().rpartition("/")[2]
    assert code not in family.rows()
    assert hash_of(code) in family.rows()


def test_a_mail_forgets_its_link_once_it_has_left(family: Family) -> None:
    worker = Worker(family.database, now=family.opened.clock.now())
    path = family.gives(by="courriel")
    worker.at(family.opened.clock.now())
    (sent,) = [mail for mail in worker.email.taken if mail.recipient == "lina@famille.example"]
    assert path in sent.body
    assert path.rpartition("/")[2] not in family.rows()


def test_a_new_link_takes_the_place_of_the_one_before(family: Family) -> None:
    first, second = family.gives(), family.gives()
    assert family.anybody().get(first).title == GONE
    assert family.anybody().get(second).title == "Bonjour Lina"


def test_a_second_click_gives_no_second_link(family: Family) -> None:
    karim = family.sign_in("Karim Benali").get(family.links_page)
    form = karim.filled("/liens/eleve", par="papier")
    first = LINK.search(karim.post(f"{family.links_page}/eleve", form).text)
    again = karim.post(f"{family.links_page}/eleve", form)
    assert (again.status, "Ce lien vient de changer" in again.text) == (409, True)
    assert first is not None
    assert family.anybody().get(first[1]).title == "Bonjour Lina"


def test_unknown_revoked_expired_and_of_a_parent_of_an_adult_are_one_answer(family: Family) -> None:
    revoked, parent = family.gives(), family.gives("responsable_legal")
    karim = family.sign_in("Karim Benali").get(family.links_page).send("/eleve/retirer")
    assert "Le lien est retiré : il ne s’ouvre plus." in karim.text
    assert re.search(r"Retiré le 7 septembre 2026 à .{1,8} par Karim Benali", karim.text)
    answers = [family.anybody().get(revoked), family.anybody().get("/mon-parcours/k7m2-9xqd")]
    expired = family.gives()
    family.opened.clock.advance(LIFETIME)
    answers += [family.anybody().get(expired), family.anybody().get(parent)]
    assert {(each.status, each.title, each.text) for each in answers} == {(404, GONE, answers[0].text)}


def test_a_link_is_good_until_the_last_second_of_its_time(family: Family) -> None:
    path = family.gives()
    family.opened.clock.advance(LIFETIME - timedelta(seconds=1))
    assert family.anybody().get(path).status == 200


def test_opening_a_link_changes_nothing_but_when_it_was_seen(family: Family) -> None:
    path = family.gives()
    before = family.opened.documents("enrolment")
    visitor = family.anybody()
    for _ in range(2):
        assert visitor.get(path).status == 200
        assert visitor.client.head(path).status_code == 200
    assert family.opened.documents("enrolment") == before
    for link, status in (("/signer", 303), ("", 404)):
        document = before[-1]["id"]
        assert visitor.client.get(f"{path}/enrolment/{document}{link}").status_code == status
    assert family.opened.documents("enrolment") == before
    page = family.sign_in("Karim Benali").get(family.links_page)
    assert "Ouvert pour la dernière fois le 7 septembre 2026" in page.text


def test_the_page_is_for_no_robot_no_cache_and_no_other_site(family: Family) -> None:
    for path in (family.gives(), "/mon-parcours/wrong"):
        headers = family.anybody().get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in headers


def test_who_is_signed_in_at_the_same_computer_is_nobody_there(family: Family) -> None:
    karim = family.sign_in("Karim Benali")
    assert "Karim Benali" not in karim.get(family.gives()).text_of("//header")


@pytest.mark.parametrize(("name", "status"), [("Claire Fontaine", 403), ("Philippe Arnaud", 404)])
def test_only_who_follows_the_parcours_gives_links(family: Family, name: str, status: int) -> None:
    other = family.sign_in(name)
    assert other.get(family.links_page).status == status
    karim = family.sign_in("Karim Benali").get(f"/parcours/{family.opened.id}")
    assert "Liens personnels du jeune et de ses responsables légaux" in karim.text
    assert "Liens personnels" not in other.get(f"/parcours/{family.opened.id}").text
    form = karim.open("Liens personnels").filled("/liens/eleve", par="papier")
    form["csrf_token"] = other.get("/preferences").filled(0)["csrf_token"]
    assert other.post(f"{family.links_page}/eleve", form).status == status
    assert other.post(f"{family.links_page}/eleve/retirer", form).status == status


def test_r11_who_follows_now_sees_and_revokes_who_followed_before_does_not(family: Family) -> None:
    path = family.gives()
    claire, _, _ = of("Claire Fontaine")
    head = family.sign_in("Hélène Vasseur").get(f"/parcours/{family.opened.id}/remplacer")
    head.send("/remplacer", personne=claire, depuis="2026-09-07", motif="Mutation")
    assert family.sign_in("Karim Benali").get(family.links_page).status == 403
    successor = family.sign_in("Claire Fontaine").get(family.links_page)
    assert re.search(r"Donné sur papier le 7 septembre 2026 à .{1,8} par Karim Benali", successor.text)
    successor.send("/eleve/retirer")
    assert family.anybody().get(path).title == GONE


@pytest.mark.parametrize(
    "corrected",
    [
        {"responsable_nom": "Hervé Moreau"},
        {"responsable_courriel": "herve@famille.example"},
        {"responsable_telephone": ""},
    ],
)
def test_a_link_opens_nothing_once_its_person_is_another(family: Family, corrected: dict[str, str]) -> None:
    nadia, lina = family.gives("responsable_legal"), family.gives()
    family.is_corrected(**corrected)
    assert family.anybody().get(nadia).title == GONE
    assert family.anybody().get(lina).title == "Bonjour Lina"
    karim = family.sign_in("Karim Benali").get(family.links_page)
    assert karim.text.count("N’ouvre plus rien : le nom ou les coordonnées de cette personne ont changé") == 1
    again = family.gives("responsable_legal")
    assert family.anybody().get(again).title == "Le parcours de Lina"
    assert family.anybody().get(nadia).title == GONE


def test_how_a_name_is_written_does_not_make_another_person(family: Family) -> None:
    path = family.gives("responsable_legal")
    family.is_corrected(responsable_nom="NADIA  Moréau")
    assert family.anybody().get(path).title == "Le parcours de Lina"


def test_a_link_of_the_release_before_still_opens(family: Family) -> None:
    path = family.gives()
    with family.database.begin() as tx:
        tx.execute(update(family_link).values(person=None))
    assert family.anybody().get(path).title == "Bonjour Lina"


def test_a_way_that_is_not_there_is_refused_in_words(family: Family) -> None:
    karim = family.sign_in("Karim Benali").get(family.links_page)
    refused = karim.send("/liens/eleve", par="pigeon")
    assert (refused.status, "Choisissez comment donner le lien" in refused.text) == (422, True)
    assert karim.get(family.links_page).text.count("Aucun lien n’a encore été donné.") == 2


def test_r40_an_erasure_takes_the_links_along(family: Family) -> None:
    path = family.gives()
    with family.database.begin() as tx:
        erasing.erase(tx, [family.opened.id])
    assert family.anybody().get(path).title == GONE
    assert hash_of(path.rpartition("/")[2]) not in family.rows()


def test_no_log_has_the_code_of_a_link(family: Family, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    lina = family.comes()
    code = lina.path.rpartition("/")[2]
    link = lina.page.xpath("//article//a/@href")[0]
    assert lina.client.get(link).status_code == 200
    lina.get(lina.path).send("/mot")
    lina.get(f"/mon-parcours/{code}/enrolment/nothing.pdf")
    lina.get(f"/mon-parcours/{code[:-1]}")
    assert caplog.records
    assert code not in caplog.text
    assert code[:-1] not in caplog.text
