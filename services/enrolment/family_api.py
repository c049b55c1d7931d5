"""``/parcours/<id>/famille``: to whom of the family a personal link may be given, and who gives it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import fields

from shared.bpmn import store
from shared.errors import Forbidden, NotFound
from shared.identity import Actor, TokenVerifier, require_actor
from shared.parcours.age import MAJORITY, birthday
from shared.parcours.signatures import Signatory
from shared.process import news, views
from shared.process.family.door import BORN_ON, is_open_to_parents
from shared.process.family.person import VARIABLES, mark_of
from shared.process.replacing.following import FOLLOWERS, as_decided
from shared.process.service import ProcessService
from shared.web import ApiBlueprint
from shared.web.schemas import AnswerSchema


class MemberSchema(AnswerSchema):
    signer = fields.String(data_key="as")
    name = fields.String()
    first_name = fields.String(allow_none=True, metadata={"description": "the pupil's own; none of a parent"})
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    person = fields.String(metadata={"description": "changes when the name or contact does"})
    until = fields.Date(
        allow_none=True, metadata={"description": "a parent's first day without access (R39)"}
    )


class FamilySchema(AnswerSchema):
    people = fields.List(fields.Nested(MemberSchema))
    is_sms_off = fields.Boolean(metadata={"description": "the campagne sends none"})


def family_contacts_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("family_contacts", __name__, description="To whom personal links are given.")

    @blueprint.operation(
        "GET", "/parcours/<uuid:parcours_id>/famille", guard=require_actor(verifier), answer=FamilySchema,
        errors=(401, 403, 404, 503),
    )  # fmt: skip
    def family(actor: Actor, parcours_id: UUID) -> dict[str, Any]:
        """The pupil, and while she or he is a minor the responsables légaux; for the référent and the conseiller."""
        with service.database.read() as look:
            views.parcours_instance(look, actor, str(parcours_id))
            row = store.find(look, service.name, str(parcours_id))
            if row is None:
                raise NotFound()
            known = as_decided(look, str(parcours_id), service.processes.variables(look, row))
        if not actor.has_place_of(*(known.get(role) for role in FOLLOWERS.values())):
            raise Forbidden()
        service.accesses.parcours(actor, str(parcours_id))
        return {
            "people": list(_people(str(parcours_id), known, service.clock.today())),
            "is_sms_off": news.is_sms_off(known),
        }

    return blueprint


def _people(parcours_id: str, known: Mapping[str, Any], today: date) -> Iterator[dict[str, Any]]:
    has_parents = is_open_to_parents(known, today)
    for signer, variables in VARIABLES.items():
        told: dict[str, Any] = {"first_name": None, "email": None, "phone": None, "until": None}
        told |= {part: known.get(variable) for part, variable in variables.items()}
        told |= {"signer": signer, "person": mark_of(parcours_id, signer, known)}
        if signer == Signatory.ELEVE:
            yield told | {"name": f"{told['first_name'] or ''} {told['name'] or ''}".strip()}
        elif has_parents and told["name"]:
            yield told | {"until": birthday(known[BORN_ON], MAJORITY)}
