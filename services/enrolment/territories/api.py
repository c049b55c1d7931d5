"""``/territories``: the inbox, which owns the directory, says after an import who serves which commune."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from services.enrolment.territories.store import replace_territories
from shared.catalogue import sentence
from shared.errors import BadInput, Forbidden
from shared.identity import DIRECTORY_ROLES, Actor, TokenVerifier, require_actor
from shared.process.service import ProcessService
from shared.web import AnswerSchema, ApiBlueprint, StrictSchema
from shared.web import schemas as kinds

_COMMUNE = re.compile(r"(?:[0-9]{5}|2[AB][0-9]{3})")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,35}")


class TerritoriesSchema(StrictSchema):
    missions_locales = kinds.mapping(
        required=True, metadata={"description": "code of a Mission Locale → INSEE codes of its communes"}
    )


class KeptSchema(AnswerSchema):
    communes = fields.Integer()


def territories_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("territories", __name__, description="Who serves which commune.")

    @blueprint.operation(
        "PUT", "/territories", guard=require_actor(verifier), body=TerritoriesSchema, answer=KeptSchema,
        errors=(400, 401, 403, 415, 422, 503),
    )  # fmt: skip
    def replace(actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
        """Keep these communes, each with its Mission Locale, and no other."""
        if actor.organisation_kind != "system" or not DIRECTORY_ROLES & actor.roles:
            raise Forbidden()
        communes = _by_commune(body["missions_locales"])
        with service.database.begin() as tx:
            replace_territories(tx, communes)
        return {"communes": len(communes)}

    return blueprint


def _by_commune(places: Mapping[str, Any]) -> dict[str, str]:
    """Commune → Mission Locale. BadInput for what is no code, and for a commune of two."""
    found: dict[str, str] = {}
    for place, communes in places.items():
        if not _CODE.fullmatch(place):
            raise BadInput({"missions_locales": [sentence("annuaire.code")]})
        if not isinstance(communes, list) or not all(map(_is_commune, communes)):
            raise BadInput({place: [sentence("annuaire.communes_wanted")]})
        if twice := sorted(found.keys() & set(communes)):
            raise BadInput({place: [sentence("annuaire.commune_of_two", commune=twice[0])]})
        found |= dict.fromkeys(communes, place)
    return found


def _is_commune(commune: Any) -> bool:
    return isinstance(commune, str) and _COMMUNE.fullmatch(commune) is not None
