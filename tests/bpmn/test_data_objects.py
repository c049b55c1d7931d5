"""Data objects are variables that are drawn; an arrow that is not true is refused."""

from collections.abc import Callable

import pytest

from shared.bpmn import DefinitionFiles, Operation, check, load
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import Walk

Walks = Callable[..., Walk]


def _drawn() -> Bpmn:
    diagram = Bpmn().data("age", "number").data("avis", label="Avis donné").start()
    diagram.user("saisir", b.arrows("saisir", writes=["age"]), outputs=["age"])
    diagram.user("juger", b.arrows("juger", ["age"], ["avis"]), outputs=["avis"], reads=["age"])
    return diagram.end().chain("debut", "saisir", "juger", "fin")


def test_a_data_object_holds_what_is_written_to_it(walk: Walks) -> None:
    steps = walk(_drawn()).start().do("saisir", age=17)
    assert steps.value("age", "juger") == 17
    assert steps.do("juger", avis="favorable").ended
    assert steps.value("avis") == "favorable"


def test_it_is_a_variable_named_by_its_id_and_labelled_as_it_is_shown() -> None:
    diagram = _drawn()
    definition = load(b.files(diagram), "essai", b.vocabulary())
    assert (definition.variables["avis"].type, definition.variables["avis"].label) == ("string", "Avis donné")
    assert definition.variables["age"].type == "number"


def test_that_of_a_frame_is_there_in_the_frame_only(walk: Walks) -> None:
    inner = (
        Body()
        .data("note")
        .start("i_debut")
        .user("noter", b.arrows("noter", writes=["note"]), outputs=["note"])
    )
    inner.user("relire", b.arrows("relire", ["note"]), reads=["note"]).end("i_fin")
    inner.chain("i_debut", "noter", "relire", "i_fin")
    steps = walk(
        Bpmn().start().sub("cadre", inner).user("apres").end().chain("debut", "cadre", "apres", "fin")
    )
    steps.start().do("noter", note="vu")
    assert steps.value("note", "relire") == "vu"
    steps.do("relire")
    with pytest.raises(KeyError):
        steps.value("note", "apres")


def test_in_a_group_each_item_has_its_own(walk: Walks) -> None:
    inner = Body().data("note").start("i_debut").user("noter", outputs=["note"]).user("relire").end("i_fin")
    inner.chain("i_debut", "noter", "relire", "i_fin")
    diagram = Bpmn().start().sub("cadre", inner, b.many(cardinality="2")).end().chain("debut", "cadre", "fin")
    steps = walk(diagram).start().do("noter", 0, note="un").do("noter", 0, note="deux")
    seen = [steps._current().variables(steps.last.state, task)["note"] for task in steps.ids("relire")]
    assert seen == ["un", "deux"]


def _codes(*diagrams: Bpmn, operations: dict[str, Operation] | None = None) -> list[tuple[str, str]]:
    found = check(b.files(*diagrams), b.vocabulary(operations))
    return [(finding.element_id, finding.code) for finding in found]


def test_an_arrow_that_is_not_true_is_refused() -> None:
    diagram = Bpmn().data("age", "number").start().user("agir", b.arrows("agir", ["age"], ["age"])).end()
    assert _codes(diagram.chain("debut", "agir", "fin")) == [
        ("agir", "data_not_read"),
        ("agir", "data_not_written"),
    ]


SERVICE = {"peser": Operation(frozenset({"entree"}), frozenset({"sortie"}), lambda call: {})}


@pytest.mark.parametrize(
    "draw",
    [
        lambda d, a: d.service("agir", "peser", a),
        lambda d, a: d.node("scriptTask", "agir", f"{a}<bpmn:script>sortie = entree + 1</bpmn:script>",
                            scriptFormat="feel"),
        lambda d, a: d.sub("agir", Body().start("i").script("i_calcul", "sortie = entree").end("i_fin")
                           .chain("i", "i_calcul", "i_fin"), a),
        lambda d, a: d.sub("agir", Body().start("i").service("i_calcul", "peser", b.arrows("i_calcul", ["entree"]))
                           .end("i_fin").chain("i", "i_calcul", "i_fin"), a),
        lambda d, a: d.node("callActivity", "agir", a, '<parcours:input variable="x" expression="entree"/>'
                            '<parcours:output variable="sortie" expression="x"/>', calledElement="autre"),
    ],
    ids=["service", "script", "frame", "frame of a service", "call"],
)  # fmt: skip
def test_every_kind_of_activity_is_known_by_what_it_reads_and_writes(
    draw: Callable[[Bpmn, str], Bpmn],
) -> None:
    called = (
        Bpmn("autre", label="").variables(x="number").start("a_debut").end("a_fin").chain("a_debut", "a_fin")
    )
    diagram = Bpmn().data("entree", "number").data("sortie", "number").start()
    draw(diagram, b.arrows("agir", ["entree"], ["sortie"])).end().chain("debut", "agir", "fin")
    assert _codes(diagram, called, operations=SERVICE) == []
    wrong = Bpmn().data("entree", "number").data("sortie", "number").start()
    draw(wrong, b.arrows("agir", ["sortie"], ["entree"])).end().chain("debut", "agir", "fin")
    assert _codes(wrong, called, operations=SERVICE) == [
        ("agir", "data_not_read"),
        ("agir", "data_not_written"),
    ]


def test_events_read_what_they_send_and_write_what_they_catch() -> None:
    diagram = Bpmn().message("bilan.recu.v1", avis="string").message("enrolment.envoye.v1", avis="string")
    diagram.data("avis").start()
    diagram.node(
        "intermediateCatchEvent", "recevoir", b.arrows("recevoir", writes=["avis"]) + b.message("recu")
    )
    diagram.node("intermediateThrowEvent", "envoyer", b.arrows("envoyer", ["avis"]) + b.message("envoye"))
    assert _codes(diagram.end().chain("debut", "recevoir", "envoyer", "fin")) == []


def _raw(inside: str = "", objects: str = "") -> list[tuple[str, str]]:
    diagram = Bpmn().start().user("agir", inside).end().chain("debut", "agir", "fin")
    raw = diagram.xml().replace(b"</bpmn:process>", objects.encode() + b"</bpmn:process>")
    found = check(DefinitionFiles({"essai.bpmn": raw}, {}, diagram.form_bytes()), b.vocabulary())
    return [(finding.element_id, finding.code) for finding in found]


KNOWN = 'parcours:type="string" parcours:side="both" parcours:retention="parcours"'


@pytest.mark.parametrize(
    ("objects", "found"),
    [
        (f'<bpmn:dataObject id="age" name="Âge" {KNOWN}/>', []),
        (f'<bpmn:dataObject id="age" {KNOWN}/>', [("age", "variable_without_label")]),
        ('<bpmn:dataObject id="age" name="Âge" parcours:side="both" parcours:retention="parcours"/>',
         [("age", "attribute_value")]),
        (f'<bpmn:dataObject id="Age" name="Âge" {KNOWN}/>', [("Age", "variable_name")]),
        (f'<bpmn:dataObject id="lycee" name="Lycée" {KNOWN}/>', [("essai", "declared_twice")]),
        (f'<bpmn:dataObject id="ages" name="Âges" isCollection="true" {KNOWN}/>', [("ages", "variable_type")]),
        ('<bpmn:dataObjectReference id="vue" dataObjectRef="debut"/>', [("vue", "reference_unknown")]),
        ('<bpmn:dataStoreReference id="fichier"/>', [("fichier", "element_not_supported")]),
        (f'<bpmn:dataObject id="age" name="Âge" {KNOWN}><bpmn:dataState name="signé"/></bpmn:dataObject>',
         [("age", "element_not_supported")]),
    ],
)  # fmt: skip
def test_what_a_data_object_needs_is_told(objects: str, found: list[tuple[str, str]]) -> None:
    assert _raw(objects=objects) == found


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        (b.arrows("agir", ["inconnu"]), [("agir", "reference_unknown")]),
        (b.arrows("agir", writes=["inconnu"]), [("agir", "reference_unknown")]),
        ('<bpmn:property id="memoire" name="À retenir"/>', [("agir", "element_not_supported")]),
        ("<bpmn:ioSpecification><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>",
         [("agir", "element_not_supported")]),
        ("<bpmn:dataOutputAssociation><bpmn:targetRef>fin</bpmn:targetRef>"
         "<bpmn:transformation>1</bpmn:transformation></bpmn:dataOutputAssociation>",
         [("agir", "element_not_supported")]),
        ("<bpmn:dataInputAssociation><bpmn:targetRef>fin</bpmn:targetRef></bpmn:dataInputAssociation>",
         [("agir", "reference_unknown")]),
    ],
)  # fmt: skip
def test_an_arrow_to_nothing_and_data_of_an_activity_alone_are_refused(
    inside: str, found: list[tuple[str, str]]
) -> None:
    assert _raw(inside) == found
