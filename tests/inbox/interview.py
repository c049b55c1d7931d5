"""The tasks « Mener l’entretien » and « Prévoir les périodes » that the tests of one task open, and who opens them."""

from collections.abc import Callable
from typing import ClassVar

from shared.errors import Problem

GARANCE = ("lycee", "0690043X")
ML = ("mission_locale", "ml-lyon-centre")

INTERVIEW = {
    "type": "default", "id": "entretien", "schemaVersion": 19,
    "components": [
        {"type": "text", "id": "t", "text": "# Avant\nRelisez la fiche.\n\n- situation\n- souhaits"},
        {"type": "textfield", "key": "eleve_nom", "id": "n", "label": "Élève", "readonly": True},
        {"type": "datetime", "key": "entretien_le", "id": "d", "label": "Date de l’entretien", "subtype": "date",
         "validate": {"required": True}},
        {"type": "select", "key": "referent", "id": "s", "label": "Référent de parcours",
         "properties": {"source": "people", "role": "referent"}},
        {"type": "select", "key": "mission_locale", "id": "m", "label": "Mission Locale",
         "properties": {"source": "organisations", "kind": "mission_locale"}},
        {"type": "radio", "key": "avis", "id": "r", "label": "Avis", "validate": {"required": True},
         "values": [{"value": "favorable", "label": "Favorable"}, {"value": "autre", "label": "Réorientation"}]},
        {"type": "group", "id": "g", "label": "Réorientation", "conditional": {"hide": "=avis != \"autre\""},
         "components": [{"type": "textfield", "key": "vers", "id": "v", "label": "Vers quelle solution ?",
                         "validate": {"required": True}}]},
        {"type": "number", "key": "heures", "id": "h", "label": "Heures", "appearance": {"suffixAdorner": "h"}},
        {"type": "checklist", "key": "presents", "id": "p", "label": "Présents",
         "values": [{"value": "eleve", "label": "L’élève"}, {"value": "parent", "label": "Un parent"}]},
        {"type": "textarea", "key": "compte_rendu", "id": "c", "label": "Compte rendu", "description": "En bref."},
        {"type": "checkbox", "key": "accord", "id": "a", "label": "Volontariat confirmé"},
    ],
}  # fmt: skip


PLAN = {
    "type": "default", "id": "plan", "schemaVersion": 19,
    "components": [
        {"type": "checkbox", "key": "confirme", "id": "k", "label": "Adresse confirmée"},
        {"type": "textfield", "key": "adresse", "id": "a", "label": "Adresse", "readonly": "= confirme"},
        {
            "type": "dynamiclist", "path": "periodes", "id": "p", "label": "Période", "defaultRepetitions": 1,
            "properties": {"min": 1, "max": 3},
            "components": [
                {"type": "datetime", "key": "debut_le", "id": "d", "label": "Début", "subtype": "date",
                 "validate": {"required": True}},
                {"type": "number", "key": "heures", "id": "h", "label": "Heures"},
                {"type": "textfield", "key": "lieu", "id": "l", "label": "Lieu", "validate": {"required": True},
                 "conditional": {"hide": "= heures = null or heures < 10"}},
            ],
        },
        {"type": "expression", "key": "total", "id": "e", "expression": "= sum(periodes.heures)",
         "properties": {"type": "number"}},
        {"type": "text", "id": "t", "text": "En tout : {{total}} h pour {{eleve_nom}}."},
    ],
}  # fmt: skip
"""The form of « Prévoir les périodes »: a list of rows, a field that may be held, a computed value, a text."""


class ProcessIncident(Problem):
    """As ``shared.process`` answers when a move has failed."""

    code: ClassVar[str] = "process.incident"
    status: ClassVar[int] = 500


OpenInterview = Callable[..., str]


def address(task_id: str) -> str:
    return f"/taches/enrolment/{task_id}"
