"""An instance goes only to a position that the new version can itself come to; what the plan and its mapping say."""

import pytest

from shared.bpmn.instance_migration.verdicts import IdMapping, MappingRefused, MigrationRefused
from tests.bpmn.test_migration import at_work, straight
from tests.support.bpmn_builder import Bpmn
from tests.support.bpmn_migration import Moved, migration_of, reasons, verdict
from tests.support.bpmn_walk import Walk

# positions


def joined(*branches: str, after: str = "") -> Bpmn:
    diagram = Bpmn().start().parallel("ouvre", "ferme").end()
    for branch in branches:
        diagram.user(branch).chain("ouvre", branch, "ferme")
    diagram.flow("debut", "ouvre")
    return diagram.user(after).chain("ferme", after, "fin") if after else diagram.flow("ferme", "fin")


def test_a_join_keeps_what_has_arrived() -> None:
    before = Walk("stored", joined("un", "deux")).start().do("un")
    after = Moved(before, joined("un", "deux", after="bilan"))
    assert after.open == ["deux"]
    assert after.do("deux").do("bilan").ended


def test_a_branch_drawn_beside_running_ones_would_be_awaited_for_ever() -> None:
    before = Walk("stored", joined("un", "deux")).start().do("un")
    assert reasons(before, joined("un", "deux", "trois")) == ("cannot", [("position", "essai")])


def test_two_tokens_do_not_come_into_one_row() -> None:
    before = Walk("stored", joined("un", "deux")).start()
    row = Bpmn().start().user("un").user("deux").end().chain("debut", "un", "deux", "fin")
    assert reasons(before, row) == ("cannot", [("position", "essai")])


def test_two_tokens_do_not_come_into_one_element() -> None:
    before = Walk("stored", joined("un", "deux")).start()
    one = Bpmn().start().user("un").end().chain("debut", "un", "fin")
    mapping = {"elements": {"deux": "un"}}
    assert reasons(before, one, mapping=mapping) == ("cannot", [("doubled", "essai")])


def test_a_token_at_a_join_needs_its_flow() -> None:
    before = Walk("stored", joined("un", "deux")).start().do("un")
    longer = Bpmn().start().parallel("ouvre", "ferme").user("un").user("relire").user("deux").end()
    longer.chain("debut", "ouvre", "un", "relire", "ferme", "fin").chain("ouvre", "deux", "ferme")
    assert reasons(before, longer) == ("needs_mapping", [("flow_gone", "ferme")])
    after = Moved(before, longer, mapping={"flows": {"f_un_ferme": "f_relire_ferme"}})
    assert after.do("deux").ended


def test_a_flow_with_another_id_between_the_same_nodes_is_the_same_flow() -> None:
    before = Walk("stored", joined("un", "deux")).start().do("un")
    again = Bpmn().start().parallel("ouvre", "ferme").user("un").user("deux").end()
    again.chain("debut", "ouvre", "un").flow("un", "ferme", id="autre").chain("ouvre", "deux", "ferme", "fin")
    assert Moved(before, again).do("deux").ended


def test_a_join_whose_last_flow_now_leads_elsewhere_goes_on_and_says_so() -> None:
    before = Walk("stored", joined("un", "deux", after="bilan")).start().do("un")
    freed = Bpmn().start().parallel("ouvre", "ferme").user("un").user("deux").user("bilan").end().end("fin2")
    freed.chain("debut", "ouvre", "un", "ferme", "bilan", "fin").chain("ouvre", "deux", "fin2")
    assert verdict(before, freed).goes_on
    after = Moved(before, freed)
    assert (after.migrated.went_on, after.open) == (True, ["bilan", "deux"])
    assert {task.element_id for task in after.migrated.kept} == {"deux"}
    assert {task.element_id for task in after.migrated.progress.opened} == {"bilan"}
    assert after.do("deux").do("bilan").ended


def test_what_would_go_on_and_fail_stays() -> None:
    before = Walk("stored", joined("un", "deux")).start().do("un")
    freed = (
        Bpmn().variables(note="number").start().parallel("ouvre", "ferme").user("un").user("deux").end("fin2")
    )
    freed.xor("choix", default="f_choix_fin").end().end("autre").chain(
        "debut", "ouvre", "un", "ferme", "choix", "fin"
    )
    freed.flow("choix", "autre", "note > 1").chain("ouvre", "deux", "fin2")
    with pytest.raises(MigrationRefused) as refused:
        migration_of(before, freed).apply(before.last.state, now=before.now)
    assert [(each.code, each.element_id) for each in refused.value.verdict.reasons] == [
        ("migration_fails", "choix")
    ]


# the plan


def test_the_plan_names_what_is_gone_and_what_is_new() -> None:
    before = at_work("un", "deux")
    plan = migration_of(before, straight("un", "trois", "quatre"), mapping={"elements": {"deux": "trois"}})
    assert plan.changes == {"gone": (), "new": ("quatre",)}


@pytest.mark.parametrize(
    "mapping",
    [
        {"elements": {"inconnu": "un"}}, {"elements": {"un": "inconnu"}}, {"flows": {"f_un_deux": "inconnu"}},
        {"variables": {"inconnu": None}}, {"elements": {"un": None}}, {"autre": {}}, [], {"flows": "f"},
    ],
)  # fmt: skip
def test_a_mapping_that_names_what_is_not_there_is_refused(mapping: object) -> None:
    before = at_work("un", "deux")
    with pytest.raises(MappingRefused):
        migration_of(before, straight("un", "deux", "trois"), mapping=mapping)  # type: ignore[arg-type]


def test_a_mapping_says_what_it_says() -> None:
    said = {"elements": {"un": "deux"}, "variables": {"note": None}}
    assert IdMapping.of(said).as_json() == said


def test_an_instance_that_has_ended_or_cannot_be_read_stays() -> None:
    before = at_work("un")
    assert reasons(before.do("un"), straight("un"))[1] == [("ended", "essai")]
    plan = migration_of(before, straight("un"))
    assert [each.code for each in plan.verdict(b"2rien", now=before.now).reasons] == [
        "migration_state_refused"
    ]


def test_nobody_to_give_the_task_to_keeps_the_instance_where_it_is() -> None:
    before = at_work("un", "deux")
    diagram = straight("un", "deux").variables(mission_locale="string")
    files = diagram.xml().replace(b'parcours:organisation="lycee"', b'parcours:organisation="mission_locale"')
    diagram.xml = lambda *_: files  # type: ignore[method-assign]
    assert reasons(before, diagram) == ("cannot", [("no_organisation", "un")])


def test_every_reason_has_its_sentence_in_both_languages() -> None:
    found = verdict(at_work("saisir", "signer"), straight("remplir", "signer"))
    (reason,) = found.reasons
    assert "saisir" in str(reason)
    assert "correspondance" in reason.sentence
