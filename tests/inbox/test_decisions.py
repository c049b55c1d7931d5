"""A task that comes again: what is known is shown, what was decided is asked anew."""

import json

from shared.ids import uuid7
from tests.inbox.people import Visitor
from tests.support.inbox_world import World

ANSWER = {
    "type": "default", "id": "reponse", "schemaVersion": 19,
    "components": [
        {"type": "radio", "key": "reponse_ml", "id": "r", "label": "Réponse", "validate": {"required": True},
         "values": [{"value": "oui", "label": "Prise en charge"}, {"value": "non", "label": "Autre territoire"}]},
        {"type": "textarea", "key": "actions", "id": "a", "label": "Actions"},
    ],
}  # fmt: skip


def test_an_earlier_decision_is_not_ticked_beforehand(world: World, visitor: Visitor) -> None:
    """Else the second Mission Locale hands a fiche back by the first one's answer (R43)."""
    process, parcours_id = world.enrolment.process, uuid7()
    process.forms["reponse"] = json.dumps(ANSWER).encode()
    process.variables[parcours_id] = {"reponse_ml": "non", "actions": "Ateliers du mardi"}
    task_id = world.enrolment.open_task(
        "Répondre", ("mission_locale", "ml-lyon-centre"), role="responsable_ml", form="reponse",
        parcours_id=parcours_id,
    )  # fmt: skip
    visitor.sign_in("Marc Tessier").get(f"/taches/enrolment/{task_id}")
    assert visitor.page.xpath("//input[@type='radio'][@checked]") == []
    assert visitor.page.xpath("//textarea[@id='champ-actions']")[0].text.strip() == "Ateliers du mardi"
    visitor.send("/terminer")
    assert (visitor.status, process.completed) == (422, [])


def test_a_decision_of_ones_own_draft_is_kept(world: World, visitor: Visitor) -> None:
    process, parcours_id = world.enrolment.process, uuid7()
    process.forms["reponse"] = json.dumps(ANSWER).encode()
    task_id = world.enrolment.open_task(
        "Répondre", ("mission_locale", "ml-lyon-centre"), role="responsable_ml", form="reponse",
        parcours_id=parcours_id,
    )  # fmt: skip
    visitor.sign_in("Marc Tessier").get(f"/taches/enrolment/{task_id}")
    visitor.send("/terminer", to="/brouillon", champ_reponse_ml="oui")
    assert visitor.page.xpath("//input[@type='radio'][@checked]/@value") == ["oui"]
