"""« Ce qui se passe ensuite »: the ways on from a task, as its service reads them from the diagram. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inbox.answering.forms import TaskForm
from shared.catalogue import has_sentence, sentence


@dataclass(frozen=True)
class Outcome:
    """``when``: of a choice, else empty; ``then``: what comes."""

    when: str
    then: Sequence[str]


def outcomes(task: Mapping[str, Any], form: TaskForm) -> list[Outcome]:
    """Of an open task of one's own organisation; of a task that the diagram says nothing of, none."""
    return [
        Outcome(_when([_condition(each, form) for each in way["asked"]]), _each_once(map(_next, way["then"])))
        for way in task.get("after") or []
    ]


def _when(conditions: Sequence[str]) -> str:
    said = _each_once(each for each in conditions if each)
    return sentence("saisie.after_when", conditions=sentence("saisie.after_and").join(said)) if said else ""


def _condition(asked: Mapping[str, str], form: TaskForm) -> str:
    part = form.form.fields.get(asked["field"])
    if part is None:
        question, answer = asked["question"], asked["answer"]
        if not (question and answer):
            return sentence("saisie.after_drawn_one", words=question or answer)
        return sentence("saisie.after_drawn", question=question, answer=answer)
    if part.kind == "checkbox":
        is_ticked = asked["answer"] == "true"
        return sentence("saisie.after_ticked" if is_ticked else "saisie.after_not_ticked", label=part.label)
    labels = {option.value: option.label for option in part.options}
    answer = labels.get(asked["answer"], asked["answer"])
    return sentence("saisie.after_answer", label=part.label, answer=answer)


def _next(element: Mapping[str, Any]) -> str:
    if not element["name"]:
        return sentence("saisie.after_private")
    if element["type"] == "endEvent":
        return sentence("saisie.after_end", name=element["name"])
    place = f"saisie.after_{element['organisation']}"
    return sentence(place if has_sentence(place) else "saisie.after_name", name=element["name"])


def _each_once(said: Any) -> list[str]:
    return list(dict.fromkeys(said))
