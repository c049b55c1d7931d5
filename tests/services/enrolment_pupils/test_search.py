import pytest

from services.enrolment.pupils import Page, get_pupil, search_pupils
from shared.errors import NotFound
from tests.services.enrolment_pupils.conftest import Lycee
from tests.services.enrolment_pupils.files import pupil, sample, siecle


@pytest.fixture
def filled(lycee: Lycee) -> Lycee:
    lycee.imports(sample("eleves_siecle.xml"))
    return lycee


def search(lycee: Lycee, text: str = "", after: str | None = None, limit: int = 20) -> Page:
    with lycee.database.read() as tx:
        return search_pupils(tx, lycee.uai, text, after, limit)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("aubepine", ["Zoé"]),
        ("ZOÉ aubé", ["Zoé"]),
        ("sauvage", ["Maëlys"]),
        ("œillet", ["Héloïse"]),
        ("d'her", ["Anaïs"]),
        ("990000107BD", ["Maël"]),
        ("personne", []),
        ("%", None),
        ("_", None),
    ],
)
def test_a_pupil_is_found_by_parts_of_the_name_or_the_ine(
    filled: Lycee, text: str, found: list[str] | None
) -> None:
    items = search(filled, text, limit=100).items
    if found is None:  # no letter, no word: everybody
        assert len(items) == 25
    else:
        assert [each["given_name"] for each in items] == found


def test_pages_follow_each_other_by_name_without_gap(filled: Lycee) -> None:
    seen, after = [], None
    while True:
        page = search(filled, after=after, limit=4)
        seen += [each["name_key"] for each in page.items]
        if page.next is None:
            break
        after = page.next
    assert seen == sorted(seen)
    assert len(seen) == 25


def test_a_page_holds_one_to_a_hundred_pupils(filled: Lycee) -> None:
    assert len(search(filled, limit=0).items) == 1
    assert len(search(filled, limit=1000).items) == 25


def test_a_lycee_finds_only_its_own_pupils(filled: Lycee, other_lycee: Lycee) -> None:
    other_lycee.imports(siecle(pupil(), uai=other_lycee.uai))
    mine = search(filled, "aubepine").items[0]["id"]
    theirs = search(other_lycee).items[0]["id"]
    assert len(search(other_lycee).items) == 1
    with filled.database.read() as tx:
        assert get_pupil(tx, filled.uai, mine)["given_name"] == "Zoé"
        for unknown in (theirs, "inconnu"):
            with pytest.raises(NotFound):
                get_pupil(tx, filled.uai, unknown)
            with pytest.raises(NotFound):
                search_pupils(tx, filled.uai, after=unknown)
