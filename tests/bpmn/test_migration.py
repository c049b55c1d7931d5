"""A running instance goes to a new version as it stands, or stays and says why."""

from datetime import timedelta

from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_migration import Moved, reasons
from tests.support.bpmn_walk import Walk


def straight(*tasks: str, **attributes: str) -> Bpmn:
    """User tasks one after the other; the attributes are the first one's."""
    diagram = Bpmn().variables(note="number").start()
    for number, task in enumerate(tasks):
        diagram.user(task, outputs=["note"], **(attributes if number == 0 else {}))
    return diagram.end().chain("debut", *tasks, "fin")


def at_work(*tasks: str) -> Walk:
    return Walk("stored", straight(*tasks)).start(note=1)


# what is kept


def test_a_task_keeps_its_id_and_takes_name_role_and_form_of_the_new_version() -> None:
    before = at_work("saisir", "signer")
    diagram = (
        Bpmn()
        .variables(note="number")
        .start()
        .user("saisir", name="Saisir enfin", parcours__role="conseiller")
    )
    diagram.user("signer").end()
    after = Moved(before, diagram.chain("debut", "saisir", "signer", "fin"))
    ((task_id, task),) = after.tasks.items()
    assert before.ids("saisir") == [task_id]
    assert (task.name, task.role, task.form, task.organisation_id) == (
        "Saisir enfin", "conseiller", "saisir", "0690001A"
    )  # fmt: skip
    assert after.do("saisir").do("signer").ended


def test_a_task_drawn_behind_the_instance_is_not_done_and_one_before_it_is() -> None:
    before = at_work("un", "deux", "trois").do("un", note=2)
    after = Moved(before, straight("zero", "un", "deux", "entre", "trois"))
    assert (after.open, after.value("note")) == (["deux"], 2)
    assert after.do("deux", note=3).open == ["entre"]


def test_an_element_with_another_id_needs_a_mapping_and_goes_with_it() -> None:
    before = at_work("saisir", "signer")
    renamed = straight("remplir", "signer")
    assert reasons(before, renamed) == ("needs_mapping", [("element_gone", "saisir")])
    after = Moved(before, renamed, mapping={"elements": {"saisir": "remplir"}})
    assert (after.open, after.ids("remplir")) == (["remplir"], before.ids("saisir"))


def test_a_timer_keeps_its_id_and_its_date_though_the_new_version_gives_another() -> None:
    def waiting(text: str) -> Bpmn:
        diagram = Bpmn().start().node("intermediateCatchEvent", "attendre", b.timer(text)).end()
        return diagram.chain("debut", "attendre", "fin")

    before = Walk("stored", waiting("P5D")).start()
    after = Moved(before.wait(days=1), waiting("P30D"))
    assert after.last.timers == before.last.timers
    assert after.fire("attendre").ended


def test_an_awaited_message_stays_awaited() -> None:
    def waiting(text: str) -> Bpmn:
        diagram = Bpmn().message("bilan.clos.v1").start(name=text).end()
        diagram.node("intermediateCatchEvent", "clos", b.message("clos"))
        return diagram.chain("debut", "clos", "fin")

    after = Moved(Walk("stored", waiting("Un")).start(), waiting("Deux"))
    assert after.awaited == ["bilan.clos.v1"]
    assert after.receive("bilan.clos.v1").ended


def grouped(until: str = "", *, sequential: bool = False, type_: str = "number") -> Bpmn:
    group = b.many("qui", "nom", "notes", "note", until=until, sequential=sequential)
    diagram = Bpmn().variables(qui="list", notes="list").start()
    declared = b.variables_xml({"nom": "string", "note": type_})
    return (
        diagram.user("noter", group, outputs={"note": type_}, ext=declared)
        .end()
        .chain("debut", "noter", "fin")
    )


def test_the_items_of_a_group_keep_their_answers_and_end_by_the_new_rule() -> None:
    before = Walk("stored", grouped()).start(qui=["a", "b", "c"]).do("noter", note=7)
    after = Moved(before, grouped("nb_terminees = 2"))
    assert after.open == ["noter", "noter"]
    assert after.do("noter", note=8).ended
    assert after.value("notes") == [7, 8]


def test_a_group_that_would_be_done_in_another_way_stays() -> None:
    before = Walk("stored", grouped()).start(qui=["a", "b"])
    assert reasons(before, grouped(sequential=True)) == ("cannot", [("group_changed", "noter")])


def framed(*tasks: str, frame: str = "cadre", event: str = "") -> Bpmn:
    inner = Body().variables(dedans="number").start("d").end("f")
    for task in tasks:
        inner.user(task, outputs=["dedans"])
    inner.chain("d", *tasks, "f")
    diagram = Bpmn().start().sub(frame, inner).end().chain("debut", frame, "fin")
    if event:
        diagram.boundary("limite", frame, event).end("trop_tard").flow("limite", "trop_tard")
    return diagram


def test_a_subprocess_goes_on_with_its_own_variables() -> None:
    before = Walk("stored", framed("un", "deux")).start().do("un", dedans=4)
    after = Moved(before, framed("un", "deux", "trois"))
    assert after.value("dedans", "deux") == 4
    assert after.do("deux").do("trois").ended


def test_a_subprocess_with_another_id_goes_with_its_mapping() -> None:
    before = Walk("stored", framed("un", "deux")).start().do("un", dedans=4)
    renamed = framed("un", "deux", frame="bloc")
    assert reasons(before, renamed)[0] == "needs_mapping"
    after = Moved(before, renamed, mapping={"elements": {"cadre": "bloc"}})
    assert after.value("dedans", "deux") == 4
    assert after.do("deux").ended


def test_a_task_that_moved_into_a_subprocess_stays() -> None:
    before = at_work("un", "deux")
    assert reasons(before, framed("un", "deux")) == (
        "cannot", [("variable_gone", "essai"), ("scope_changed", "un")]
    )  # fmt: skip


def test_a_called_process_goes_on_and_another_one_is_refused() -> None:
    def calling(called: str, *tasks: str) -> tuple[Bpmn, Bpmn]:
        outer = Bpmn().start().end()
        outer.node(
            "callActivity",
            "appel",
            ext='<parcours:input variable="lycee" expression="lycee"/>',
            calledElement=called,
        )
        inner = Bpmn(called).start("d").end("f")
        for task in tasks:
            inner.user(task)
        return outer.chain("debut", "appel", "fin"), inner.chain("d", *tasks, "f")

    before = Walk("stored", *calling("sous", "un")).start()
    assert Moved(before, *calling("sous", "un", "deux")).do("un").do("deux").ended
    assert reasons(before, *calling("autre", "un"))[1] == [("called_changed", "appel")]
    renamed = {"elements": {"sous": "autre"}}
    assert Moved(before, *calling("autre", "un"), mapping=renamed).do("un").ended


# events on what is being done


def with_event(event: str = "", *, interrupting: bool = True, id: str = "limite") -> Bpmn:
    diagram = Bpmn().signal("feu").start().user("agir").user("relancer").end().end("fin2")
    diagram.node("intermediateThrowEvent", "feu_leve", b.signal("feu"))
    diagram.chain("debut", "agir", "feu_leve", "fin").chain("relancer", "fin2")
    if event:
        diagram.boundary(id, "agir", event, interrupting).flow(id, "relancer")
    return diagram if event else _without_relance()


def _without_relance() -> Bpmn:
    return Bpmn().start().user("agir").end().chain("debut", "agir", "fin")


def test_a_new_event_on_an_open_task_begins_to_wait_from_now() -> None:
    before = Walk("stored", with_event()).start().wait(days=3)
    after = Moved(before, with_event(b.timer("P2D")))
    assert after.notes == [("event_begins", "limite")]
    assert after.timers == {"limite": before.now + timedelta(days=2)}
    assert after.ids("agir") == before.ids("agir")
    assert after.fire("limite").open == ["relancer"]


def test_an_event_that_is_gone_is_no_longer_waited_for() -> None:
    before = Walk("stored", with_event(b.timer("P2D"))).start()
    after = Moved(before, with_event())
    assert (after.notes, after.timers, after.open) == ([("event_ends", "limite")], {}, ["agir"])
    assert after.do("agir").ended


def test_an_event_that_waits_for_something_else_begins_anew() -> None:
    before = Walk("stored", with_event(b.timer("P2D"))).start()
    after = Moved(before, with_event(b.signal("feu")))
    assert after.notes == [("event_ends", "limite"), ("event_begins", "limite")]
    assert after.signal("feu").open == ["relancer"]


def test_a_reminder_that_has_come_does_not_come_again() -> None:
    before = Walk("stored", with_event(b.timer("P2D"), interrupting=False)).start().fire("limite")
    after = Moved(before, with_event(b.timer("P9D"), interrupting=False))
    assert (after.timers, after.open) == ({}, ["agir", "relancer"])


def test_a_reminder_that_has_come_cannot_become_the_end_of_its_task() -> None:
    before = Walk("stored", with_event(b.timer("P2D"), interrupting=False)).start().fire("limite")
    assert reasons(before, with_event(b.timer("P2D"))) == (
        "cannot", [("event_spent", "limite"), ("position", "essai")]
    )  # fmt: skip


def test_a_reminder_that_has_come_stays_spent_though_it_now_has_a_date_and_may_not_become_a_cycle() -> None:
    before = Walk("stored", with_event(b.timer("P2D"), interrupting=False)).start().fire("limite")
    after = Moved(before, with_event(b.timer("2027-01-15", "timeDate"), interrupting=False))
    assert (after.timers, after.notes) == ({}, [])
    cycle = with_event(b.timer("R/P1D", "timeCycle"), interrupting=False)
    assert reasons(before, cycle) == ("cannot", [("event_spent", "limite")])


def test_a_reminder_that_waits_begins_anew_as_a_cycle() -> None:
    before = Walk("stored", with_event(b.timer("P2D"), interrupting=False)).start().wait(hours=3)
    after = Moved(before, with_event(b.timer("R/P1D", "timeCycle"), interrupting=False))
    assert after.notes == [("event_ends", "limite"), ("event_begins", "limite")]
    assert after.timers == {"limite": before.now + timedelta(days=1)}


def test_a_cycle_goes_on_with_its_count() -> None:
    before = (
        Walk("stored", with_event(b.timer("R3/P1D", "timeCycle"), interrupting=False)).start().fire("limite")
    )
    after = Moved(before, with_event(b.timer("R9/P7D", "timeCycle"), interrupting=False))
    assert after.last.timers == before.last.timers
    after.fire("limite").fire("limite")
    assert after.timers == {}


def choosing(*events: tuple[str, str]) -> Bpmn:
    diagram = Bpmn().message("bilan.clos.v1").signal("feu").start().node("eventBasedGateway", "choix").end()
    for id, definition in events:
        diagram.node("intermediateCatchEvent", id, definition).chain("choix", id, "reuni")
    diagram.xor("reuni").flow("debut", "choix")
    if not any("messageEvent" in definition for _, definition in events):
        diagram._declarations = diagram._declarations.partition("</bpmn:message>\n")[2]
    return diagram.flow("reuni", "fin")


def test_of_the_events_of_a_gateway_those_that_stay_wait_on_others_begin_or_end() -> None:
    before = (
        Walk("stored", choosing(("clos", b.message("clos")), ("tard", b.timer("P9D")))).start().wait(days=1)
    )
    after = Moved(before, choosing(("tard", b.timer("P3D")), ("alerte", b.signal("feu"))))
    assert sorted(after.notes) == [("event_begins", "alerte"), ("event_ends", "clos")]
    assert after.last.timers == before.last.timers
    assert after.awaited == []
    assert after.signal("feu").ended


def test_an_event_on_the_way_that_waits_for_something_else_stays() -> None:
    def waiting(definition: str) -> Bpmn:
        diagram = Bpmn().signal("feu").start().node("intermediateCatchEvent", "attendre", definition).end()
        return diagram.chain("debut", "attendre", "fin")

    before = Walk("stored", waiting(b.timer("P1D"))).start()
    assert reasons(before, waiting(b.signal("feu"))) == ("cannot", [("wait_changed", "attendre")])


# variables


def test_values_are_kept_new_variables_are_null() -> None:
    before = at_work("un", "deux").do("un", note=12)
    new = straight("un", "deux").variables(bilan="string")
    after = Moved(before, new)
    assert (after.value("note"), after.value("bilan")) == (12, None)


def test_a_value_that_does_not_fit_its_new_type_keeps_the_instance_where_it_is() -> None:
    def typed(type_: str) -> Bpmn:
        return Bpmn().variables(note=type_).start().user("un", outputs=["note"]).user("deux").end().chain(
            "debut", "un", "deux", "fin"
        )  # fmt: skip

    before = Walk("stored", typed("number")).start().do("un", note=12)
    assert reasons(before, typed("string")) == ("cannot", [("variable_type", "essai")])
    untouched = Walk("stored", typed("number")).start()
    assert Moved(untouched, typed("string")).do("un", note="douze").value("note") == "douze"


def test_a_value_is_dropped_only_when_the_mapping_says_so() -> None:
    before = at_work("un", "deux").do("un", note=12)
    without = Bpmn().start().user("un").user("deux").end().chain("debut", "un", "deux", "fin")
    assert reasons(before, without) == ("needs_mapping", [("variable_gone", "essai")])
    after = Moved(before, without, mapping={"variables": {"note": None}})
    assert after.notes == [("variable_dropped", "essai")]
    assert after.do("deux").ended


def test_a_renamed_variable_keeps_its_value() -> None:
    before = at_work("un", "deux").do("un", note=12)
    renamed = Bpmn().variables(avis="number").start().user("un", outputs=["avis"]).user("deux").end()
    after = Moved(
        before, renamed.chain("debut", "un", "deux", "fin"), mapping={"variables": {"note": "avis"}}
    )
    assert after.value("avis") == 12
