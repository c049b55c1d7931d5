"""Link events: a flow that is not drawn. Whatever cannot be followed is refused by name."""

from collections.abc import Callable

import pytest

from shared.bpmn import check
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import Walk

Walks = Callable[..., Walk]


def _throw(diagram: Body, id: str, name: str = "suite") -> None:
    diagram.node("intermediateThrowEvent", id, b.link(name))


def _catch(diagram: Body, id: str, name: str = "suite") -> None:
    diagram.node("intermediateCatchEvent", id, b.link(name))


def _linked(*throws: str) -> Bpmn:
    """début → choix → one of the throws ⇢ arrivée → agir → fin."""
    diagram = Bpmn().variables(n="number").start().xor("choix", default=f"f_choix_{throws[-1]}")
    diagram.flow("debut", "choix")
    for number, throw in enumerate(throws):
        _throw(diagram, throw)
        diagram.flow("choix", throw, f"n = {number}" if number < len(throws) - 1 else "")
    _catch(diagram, "arrivee")
    return diagram.user("agir").end().chain("arrivee", "agir", "fin")


@pytest.mark.parametrize("n", [0, 1, 2])
def test_from_every_link_of_a_name_the_token_goes_on_where_the_name_is_caught(walk: Walks, n: int) -> None:
    steps = walk(_linked("un", "deux", "trois")).start(n=n)
    assert steps.open == ["agir"]
    steps.do("agir")
    assert steps.ended
    taken = [entry.element_id for entry in steps.trace if entry.event in ("thrown", "caught")]
    assert taken == [("un", "deux", "trois")[n], "arrivee"]


def test_a_link_leads_back_into_a_loop_for_400_turns(walk: Walks) -> None:
    diagram = Bpmn().variables(fini="boolean").start().xor("retour").user("point", outputs=["fini"])
    diagram.xor("encore", default="f_encore_renvoi").end()
    _throw(diagram, "renvoi")
    _catch(diagram, "reprise")
    diagram.chain("debut", "retour", "point", "encore", "renvoi").chain("reprise", "retour")
    steps = walk(diagram.flow("encore", "fin", "fini")).start()
    for _ in range(400):
        steps.do("point", fini=False)
    assert steps.do("point", fini=True).ended


def test_a_join_takes_the_token_that_a_link_brings_for_the_one_of_that_flow(walk: Walks) -> None:
    diagram = Bpmn().start().parallel("partage", "reunion").user("a").user("b").end()
    _throw(diagram, "envoi")
    _catch(diagram, "retrouvaille")
    diagram.chain("debut", "partage", "a", "reunion", "fin").chain("partage", "b", "envoi")
    diagram.flow("retrouvaille", "reunion")
    steps = walk(diagram).start()
    assert steps.do("b").open == ["a"]
    assert steps.do("a").ended


def test_links_of_one_name_in_two_scopes_do_not_meet(walk: Walks) -> None:
    inner = Body().start("i_debut").user("dedans").end("i_fin")
    _throw(inner, "i_envoi")
    _catch(inner, "i_arrivee")
    inner.chain("i_debut", "i_envoi").chain("i_arrivee", "dedans", "i_fin")
    diagram = Bpmn().start().sub("cadre", inner).user("dehors").end()
    _throw(diagram, "envoi")
    _catch(diagram, "arrivee")
    steps = walk(diagram.chain("debut", "cadre", "envoi").chain("arrivee", "dehors", "fin")).start()
    assert steps.open == ["dedans"]
    assert steps.do("dedans").open == ["dehors"]


def _codes(diagram: Bpmn) -> list[tuple[str, str]]:
    return [(finding.element_id, finding.code) for finding in check(b.files(diagram), b.vocabulary())]


def test_a_link_to_nowhere_and_one_from_nowhere_are_refused() -> None:
    diagram = Bpmn().start().end()
    _throw(diagram, "envoi", "ici")
    _catch(diagram, "arrivee", "ailleurs")
    diagram.chain("debut", "envoi").chain("arrivee", "fin")
    assert _codes(diagram) == [("arrivee", "link_without_source"), ("envoi", "link_without_target")]


def test_a_link_into_another_scope_is_refused() -> None:
    inner = Body().start("i_debut").end("i_fin").end("i_autre_fin")
    _catch(inner, "i_arrivee")
    inner.chain("i_debut", "i_fin").chain("i_arrivee", "i_autre_fin")
    diagram = Bpmn().start().sub("cadre", inner)
    _throw(diagram, "envoi")
    assert _codes(diagram.chain("debut", "cadre", "envoi")) == [
        ("i_arrivee", "link_without_source"),
        ("envoi", "link_without_target"),
    ]


def test_a_link_has_one_end() -> None:
    diagram = _linked("un").user("autre").end("autre_fin")
    _catch(diagram, "seconde")
    assert _codes(diagram.chain("seconde", "autre", "autre_fin")) == [("seconde", "link_twice")]


def test_no_flow_is_drawn_where_the_link_leads() -> None:
    assert _codes(_linked("un").flow("un", "fin")) == [("un", "flow_at_link")]
    assert _codes(_linked("un").flow("choix", "arrivee", "n = 5")) == [("arrivee", "flow_at_link")]


def test_a_link_is_neither_a_start_nor_an_end_nor_on_an_activity() -> None:
    for tag in ("startEvent", "endEvent"):
        diagram = Bpmn().start().node(tag, "lien", b.link("suite")).end().chain("debut", "fin")
        assert _codes(diagram) == [("lien", "element_not_supported")]
