"""What was done and could be undone can still be, on the new version; or it is said that it cannot."""

from tests.support import bpmn_builder as b
from tests.support.bpmn_builder import Body, Bpmn
from tests.support.bpmn_migration import Moved, reasons
from tests.support.bpmn_walk import Walk

UNDO = {"isForCompensation": "true"}


def booked(train: str = "train", *, undone: bool = True, relabelled: str = "Rendre") -> Bpmn:
    """train → verifier → defaire → fin; the first can be undone."""
    diagram = Bpmn().start().user(train).user("verifier").end().user("hotel")
    if undone:
        diagram.user("rendre", name=relabelled, **UNDO).undone(train, "rendre")
    diagram.user("rendre_hotel", **UNDO).undone("hotel", "rendre_hotel")
    diagram.node("intermediateThrowEvent", "defaire", b.compensate())
    return diagram.chain("debut", train, "verifier", "hotel", "defaire", "fin")


def before(diagram: Bpmn) -> Walk:
    return Walk("stored", diagram).start().do("train")


def test_what_was_done_is_undone_on_the_new_version() -> None:
    after = Moved(before(booked()), booked(relabelled="Rendre le billet")).do("verifier").do("hotel")
    assert after.do("rendre_hotel").open == ["rendre"]
    assert [task.name for task in after.tasks.values()] == ["Rendre le billet"]
    assert after.do("rendre").ended


def test_an_activity_with_another_id_is_undone_when_the_mapping_says_which() -> None:
    steps = before(booked())
    assert reasons(steps, booked("billet")) == ("needs_mapping", [("undo_gone", "train")])
    after = (
        Moved(steps, booked("billet"), mapping={"elements": {"train": "billet"}}).do("verifier").do("hotel")
    )
    assert after.do("rendre_hotel").open == ["rendre"]


def test_that_nothing_undoes_it_any_more_is_said() -> None:
    after = Moved(before(booked()), booked(undone=False))
    assert after.notes == [("undo_dropped", "train")]
    assert after.do("verifier").do("hotel").do("rendre_hotel").ended


def framed(*, note: str = "number", whole: bool = False) -> Bpmn:
    """A frame that was done, whose task can be undone with the values of its time."""
    inner = (
        Body()
        .variables(note=note)
        .start("d")
        .user("payer", outputs=["note"])
        .end("f")
        .chain("d", "payer", "f")
    )
    inner.user("rembourser", outputs=["note"], reads=["note"], **UNDO).undone("payer", "rembourser")
    diagram = Bpmn().start().sub("cadre", inner).user("verifier").end()
    diagram.node("intermediateThrowEvent", "defaire", b.compensate())
    if whole:
        diagram.user("annuler", **UNDO).undone("cadre", "annuler")
    return diagram.chain("debut", "cadre", "verifier", "defaire", "fin")


def test_a_frame_that_was_done_is_undone_with_its_values() -> None:
    steps = Walk("stored", framed()).start().do("payer", note=7)
    after = Moved(steps, framed()).do("verifier")
    assert (after.open, after.value("note", "rembourser")) == (["rembourser"], 7)
    assert after.do("rembourser").ended


def test_values_of_its_time_that_no_longer_fit_keep_the_instance_where_it_is() -> None:
    steps = Walk("stored", framed()).start().do("payer", note=7)
    assert reasons(steps, framed(note="string")) == ("cannot", [("variable_type", "cadre")])


def test_what_would_be_undone_in_another_way_keeps_the_instance_where_it_is() -> None:
    steps = Walk("stored", framed()).start().do("payer", note=7)
    assert reasons(steps, framed(whole=True)) == ("cannot", [("undo_changed", "cadre")])


def test_an_instance_that_is_undoing_stays_until_it_is_done() -> None:
    steps = before(booked()).do("verifier").do("hotel")
    assert reasons(steps, booked(relabelled="Rendre le billet")) == ("cannot", [("not_carried", "defaire")])


def test_the_items_of_a_group_that_were_done_are_undone_on_the_new_version() -> None:
    def grouped(label: str) -> Bpmn:
        group = b.many("qui", "nom", sequential=True)
        diagram = (
            Bpmn().variables(qui="list").start().user("payer", group, ext=b.variables_xml({"nom": "string"}))
        )
        diagram.user("rembourser", name=label, **UNDO).undone("payer", "rembourser").user("verifier").end()
        diagram.node("intermediateThrowEvent", "defaire", b.compensate())
        return diagram.chain("debut", "payer", "verifier", "defaire", "fin")

    steps = Walk("stored", grouped("Rembourser")).start(qui=["a", "b"]).do("payer")
    after = Moved(steps, grouped("Rendre l'argent")).do("payer").do("verifier")
    after.do("rembourser").do("rembourser")
    assert after.ended
