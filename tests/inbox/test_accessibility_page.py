"""The statement of accessibility: all criteria, each with what holds it, and no audit that did not take place."""

import re
from pathlib import Path

from services.inbox.site.statement import STATES, grid
from tests.inbox.people import Visitor

ROOT = Path(__file__).parents[2]
CRITERIA = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
"""How many criteria each of the 13 themes of the RGAA 4.1.2 has: 106 in all."""


def test_each_criterion_of_the_rgaa_is_there_once_and_in_its_place() -> None:
    numbers = [[each.number for each in criteria] for criteria in grid().themes.values()]
    assert numbers == [
        [f"{theme}.{number}" for number in range(1, count + 1)] for theme, count in enumerate(CRITERIA, 1)
    ]
    assert sum(grid().counts.values()) == 106


def test_each_test_that_a_criterion_names_exists() -> None:
    for criteria in grid().themes.values():
        for each in criteria:
            for named in each.tests:
                path, _, name = named.partition("::")
                text = (ROOT / path).read_text(encoding="utf-8")
                assert re.search(rf"^def {name}\(", text, re.MULTILINE), f"{each.number}: {named}"


def test_a_criterion_says_what_holds_it_or_what_a_person_has_to_do() -> None:
    for criteria in grid().themes.values():
        for each in criteria:
            assert each.state in STATES, each.number
            assert bool(each.tests) == (each.state == "teste"), each.number
            assert each.left or each.state == "teste", each.number


def test_the_statement_claims_no_audit_and_no_conformity(visitor: Visitor) -> None:
    page = visitor.get("/accessibilite")
    assert page.status == 200
    assert "aucun audit de conformité n’a encore eu lieu" in page.text
    assert len(page.page.xpath("//tbody/tr")) == 106
    said = page.text.casefold()
    for claim in ("partiellement conforme", "totalement conforme", "a été audité", "taux de conformité"):
        assert claim not in said


def test_its_counts_are_those_of_its_grid(visitor: Visitor) -> None:
    page = visitor.get("/accessibilite")
    words = {
        "Contrôlé par des tests": "teste",
        "Sans objet": "sans_objet",
        "À vérifier par une personne": "a_verifier",
    }
    for shown, state in words.items():
        cells = [cell for cell in page.page.xpath("//tbody/tr/td[1]/text()") if cell == shown]
        assert len(cells) == grid().counts[state]
