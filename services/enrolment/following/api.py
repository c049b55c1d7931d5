"""``GET /parcours/followed`` and ``PUT /parcours/<id>/imilo``."""

import re
from typing import Any
from uuid import UUID

from marshmallow import fields

from services.enrolment.following import dossiers
from services.enrolment.following.reading import FOLLOWER, Followed
from shared.catalogue import sentence
from shared.clock import local_date
from shared.errors import BadInput, Forbidden, NotFound
from shared.identity import Actor, TokenVerifier, require_actor
from shared.process.personal.erasure import is_erased
from shared.process.service import ProcessService
from shared.process.task_process import TaskProcess
from shared.process.wording import OptionLabels
from shared.web import AnswerSchema, ApiBlueprint, StrictSchema
from shared.web.schemas import choice, text

NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z /-]{0,18}[0-9A-Za-z]?")
ROLES = frozenset(("conseiller", "responsable_ml"))
"""Who writes the number of a dossier."""


class FollowedQuerySchema(StrictSchema):
    after = fields.UUID(load_default=None, allow_none=True)
    whose = choice(("mine", "all"), load_default="mine")
    which = choice(("running", "unreached"), load_default="running")


class ContactCallSchema(AnswerSchema):
    on = fields.String(allow_none=True)
    result = fields.String(allow_none=True)


class ImiloCardLineSchema(AnswerSchema):
    name = fields.String()
    label = fields.String()
    value = fields.Raw()


class FollowedPersonSchema(AnswerSchema):
    parcours_id = fields.String()
    label = fields.String()
    etape = fields.Integer(allow_none=True)
    phone = fields.String(allow_none=True)
    lycee = fields.String(allow_none=True)
    mission_locale = fields.String(allow_none=True)
    referent = fields.String(allow_none=True)
    conseiller = fields.String(allow_none=True)
    imilo = fields.String(allow_none=True, metadata={"description": "of the reader's Mission Locale"})
    calls = fields.List(fields.Nested(ContactCallSchema), metadata={"description": "the last first"})
    hand = fields.Raw(allow_none=True, metadata={"description": "who has the next action, and until when"})
    card = fields.List(fields.Nested(ImiloCardLineSchema))


class FollowedPeopleSchema(AnswerSchema):
    items = fields.List(fields.Nested(FollowedPersonSchema))
    next = fields.String(allow_none=True)


class ImiloNumberSchema(StrictSchema):
    number = text(20, required=True, shortest=0)


class ImiloNumberKeptSchema(AnswerSchema):
    number = fields.String(allow_none=True)


def following_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("following", __name__, description="Those whom one follows.")
    guard = require_actor(verifier)
    followed = Followed(service.processes, OptionLabels())

    @blueprint.operation(
        "GET", "/parcours/followed", guard=guard, query=FollowedQuerySchema, answer=FollowedPeopleSchema,
        errors=(401, 403, 422, 503),
    )  # fmt: skip
    def list_followed(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
        """A page of the parcours that my organisation runs; by default those that I follow myself."""
        if actor.organisation_kind not in FOLLOWER:
            raise Forbidden()
        after = str(query["after"]) if query["after"] else None
        with service.database.read() as look:
            page = followed.page(
                look, actor, after=after, is_mine=query["whose"] == "mine",
                is_unreached=query["which"] == "unreached", today=local_date(service.clock.now()),
            )  # fmt: skip
        service.accesses.many(actor, [item["parcours_id"] for item in page.items])
        return {"items": page.items, "next": page.next}

    @blueprint.operation(
        "PUT", "/parcours/<uuid:parcours_id>/imilo", guard=guard, body=ImiloNumberSchema, answer=ImiloNumberKeptSchema,
        errors=(400, 401, 403, 404, 415, 422, 503),
    )  # fmt: skip
    def write_number(actor: Actor, body: dict[str, Any], parcours_id: UUID) -> dict[str, Any]:
        """Keep the number of the young person's dossier in my Mission Locale's i-Milo; empty: there is none."""
        if actor.organisation_kind != "mission_locale" or not ROLES & actor.roles:
            raise Forbidden()
        number = _number(body["number"])
        with service.database.begin() as tx:
            wanted = str(parcours_id)
            if not TaskProcess(service.processes).is_party(tx, wanted, actor) or is_erased(tx, wanted):
                raise NotFound()
            dossiers.write(tx, wanted, number, actor, service.clock.now())
        return {"number": number}

    return blueprint


def _number(typed: str) -> str | None:
    """Raises BadInput for what is no number of a dossier."""
    number = " ".join(typed.split())
    if number and not NUMBER.fullmatch(number):
        raise BadInput({"number": [sentence("enrolment.imilo_number")]})
    return number or None
