"""The DPO's routes at enrolment, which owns the person: find somebody, erase, see what came of it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from services.enrolment.rights import erasures, handlers, persons
from services.enrolment.rights.schemas import (
    AskedSchema,
    EraseSchema,
    ErasureListSchema,
    FindPersonSchema,
    PersonListSchema,
)
from shared.identity import Actor, TokenVerifier, require_dpo
from shared.process.service import ProcessService
from shared.web import ApiBlueprint

WRITING = (400, 401, 403, 404, 409, 415, 422, 503)
MOST_LISTED = 200
Body = dict[str, Any]


def rights_blueprint(service: ProcessService, verifier: TokenVerifier) -> ApiBlueprint:
    blueprint = ApiBlueprint("rights", __name__, description="A person's rights over her or his data.")
    operation = partial(blueprint.operation, guard=require_dpo(verifier))

    @operation("POST", "/dpo/persons", body=FindPersonSchema, answer=PersonListSchema, errors=WRITING)
    def find_person(actor: Actor, body: Body) -> Body:
        """Pupils of any lycée by name or INE, and date of birth. By POST: names do not go into URLs."""
        with service.database.read() as look:
            return {"items": [_person(row) for row in persons.find(look, body["text"], body["born_on"])]}

    @operation(
        "POST", "/dpo/erasures", body=EraseSchema, answer=AskedSchema, status=202,
        also={200: "It is under way already."}, errors=WRITING,
    )  # fmt: skip
    def ask_erasure(actor: Actor, body: Body) -> tuple[Body, int]:
        """Erase one pupil in every service, unless a parcours still runs."""
        asked = handlers.erase_on_demand(service, body["pupil_id"], actor)
        return {"erasure_id": asked.erasure_id}, 202 if asked.is_new else 200

    @operation("GET", "/dpo/erasures", answer=ErasureListSchema, errors=(401, 403, 503))
    def list_erasures(actor: Actor) -> Body:
        """The erasures that were asked for, the newest first."""
        with service.database.read() as look:
            return {"items": [dict(row._mapping) for row in erasures.page(look, MOST_LISTED)]}

    return blueprint


def _person(row: Mapping[str, Any]) -> Body:
    return {
        "id": row["id"], "uai": row["uai"], "nom": row["usage_name"] or row["family_name"],
        "prenom": row["given_name"], "date_naissance": row["born_on"], "ine": row["ine"],
        "parcours": row["parcours"],
    }  # fmt: skip
