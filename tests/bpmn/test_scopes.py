"""Variables in their scopes: processes, calls, subprocesses, items of groups."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from shared.bpmn import PayloadRefused, ProcessFailure, check
from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_walk import UAI, Walk

Walks = Callable[..., Walk]


def _called() -> Bpmn:
    diagram = Bpmn("preparer", label="").variables(sujet="string", note="number")
    diagram.start("d2").user("rediger", outputs=["note"]).end("f2")
    return diagram.chain("d2", "rediger", "f2")


def _calling(ext: str) -> Bpmn:
    diagram = Bpmn().variables(titre="string", total="number").start()
    diagram.node("callActivity", "appel", "", ext, calledElement="preparer")
    return diagram.user("lire").end().chain("debut", "appel", "lire", "fin")


_IN = (
    '<parcours:input variable="sujet" expression="titre + &quot; !&quot;"/>'
    '<parcours:input variable="lycee" expression="lycee"/>'
)
_OUT = '<parcours:output variable="total" expression="note * 2"/>'


def test_a_called_process_sees_what_it_is_given_and_gives_back_what_it_says(walk: Walks) -> None:
    steps = walk(_calling(_IN + _OUT), _called()).start(titre="Bilan", total=1)
    assert steps.open == ["rediger"]
    assert steps.value("sujet", "rediger") == "Bilan !"
    with pytest.raises(KeyError):
        steps.value("titre", "rediger")
    steps.do("rediger", note=21)
    assert steps.value("total") == 42
    assert steps.definition().elements["rediger"].path == ("appel",)


def test_a_call_without_what_the_called_process_needs_is_an_incident(walk: Walks) -> None:
    with pytest.raises(ProcessFailure, match="no_organisation"):
        walk(_calling(_OUT), _called()).start(titre="Bilan")


def test_a_process_is_called_for_each_of_a_group_each_with_its_own_values(walk: Walks) -> None:
    diagram = Bpmn().variables(titres="list", notes="list").start().user("lire").end()
    group = b.many("titres", "titre", "notes", "total")
    item = b.variables_xml({"titre": "string", "total": "number"})
    diagram.node("callActivity", "appel", group, item + _IN + _OUT, calledElement="preparer")
    steps = walk(diagram.chain("debut", "appel", "lire", "fin"), _called()).start(titres=["A", "B"])
    assert steps.open == ["rediger", "rediger"]
    assert steps.value("sujet", "rediger") == "A !"
    steps.do("rediger", 1, note=2).do("rediger", note=1)
    assert steps.open == ["lire"]
    assert steps.value("notes") == [2, 4]


def test_an_event_on_a_call_ends_the_called_process(walk: Walks) -> None:
    diagram = _calling(_IN).boundary("delai", "appel", b.timer("P1D")).user("tard").end("fin_tard")
    diagram.chain("delai", "tard", "fin_tard")
    steps = walk(diagram, _called()).start(titre="x").fire("delai")
    assert steps.open == ["tard"]


def test_an_error_leaves_the_called_process_to_its_caller(walk: Walks) -> None:
    called = Bpmn("preparer", label="").variables(sujet="string", perdu="boolean").error("perdu")
    called.start("d2").user("rediger", outputs=["perdu"]).xor("x", default="f_x_f2").end("f2").end(
        "f3", b.error("perdu")
    )
    called.chain("d2", "rediger", "x", "f2").flow("x", "f3", "perdu")
    diagram = (
        _calling(_IN)
        .error("perdu")
        .boundary("rattrape", "appel", b.error("perdu"))
        .user("agir")
        .end("fin_agir")
    )
    diagram.chain("rattrape", "agir", "fin_agir")
    assert walk(diagram, called).start(titre="x").do("rediger", perdu=True).open == ["agir"]
    assert walk(diagram, called).start(titre="x").do("rediger", perdu=False).open == ["lire"]


def _group() -> Bpmn:
    """Each item decides for itself which way it goes, and keeps notes of its own."""
    inner = Body().variables(un="string", suivi="boolean", copie="string").start("i")
    inner.user("choisir", outputs=["suivi"]).script("noter", 'copie = un + "-" + string(suivi)').xor(
        "x", default="f_x_non"
    ).user("oui").user("non").end("j")
    inner.chain("i", "choisir", "noter", "x", "non", "j").chain("oui", "j").flow("x", "oui", "suivi")
    diagram = Bpmn().variables(qui="list", copies="list").start()
    diagram.sub("groupe", inner, b.many("qui", "un", "copies", "copie")).end()
    return diagram.chain("debut", "groupe", "fin")


def test_one_item_never_takes_the_branch_of_another(walk: Walks) -> None:
    steps = walk(_group()).start(qui=["a", "b"])
    steps.do("choisir", 0, suivi=True)
    assert steps.open == ["choisir", "oui"]
    steps.do("choisir", 0, suivi=False)
    assert steps.open == ["non", "oui"]
    assert steps.value("copie", "oui") == "a-true"
    assert steps.value("copie", "non") == "b-false"
    steps.do("non").do("oui")
    assert steps.value("copies") == ["a-true", "b-false"]


def test_a_subprocess_begins_anew_each_time_it_is_entered(walk: Walks) -> None:
    inner = Body().variables(essai="number").start("i").user("saisir", outputs=["essai"]).end("j")
    inner.chain("i", "saisir", "j")
    diagram = Bpmn().variables(encore="boolean", vu="number").start().xor("retour").sub("sous", inner)
    diagram.user("juger", outputs=["encore"]).xor("x", default="f_x_fin").end()
    diagram.chain("debut", "retour", "sous", "juger", "x", "fin").flow("x", "retour", "encore")
    steps = walk(diagram).start().do("saisir", essai=3).do("juger", encore=True)
    assert steps.value("essai", "saisir") is None
    with pytest.raises(KeyError):
        steps.value("essai")


@pytest.mark.parametrize("sequential", [False, True])
def test_a_group_of_nobody_is_done_at_once(walk: Walks, sequential: bool) -> None:
    diagram = Bpmn().variables(qui="list", copies="list").start()
    diagram.user(
        "agir",
        b.many("qui", "un", "copies", "un", sequential=sequential),
        ext=b.variables_xml({"un": "string"}),
    )
    steps = walk(diagram.user("apres").end().chain("debut", "agir", "apres", "fin")).start(qui=[])
    assert steps.open == ["apres"]
    assert steps.value("copies") == []


def test_a_group_whose_list_is_null_is_an_incident(walk: Walks) -> None:
    with pytest.raises(ProcessFailure, match="collection_null"):
        walk(_group()).start()


@pytest.mark.parametrize(("count", "opened"), [(3, 3), (0, 0)])
def test_a_group_by_number(walk: Walks, count: int, opened: int) -> None:
    diagram = (
        Bpmn().variables(n="number").start().user("agir", b.many(cardinality="n + 0")).user("apres").end()
    )
    steps = walk(diagram.chain("debut", "agir", "apres", "fin")).start(n=count)
    assert steps.open == (["agir"] * opened or ["apres"])


@pytest.mark.parametrize("count", [Decimal("1.5"), Decimal(-1), Decimal(5000), None])
def test_a_group_of_an_impossible_number_is_an_incident(walk: Walks, count: Decimal | None) -> None:
    diagram = Bpmn().variables(n="number").start().user("agir", b.many(cardinality="n")).end()
    diagram.chain("debut", "agir", "fin")
    with pytest.raises(ProcessFailure, match="cardinality"):
        walk(diagram).start(n=count)


def test_services_and_scripts_run_for_each_item(walk: Walks) -> None:
    diagram = Bpmn().variables(nombres="list", carres="list").start()
    script = "<bpmn:script>carre = n * n</bpmn:script>"
    diagram.node("scriptTask", "calculer", b.many("nombres", "n", "carres", "carre") + script,
                 b.variables_xml({"n": "number", "carre": "number"}), scriptFormat="feel").end()  # fmt: skip
    steps = walk(diagram.chain("debut", "calculer", "fin")).start(nombres=[1, 2, 3])
    assert steps.value("carres") == [1, 4, 9]


@pytest.mark.parametrize(
    ("outputs", "errors"),
    [({"autre": 1}, {"autre": "unknown_field"}), ({"note": "12"}, {"note": "not_a_number"}),
     ({"note": 1.5}, {"note": "not_a_value"}), ({"lycee": UAI}, {"lycee": "unknown_field"})],
)  # fmt: skip
def test_a_form_writes_its_declared_outputs_in_their_types_and_nothing_else(
    walk: Walks, outputs: dict[str, object], errors: dict[str, str]
) -> None:
    diagram = Bpmn().variables(note="number").start().user("noter", outputs=["note"]).end()
    diagram.chain("debut", "noter", "fin")
    steps = walk(diagram).start()
    with pytest.raises(PayloadRefused) as refused:
        steps.do("noter", **outputs)
    assert refused.value.errors == errors


def test_a_script_that_writes_the_wrong_type_is_an_incident(walk: Walks) -> None:
    diagram = Bpmn().variables(note="number").start().script("noter", 'note = "douze"').end()
    diagram.chain("debut", "noter", "fin")
    with pytest.raises(ProcessFailure) as failed:
        walk(diagram).start()
    assert (failed.value.element_id, failed.value.reason) == ("noter", "value_type")
    assert failed.value.detail == "note: not_a_number"


def test_a_script_may_set_null_but_not_fail_into_it(walk: Walks) -> None:
    def scripted(expression: str) -> Bpmn:
        diagram = (
            Bpmn()
            .variables(note="number")
            .start()
            .script("effacer", f"note = {expression}")
            .user("voir")
            .end()
        )
        return diagram.chain("debut", "effacer", "voir", "fin")

    assert walk(scripted("null")).start(note=3).value("note") is None
    with pytest.raises(ProcessFailure, match="expression_null"):
        walk(scripted('number("x")')).start(note=3)


def _kept(type_: str, expression: str) -> Bpmn:
    diagram = Bpmn().variables(r=type_, n="number", l="list").start().script("ecrire", f"r = {expression}")
    return diagram.user("voir").end().chain("debut", "ecrire", "voir", "fin")


@pytest.mark.parametrize(
    ("type_", "expression"),
    [
        ("context", "{a: 1 / n}"),
        ("context", "{a: {b: [2, 1 / n]}}"),
        ("context", '{a: number("x"), b: 1}'),
        ("context", "{a: if 1 / n > 2 then 3 else null}"),
        ("list", "[1 / n, 2]"),
        ("list", "for x in [1, n] return 1 / x"),
        ("list", "append([1 / n], 2)"),
        ("list", "[1 / n, 2][item = null]"),
    ],
)
def test_a_part_of_a_value_that_fails_is_an_incident_and_not_a_null(
    walk: Walks, type_: str, expression: str
) -> None:
    with pytest.raises(ProcessFailure, match="expression_null"):
        walk(_kept(type_, expression)).start(n=0)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("{a: null, b: n}", {"a": None, "b": 0}),
        ("{a: if 1 / n = null then null else 1}", {"a": None}),
        ('{a: {b: 1}.c, d: get value({b: 1}, "c")}', {"a": None, "d": None}),
        ("{a: l[x > n][1].y}", {"a": None}),
        ("{a: 1 / n, b: 2}.b + [1 / n, 2][2]", 4),
        ("{a: [1 / n, 2][item != null]}", {"a": [2]}),
    ],
)
def test_a_null_that_is_meant_or_looked_at_is_a_value(walk: Walks, expression: str, value: object) -> None:
    made = walk(_kept("number" if value == 4 else "context", expression))
    assert made.start(n=0, l=[{"x": None}]).value("r") == value


def test_a_filter_reads_the_fields_of_its_items_and_the_variables_around(walk: Walks) -> None:
    diagram = Bpmn().variables(periodes="list", cadre_voulu="string", total="number").start()
    diagram.script("compter", "total = count(periodes[cadre = cadre_voulu])").user("lire").end()
    steps = walk(diagram.chain("debut", "compter", "lire", "fin")).start(
        periodes=[{"cadre": "pfmp"}, {"cadre": "stage"}, {"cadre": "pfmp"}], cadre_voulu="pfmp"
    )
    assert steps.value("total") == 2


_LYCEE = '<parcours:input variable="lycee" expression="lycee"/>'


def _through() -> list[Bpmn]:
    """essai calls milieu, which calls fond, where an error is thrown unless all is well; essai catches it."""
    deep = Bpmn("fond", label="").variables(bien="boolean").error("perdu").start("f_debut").end("f_bien")
    deep.xor("f_x", default="f_f_x_f_fin").end("f_fin", b.error("perdu")).flow("f_x", "f_bien", "bien = true")
    middle = Bpmn("milieu", label="").start("m_debut").node("callActivity", "m_appel", calledElement="fond")
    middle.end("m_fin").chain("m_debut", "m_appel", "m_fin")
    outer = (
        Bpmn()
        .error("perdu")
        .start()
        .node("callActivity", "appel", calledElement="milieu")
        .user("reparer")
        .end()
    )
    outer.end("fin_bord").boundary("echec", "appel", b.error("perdu")).chain("echec", "reparer", "fin_bord")
    return [outer.chain("debut", "appel", "fin"), middle, deep.chain("f_debut", "f_x", "f_fin")]


def test_an_error_goes_out_through_two_calls(walk: Walks) -> None:
    assert walk(*_through()).start().open == ["reparer"]


def test_an_error_that_nobody_around_two_calls_catches_is_refused_where_it_leaves() -> None:
    _, middle, deep = _through()
    outer = (
        Bpmn()
        .start()
        .node("callActivity", "appel", calledElement="milieu")
        .end()
        .chain("debut", "appel", "fin")
    )
    found = check(b.files(outer, middle, deep), b.vocabulary())
    assert [(finding.element_id, finding.code) for finding in found] == [("appel", "not_caught_by_caller")]


def test_an_escalation_goes_out_through_two_calls_and_the_work_goes_on(walk: Walks) -> None:
    deep = Bpmn("fond", label="").escalation("tard").start("f_debut")
    deep.node("intermediateThrowEvent", "alerter", b.escalation("tard")).user("agir").end("f_fin")
    middle = Bpmn("milieu", label="").start("m_debut").end("m_fin")
    middle.node("callActivity", "m_appel", "", _LYCEE, calledElement="fond").chain(
        "m_debut", "m_appel", "m_fin"
    )
    outer = (
        Bpmn().escalation("tard").start().node("callActivity", "appel", "", _LYCEE, calledElement="milieu")
    )
    outer.boundary("retard", "appel", b.escalation("tard"), interrupting=False).user("relancer").end(
        "fin_bord"
    ).end()
    outer.chain("debut", "appel", "fin").chain("retard", "relancer", "fin_bord")
    deep.chain("f_debut", "alerter", "agir", "f_fin")
    assert walk(outer, middle, deep).start().open == ["agir", "relancer"]
